"""The screens: dashboard, editor and the dialogs."""

"""The editor: one webhook in a form, its drafts, its saves and its questions."""

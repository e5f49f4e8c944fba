"""Patches: changes to make in any webhook, and the presets and forms they come from."""

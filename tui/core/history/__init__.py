"""The history: past changes and runs, and undoing them."""

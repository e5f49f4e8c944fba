"""A small CodeChat Go server."""

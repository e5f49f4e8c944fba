"""A small CodeChat v1 server."""

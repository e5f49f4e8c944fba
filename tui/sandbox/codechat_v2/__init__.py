"""A small CodeChat v2 server."""

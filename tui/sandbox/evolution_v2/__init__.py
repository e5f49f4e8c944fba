"""A small Evolution API v2 server."""

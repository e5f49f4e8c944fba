"""The history of a webhook and the runs on a server."""

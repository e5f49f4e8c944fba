"""Talking to servers: the port, the one funnel for requests, and the adapters."""

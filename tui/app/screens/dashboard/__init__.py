"""The dashboard: the instances of a server, and their webhooks."""

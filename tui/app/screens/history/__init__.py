"""The history of a webhook, the changes on a server, and its runs."""

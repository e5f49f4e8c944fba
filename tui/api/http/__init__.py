"""The one funnel for requests: what is sent, what comes back, and what went wrong."""

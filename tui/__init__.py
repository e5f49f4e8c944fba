"""Hookboard: a switchboard for the webhooks of WhatsApp API servers, in a terminal."""

__version__ = "0.1.0"

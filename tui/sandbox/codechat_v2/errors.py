"""The error that refuses a request."""

from __future__ import annotations


class Refused(Exception):
    """A request that is answered with an HTTP error.

    ``status`` is the HTTP status. ``messages`` become the ``message`` array of the
    documented body ``{statusCode, error, message: [...]}`` (vendor's page).
    """

    def __init__(self, status: int, *messages: str) -> None:
        super().__init__(*messages)
        self.status = status
        self.messages = list(messages)

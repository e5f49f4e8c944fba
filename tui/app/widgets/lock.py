"""The message about an attempt to change a locked form."""

from __future__ import annotations

from textual.message import Message


class Locked(Message):
    """Someone tried to change a locked part of a form; it is unchanged."""

"""What a part of a locked form says when somebody tries to change it."""

from __future__ import annotations

from textual.message import Message


class Locked(Message):
    """Something was to be changed that is locked; it was not."""

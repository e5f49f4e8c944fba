"""What the sandboxes of all kinds have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar, Literal, Self

from starlette.applications import Starlette

from tui.sandbox.data_file import DataFile

Kind = Literal["codechat-v2", "codechat-v1", "codechat-go", "evolution-v2"]
"""The kinds of server, as profiles name them."""


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


class AnySandbox:
    """A running-ready server over its data. It is closed at the end of a ``with`` block."""

    kind: ClassVar[Kind]
    """Which kind of server it is."""
    business_id: str = ""
    """The business to ask for; empty where the kind knows none."""
    app: Starlette
    """The ASGI application, for a server or for a client's in-process transport."""
    token: str
    """What opens all of it: a secret."""
    latency: float
    """Seconds for which every request is held back; may be changed at any time."""
    now: Callable[[], datetime]
    """Dates what is changed."""

    def __init__(self, data: DataFile, latency: float, now: Callable[[], datetime]) -> None:
        self._data = data
        self.latency = latency
        self.now = now
        self.token = data.setting("token")

    def close(self) -> None:
        """Close the data; requests fail from here on."""
        self._data.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

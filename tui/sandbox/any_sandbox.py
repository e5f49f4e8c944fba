"""The base class of all sandboxes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar, Literal, Self

from starlette.applications import Starlette

from tui.sandbox.data_file import DataFile

Kind = Literal["codechat-v2", "codechat-v1", "codechat-go", "evolution-v2"]
"""The kinds of server, as profiles name them."""


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class AnySandbox:
    """A server with its data, closed at the end of a ``with`` block."""

    kind: ClassVar[Kind]
    """The kind of server."""
    business_id: str = ""
    """The id of its business; empty where the kind has none."""
    app: Starlette
    """The ASGI application, for a server or for a client's in-process transport."""
    token: str
    """The secret token that gives access to everything."""
    latency: float
    """Seconds by which every answer is delayed; may be changed at any time."""
    now: Callable[[], datetime]
    """The clock for the dates of changes."""

    def __init__(self, data: DataFile, latency: float, now: Callable[[], datetime]) -> None:
        self._data = data
        self.latency = latency
        self.now = now
        self.token = data.setting("token")

    def close(self) -> None:
        """Close the data; later requests fail."""
        self._data.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

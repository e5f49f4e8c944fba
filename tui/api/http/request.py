"""What is asked of a server, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tui.api.errors import ApiError, Sent
from tui.api.http.auth import Credential
from tui.api.http.error_mapping import GONE


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer."""

    status: int
    body: Any = field(repr=False)
    """The JSON, or ``None`` where the body is empty."""
    sent: Sent
    is_empty: bool = False
    """Whether there was no body at all, not even ``null``."""


@dataclass(frozen=True, slots=True)
class Probe:
    """An answer of any status."""

    sent: Sent
    body: Any = field(repr=False)
    """The JSON; ``""`` for what is none."""
    error: ApiError | None
    """What :meth:`tui.api.http.client.Http.send` raises for such an answer."""

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.sent.status or 0


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask: path segments are percent-encoded here, one by one."""

    method: str
    path: Sequence[str]
    credential: Credential
    body: object = field(default=None, repr=False)
    only_reads: bool = False
    """Whether a POST changes nothing, as a search does."""
    about: str = ""
    """The name of the instance it is about, for the words of errors; empty for a list."""
    when_gone: str = GONE
    """What to do when there is nothing at that address."""
    once: bool = False
    """Whether even a read is not repeated."""
    paced: bool = False
    """Whether it is one of many, whose sender slows down by itself where the server takes no
    more: it is not repeated for that."""
    paged: bool = False
    """Whether the answer is a page of a list."""
    unpaged: bool = False
    """Whether the answer is a list in one piece: :data:`tui.api.http.content.LIST` bounds it."""

    @property
    def lists(self) -> bool:
        """Whether the answer is a list, or a page of one: it is waited for longer."""
        return self.paged or self.unpaged

    @property
    def asks(self) -> object:
        """What it asks for, and as whom: equal requests get equal answers."""
        credential = self.credential
        return self.method, tuple(self.path), self.body, credential.token, credential.header

    @property
    def writes(self) -> bool:
        """Whether it may change anything."""
        return self.method != "GET" and not self.only_reads

    @property
    def repeatable(self) -> bool:
        """Whether it is sent again when that may help."""
        return not (self.writes or self.once)

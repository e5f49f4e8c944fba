"""Requests to a server, and its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tui.api.errors import ApiError, Sent
from tui.api.http.auth import Credential
from tui.api.http.error_mapping import GONE
from tui.api.http.exchange import Purpose
from tui.api.http.masking import secrets_in
from tui.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer."""

    status: int
    body: Any = field(repr=False)
    """The JSON; ``None`` where the body is empty."""
    sent: Sent
    is_empty: bool = False
    """Whether there was no body at all, not even ``null``."""


@dataclass(frozen=True, slots=True)
class Probe:
    """An answer of any status."""

    sent: Sent
    body: Any = field(repr=False)
    """The JSON; ``""`` for anything else."""
    error: ApiError | None
    """The error that :meth:`tui.api.http.client.Http.send` raises for this answer."""

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.sent.status or 0


@dataclass(frozen=True, slots=True)
class Request:
    """A request. The segments of its path are percent-encoded when it is sent."""

    method: str
    path: Sequence[str]
    credential: Credential
    body: object = field(default=None, repr=False)
    only_reads: bool = False
    """Whether a POST changes nothing, as a search does."""
    about: str = ""
    """The name of the instance, for error messages; empty for a list."""
    when_gone: str = GONE
    """The hint for a 404."""
    once: bool = False
    """Whether even a read is not retried."""
    paced: bool = False
    """Whether the sender slows down by itself after a 429 or 503: it is not retried for these."""
    paged: bool = False
    """Whether the answer is a page of a list."""
    unpaged: bool = False
    """Whether the answer is a whole list, of at most :data:`tui.api.http.content.LIST`."""

    @property
    def lists(self) -> bool:
        """Whether the answer is a list, or a page of one: it gets more time."""
        return self.paged or self.unpaged

    @property
    def key(self) -> object:
        """The parts that decide the answer: requests with equal keys get equal answers."""
        credential = self.credential
        return self.method, tuple(self.path), self.body, credential.token, credential.header

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The secrets in it, which the server may repeat: the token, and those in its body."""
        token = self.credential.token
        return (*((token,) if token else ()), *secrets_in(self.body))

    @property
    def writes(self) -> bool:
        """Whether it may change anything on the server."""
        return self.method != "GET" and not self.only_reads

    @property
    def purpose(self) -> Purpose:
        """Its purpose, by which its time is judged."""
        if self.writes:
            return Purpose.WRITE
        return Purpose.LIST if self.lists else Purpose.READ

    @property
    def retryable(self) -> bool:
        """Whether it may be sent again after a failure."""
        return not (self.writes or self.once)

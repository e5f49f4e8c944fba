"""Requests whose answers are waited for: for the screens, and noted attempt by attempt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter

from tui.api.http.auth import Credential
from tui.api.http.exchange import BODY, Exchange
from tui.api.http.patience import Patience
from tui.model.text import clean

UNDER_WAY = "hookboard.under_way"
"""The extension of a request that its attempts are told to."""


@dataclass(slots=True, eq=False)
class UnderWay:
    """A request from its first attempt until it is known what became of it.

    Each attempt that has ended is given to ``keep``.
    """

    keep: Callable[[Exchange], None] = field(repr=False)
    method: str
    url: str
    body: bytes = field(repr=False)
    credential: Credential
    patience: Patience
    now: Callable[[], datetime]
    attempt: int = 1
    is_arriving: bool = False
    """Whether the head of the answer is there."""
    begun: float = field(default_factory=perf_counter)
    _attempt_begun: float = field(default_factory=perf_counter)
    _status: int | None = None
    _trouble: str = ""
    _attempt_ended: float | None = None

    @property
    def seconds(self) -> float:
        """How long it has been waited for, all attempts together."""
        return perf_counter() - self.begun

    @property
    def limit(self) -> float | None:
        """The seconds after which it is given up, as far as that is fixed.

        Not so before there is a connection, which has less, while an answer arrives, and where
        it was sent again.
        """
        connecting = self.seconds <= self.patience.connect
        if connecting or self.is_arriving or self.attempt > 1:
            return None
        return self.patience.silence

    def begin_attempt(self) -> None:
        """Note the attempt before, if there was one, and begin another."""
        if self._status is None and not self._trouble:
            return  # the first begins with the request
        self._note(self._status, self._trouble)
        self.attempt += 1
        self.is_arriving = False
        self._attempt_begun = perf_counter()
        self._status, self._trouble, self._attempt_ended = None, "", None

    def attempt_failed(self, status: int | None, trouble: str = "") -> None:
        """Take note of how an attempt failed: it may be the last, or not."""
        self._status, self._trouble, self._attempt_ended = status, trouble, perf_counter()

    def end(
        self,
        status: int | None,
        content: bytes | bytearray = b"",
        trouble: str = "",
        sends_to: str = "",
    ) -> None:
        """Note the last attempt, and with it what became of the request.

        Where nobody waits for another, what came of the last one is all there is.
        """
        self._note(self._status if status is None else status, trouble, content, sends_to)

    @property
    def exchange(self) -> Exchange:
        """The attempt that is waited for now, as far as it has come."""
        return replace(self._exchange(None, ""), is_pending=True)

    def _note(
        self, status: int | None, trouble: str, content: bytes | bytearray = b"", sends_to: str = ""
    ) -> None:
        self.keep(self._exchange(status, trouble, content, sends_to))

    def _exchange(
        self, status: int | None, trouble: str, content: bytes | bytearray = b"", sends_to: str = ""
    ) -> Exchange:
        return Exchange(
            at=self.now(),
            method=self.method,
            url=clean(self.url),
            status=status,
            seconds=(self._attempt_ended or perf_counter()) - self._attempt_begun,
            sent_bytes=len(self.body),
            received_bytes=len(content),
            attempt=self.attempt,
            trouble=trouble,
            sends_to=sends_to,
            request=self.body[:BODY],
            answer=bytes(content[:BODY]),
            token=self.credential.token,
            header=self.credential.header,
        )

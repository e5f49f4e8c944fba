"""A request that waits for its answer: shown on the screens, and logged attempt by attempt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter

from tui.api.http.auth import Credential
from tui.api.http.exchange import BODY, Exchange, Purpose
from tui.api.http.timeouts import Timeouts
from tui.model.secret import Secret
from tui.model.text import clean

PENDING = "hookboard.pending"
"""The httpx extension that carries the pending request to the transports."""


@dataclass(slots=True, eq=False)
class PendingRequest:
    """A request from its first attempt to its end.

    Each attempt is given to ``log`` when it has ended.
    """

    log: Callable[[Exchange], None] = field(repr=False)
    method: str
    url: str
    body: bytes = field(repr=False)
    credential: Credential
    timeouts: Timeouts
    now: Callable[[], datetime]
    purpose: Purpose = Purpose.READ
    secrets: tuple[Secret, ...] = ()
    """What to mask in the bodies, besides what their keys show to be secret."""
    attempt: int = 1
    is_arriving: bool = False
    """Whether the head of the answer has arrived."""
    started: float = field(default_factory=perf_counter)
    _attempt_started: float = field(default_factory=perf_counter)
    _status: int | None = None
    _trouble: str = ""
    _attempt_ended: float | None = None

    @property
    def seconds(self) -> float:
        """The seconds since the first attempt started."""
        return perf_counter() - self.started

    @property
    def limit(self) -> float | None:
        """The seconds after which the request is given up; ``None`` while that is not fixed.

        It is not fixed before there is a connection (which has a limit of its own), while an
        answer arrives, and after a retry.
        """
        connecting = self.seconds <= self.timeouts.connect
        if connecting or self.is_arriving or self.attempt > 1:
            return None
        return self.timeouts.read

    def start_attempt(self) -> None:
        """Log the attempt that failed before, if any, and start the next one."""
        if self._status is None and not self._trouble:
            return  # the first attempt starts with the request
        self._log_attempt(self._status, self._trouble)
        self.attempt += 1
        self.is_arriving = False
        self._attempt_started = perf_counter()
        self._status, self._trouble, self._attempt_ended = None, "", None

    def attempt_failed(self, status: int | None, trouble: str = "") -> None:
        """Remember how an attempt failed: it may be the last one, or be retried."""
        self._status, self._trouble, self._attempt_ended = status, trouble, perf_counter()

    def end(
        self,
        status: int | None,
        content: bytes | bytearray = b"",
        trouble: str = "",
        sends_to: str = "",
    ) -> None:
        """Log the last attempt, and with it the outcome of the request.

        Without a ``status`` the one of the last failed attempt is logged, if there was one.
        """
        self._log_attempt(self._status if status is None else status, trouble, content, sends_to)

    @property
    def exchange(self) -> Exchange:
        """The current attempt, as far as it has come."""
        return replace(self._exchange(None, ""), is_pending=True)

    def _log_attempt(
        self, status: int | None, trouble: str, content: bytes | bytearray = b"", sends_to: str = ""
    ) -> None:
        self.log(self._exchange(status, trouble, content, sends_to))

    def _exchange(
        self, status: int | None, trouble: str, content: bytes | bytearray = b"", sends_to: str = ""
    ) -> Exchange:
        return Exchange(
            at=self.now(),
            method=self.method,
            url=clean(self.url),
            status=status,
            seconds=(self._attempt_ended or perf_counter()) - self._attempt_started,
            sent_bytes=len(self.body),
            received_bytes=len(content),
            purpose=self.purpose,
            attempt=self.attempt,
            trouble=trouble,
            sends_to=sends_to,
            request=self.body[:BODY],
            answer=bytes(content[:BODY]),
            token=self.credential.token,
            secrets=self.secrets,
            header=self.credential.header,
        )

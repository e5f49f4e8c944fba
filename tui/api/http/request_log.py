"""What was sent in this run, and what came back: for the requests screen and the log."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from tui.api.http.auth import BEARER, Header
from tui.api.http.masking import mask
from tui.model.secret import Secret

if TYPE_CHECKING:
    from tui.api.http.pending_requests import UnderWay

KEPT = 500
"""Exchanges kept; the oldest go."""

BODY = 16 * 1024
"""Bytes of a body kept: pages of a list are ten times that."""

DEEPEST = 20
"""Levels of a body that is laid out for reading: each line begins with as many blanks twice."""

log = logging.getLogger("hookboard.requests")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it."""

    at: datetime
    method: str
    url: str
    status: int | None
    """``None`` when no answer came."""
    seconds: float
    sent_bytes: int
    received_bytes: int
    trouble: str = ""
    """Why no answer came, in words."""
    is_pending: bool = False
    """Whether its answer is still waited for."""
    attempt: int = 1
    """Which attempt of a request it was: reads are sent again where that may help."""
    sends_to: str = ""
    """Where a redirect wants to send us, fit to be shown."""
    request: bytes = field(default=b"", repr=False)
    answer: bytes = field(default=b"", repr=False)
    token: Secret | None = field(default=None, repr=False)
    header: Header = BEARER
    """How the token was sent."""

    @property
    def request_text(self) -> str:
        """The request's body, secrets masked."""
        return self._text(self.request, self.sent_bytes)

    @property
    def answer_text(self) -> str:
        """The answer's body, secrets masked."""
        return self._text(self.answer, self.received_bytes)

    def _text(self, body: bytes, size: int) -> str:
        text = body.decode(json.detect_encoding(body), "replace")
        if size <= len(body) and _depth(text) <= DEEPEST:
            with suppress(ValueError, RecursionError):
                text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        masked = mask(text, *((self.token,) if self.token else ()))
        return masked if size <= len(body) else f"{masked}\n… {size:,} bytes in all"


def _depth(text: str) -> int:
    """Return how deep JSON is nested, or more: brackets in its strings count too."""
    steps = ((one in "[{") - (one in "]}") for one in text)
    return max(accumulate(steps), default=0)


class Exchanges:
    """The exchanges of one server, newest last, and those that are under way."""

    def __init__(self) -> None:
        self.proxy = ""
        """The proxy that all of them go through, for people; empty for none."""
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self._under_way: dict[UnderWay, None] = {}
        self.on_busy: Callable[[bool], None] = lambda _: None
        """Told when the first request is under way, and when the last has ended."""

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def under_way(self) -> Collection[UnderWay]:
        """The requests whose answers are waited for, the oldest first."""
        return self._under_way.keys()

    def begin(self, one: UnderWay) -> None:
        """Have a request among those under way."""
        self._under_way[one] = None
        if len(self._under_way) == 1:
            self.on_busy(True)

    def end(self, one: UnderWay) -> None:
        """Have a request no longer among those under way."""
        del self._under_way[one]
        if not self._under_way:
            self.on_busy(False)

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange, and log it."""
        self._kept.append(exchange)
        log.info(
            "%s %s -> %s in %.0f ms, %d bytes out, %d in%s%s",
            exchange.method,
            exchange.url,
            exchange.status or "no answer",
            exchange.seconds * 1000,
            exchange.sent_bytes,
            exchange.received_bytes,
            f", attempt {exchange.attempt}" if exchange.attempt > 1 else "",
            f": {exchange.trouble}" if exchange.trouble else "",
        )
        if log.isEnabledFor(logging.DEBUG):
            for way, text in (("out", exchange.request_text), ("in", exchange.answer_text)):
                if text:
                    log.debug("%s: %s", way, text)

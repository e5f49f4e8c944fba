"""What was sent in this run, and what came back: for the requests screen and the log."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from tui.api.http.exchange import Exchange
from tui.api.http.pending_requests import UnderWay

KEPT = 500
"""Exchanges kept; the oldest go."""

log = logging.getLogger("hookboard.requests")


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

    @contextmanager
    def waiting_for(self, one: UnderWay) -> Iterator[None]:
        """Have a request among those under way as long as the context is open."""
        self._under_way[one] = None
        if len(self._under_way) == 1:
            self.on_busy(True)
        try:
            yield
        finally:
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

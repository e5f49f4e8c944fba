"""The requests of this run and their answers: for the requests screen and the log."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from tui.api.http.exchange import Exchange
from tui.api.http.pending_request import PendingRequest
from tui.api.http.request_count import note_request
from tui.model.log import log as program_log

KEPT = 500
"""The number of exchanges kept; older ones are dropped."""

log = program_log.getChild("requests")


class RequestLog:
    """The exchanges with one server, newest last, and the requests that wait for an answer."""

    def __init__(self) -> None:
        self.proxy = ""
        """The proxy that all requests go through, for people; empty for none."""
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self._pending: dict[PendingRequest, None] = {}
        self._watchers: list[Callable[[bool], None]] = []

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def pending(self) -> Collection[PendingRequest]:
        """The requests that wait for an answer, the oldest first."""
        return self._pending.keys()

    def watch(self, watcher: Callable[[bool], None]) -> Callable[[], None]:
        """Call ``watcher`` with true when the first request is pending, false after the last.

        Returns the function that stops this.
        """
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    @contextmanager
    def tracking(self, request: PendingRequest) -> Iterator[None]:
        """Count a request among the pending ones while the context is open."""
        self._pending[request] = None
        if len(self._pending) == 1:
            self._tell_watchers(True)
        try:
            yield
        finally:
            del self._pending[request]
            if not self._pending:
                self._tell_watchers(False)

    def _tell_watchers(self, any_pending: bool) -> None:
        for watcher in tuple(self._watchers):
            watcher(any_pending)

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange, and write it to the log."""
        self._kept.append(exchange)
        note_request()
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

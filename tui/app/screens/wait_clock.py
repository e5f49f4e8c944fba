"""Saying how long a server's answer is waited for: once a second, and only while it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.app import App

from tui.app.widgets.frame import TopLine

if TYPE_CHECKING:
    from tui.api.http.pending_requests import UnderWay
    from tui.api.http.request_log import Exchanges


class WaitClock:
    """Shows the wait in some top lines, for all requests to one server."""

    def __init__(
        self, app: App[int], exchanges: Exchanges, lines: Callable[[], Iterable[TopLine]]
    ) -> None:
        self._exchanges = exchanges
        self._lines = lines
        self._shown = False
        self._timer = app.set_interval(1, self._tick, pause=True)
        exchanges.on_busy = self._busy

    def stop(self) -> None:
        """Say nothing any more."""
        self._timer.stop()
        self._exchanges.on_busy = lambda _: None
        self._show("")

    def _busy(self, busy: bool) -> None:
        """Begin to count with the first request, and end with the last."""
        if busy:
            self._timer.reset()
            return
        self._timer.pause()
        if self._shown:
            self._show("")

    def _tick(self) -> None:
        oldest = next(iter(self._exchanges.under_way), None)
        self._show(wait_words(oldest) if oldest else "")

    def _show(self, words: str) -> None:
        self._shown = bool(words)
        for line in self._lines():
            line.show(wait=words)


def wait_words(one: UnderWay) -> str:
    """Say how long a request is waited for, and until when; nothing in its first second."""
    seconds = int(one.seconds)
    if not seconds:
        return ""
    if one.attempt > 1:
        return f"{seconds} s, attempt {one.attempt}"
    return f"{seconds} s" if one.limit is None else f"{seconds} of {one.limit:g} s"

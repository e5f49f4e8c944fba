"""The seconds that the user has waited for a server, shown once a second and only while waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.app import App

from tui.app.widgets.frame import TopLine
from tui.i18n import _

if TYPE_CHECKING:
    from tui.api.http.pending_request import PendingRequest
    from tui.api.http.request_log import RequestLog


class WaitClock:
    """Shows in top lines how long the requests to one server have been waiting."""

    def __init__(
        self, app: App[int], request_log: RequestLog, lines: Callable[[], Iterable[TopLine]]
    ) -> None:
        self._request_log = request_log
        self._lines = lines
        self._shown = False
        self._timer = app.set_interval(1, self._tick, pause=True)
        self._stop_watching = request_log.watch(self._pending_changed)

    def stop(self) -> None:
        """Stop counting, and clear what is shown."""
        self._timer.stop()
        self._stop_watching()
        self._show("")

    def _pending_changed(self, any_pending: bool) -> None:
        """Start to count with the first request, and stop after the last."""
        if any_pending:
            self._timer.reset()
            return
        self._timer.pause()
        if self._shown:
            self._show("")

    def _tick(self) -> None:
        oldest = next(iter(self._request_log.pending), None)
        self._show(wait_words(oldest) if oldest else "")

    def _show(self, words: str) -> None:
        self._shown = bool(words)
        for line in self._lines():
            line.show(wait=words)


def wait_words(request: PendingRequest) -> str:
    """Say how long a request has been waiting, and its limit; nothing in the first second."""
    seconds = int(request.seconds)
    if not seconds:
        return ""
    if request.attempt > 1:
        said = _("{seconds} s, attempt {attempt}")
        return said.format(seconds=seconds, attempt=request.attempt)
    if request.limit is None:
        return _("{seconds} s").format(seconds=seconds)
    return _("{seconds} of {limit} s").format(seconds=seconds, limit=f"{request.limit:g}")

"""How fast many requests are sent: as fast as they come, until the server refuses some."""

from __future__ import annotations

import asyncio
import time

FIRST = 0.1
"""Seconds between two requests after the first refusal."""

SLOWEST = 10.0
"""Seconds between two requests, at most."""

FASTER = 1.05, 0.25
"""What each answer makes of the requests in a second: so many times more, or so many more."""


class Pace:
    """Spaces requests out for all who send them, once a server refused one as one too many.

    Each refusal doubles the time between two requests, each answer shortens it a little: it
    settles near the rate that the server takes.
    """

    def __init__(self) -> None:
        self._between = 0.0
        self._next = 0.0
        self._slowed_at = 0.0

    @property
    def is_slowed(self) -> bool:
        """Whether requests are spaced out."""
        return self._between > 0

    async def turn(self) -> float:
        """Wait until one more request may be sent; return when that is, for its outcome."""
        while (now := time.monotonic()) < self._next:  # noqa: ASYNC110 (a refusal puts it off)
            await asyncio.sleep(self._next - now)
        self._next = now + self._between
        return now

    def answered(self, sent: float) -> None:
        """Take note that a request was answered."""
        if self._between and sent >= self._slowed_at:
            rate = 1 / self._between
            times, more = FASTER
            self._between = 1 / max(times * rate, rate + more)
            if self._between < FIRST / 100:
                self._between = 0.0

    def refused(self, sent: float, retry_after: float | None = None) -> None:
        """Take note that a request was refused; the server may have said for how long.

        What was sent before the last refusal came says nothing about the pace since.
        """
        now = time.monotonic()
        if sent >= self._slowed_at:
            self._between = min(max(2 * self._between, FIRST), SLOWEST)
            self._slowed_at = now
        self._next = max(self._next, now + max(self._between, retry_after or 0.0))

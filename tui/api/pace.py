"""The pace of many requests: unlimited until the server refuses some."""

from __future__ import annotations

import asyncio
import time

FIRST = 0.1
"""Seconds between two requests after the first refusal."""

SLOWEST = 10.0
"""Seconds between two requests, at most."""

REFUSALS = 12
"""Refusals of one request, at an ever slower pace, after which it counts as failed."""

LONGEST_WAIT = 600.0
"""Seconds of waiting that a server may ask for; longer than that ends the reading or the run."""

FASTER = 1.05, 0.25
"""Growth of the requests per second with each answer: a factor or a sum, whichever is more."""


class Pace:
    """Spaces out the requests of several tasks once the server refused one as too many.

    Each refusal doubles the time between two requests, each answer shortens it a little, so that
    it settles near the rate that the server accepts.
    """

    def __init__(self) -> None:
        self._between = 0.0
        self._next = 0.0
        self._slowed_at = 0.0

    @property
    def is_slowed(self) -> bool:
        """Whether requests are spaced out now."""
        return self._between > 0

    async def turn(self) -> float:
        """Wait until another request may be sent; return the time, to be passed on with its answer.

        The time is that of ``time.monotonic``.
        """
        while (now := time.monotonic()) < self._next:  # noqa: ASYNC110 (a refusal may postpone it)
            await asyncio.sleep(self._next - now)
        self._next = now + self._between
        return now

    def answered(self, sent: float) -> None:
        """Note that the request of that time was answered."""
        if self._between and sent >= self._slowed_at:
            rate = 1 / self._between
            times, more = FASTER
            self._between = 1 / max(times * rate, rate + more)
            if self._between < FIRST / 100:
                self._between = 0.0

    def refused(self, sent: float, retry_after: float | None = None) -> None:
        """Note that the request of that time was refused, and how many seconds to wait if known.

        A request sent before the last refusal says nothing about the pace since.
        """
        now = time.monotonic()
        if sent >= self._slowed_at:
            self._between = min(max(2 * self._between, FIRST), SLOWEST)
            self._slowed_at = now
        self._next = max(self._next, now + max(self._between, retry_after or 0.0))

"""Retries: which requests are sent again after which failures, and when."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from httpx_retries import Retry, RetryTransport

from tui.api.http.error_mapping import cause
from tui.api.http.pending_request import PENDING, PendingRequest
from tui.api.http.timeouts import Timeouts

RETRYABLE = "hookboard.retryable"
"""The httpx extension of a request that may be sent again."""

PACED = "hookboard.paced"
"""The httpx extension of a request whose sender slows down by itself: no retry for a refusal as
one too many."""

TOO_MANY = (429, 503)
"""The statuses with which a server, or a proxy, refuses more requests for now."""

RETRIED = (429, 502, 503, 504)
"""The statuses after which a read is sent again."""


RETRIES = 2
"""How often a read that failed is sent again, at most."""


class RetryReads(httpx.AsyncBaseTransport):
    """Retries reads, up to :data:`RETRIES` times; a write is sent once, and its outcome is read."""

    def __init__(self, inner: httpx.AsyncBaseTransport, timeouts: Timeouts) -> None:
        self._once = inner
        self._retrying = RetryTransport(
            transport=_Attempts(inner, timeouts.retry_wait), retry=_retry(timeouts, RETRIED)
        )
        self._paced = _retry(timeouts, [each for each in RETRIED if each not in TOO_MANY])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, again where that may help."""
        if request.extensions.get(PACED):
            request.extensions["retry"] = self._paced
        try:
            way = self._retrying if request.extensions.get(RETRYABLE) else self._once
            return await way.handle_async_request(request)
        except _WaitTooLong as too_long:
            return too_long.response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._once.aclose()


def _retry(timeouts: Timeouts, statuses: Iterable[int]) -> Retry:
    return Retry(
        total=RETRIES,
        allowed_methods=["GET", "POST"],
        status_forcelist=statuses,
        retry_on_exceptions=[httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError],
        backoff_factor=timeouts.retry_wait / 25,
        max_backoff_wait=timeouts.retry_wait,
        total_timeout=timeouts.retry_total,
    )


class _WaitTooLong(Exception):
    """Ends the retries: the server asks for a longer wait than a retry waits."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.response = response


class _Attempts(httpx.AsyncBaseTransport):
    """Notes each attempt, and gives ``Retry-After`` to httpx-retries in seconds.

    httpx-retries fails on dates beyond the calendar.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, longest: float) -> None:
        self._inner = inner
        self._longest = longest

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pending: PendingRequest = request.extensions[PENDING]
        pending.start_attempt()
        try:
            response = await self._inner.handle_async_request(request)
        except httpx.HTTPError as error:
            pending.attempt_failed(None, cause(error))
            raise
        if response.status_code in RETRIED:
            pending.attempt_failed(response.status_code)
        if "retry-after" in response.headers and response.status_code in TOO_MANY:
            seconds = retry_after(response.headers["retry-after"])
            if seconds is not None and seconds > self._longest:
                raise _WaitTooLong(response)
            response.headers["retry-after"] = str(math.ceil(seconds or 0))
        return response


def retry_after(header: str, now: datetime | None = None) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for: a number, or a date [RFC 9110].

    ``None`` for anything else, and for a date in the past.
    """
    text = header.strip()[:100]
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        seconds = (date - (now or datetime.now(UTC))).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return seconds if seconds > 0 else None

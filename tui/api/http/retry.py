"""Which requests are sent again when that may help, and when."""

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

REPEATABLE = "hookboard.repeatable"
"""The extension of a request that may be sent again."""


PACED = "hookboard.paced"
"""The extension of a request whose sender slows down by itself where it is refused as one too
many: that is not repeated."""

TOO_MANY = (429, 503)
"""The statuses of a server, or a proxy, that takes no more requests for now."""

REPEATED = (429, 502, 503, 504)
"""The statuses after which a read is sent again."""


class RetryReads(httpx.AsyncBaseTransport):
    """Repeats reads, and never a write: whether that took is found out by reading."""

    def __init__(self, inner: httpx.AsyncBaseTransport, timeouts: Timeouts) -> None:
        self._once = inner
        self._repeating = RetryTransport(
            transport=_Heeding(inner, timeouts.retry_wait), retry=_retry(timeouts, REPEATED)
        )
        self._in_turn = _retry(timeouts, [each for each in REPEATED if each not in TOO_MANY])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, if it may be repeated then up to three times."""
        if request.extensions.get(PACED):
            request.extensions["retry"] = self._in_turn
        try:
            way = self._repeating if request.extensions.get(REPEATABLE) else self._once
            return await way.handle_async_request(request)
        except _LaterThanWeWait as later:
            return later.response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._once.aclose()


def _retry(timeouts: Timeouts, statuses: Iterable[int]) -> Retry:
    return Retry(
        total=2,
        allowed_methods=["GET", "POST"],
        status_forcelist=statuses,
        retry_on_exceptions=[httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError],
        backoff_factor=timeouts.retry_wait / 25,
        max_backoff_wait=timeouts.retry_wait,
        total_timeout=timeouts.retry_total,
    )


class _LaterThanWeWait(Exception):
    """The way out of the repeats, with the answer as it came."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.response = response


class _Heeding(httpx.AsyncBaseTransport):
    """Tells of each attempt, and reads ``Retry-After`` for the repeats.

    These trip over dates beyond all calendars.
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
        if response.status_code in REPEATED:
            pending.attempt_failed(response.status_code)
        if "retry-after" in response.headers and response.status_code in TOO_MANY:
            seconds = retry_after(response.headers["retry-after"])
            if seconds is not None and seconds > self._longest:
                raise _LaterThanWeWait(response)
            response.headers["retry-after"] = str(math.ceil(seconds or 0))
        return response


def retry_after(header: str, now: datetime | None = None) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for: a number, or a date [RFC 9110].

    ``None`` for what is neither, or lies in the past.
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

"""Timeouts of requests to a server."""

from __future__ import annotations

from dataclasses import dataclass, replace

import httpx

from tui.model.timeout import TIMEOUT

CONNECT = 6.0
"""Seconds to wait for a connection, unless the profile's timeout is shorter."""

LIST_FACTOR = 4
"""Lists get this many times as long: a server may have to ask for each instance."""

EXTRA = 25.0
"""Seconds that a request gets beyond one read timeout: to send, to retry, to receive."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """The timeouts of a request, in seconds."""

    connect: float = CONNECT
    """For a connection."""
    read: float = TIMEOUT
    """Between two bytes, in either direction."""
    total: float = TIMEOUT + EXTRA
    """For one request with its retries, from the first byte out to the last byte in."""
    retry_total: float = 15.0
    """Between the retries of one read, all together."""
    retry_wait: float = 10.0
    """Before one retry. A server that asks for a longer wait gets no retry: the user is told."""

    @classmethod
    def of(cls, timeout: float) -> Timeouts:
        """Return the timeouts for a profile's ``timeout``, in seconds."""
        return cls(connect=min(CONNECT, timeout), read=timeout, total=timeout + EXTRA)

    @property
    def for_list(self) -> Timeouts:
        """The timeouts for a list of instances, or a page of one."""
        return replace(self, read=LIST_FACTOR * self.read, total=LIST_FACTOR * self.total)

    @property
    def for_httpx(self) -> httpx.Timeout:
        """The timeouts of httpx for the steps of a request."""
        return httpx.Timeout(self.read, connect=self.connect, pool=self.total / 2)


TIMEOUTS = Timeouts()

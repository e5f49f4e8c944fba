"""How long a server is waited for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import httpx

from tui.model.timeout import TIMEOUT

CONNECT = 6.0
"""Seconds for a connection, where a profile does not give a server less to answer."""

LISTS = 4
"""How many times longer a list is waited for: a server may have to ask for each instance."""

BESIDES = 25.0
"""Seconds for a request beyond one silence: to send it, to repeat it, to receive the answer."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for what, in seconds."""

    connect: float = CONNECT
    """For a connection."""
    silence: float = TIMEOUT
    """Between two bytes, either way."""
    deadline: float = TIMEOUT + BESIDES
    """For one request with its repeats, from the first byte out to the last byte in."""
    pauses: float = 15.0
    """Between the repeats of one read, all together."""
    pause: float = 10.0
    """Before one repeat. A server that asks for more is not asked again: it is said."""

    @classmethod
    def of(cls, timeout: float) -> Patience:
        """Return the patience of a profile that gives a server so long to answer."""
        return cls(connect=min(CONNECT, timeout), silence=timeout, deadline=timeout + BESIDES)

    @property
    def for_list(self) -> Patience:
        """The patience with a list of instances, or a page of one."""
        return replace(self, silence=LISTS * self.silence, deadline=LISTS * self.deadline)

    @property
    def timeout(self) -> httpx.Timeout:
        """What the client waits for each step of a request."""
        return httpx.Timeout(self.silence, connect=self.connect, pool=self.deadline / 2)


PATIENCE = Patience()

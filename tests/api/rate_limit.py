"""A proxy that limits the requests per second to a server."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass
class Rate:
    """Refuses requests for some addresses beyond a rate, like a token bucket.

    The bucket is filled again from the first refusal on: a busy machine, whose requests come
    slowly, meets the limit too.
    """

    app: ASGIApp
    rate: float = 100.0
    """Requests per second."""
    burst: float = 20.0
    """Requests at once after a pause."""
    status: int = 503
    part: str = "/webhook"
    """The part of the addresses that the limit holds for."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The headers of a refusal."""
    passed: list[str] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    """The times of the refusals, by ``time.monotonic``."""
    arrived: list[float] = field(default_factory=list)
    """The times of the requests, by ``time.monotonic``."""
    _tokens: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._tokens, self._at = self.burst, time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self.part not in scope["path"]:
            return await self.app(scope, receive, send)
        now = time.monotonic()
        self.arrived.append(now)
        if self.refused:
            self._tokens = min(self._tokens + (now - self._at) * self.rate, self.burst)
        self._at = now
        if self._tokens < 1:
            self.refused.append(now)
            answer = JSONResponse({"message": "slow down"}, self.status, dict(self.headers))
            return await answer(scope, receive, send)
        self._tokens -= 1
        self.passed.append(scope["path"].rpartition("/")[2])
        await self.app(scope, receive, send)

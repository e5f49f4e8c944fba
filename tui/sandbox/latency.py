"""A server that takes its time."""

from __future__ import annotations

import asyncio
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send


class Slow(Protocol):
    """What has a ``latency``, in seconds, which may be changed at any time."""

    latency: float


class Latency:
    """Holds every request back for the sandbox's latency, and no other meanwhile."""

    def __init__(self, app: ASGIApp, sandbox: Slow) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer after a while."""
        if self._sandbox.latency:
            await asyncio.sleep(self._sandbox.latency)
        await self._app(scope, receive, send)

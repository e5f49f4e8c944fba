"""Delayed answers, to try slow servers."""

from __future__ import annotations

import asyncio
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Slow(Protocol):
    """An object with a ``latency`` in seconds, which may change at any time."""

    latency: float


class Latency:
    """Middleware that delays every answer by the sandbox's latency, counted from its request.

    The request itself is carried out at once, and other requests do not wait.
    """

    def __init__(self, app: ASGIApp, sandbox: Slow) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer after the latency."""
        now = asyncio.get_running_loop().time
        due = now() + self._sandbox.latency

        async def send_when_due(message: Message) -> None:
            if (left := due - now()) > 0:
                await asyncio.sleep(left)
            await send(message)

        await self._app(scope, receive, send_when_due)

"""A server that takes its time."""

from __future__ import annotations

import asyncio
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Slow(Protocol):
    """What has a ``latency``, in seconds, which may be changed at any time."""

    latency: float


class Latency:
    """Holds every answer back for the sandbox's latency, counted from its request.

    What a request does is done at once, and nothing else waits meanwhile.
    """

    def __init__(self, app: ASGIApp, sandbox: Slow) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer when it is time."""
        now = asyncio.get_running_loop().time
        due = now() + self._sandbox.latency

        async def send_when_due(message: Message) -> None:
            if (left := due - now()) > 0:
                await asyncio.sleep(left)
            await send(message)

        await self._app(scope, receive, send_when_due)

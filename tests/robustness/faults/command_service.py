"""A server for commands: a sandbox on a socket whose faults a test switches on and off.

Commands own the main thread with its event loop and signals, so the server has another thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from tests.app.support import Cable
from tests.cli.support import Server
from tests.robustness.faults.faults import Fault
from tests.robustness.faults.person import failing
from tests.robustness.faults.service import Service, serving
from tui.api.http.timeouts import TIMEOUTS, Timeouts
from tui.sandbox.any_sandbox import AnySandbox

T = TypeVar("T")


@dataclass
class CommandService:
    """A service in a thread of its own, and what tests do with it from theirs."""

    sandbox: AnySandbox
    service: Service
    _loop: asyncio.AbstractEventLoop

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work in the thread of the service, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    @contextmanager
    def entered(self, block: AbstractAsyncContextManager[object]) -> Iterator[None]:
        """Enter a block in the thread of the service."""
        self.do(_enter(block))
        try:
            yield
        finally:
            self.do(_leave(block))

    @contextmanager
    def failing(self, fault: Fault, request: str, *, carries_out: bool = False) -> Iterator[None]:
        """Meet requests with a fault: those that begin with ``request``, such as ``PUT``."""
        with self.entered(failing(self.service, fault, request, carries_out=carries_out)):
            yield

    def writes(self) -> list[bytes]:
        """Return the requests that write."""
        reads = (b"GET", b"POST /api/v2/business")
        return [one for one in self.service.requests if not one.startswith(reads)]


async def _enter(block: AbstractAsyncContextManager[object]) -> None:
    await block.__aenter__()


async def _leave(block: AbstractAsyncContextManager[object]) -> None:
    await block.__aexit__(None, None, None)


@contextmanager
def command_service(
    sandbox: AnySandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CommandService]:
    """Serve a sandbox from a thread; the environment tells of it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="service")
    thread.start()
    shop = CommandService(sandbox, Service(Cable(sandbox.app)), loop)
    try:
        with shop.entered(serving(shop.service)):
            for name, value in Server(sandbox, shop.service.url).variables.items():
                monkeypatch.setenv(name, value)
            yield shop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def waits_only(monkeypatch: pytest.MonkeyPatch, timeouts: Timeouts = TIMEOUTS) -> None:
    """Have commands wait so long for a server, whatever is configured."""
    monkeypatch.setattr(Timeouts, "of", lambda _timeout: timeouts)

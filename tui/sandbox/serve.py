"""Serves a sandbox on a TCP port."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import selectors
import socket
import sys
import threading
from collections.abc import Callable, Iterator

import uvicorn

from tui.sandbox.any_sandbox import AnySandbox

_GRACE = 1
"""Seconds that open requests get to finish when the server ends."""


def print_access(sandbox: AnySandbox, url: str) -> None:
    """Print address, kind, business and token, for a client."""
    lines = (
        ("URL", url),
        ("Kind", sandbox.kind),
        ("Business", sandbox.business_id),
        ("Token", sandbox.token),
    )
    sys.stdout.write("".join(f"{name:<9} {value}\n" for name, value in lines if value))
    sys.stdout.flush()


def serve(
    sandbox: AnySandbox,
    *,
    host: str = "127.0.0.1",
    port: int = 8084,
    announce: Callable[[AnySandbox, str], None] = print_access,
) -> None:
    """Serve until ctrl+c, then return; port 0 takes any free one.

    ``announce`` is called with the URL once connections are accepted. Raises ``OSError`` when
    the address is in use, ``OverflowError`` for a port over 65535.
    """
    with _listen(host, port) as listener:
        server = _Server(sandbox, lambda: announce(sandbox, _url(listener)))
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after a clean end
            server.run(sockets=[listener])


@contextlib.contextmanager
def running(sandbox: AnySandbox, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve from a thread inside the ``with`` block, and yield the URL. Raises as :func:`serve`."""
    ready = threading.Event()
    with _listen(host, port) as listener:
        server = _Server(sandbox, ready.set)

        def run() -> None:
            try:
                server.run(sockets=[listener])
            finally:
                ready.set()  # do not wait for a server that failed

        thread = threading.Thread(target=run, name="sandbox", daemon=True)
        thread.start()
        try:
            ready.wait()
            yield _url(listener)
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """A uvicorn server that logs nothing and reports when it accepts connections."""

    def __init__(self, sandbox: AnySandbox, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                sandbox.app,
                loop=f"{__name__}:_precise_event_loop",
                lifespan="off",
                ws="none",
                access_log=False,
                log_config=None,
                # It would log an error for requests that are cut off at the end.
                log_level=logging.CRITICAL,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


def _precise_event_loop() -> asyncio.AbstractEventLoop:
    """Make an event loop that waits exactly; epoll would round up to whole milliseconds."""
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    # Accepted sockets inherit it; asyncio does not set it on them. Without it the body of every
    # answer but a connection's first would wait 40 ms for the acknowledgement of its head.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

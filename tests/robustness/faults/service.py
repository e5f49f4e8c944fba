"""A sandbox on a socket with faults that a test switches on and off."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from tests.api.faulty_server import Talk, read_request
from tests.app.support import Cable

Tamper = Callable[[bytes], bytes]


@dataclass
class Service:
    """The server at the profile's address."""

    cable: Cable
    """The wire to the sandbox, with the requests that were carried out."""
    scheme: str = "http"
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    port: int = 0
    method: str = ""
    """The method whose requests meet ``talk`` or ``tamper``; others are carried out."""
    talk: Talk | None = None
    """The talk that answers instead of the sandbox."""
    spared: int = 0
    """How many requests of the method are carried out before the first that meets the fault."""
    carries_out: bool = False
    """Whether the sandbox gets the request too, and its answer is lost."""
    tamper: Tamper | None = None
    """Changes the body of the sandbox's answer."""
    on_connection: Talk | None = None
    """A fault of every connection before anything is read."""
    requests: list[bytes] = field(default_factory=list)
    """Head and body of all requests, answered or not."""
    connections: int = 0
    _server: asyncio.Server | None = None
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    async def listen(self) -> None:
        """Accept connections, on the same port as before."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._server = await asyncio.start_server(self._accept, sock=listener, ssl=self.tls)

    async def hang_up(self) -> None:
        """Accept no more connections, and drop the open ones."""
        assert self._server is not None
        self._server.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._server = None

    def heal(self) -> None:
        """Switch off all faults."""
        self.method, self.talk, self.tamper, self.on_connection = "", None, None, None
        self.carries_out = False
        self.spared = 0

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await (self.on_connection or self._serve)(reader, writer)
                await writer.drain()
        finally:
            self._running.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        self.requests.append(request)
        if self.talk is None or not request.startswith(self.method.encode()):
            writer.write(await self._answer(request))
            return
        if self.spared:
            self.spared -= 1
            writer.write(await self._answer(request))
            return
        if self.carries_out:
            await self._answer(request)
        await self.talk(reader, writer)

    async def _answer(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        headers = [
            (name, value.strip()) for name, _, value in (one.partition(":") for one in lines)
        ]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.cable)) as client:
            answer = await client.request(
                method, f"http://sandbox.test{path}", content=body, headers=headers
            )
        content = answer.content
        if self.tamper and method == self.method:
            content = self.tamper(content)
        status = f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}\r\n"
        kind = f"content-type: {answer.headers.get('content-type', '')}\r\n"
        end = f"content-length: {len(content)}\r\nconnection: close\r\n\r\n"
        return (status + kind + end).encode() + content


@asynccontextmanager
async def serving(service: Service) -> AsyncIterator[Service]:
    """Run a service until the end of the block."""
    await service.listen()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(service.hang_up)
        yield service

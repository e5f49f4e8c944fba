"""A TCP server with faults that tests choose byte by byte."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""The server's part of a connection, after it has read the request."""


@dataclass
class Faulty:
    """A running server."""

    url: str
    requests: list[bytes] = field(default_factory=list)
    """Head and body of each complete request."""
    connections: int = 0
    all_closed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while no connection is open, after the first one."""
    _open: int = 0


def saying(status: str, body: bytes = b"", *headers: str) -> Talk:
    """Return a talk that sends one whole response."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", "")
        writer.write("\r\n".join(head).encode() + body)

    return talk


def raw(content: bytes) -> Talk:
    """Return a talk that sends these bytes."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(content)

    return talk


async def stall(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Answer nothing until the client disconnects."""
    await reader.read()


async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send an endless answer."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[")
    while True:
        writer.write(b'"x",' * 16_384)
        await writer.drain()


@asynccontextmanager
async def faulty(*talks: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[Faulty]:
    """Serve on loopback; the nth connection gets the nth talk, later ones the last talk."""
    scheme = "https" if tls else "http"
    listener = socket.create_server(("127.0.0.1", 0))
    server = Faulty(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = talks[min(server.connections, len(talks) - 1)]
        server.connections += 1
        server._open += 1
        server.all_closed.clear()
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            server.requests.append(await read_request(reader))
            await talk(reader, writer)
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        server._open -= 1
        if not server._open:
            server.all_closed.set()

    async with await asyncio.start_server(accept, sock=listener, ssl=tls):
        yield server
        if server.connections:
            await server.all_closed.wait()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Read a request, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    ]
    return head + await reader.readexactly(sum(lengths))


def unused_url() -> str:
    """Return an address on this machine with a closed port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"

"""All faults of a server or its connection that are tried with every operation."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

from tests.api.faulty_server import Talk, flood, raw, saying, stall
from tests.robustness.faults.service import Service

Line = Callable[[Service], AbstractAsyncContextManager[None]]
JSON = "content-type: application/json"
HTML = "content-type: text/html; charset=utf-8"
HALF_A_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: appli"
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n"
HALF_A_BODY = HEAD + b'{"BusinessPage": {"records": ['
LOST = "was lost before the answer"
LATE = "did not answer in time"
NO_JSON = "with something that is not JSON"
NO_HTTP = "with something that is not HTTP"
TOO_LONG = "and was cut off"
WORDS = "the words of the server"


@dataclass(frozen=True)
class Fault:
    """One fault, and the words that the user must see."""

    name: str
    says: str
    """A part of the error message for every operation."""
    talk: Talk | None = None
    """The server's part of a connection."""
    line: Line | None = None
    """A fault of the whole connection instead."""
    waits: bool = False
    """Whether only a timeout ends it."""
    silent: bool = False
    """Whether it is a 2xx that says nothing of the webhook: a save reads again, and has no
    fault to speak of."""
    also: tuple[str, ...] = ()
    """Other parts of the message: what to do, or the server's words."""


# the connection


@asynccontextmanager
async def refused(service: Service) -> AsyncIterator[None]:
    await service.hang_up()
    yield
    await service.listen()


@asynccontextmanager
async def never_accepted(service: Service) -> AsyncIterator[None]:
    """Fill the queue of a socket that never accepts: the kernel drops further connections."""
    await service.hang_up()
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", service.port))
        listener.listen(0)
        queued = [socket.socket() for _ in range(4)]
        for one in queued:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", service.port))
        yield
        for one in queued:
            one.close()
    await service.listen()


@asynccontextmanager
async def reset_at_once(service: Service) -> AsyncIterator[None]:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _reset(writer)

    service.on_connection = talk
    yield
    service.heal()


LINES = (
    Fault("refused", "could not be reached: connection refused", line=refused),
    Fault("no route in time", "did not accept the connection in time", line=never_accepted,
          waits=True),
    Fault("reset at once", LOST, line=reset_at_once),
)  # fmt: skip

# the exchange


def then_stall(content: bytes) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await stall(reader, writer)

    return talk


def then_reset(content: bytes) -> Talk:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()
        _reset(writer)

    return talk


def byte_by_byte(content: bytes) -> Talk:
    """Send a byte now and then, without end."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in content:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.02)

    return talk


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST: the client gets an error instead of an end."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


STALLS = (
    Fault("stall before the head", LATE, then_stall(b""), waits=True),
    Fault("stall in the head", LATE, then_stall(HALF_A_HEAD), waits=True),
    Fault("stall in the body", LATE, then_stall(HALF_A_BODY), waits=True),
    Fault("byte by byte", LATE, byte_by_byte(HEAD + b" " * 100), waits=True),
)
BREAKS = (
    Fault("reset before the head", LOST, then_reset(b"")),
    Fault("reset in the head", LOST, then_reset(HALF_A_HEAD)),
    Fault("reset in the body", LOST, then_reset(HALF_A_BODY)),
    Fault("closed before the head", LOST, raw(b"")),
    Fault("closed in the head", LOST, raw(HALF_A_HEAD)),
    Fault("closed in the body", LOST, raw(HALF_A_BODY)),
    Fault(
        "another protocol", "with something that is not HTTP", raw(b"SSH-2.0-OpenSSH_9.7\r\n\r\n")
    ),
)

# the body


def large(status: str, size: int, *headers: str, piece: bytes = b'{"a": 1}, ') -> Talk:
    """Send a JSON array of about ``size`` bytes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        block = piece * 4096
        blocks = size // len(block)
        length = len(b"[1]") + blocks * len(block)
        head = (f"HTTP/1.1 {status}", f"content-length: {length}", *headers, "", "")
        writer.write("\r\n".join(head).encode() + b"[")
        for _ in range(blocks):
            writer.write(block)
            await writer.drain()
        writer.write(b"1]")

    return talk


async def endless_head(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-more: and more\r\n" * 500)
        await writer.drain()


def _ok(body: bytes, *headers: str) -> Talk:
    return saying("200 OK", body, *(headers or (JSON,)))


LATIN = '{"name": "ação"}'.encode("latin-1")
BODIES = (
    Fault("7 MB of small values", "more than 250,000 values", large("200 OK", 7_000_000, JSON)),
    Fault("100 MB", TOO_LONG, large("200 OK", 100_000_000, JSON)),
    Fault("endless", TOO_LONG, flood),
    Fault("gzip that unpacks to 100 MB", TOO_LONG,
          _ok(gzip.compress(bytes(100_000_000), 1), JSON, "content-encoding: gzip")),
    Fault("7 MB of JSON", "but with no ",
          large("200 OK", 7_000_000, JSON, piece=b'"' + b"a" * 96 + b'", '), silent=True),
    Fault("500 with 30 MB", "answered 500", large("500 Oh", 30_000_000, JSON)),
    Fault("endless head", NO_HTTP, endless_head),
    Fault("bad gzip", "cannot be unpacked", _ok(b"no gzip", JSON, "content-encoding: gzip")),
    Fault("wrong charset", NO_JSON, _ok(LATIN, JSON + "; charset=utf-8")),
    Fault("unknown charset", NO_JSON, _ok(LATIN, JSON + "; charset=klingon")),
    Fault("HTML", NO_JSON, _ok(b"<title>Welcome to nginx!</title>", HTML), also=("Welcome to",)),
    Fault("truncated JSON", NO_JSON, _ok(b'{"BusinessPage": {"records": [{"name": "lo')),
    Fault("empty", "but with no ", _ok(b""), silent=True),
    Fault("null", "but with no ", _ok(b"null"), silent=True),
    Fault("a key twice", "gave two values for “name”", _ok(b'{"name": "a", "name": "b"}')),
    Fault("nested too deep", NO_JSON, _ok(b"[" * 100_000)),
)  # fmt: skip

# the status


_ODD = {100: LOST, 101: NO_HTTP, 103: LOST}
"""Informational answers without a final one, and an unrequested switch of protocols."""


def _status(number: int, body: bool) -> Fault:
    status = f"{number} {'Odd' if number not in list(HTTPStatus) else HTTPStatus(number).phrase}"
    content = json.dumps({"statusCode": number, "message": [WORDS]}).encode() if body else b""
    more = (JSON,) if body else ()
    if 300 <= number < 400:
        more = (*more, "location: /elsewhere")
    return Fault(
        f"{number} with a body" if body else f"{number}",
        _ODD.get(number) or ("but with no " if 200 <= number < 300 else f"answered {number}"),
        saying(status, content, *more),
        silent=200 <= number < 300,
        also=(WORDS,) if body and number >= 400 else (),
    )


_NUMBERS = {
    "1xx": (100, 101, 103),
    "2xx": (200, 201, 202, 204, 206),
    "3xx": (300, 304),
    "4xx": (400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 451),
    "5xx": (500, 501, 502, 503, 504, 511, 599),
}
MOMENT = b"<html><title>Just a moment...</title></html>"
CHALLENGES = (
    Fault("challenge of a CDN", "with a check for browsers",
          saying("403 Forbidden", MOMENT, HTML, "cf-mitigated: challenge"),
          also=("Just a moment...", "the token is not the reason")),
    Fault("challenge without its header", "with a check for browsers",
          saying("503 Unavailable", MOMENT, HTML)),
)  # fmt: skip
STATUSES = {
    family: tuple(_status(number, body) for number in numbers for body in (False, True))
    for family, numbers in _NUMBERS.items()
}


def _later(number: int, kind: str, header: str, to_do: str) -> Fault:
    talk = saying(f"{number} Later", b"", f"retry-after: {header}")
    return Fault(f"{number}, Retry-After {kind}", f"answered {number}", talk, also=(to_do,))


_IN_AN_HOUR = format_datetime(datetime.now(UTC) + timedelta(minutes=90), usegmt=True)
_ASKS = (
    ("in seconds", "90", "It asks to wait 1 min"),
    ("as a date", _IN_AN_HOUR, "It asks to wait 1 h"),
    ("0", "0", "ry again"),
    ("negative", "-5", "ry again"),
    ("of the past", "Wed, 21 Oct 2015 07:28:00 GMT", "ry again"),
    ("absurd", "9" * 400, "longer than makes sense"),
    ("beyond calendars", "Wed, 21 Oct 2015 07:28:00 +99999999999999", "ry again"),
    ("in words", "soon", "ry again"),
)
RETRY_AFTER = tuple(_later(number, *ask) for number in (429, 503) for ask in _ASKS)

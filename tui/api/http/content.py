"""The content of an answer: unpacked, and bounded while it arrives."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx

PIECE = 256 * 1024
"""Bytes unpacked at once, in about a millisecond."""

_WINDOW = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_RAW_DEFLATE = -zlib.MAX_WBITS
"""What many servers send as ``deflate``, without the header that the standard asks for."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of an answer is taken."""

    size: int
    """Bytes, unpacked; as many may arrive packed."""
    values: int
    """Values of JSON. Each takes up to 120 bytes of memory, of which two may have been sent."""


ANSWER = Bounds(8 * 2**20, 250_000)
"""For everything but a list in one piece."""

LIST = Bounds(48 * 2**20, 1_000_000)
"""For a list in one piece: an instance is up to 2 KB and some 60 values (recorded)."""

MAX_ERROR = 256 * 1024
"""Bytes read of an answer that is no 2xx: for the sentence in it."""


class TooLarge(Exception):
    """An answer is beyond its bounds; the text says how: "sent more than 8 MB"."""


class UnsupportedEncoding(Exception):
    """An answer is packed in a way that is not taken; the text says in which."""


async def read_content(response: httpx.Response, bounds: Bounds) -> bytearray:
    """Return the unpacked content of an answer.

    Of an error answer only the first :data:`MAX_ERROR` bytes are returned, and nothing where they
    cannot be decoded: its status is enough. Raises :class:`TooLarge`,
    :class:`UnsupportedEncoding` and what httpx raises for a broken connection.
    """
    content = bytearray()
    values = 0
    try:
        async for piece in _unpacked(response, bounds.size):
            content += piece
            if not response.is_success and len(content) > MAX_ERROR:
                del content[MAX_ERROR:]
                break
            if len(content) > bounds.size:
                raise TooLarge(_more_than(bounds.size))
            values += count_values(piece)
            if values > bounds.values:
                raise TooLarge(f"sent more than {bounds.values:,} values")
    except (UnsupportedEncoding, httpx.DecodingError):
        if response.is_success:
            raise
        return bytearray()
    return content


def count_values(json: bytes | bytearray) -> int:
    """Count the values in JSON, a few too many: commas in strings count too."""
    return len(json) - len(json.translate(None, b",[{"))


async def _unpacked(response: httpx.Response, most: int) -> AsyncIterator[bytes]:
    """Yield the content in pieces of :data:`PIECE` bytes at most, with time for keys between."""
    unpacker = _unpacker(response.headers)
    received = 0
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        received += len(chunk)
        if received > most:
            raise TooLarge(_more_than(most))
        for piece in unpacker.unpack(chunk):
            yield piece
            if len(piece) == PIECE:  # there is more in this chunk; else the next one is waited for
                await asyncio.sleep(0)
    unpacker.finish()


def _unpacker(headers: httpx.Headers) -> _Plain | _Zlib:
    """Return what unpacks the content. Layers are refused: each multiplies a bomb by a thousand."""
    names = headers.get_list("content-encoding", split_commas=True)
    packings = [name for name in names if name.lower() not in ("", "identity")]
    match packings:
        case []:
            return _Plain()
        case [name] if name.lower() in _WINDOW:
            return _Zlib(name.lower())
        case _:
            raise UnsupportedEncoding(", ".join(packings))


class _Plain:
    """Content that is not packed."""

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def finish(self) -> None:
        pass


class _Zlib:
    """Content packed once, unpacked a piece at a time: each byte may become a thousand."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._zlib = zlib.decompressobj(_WINDOW[name])
        self._begun = False

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        while chunk and not self._zlib.eof:
            piece = self._next(chunk)
            chunk = self._zlib.unconsumed_tail
            self._begun = True
            yield piece

    def finish(self) -> None:
        if self._begun and not self._zlib.eof:
            raise httpx.DecodingError("the packed content ends too early")

    def _next(self, chunk: bytes) -> bytes:
        try:
            return self._zlib.decompress(chunk, PIECE)
        except zlib.error as error:
            if self._begun or self._name != "deflate":
                raise httpx.DecodingError(str(error)) from None
        self._name, self._zlib = "raw deflate", zlib.decompressobj(_RAW_DEFLATE)
        return self._next(chunk)


def _more_than(size: int) -> str:
    return f"sent more than {size // 2**20} MB"

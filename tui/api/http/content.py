"""The content of an answer: decompressed, and limited in size while it arrives."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx

from tui.i18n import _, number

PIECE = 256 * 1024
"""Bytes decompressed at once, in about a millisecond."""

_WINDOW = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_RAW_DEFLATE = -zlib.MAX_WBITS
"""The format that many servers send as ``deflate``: without the header of the standard."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest answer that is accepted."""

    size: int
    """Bytes, both as they arrive and decompressed."""
    values: int
    """Values of JSON: one takes up to 120 bytes of memory for two bytes received."""


ANSWER = Bounds(8 * 2**20, 250_000)
"""The bounds of everything but a whole list."""

LIST = Bounds(48 * 2**20, 1_000_000)
"""The bounds of a whole list: an instance is up to 2 KB and some 60 values (recorded)."""

MAX_ERROR = 256 * 1024
"""Bytes read of an error answer, for the sentence in it."""


class TooLarge(Exception):
    """An answer is beyond its bounds; the text says how much came: "more than 8 MB"."""


class UnsupportedEncoding(Exception):
    """An answer has a ``Content-Encoding`` that is not supported; the text is the encoding."""


async def read_content(response: httpx.Response, bounds: Bounds) -> bytearray:
    """Return the decompressed content of an answer.

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
                amount = _("more than {count} values")
                raise TooLarge(amount.format(count=number(bounds.values)))
    except (UnsupportedEncoding, httpx.DecodingError):
        if response.is_success:
            raise
        return bytearray()
    return content


def count_values(json: bytes | bytearray) -> int:
    """Count the values in JSON, roughly: commas in strings count too."""
    return len(json) - len(json.translate(None, b",[{"))


async def _unpacked(response: httpx.Response, most: int) -> AsyncIterator[bytes]:
    """Yield the content in pieces of at most :data:`PIECE` bytes; between two, keys are handled."""
    unpacker = _unpacker(response.headers)
    received = 0
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        received += len(chunk)
        if received > most:
            raise TooLarge(_more_than(most))
        for piece in unpacker.unpack(chunk):
            yield piece
            if len(piece) == PIECE:  # this chunk has more; else waiting for the next yields
                await asyncio.sleep(0)
    unpacker.finish()


def _unpacker(headers: httpx.Headers) -> _Plain | _Zlib:
    """Return the decoder. Two encodings are refused: each can multiply the size by a thousand."""
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
    """Passes on content without an encoding."""

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def finish(self) -> None:
        pass


class _Zlib:
    """Decompresses content piece by piece: each byte may become a thousand."""

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
    return _("more than {size} MB").format(size=number(size // 2**20))

"""The JSON of an answer, decoded without holding up a key or filling the memory.

Decoding is one call in C that lets nobody else run. A long list is therefore decoded record
by record, in a thread, from a window of text: only a part of it is ever there as text.
"""

from __future__ import annotations

import asyncio
import codecs
import json
import re
from typing import Any

from tui.api.http.content import ANSWER, TooLarge, count_values

AT_ONCE = 256 * 1024
"""Bytes decoded right away, in some 2 ms; what is longer is decoded in a thread."""

WINDOW = 256 * 1024
"""Bytes by which the window grows."""

MAX_RECORDS = 100_000
"""Records of a list: a server with as many instances does not list them in one piece."""

MAX_RECORD = 1024 * 1024
"""Characters of one record; those of an instance are up to 2 KB (recorded)."""

MAX_WEIGHT = 100 * 2**20
"""Bytes of memory that a list may take, roughly: see :func:`_weight`."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_NEAR = 32
"""Characters before the end of a window that may be a part of something longer."""


class DuplicateKey(Exception):
    """An object has one key twice, with two values; the text is the key, as it came."""


async def decode(content: bytearray) -> Any:
    """Return what JSON says.

    Raises ``ValueError`` or ``RecursionError`` where it is none, :class:`DuplicateKey`, and
    :class:`tui.api.http.content.TooLarge`.
    """
    if len(content) <= AT_ONCE:
        return _decode(content)
    if _Window(content).mark() == "[":
        return await asyncio.to_thread(_decode_list, content)
    if len(content) > ANSWER.size or count_values(content) > ANSWER.values:
        raise TooLarge(f"sent more than {ANSWER.size // 2**20} MB")
    return await asyncio.to_thread(_decode, content)


def _decode(content: bytearray) -> Any:
    return json.loads(content, object_pairs_hook=_said_once)


def _decode_list(content: bytearray) -> list[Any]:
    """Decode a list record by record: between two of them other threads have their turn."""
    window = _Window(content)
    records: list[Any] = []
    weight = 0
    window.take()  # the bracket
    more = window.mark() != "]"
    while more:
        record, text = window.value()
        records.append(record)
        weight += _weight(text)
        if len(records) > MAX_RECORDS:
            raise TooLarge(f"sent a list of more than {MAX_RECORDS:,} records")
        if weight > MAX_WEIGHT:
            raise TooLarge(f"sent a list that takes more than {MAX_WEIGHT // 2**20} MB of memory")
        more = window.mark() == ","
        if more:
            window.take()
    if window.take() != "]" or window.mark():
        raise ValueError("not one list")
    return records


def _weight(text: str) -> int:
    """Estimate the bytes of memory that decoded JSON takes.

    One character beyond the common ones makes four bytes of each in its string.
    """
    values = text.count(",") + text.count("[") + text.count("{")
    plain = text.isascii() and "\\u" not in text
    return len(text) * (1 if plain else 4) + 64 * values


class _Window:
    """The part of a JSON text that is being decoded."""

    def __init__(self, content: bytearray) -> None:
        encoding = json.detect_encoding(bytes(content[:4]))
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._json = json.JSONDecoder(object_pairs_hook=_said_once)
        self._content = memoryview(content)
        self._read = 0
        self._text = ""
        self._at = 0

    def mark(self) -> str:
        """Return the next character that is not blank, ``""`` at the end."""
        while True:
            self._at = _end_of_blanks(self._text, self._at)
            if self._at < len(self._text) or not self._grow():
                return self._text[self._at : self._at + 1]

    def take(self) -> str:
        """Return that character, and go on behind it."""
        mark = self.mark()
        self._at += 1
        return mark

    def value(self) -> tuple[Any, str]:
        """Decode the next value; return it with its text."""
        self.mark()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                unterminated = error.msg.startswith("Unterminated")
                self._need_more(len(self._text) if unterminated else error.pos)
            else:
                # The last thing in the window may be the beginning of a longer number.
                if len(self._text) - end < _NEAR and self._grow():
                    continue
                text, self._at = self._text[self._at : end], end
                return value, text

    def _need_more(self, stopped: int) -> None:
        """Add text where decoding stopped at the end of the window; else it is no JSON."""
        if len(self._text) - self._at > MAX_RECORD:
            raise TooLarge(f"sent a list with a record of more than {MAX_RECORD // 2**20} MB")
        if len(self._text) - stopped > _NEAR or not self._grow():
            raise ValueError("not JSON")

    def _grow(self) -> bool:
        """Forget what was decoded and add some text; return whether there was more."""
        if self._read >= len(self._content):
            return False
        part = bytes(self._content[self._read : self._read + WINDOW])
        self._read += len(part)
        more = self._decoder.decode(part, final=self._read == len(self._content))
        self._text, self._at = self._text[self._at :] + more, 0
        return True


def _end_of_blanks(text: str, start: int) -> int:
    found = _BLANKS.match(text, start)
    return found.end() if found else start


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs: JSON leaves open which of two values of a key counts."""
    made = dict(pairs)
    if len(made) < len(pairs):
        for key, value in pairs:
            if made[key] != value:
                raise DuplicateKey(key)
    return made

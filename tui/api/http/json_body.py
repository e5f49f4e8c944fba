"""Decoding the JSON of an answer without blocking the keys or filling the memory.

Decoding is one call in C during which no other thread runs. A long list is therefore decoded
record by record, in a thread, from a window of text: the list is never in memory as one text.
"""

from __future__ import annotations

import asyncio
import codecs
import json
import re
from typing import Any

from tui.api.http.content import ANSWER, TooLarge, count_values
from tui.i18n import _, number

AT_ONCE = 256 * 1024
"""Bytes decoded right away, in some 2 ms; longer content is decoded in a thread."""

WINDOW = 256 * 1024
"""Bytes that the window grows by."""

MAX_RECORDS = 100_000
"""The most records of a list: a server with more instances sends them in pages."""

MAX_RECORD = 1024 * 1024
"""The most characters of one record; an instance has up to 2 KB (recorded)."""

MAX_WEIGHT = 100 * 2**20
"""The most bytes of memory that a list may take, roughly: see :func:`_weight`."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_NEAR = 32
"""Characters: a value that ends closer to the end of the window may continue after it."""


class DuplicateKey(Exception):
    """An object has a key twice, with two values; the text is the key, as it came."""


async def decode(content: bytearray) -> Any:
    """Decode JSON.

    Raises ``ValueError`` or ``RecursionError`` for anything else, :class:`DuplicateKey`, and
    :class:`tui.api.http.content.TooLarge`.
    """
    if len(content) <= AT_ONCE:
        return _decode(content)
    if _Window(content).mark() == "[":
        return await asyncio.to_thread(_decode_list, content)
    if len(content) > ANSWER.size or count_values(content) > ANSWER.values:
        raise TooLarge(_("more than {size} MB").format(size=number(ANSWER.size // 2**20)))
    return await asyncio.to_thread(_decode, content)


def _decode(content: bytearray) -> Any:
    return json.loads(content, object_pairs_hook=_refuse_duplicates)


def _decode_list(content: bytearray) -> list[Any]:
    """Decode a list record by record: between two records other threads can run."""
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
            amount = _("a list of more than {count} records")
            raise TooLarge(amount.format(count=number(MAX_RECORDS)))
        if weight > MAX_WEIGHT:
            amount = _("a list that takes more than {size} MB of memory")
            raise TooLarge(amount.format(size=number(MAX_WEIGHT // 2**20)))
        more = window.mark() == ","
        if more:
            window.take()
    if window.take() != "]" or window.mark():
        raise ValueError("not one list")
    return records


def _weight(text: str) -> int:
    """Estimate the bytes of memory that decoded JSON takes.

    One character outside the basic plane makes Python store four bytes for each in its string.
    """
    values = text.count(",") + text.count("[") + text.count("{")
    plain = text.isascii() and "\\u" not in text
    return len(text) * (1 if plain else 4) + 64 * values


class _Window:
    """The part of a JSON text that is being decoded."""

    def __init__(self, content: bytearray) -> None:
        encoding = json.detect_encoding(bytes(content[:4]))
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._json = json.JSONDecoder(object_pairs_hook=_refuse_duplicates)
        self._content = memoryview(content)
        self._read = 0
        self._text = ""
        self._at = 0

    def mark(self) -> str:
        """Return the next character that is not blank; ``""`` at the end."""
        while True:
            self._at = _end_of_blanks(self._text, self._at)
            if self._at < len(self._text) or not self._grow():
                return self._text[self._at : self._at + 1]

    def take(self) -> str:
        """Return the same character, and move past it."""
        mark = self.mark()
        self._at += 1
        return mark

    def value(self) -> tuple[Any, str]:
        """Decode the next value, and return it with its text."""
        self.mark()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                unterminated = error.msg.startswith("Unterminated")
                self._need_more(len(self._text) if unterminated else error.pos)
            else:
                # At the end of the window a number may be only the beginning of a longer one.
                if len(self._text) - end < _NEAR and self._grow():
                    continue
                text, self._at = self._text[self._at : end], end
                return value, text

    def _need_more(self, stopped: int) -> None:
        """Add text if decoding stopped at the end of the window; else raise ``ValueError``."""
        if len(self._text) - self._at > MAX_RECORD:
            amount = _("a list with a record of more than {size} MB")
            raise TooLarge(amount.format(size=number(MAX_RECORD // 2**20)))
        if len(self._text) - stopped > _NEAR or not self._grow():
            raise ValueError("not JSON")

    def _grow(self) -> bool:
        """Drop the decoded text and add the next; return whether there was more."""
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


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object from its pairs. JSON does not say which of two values of a key counts."""
    made = dict(pairs)
    if len(made) < len(pairs):
        for key, value in pairs:
            if made[key] != value:
                raise DuplicateKey(key)
    return made

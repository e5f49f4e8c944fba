"""A table for people: aligned, and cut to the width of a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, east_asian_width

_GAP = 2
_LEAST = 8
"""Cells that a column keeps when others need room."""


def table_lines(
    heading: Sequence[str], rows: Sequence[Sequence[str]], width: int | None
) -> list[str]:
    """Return the lines of a table, the heading first; ``None`` for the width cuts nothing.

    Where there is too little room the widest columns are cut first.
    """
    every = (heading, *rows)
    widths = [max(cells(row[column]) for row in every) for column in range(len(heading))]
    if width is not None:
        room = width - _GAP * (len(widths) - 1)
        while sum(widths) > room and max(widths) > _LEAST:
            widest = widths.index(max(widths))
            others = sum(widths) - widths[widest]
            second = max((one for at, one in enumerate(widths) if at != widest), default=0)
            widths[widest] = max(room - others, min(second, widths[widest] - 1), _LEAST)
    return [_line(row, widths) for row in every]


def labelled(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Return a line for each label and its text, the texts below each other."""
    width = max((cells(label) for label, _text in rows), default=0) + _GAP
    return [f"{_padded(label, width)}{text}" for label, text in rows]


def cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(one) for one in text)


def cut(text: str, width: int) -> str:
    """Return a text of as many cells at most; the last is an ellipsis where it was cut."""
    if cells(text) <= width:
        return text
    kept, room = [], width - 1
    for one in text:
        room -= _cells_of(one)
        if room < 0:
            break
        kept.append(one)
    return "".join(kept) + "…"


def _cells_of(char: str) -> int:
    return 0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    parts = (cut(text, width) for text, width in zip(row, widths, strict=True))
    padded = (_padded(part, width) for part, width in zip(parts, widths, strict=True))
    return (" " * _GAP).join(padded).rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))

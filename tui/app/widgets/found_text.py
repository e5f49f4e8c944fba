"""Showing in a text what a filter was found in."""

from __future__ import annotations

from tui.app.widgets.line_widget import Role, Span, fit
from tui.model.search import SEARCHED, Words, first_found, pieces

MATCH_MARK = "»"
"""Stands beside a row that a filter was found in, so that it is told without colours too."""


def match_spans(text: str, cells: int, role: Role, words: Words) -> tuple[Span, ...]:
    """Draw a text in exactly that many cells, with the words in it marked and in sight."""
    if not words:
        return ((fit(text, cells), role),)
    shown = fit(_from_first(text[:SEARCHED], cells, words), cells)
    return tuple((piece, "found" if found else role) for piece, found in pieces(shown, words))


def _from_first(text: str, cells: int, words: Words) -> str:
    """Leave out the beginning of a text where the first word found would be cut off."""
    place = first_found(text, words)
    if place is None or len(text) <= cells or place[1] < cells:
        return text
    begin, end = place
    # An ellipsis before, and one behind unless the text ends there.
    start = max(min(begin, end - cells + 1 + (end < len(text))), 0)
    return f"…{text[start:]}"

"""Marking the matches of a filter in a text."""

from __future__ import annotations

from tui.app.widgets.line_widget import Role, Span, fit
from tui.model.search import SEARCHED, Words, first_found, pieces

MATCH_MARK = "»"
"""The mark beside a row that matches a filter, for terminals without colours too."""


def match_spans(text: str, cells: int, role: Role, words: Words) -> tuple[Span, ...]:
    """Draw a text in exactly ``cells`` cells, with its matches marked and the first one visible."""
    if not any(word in text[:SEARCHED].casefold() for word in words):
        return ((fit(text, cells), role),)
    shown = fit(_from_first_match(text[:SEARCHED], cells, words), cells)
    return tuple((piece, "found" if found else role) for piece, found in pieces(shown, words))


def _from_first_match(text: str, cells: int, words: Words) -> str:
    """Drop the beginning of a text if the first match would otherwise be cut off."""
    place = first_found(text, words)
    if place is None or len(text) <= cells or place[1] < cells:
        return text
    begin, end = place
    # Room for an ellipsis before it, and one after it unless the text ends there.
    start = max(min(begin, end - cells + 1 + (end < len(text))), 0)
    return f"…{text[start:]}"

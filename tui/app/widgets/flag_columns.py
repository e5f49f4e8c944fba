"""The columns of the board: a character for each flag, groups apart, titles cut to their width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.app.widgets.line_widget import Role, Span
from tui.core.board.flag_state import FlagState, flag_state
from tui.model.flag_words import FlagGroup
from tui.model.webhook import Values, Webhook

CHARACTERS: dict[FlagState, Span] = {
    FlagState.ON: ("x", "text"),
    FlagState.OFF: (".", "text"),
    FlagState.TURNS_ON: ("+", "changed"),
    FlagState.TURNS_OFF: ("-", "changed"),
    FlagState.UNKNOWN: ("?", "text"),
    FlagState.MISSING: (" ", "text"),
}
"""The character for each state of a flag. On and off have one role: a row is then a few spans, not
thirty."""


@dataclass(frozen=True, slots=True)
class FlagColumns:
    """The flags of the board, each with its place among the characters of a row."""

    cells: tuple[str | None, ...] = ()
    """The flag of each character; ``None`` for the blank between two groups."""
    titles: str = ""
    """The titles of the groups, over their flags."""

    @classmethod
    def of(cls, groups: Sequence[FlagGroup]) -> FlagColumns:
        """Put groups of flags beside each other."""
        cells: list[str | None] = []
        titles = ""
        for group in groups:
            cells += [*([None] if cells else []), *group.flags]
            width = len(group.flags)
            titles += f"{' ' if titles else ''}{group.title[:width]:<{width}}"
        return cls(tuple(cells), titles)

    @property
    def flags(self) -> Sequence[str]:
        """The flags, from the left."""
        return [flag for flag in self.cells if flag is not None]

    def drawn(
        self, webhook: Webhook, wanted: Values | None, begin: int, width: int, here: str | None
    ) -> list[Span]:
        """Draw ``width`` characters from ``begin`` on; the flag ``here`` is under the cursor.

        Characters of one role are one span.
        """
        spans: list[Span] = []
        for flag in self.cells[begin : begin + width]:
            text, role = _character(webhook, wanted, flag)
            if flag is not None and flag == here:
                role = "cursor"
            if spans and spans[-1][1] == role:
                text = spans.pop()[0] + text
            spans.append((text, role))
        return spans


def _character(webhook: Webhook, wanted: Values | None, flag: str | None) -> tuple[str, Role]:
    if flag is None:
        return " ", "text"
    return CHARACTERS[flag_state(webhook, wanted, flag)]

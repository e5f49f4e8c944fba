"""The rows of a run in lists by outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from rich.cells import cell_len

from tui.app.widgets.line_widget import Line, LineWidget, Role, Span, fit
from tui.app.widgets.row_list import RowList, empty_message
from tui.core.run.row import RunRow
from tui.i18n import _, number
from tui.messages.plan_words import row_name
from tui.messages.run_report import OUTCOMES, brief_row_words
from tui.model.row_outcome import RowOutcome

_OUTCOME_CELLS = max(cell_len(words) for words in OUTCOMES.values())
"""Cells of the longest word for an outcome."""

_LOOK_ORDER = {
    outcome: place
    for place, outcome in enumerate(
        (
            RowOutcome.NOT_KNOWN,
            RowOutcome.CONFLICT,
            RowOutcome.REFUSED,
            RowOutcome.NO_ACCESS,
            RowOutcome.GONE,
            RowOutcome.INVALID,
            RowOutcome.NOT_SAVED,
            RowOutcome.PARTLY,
        )
    )
}
"""The order of outcomes that need a look, the least certain first."""


class RunList(Enum):
    """The lists of a run's rows; the value is its heading."""

    LOOK = _("to look at")
    SAVED = _("saved")
    ALREADY_SO = _("already so")
    NOT_REACHED = _("not reached")
    ALL = _("all")


_WAITING = _("still to come")
"""The heading of the rows that have not ended, while the run is under way."""

_SAVED = (RowOutcome.SAVED, RowOutcome.SAVED_AFTER_ALL)


def run_lists(rows: Sequence[RunRow]) -> Mapping[RunList, Sequence[RunRow]]:
    """Return the rows of a run by list, without empty lists.

    The list of rows that need a look, and that of all, are there even if they are empty.
    """
    lists: dict[RunList, list[RunRow]] = {one: [] for one in RunList}
    for row in rows:
        lists[_list_of(row)].append(row)
    lists[RunList.LOOK].sort(key=lambda row: _LOOK_ORDER[row.outcome])
    lists[RunList.ALL] = list(rows)
    return {
        one: found for one, found in lists.items() if found or one in (RunList.LOOK, RunList.ALL)
    }


def _list_of(row: RunRow) -> RunList:
    """Return the list of a row, other than that of all rows."""
    if not row.ended:
        return RunList.NOT_REACHED
    if row.outcome in _SAVED:
        return RunList.SAVED
    return RunList.LOOK if row.outcome in _LOOK_ORDER else RunList.ALREADY_SO


class RunTable(RowList):
    """One row a webhook: its outcome, its name, and the details."""

    def __init__(self, rows: Sequence[RunRow]) -> None:
        super().__init__(id="run-rows")
        self._by_key = {str(row.position): row for row in rows}
        self._is_over = False
        """Whether the run has ended."""

    @property
    def run_row(self) -> RunRow | None:
        """The row under the cursor."""
        return self._by_key.get(self.key or "")

    def show(self, rows: Sequence[RunRow], nothing: str, *, is_over: bool) -> None:
        """Show these rows; ``nothing`` is shown if there are none.

        ``is_over``: the run has ended, and did not reach the other rows.
        """
        self._is_over = is_over
        self.show_rows([str(row.position) for row in rows], empty_message(nothing))

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a row."""
        row = self._by_key[key]
        name = row_name(row.target.instance, row.target.wanted.name)
        name_cells = max(min(self.size.width // 3, 40), 18)
        if not row.ended and not self._is_over:
            waits = row.outcome is RowOutcome.NOT_REACHED
            words = _("waits") if waits else _("is tried again")
            return (
                (f"  {fit('', _OUTCOME_CELLS)} ", "text"),
                (fit(name, name_cells) + " ", "text"),
                (words, "muted"),
            )
        mark, role = _mark(row.outcome)
        return (
            (f"{mark} {fit(OUTCOMES[row.outcome], _OUTCOME_CELLS)} ", role),
            (fit(name, name_cells) + " ", "strong"),
            (brief_row_words(row), "text"),
        )


class RunLists(LineWidget):
    """The names of the lists, each with its number of rows, and a mark at the one shown."""

    def __init__(self) -> None:
        super().__init__(id="run-lists")
        self._counts: Sequence[tuple[RunList, int]] = ()
        self._shown = RunList.LOOK
        self._is_over = False

    def show(self, counts: Sequence[tuple[RunList, int]], shown: RunList, *, is_over: bool) -> None:
        """Show these lists; ``is_over``: what has not ended was not reached."""
        self._counts, self._shown, self._is_over = counts, shown, is_over
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Draw the names."""
        spans: list[Span] = []
        for one, count in self._counts:
            is_shown = one is self._shown
            waits = one is RunList.NOT_REACHED and not self._is_over
            words = f"{_WAITING if waits else one.value} {number(count)}"
            spans.append((f" ▸ {words} " if is_shown else f"   {words} ", _name_role(is_shown)))
        return Line(tuple(spans))


def _name_role(is_shown: bool) -> Role:
    return "strong" if is_shown else "muted"


def _mark(outcome: RowOutcome) -> tuple[str, Role]:
    if outcome.is_as_asked:
        return "✓", "success"
    if outcome is RowOutcome.NOT_REACHED:
        return " ", "muted"
    return ("!", "warning") if outcome is RowOutcome.PARTLY else ("✗", "error")

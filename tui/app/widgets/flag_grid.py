"""The grid of event flags: one widget that draws all switches itself.

Twenty checkboxes of their own would take three times as long to open and ten times the
bytes to toggle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive

from tui.app.commands import bindings
from tui.app.widgets.line_widget import CURSOR_MARK, KeyedWidget, Line, Role, Span, fit
from tui.app.widgets.lock import Locked
from tui.model.flag_words import FlagGroup, grouped, label

_MARK = 6
"""Cells before a flag's name: cursor, change mark, box, space."""
_GAP = 1
REFUSED_MARK = "!"
"""Marks a flag that is on and that the server does not accept."""
_MOST_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class _Cell:
    """A place in the grid: a flag, or a group's title."""

    flag: str | None
    text: str


@dataclass(frozen=True, slots=True)
class _Column:
    x: int
    width: int
    cells: tuple[_Cell, ...]


class FlagGrid(KeyedWidget, can_focus=True):
    """Switches for flags by wire name, grouped, walked in two dimensions."""

    BINDINGS = bindings("grid")
    SCOPE = "grid"
    DEFAULT_CSS = "FlagGrid { height: auto; }"
    locked = False
    """Whether the flags can only be read."""

    flags: reactive[Mapping[str, bool]] = reactive(dict, repaint=False, init=False)
    """The flags as they are switched; watch it to follow the user."""
    flag: reactive[str | None] = reactive(None, repaint=False, init=False)
    """The flag under the cursor; watch it to follow the cursor."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._base: Mapping[str, bool] = {}
        self._untold: Collection[str] = frozenset()
        self._refused: Collection[str] = frozenset()
        self._history: list[Mapping[str, bool]] = []
        self._groups: tuple[FlagGroup, ...] = ()
        self._columns: tuple[_Column, ...] = ()
        self._place = (0, 1)

    def show_flags(
        self,
        flags: Mapping[str, bool],
        base: Mapping[str, bool],
        refused: Collection[str] = frozenset(),
        untold: Collection[str] = frozenset(),
    ) -> None:
        """Show these flags. The cursor stays on its flag.

        What differs from ``base`` is marked, and what is on though the server refuses it. Of
        ``untold`` ones it is not known whether they are on, until they are switched.
        """
        self._untold = untold
        other = flags.keys() != self.flags.keys()
        if flags != self.flags:
            self._history.clear()
        self._base = base
        self._refused = refused
        self.set_reactive(FlagGrid.flags, dict(flags))
        if other:
            self._groups = grouped(flags)
            self._arrange(self.size.width)
            self.refresh(layout=True)
        self.repaint()

    def action_switch(self) -> None:
        """Switch the flag under the cursor."""
        if (flag := self.flag) is not None:
            self._change({**self.flags, flag: not self.flags[flag]})

    def action_fill(self, on: bool) -> None:
        """Switch all flags on that the server accepts, or all off."""
        self._change({flag: on and flag not in self._refused for flag in self.flags})

    def action_invert(self) -> None:
        """Switch every flag over; what the server does not accept is not turned on."""
        self._change({key: not on and key not in self._refused for key, on in self.flags.items()})

    def action_undo(self) -> None:
        """Take the last change back."""
        if self._history:
            self.flags = self._history.pop()
            self.repaint()

    def action_walk(self, x: int, y: int) -> None:
        """Go to the neighbouring flag, over titles; at the edges stay."""
        column, row = self._place
        if y:
            row += y
            while (cell := self._cell(column, row)) and cell.flag is None:
                row += y
        elif 0 <= column + x < len(self._columns):
            column += x
            row = self._nearest(column, row)
        self._move(column, row)

    def action_jump(self, to: int) -> None:
        """Go to the first flag (0) or the last (-1), where the columns begin or end."""
        if self._columns:
            column = to % len(self._columns)
            self._move(column, self._nearest(column, to % len(self._columns[column].cells)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as the highest column."""
        self._arrange(width)
        return max((len(column.cells) for column in self._columns), default=1)

    def line_at(self, y: int) -> Line:
        """Draw one row across all columns."""
        if not self._columns:
            return Line(((" This webhook has no flags.", "muted"),))
        spans: list[Span] = [("  ", "text")]
        for number, column in enumerate(self._columns):
            cell = column.cells[y] if y < len(column.cells) else _Cell(None, "")
            spans += self._draw(cell, column.width, here=(number, y) == self._place)
            spans.append((" " * _GAP, "text"))
        return Line(tuple(spans))

    def on_focus(self) -> None:
        """Bring the cursor into view."""
        self._reveal()

    def on_resize(self) -> None:
        """Arrange the columns for the new width."""
        self._on_screen.clear()
        self._arrange(self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Switch the flag under the pointer."""
        for number, column in enumerate(self._columns):
            if column.x <= event.x < column.x + column.width:
                cell = self._cell(number, event.y)
                if cell and cell.flag is not None:
                    self._stand(number, event.y)
                    self.action_switch()

    def _draw(self, cell: _Cell, width: int, *, here: bool) -> list[Span]:
        if cell.flag is None:
            return [(fit(cell.text, width), "title" if cell.text else "text")]
        here = here and self.has_focus
        on = self.flags[cell.flag]
        changed = bool(self._base) and self._base.get(cell.flag) != on
        box = "[x]" if on else "[?]" if cell.flag in self._untold and not changed else "[ ]"
        refused = on and cell.flag in self._refused
        role: Role = "warning" if refused else "changed" if changed else "text" if on else "muted"
        name = fit(cell.text, width - _MARK)
        start = (CURSOR_MARK if here else " ") + (
            REFUSED_MARK if refused else "*" if changed else " "
        )
        mark: Role = "warning" if refused else "changed"
        return [
            (start, "cursor" if here else mark),
            (f"{box} {name}", "cursor" if here else role),
        ]

    def _change(self, flags: Mapping[str, bool]) -> None:
        if self.locked:
            self.post_message(Locked())
        elif flags != self.flags:
            self._history.append(self.flags)
            self.flags = flags
            self.repaint()

    def _move(self, column: int, row: int) -> None:
        """Put the cursor into a cell and show it there, if it is a flag's."""
        if (cell := self._cell(column, row)) and cell.flag is not None:
            self._stand(column, row)
            self._reveal()
            self.repaint()

    def _stand(self, column: int, row: int) -> None:
        """Put the cursor into a cell."""
        self._place = (column, row)
        cell = self._cell(column, row)
        self.flag = cell.flag if cell else None

    def _cell(self, column: int, row: int) -> _Cell | None:
        if not 0 <= column < len(self._columns):
            return None
        cells = self._columns[column].cells
        return cells[row] if 0 <= row < len(cells) else None

    def _nearest(self, column: int, row: int) -> int:
        rows = [at for at, cell in enumerate(self._columns[column].cells) if cell.flag is not None]
        return min(rows, key=lambda at: abs(at - row), default=row)

    def _go_to(self, flag: str | None) -> None:
        for number, column in enumerate(self._columns):
            for row, cell in enumerate(column.cells):
                if flag is not None and cell.flag == flag:
                    self._stand(number, row)
                    return
        self._stand(0, 1)

    def _reveal(self) -> None:
        """Scroll what is around, so that the flag and its group's title can be seen.

        With those at the top the heading of the grid is seen too, which counts the flags.
        """
        above = 2 if self._place[1] <= 1 else 1
        region = Region(0, self._place[1] - above, 1, above + 2).translate(
            self.virtual_region.offset
        )
        if self.parent is not None and hasattr(self.parent, "scroll_to_region"):
            self.parent.scroll_to_region(region, animate=False)

    def _arrange(self, width: int) -> None:
        """Lay the groups out anew, the cursor staying on its flag."""
        here = self.flag
        self._columns = arrange(self._groups, width)
        self._go_to(here)


def arrange(groups: Sequence[FlagGroup], width: int) -> tuple[_Column, ...]:
    """Put groups into as many columns as fit, each under the shortest so far."""
    for count in range(min(_MOST_COLUMNS, len(groups)), 1, -1):
        columns = _fill(groups, count)
        widths = [max(map(_cells, column)) for column in columns]
        if sum(widths) + _GAP * count + 2 <= width:
            return _place(columns, widths)
    columns = _fill(groups, 1)
    return _place(columns, [max(width - 4, 12)] if groups else [])


def _fill(groups: Sequence[FlagGroup], count: int) -> list[list[_Cell]]:
    columns: list[list[_Cell]] = [[] for _ in range(min(count, len(groups)))]
    for group in groups:
        shortest = min(columns, key=len)
        shortest.append(_Cell(None, group.title))
        shortest += (_Cell(flag, label(flag)) for flag in group.flags)
    return columns


def _cells(cell: _Cell) -> int:
    # A name longer than any the API has is cut rather than taking a column from the others.
    return min(cell_len(cell.text), 25) + (0 if cell.flag is None else _MARK)


def _place(columns: list[list[_Cell]], widths: list[int]) -> tuple[_Column, ...]:
    placed: list[_Column] = []
    x = 2
    for cells, width in zip(columns, widths, strict=True):
        placed.append(_Column(x, width, tuple(cells)))
        x += width + _GAP
    return tuple(placed)

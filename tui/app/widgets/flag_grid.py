"""The grid of event flags: one widget that draws all switches itself.

Twenty checkbox widgets would take three times as long to open, and ten times the bytes to
toggle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.widget import Widget

from tui.app.commands import bindings
from tui.app.widgets.line_widget import CURSOR_MARK, KeyedWidget, Line, Role, Span, fit
from tui.app.widgets.lock import Locked
from tui.i18n import _
from tui.model.flag_words import FlagGroup, grouped, label

_MARK_CELLS = 6
"""Cells before a flag's name: cursor, change mark, box, blank."""
_GAP_CELLS = 1
REFUSED_MARK = "!"
"""The mark of a flag that is on although the server does not accept it."""
_MAX_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the grid: a flag, a group's title, or empty."""

    flag: str | None
    text: str


@dataclass(frozen=True, slots=True)
class _Column:
    x: int
    width: int
    cells: tuple[_Cell, ...]


class FlagGrid(KeyedWidget, can_focus=True):
    """Switches for flags by wire name, in groups, with a cursor that moves in two dimensions."""

    BINDINGS = bindings("grid")
    SCOPE = "grid"
    DEFAULT_CSS = "FlagGrid { height: auto; }"
    locked = False
    """Whether the flags are read-only."""

    flags: reactive[Mapping[str, bool]] = reactive(dict, repaint=False, init=False)
    """The flags as switched now; watch it to follow changes."""
    flag: reactive[str | None] = reactive(None, repaint=False, init=False)
    """The flag under the cursor; watch it to follow the cursor."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._base: Mapping[str, bool] = {}
        self._unknown: Collection[str] = frozenset()
        self._refused: Collection[str] = frozenset()
        self._history: list[Mapping[str, bool]] = []
        self._groups: tuple[FlagGroup, ...] = ()
        self._columns: tuple[_Column, ...] = ()
        self._cursor = (0, 1)

    def show_flags(
        self,
        flags: Mapping[str, bool],
        base: Mapping[str, bool],
        refused: Collection[str] = frozenset(),
        unknown: Collection[str] = frozenset(),
    ) -> None:
        """Show these flags. The cursor stays on its flag.

        Flags that differ from ``base`` are marked, and flags that are on although the server
        does not accept them (``refused``). Whether ``unknown`` ones are on is not known until
        they are switched.
        """
        self._unknown = unknown
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
        """Turn all flags on that the server accepts, or all off."""
        self._change({flag: on and flag not in self._refused for flag in self.flags})

    def action_invert(self) -> None:
        """Invert every flag, but turn none on that the server does not accept."""
        self._change({key: not on and key not in self._refused for key, on in self.flags.items()})

    def switch_to(self, flags: Mapping[str, bool]) -> None:
        """Switch to these flags, as one change that can be undone."""
        self._change(flags)

    def go_to(self, flag: str) -> None:
        """Put the cursor on a flag, and the focus here."""
        self._put_cursor_on(flag)
        self.focus()
        self._scroll_to_cursor()

    def action_undo(self) -> None:
        """Undo the last change."""
        if self._history:
            self.flags = self._history.pop()
            self.repaint()

    def action_walk(self, x: int, y: int) -> None:
        """Go to the neighbouring flag, past titles; stay at the edges."""
        column, row = self._cursor
        if y:
            row += y
            while (cell := self._cell(column, row)) and cell.flag is None:
                row += y
        elif 0 <= column + x < len(self._columns):
            column += x
            row = self._nearest_flag(column, row)
        self._move(column, row)

    def action_jump(self, to: int) -> None:
        """Go to the first flag of the first column (0) or the last of the last column (-1)."""
        if self._columns:
            column = to % len(self._columns)
            self._move(column, self._nearest_flag(column, to % len(self._columns[column].cells)))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as the highest column."""
        self._arrange(width)
        return max((len(column.cells) for column in self._columns), default=1)

    def line_at(self, y: int) -> Line:
        """Draw one row across all columns."""
        if not self._columns:
            return Line(((f" {_('This webhook has no flags.')}", "muted"),))
        spans: list[Span] = [("  ", "text")]
        for number, column in enumerate(self._columns):
            cell = column.cells[y] if y < len(column.cells) else _Cell(None, "")
            spans += self._draw(cell, column.width, here=(number, y) == self._cursor)
            spans.append((" " * _GAP_CELLS, "text"))
        return Line(tuple(spans))

    def on_focus(self) -> None:
        """Scroll to the cursor."""
        self._scroll_to_cursor()

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
                    self._set_cursor(number, event.y)
                    self.action_switch()

    def _draw(self, cell: _Cell, width: int, *, here: bool) -> list[Span]:
        if cell.flag is None:
            return [(fit(cell.text, width), "title" if cell.text else "text")]
        here = here and self.has_focus
        on = self.flags[cell.flag]
        changed = bool(self._base) and self._base.get(cell.flag) != on
        box = "[x]" if on else "[?]" if cell.flag in self._unknown and not changed else "[ ]"
        refused = on and cell.flag in self._refused
        role: Role = "warning" if refused else "changed" if changed else "text" if on else "muted"
        name = fit(cell.text, width - _MARK_CELLS)
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
        """Put the cursor into a cell and scroll there, if the cell has a flag."""
        if (cell := self._cell(column, row)) and cell.flag is not None:
            self._set_cursor(column, row)
            self._scroll_to_cursor()
            self.repaint()

    def _set_cursor(self, column: int, row: int) -> None:
        """Put the cursor into a cell."""
        self._cursor = (column, row)
        cell = self._cell(column, row)
        self.flag = cell.flag if cell else None

    def _cell(self, column: int, row: int) -> _Cell | None:
        if not 0 <= column < len(self._columns):
            return None
        cells = self._columns[column].cells
        return cells[row] if 0 <= row < len(cells) else None

    def _nearest_flag(self, column: int, row: int) -> int:
        rows = [at for at, cell in enumerate(self._columns[column].cells) if cell.flag is not None]
        return min(rows, key=lambda at: abs(at - row), default=row)

    def _put_cursor_on(self, flag: str | None) -> None:
        for number, column in enumerate(self._columns):
            for row, cell in enumerate(column.cells):
                if flag is not None and cell.flag == flag:
                    self._set_cursor(number, row)
                    return
        self._set_cursor(0, 1)

    def _scroll_to_cursor(self) -> None:
        """Scroll the container so that the flag and its group's title are visible.

        At the top of the grid its heading, which counts the flags, becomes visible too.
        """
        above = 2 if self._cursor[1] <= 1 else 1
        region = Region(0, self._cursor[1] - above, 1, above + 2).translate(
            self.virtual_region.offset
        )
        if isinstance(self.parent, Widget):
            self.parent.scroll_to_region(region, animate=False)

    def _arrange(self, width: int) -> None:
        """Lay the groups out again; the cursor stays on its flag."""
        here = self.flag
        self._columns = arrange(self._groups, width)
        self._put_cursor_on(here)


def arrange(groups: Sequence[FlagGroup], width: int) -> tuple[_Column, ...]:
    """Put groups into as many columns as fit, each below the shortest column."""
    for count in range(min(_MAX_COLUMNS, len(groups)), 1, -1):
        columns = _fill(groups, count)
        widths = [max(map(_cells, column)) for column in columns]
        if sum(widths) + _GAP_CELLS * count + 2 <= width:
            return _position(columns, widths)
    columns = _fill(groups, 1)
    return _position(columns, [max(width - 4, 12)] if groups else [])


def _fill(groups: Sequence[FlagGroup], count: int) -> list[list[_Cell]]:
    columns: list[list[_Cell]] = [[] for _column in range(min(count, len(groups)))]
    for group in groups:
        shortest = min(columns, key=len)
        shortest.append(_Cell(None, group.title))
        shortest += (_Cell(flag, label(flag)) for flag in group.flags)
    return columns


def _cells(cell: _Cell) -> int:
    # Longer names than the API has are cut, so that they take no column from the others.
    return min(cell_len(cell.text), 25) + (0 if cell.flag is None else _MARK_CELLS)


def _position(columns: list[list[_Cell]], widths: list[int]) -> tuple[_Column, ...]:
    placed: list[_Column] = []
    x = 2
    for cells, width in zip(columns, widths, strict=True):
        placed.append(_Column(x, width, tuple(cells)))
        x += width + _GAP_CELLS
    return tuple(placed)

"""The rows of the board, with a cursor that walks over names and flags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.reactive import reactive

from tui.app.commands import bindings
from tui.app.widgets.flag_columns import FlagColumns
from tui.app.widgets.found_text import match_spans
from tui.app.widgets.line_widget import CURSOR_MARK, Line, LineWidget, Role, Span, fit
from tui.app.widgets.row_list import RowList
from tui.core.board.board import Board
from tui.core.board.row import BoardRow
from tui.core.patch.patch import host_move
from tui.i18n import _
from tui.model.url_host import host_and_port

MARKED = "■"
STAGED = "*"

_BEFORE = 5
"""Cells before the name: cursor, mark, mark of staged changes, and blanks."""
_SWITCH = 4
"""Cells of the column "enabled"."""
_LEAST_NAME, _LEAST_URL = 10, 8
_MOST_INSTANCE, _MOST_WEBHOOK = 26, 16


@dataclass(frozen=True, slots=True)
class Widths:
    """The cells of each column, without the blanks between them; 0 for a hidden column."""

    instance: int = _LEAST_NAME
    webhook: int = 0
    flags: int = 0
    url: int = 0

    @classmethod
    def within(cls, width: int, flags: int, *, names: bool) -> Widths:
        """Divide a width; ``names``: webhooks have names. Flags may get less than they need."""
        room = width - _BEFORE - _SWITCH - 1
        shown = max(min(flags, room - _LEAST_NAME - 1), 0)
        room -= shown + 1
        webhook = min(max(room // 4, 8), _MOST_WEBHOOK) if names and room >= 24 else 0
        room -= webhook + 1 if webhook else 0
        instance = min(max(room // 2, _LEAST_NAME), _MOST_INSTANCE)
        url = room - instance - 1
        if url < _LEAST_URL:
            return cls(max(room, _LEAST_NAME), webhook, shown, 0)
        return cls(instance, webhook, shown, url)


class BoardTable(RowList, inherit_bindings=False):
    """One row for each webhook: mark, names, on or off, a character a flag, the URL."""

    BINDINGS = bindings("cells")
    SCOPE = "cells"

    flag: reactive[str | None] = reactive(None, repaint=False, init=False)
    """The flag under the cursor; ``None`` where the cursor is on the name. Watch it to follow."""
    widths: reactive[Widths] = reactive(Widths(), repaint=False, init=False)
    """The columns as they are drawn. Watch it to draw their titles."""
    begin: reactive[int] = reactive(0, repaint=False, init=False)
    """The first character of the flags that is shown: more flags may exist than fit."""

    def __init__(
        self, board: Board, words_for_unread: Callable[[str], str], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._board = board
        self._words_for_unread = words_for_unread
        self._names = True
        self.columns = FlagColumns()
        """The flags, in groups."""
        self._divided = 0
        """The width that the columns divide."""

    def show_board(
        self, columns: FlagColumns, *, names: bool, message: Sequence[Line] = ()
    ) -> None:
        """Show the rows of the board; ``names`` says whether webhooks have names.

        The cursor stays on its row. Where the webhooks of its instance were read meanwhile, it
        goes to the first of them.
        """
        if columns != self.columns or names != self._names:
            self.columns, self._names = columns, names
            if self.flag not in columns.cells:
                self.flag = None
            self._arrange()
        before = self.key
        self.show_rows(self._board.visible, message)
        if before is not None and self._board.row(before) is None:
            self.move_to_key(self._board.successor(before))

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a row without the cursor."""
        row = self._board.row(key)
        return self._drawn(row, here=None, on_name=False) if row else ()

    def line_at(self, y: int) -> Line:
        """Draw a row; that of the cursor shows the cell too."""
        self.divide()
        index = y + self.scroll_offset.y
        if not 0 <= index < len(self._keys) or index != self.cursor:
            return super().line_at(y) if not self._keys else self._plain(index)
        if (row := self._board.row(self._keys[index])) is None:
            return Line()
        in_cell = self.has_focus
        spans = self._drawn(
            row,
            here=self.flag if in_cell else None,
            on_name=in_cell and self.flag is None,
        )
        return Line(((f" {CURSOR_MARK}", "text"), *spans), "cursor-blurred")

    def action_walk(self, by: int) -> None:
        """Go to another cell of the row: the name, and the flags after it."""
        flags = self.columns.flags
        at = flags.index(self.flag) if self.flag in flags else -1
        self._go_to(max(-1, min(at + by, len(flags) - 1)))

    def action_cell(self, to: int) -> None:
        """Go to the first flag (0) or the last (-1)."""
        if flags := self.columns.flags:
            self._go_to(to % len(flags))

    def on_resize(self) -> None:
        """Divide the new width; the base class keeps the cursor in view."""
        self._arrange()

    def on_click(self, event: events.Click) -> None:
        """Go to the cell that was clicked; the base class goes to its row."""
        begin = self.flags_begin
        if begin <= event.x < begin + self.widths.flags:
            cells = self.columns.cells
            at = event.x - begin + self.begin
            if at < len(cells) and cells[at] is not None:
                self.flag = cells[at]
        elif event.x < begin:
            self.flag = None

    @property
    def flags_begin(self) -> int:
        """The cell of a row in which the flags begin."""
        webhook = self.widths.webhook
        return _BEFORE + self.widths.instance + 1 + (webhook + 1 if webhook else 0) + _SWITCH

    def _go_to(self, at: int) -> None:
        flags = self.columns.flags
        self.flag = flags[at] if at >= 0 else None
        self._show_cell()
        self.move_to(self.cursor)

    def _show_cell(self) -> None:
        """Move the part of the flags that is shown, so that the one under the cursor is in it."""
        cells, room = self.columns.cells, self.widths.flags
        at = cells.index(self.flag) if self.flag in cells and self.flag is not None else 0
        begin = min(max(self.begin, at - room + 1), at, max(len(cells) - room, 0))
        if begin != self.begin:
            self.begin = begin
            self.repaint()

    def divide(self) -> None:
        """Divide the width, if it is new; the first picture comes before the event of a resize."""
        if self._divided != self.size.width:
            self._divided = self.size.width
            room = self.size.width - 1  # the scrollbar's
            self.widths = Widths.within(room, len(self.columns.cells), names=self._names)

    def _arrange(self) -> None:
        if self.size.width:
            self._divided = 0
            self.divide()
            self._show_cell()
            self.repaint()

    def _plain(self, index: int) -> Line:
        if index >= len(self._keys):
            return Line()
        return Line((("  ", "text"), *self.row(self._keys[index])))

    def _drawn(self, row: BoardRow, *, here: str | None, on_name: bool) -> tuple[Span, ...]:
        widths, words = self.widths, self._board.filter.words
        marked = MARKED if row.id in self._board.marks else " "
        wanted = self._board.wanted(row)
        staged = STAGED if wanted else " "
        name = row.instance.name.strip() or _("(no name)")
        role: Role = "cursor" if on_name else "text"
        start: tuple[Span, ...] = (
            (marked, "strong"),
            (f"{staged} ", "changed"),
            *match_spans(name, widths.instance, role, words),
            (" ", "text"),
        )
        webhook = row.webhook
        if webhook is None:
            return (*start, *self._why_none(row, here))
        if widths.webhook:
            title = webhook.name.strip() or _("(no name)")
            start = (*start, *match_spans(title, widths.webhook, "text", words), (" ", "text"))
        enabled = wanted.enabled if wanted else webhook.enabled
        switch: Role = "changed" if enabled != webhook.enabled else "on" if enabled else "off"
        return (
            *start,
            (fit(_("on") if enabled else _("off"), _SWITCH - 1) + " ", switch),
            *self.columns.drawn(webhook, wanted, self.begin, widths.flags, here),
            *self._url(webhook.url, wanted.url if wanted else webhook.url),
        )

    def _url(self, url: str, wanted: str) -> tuple[Span, ...]:
        if not (width := self.widths.url):
            return ()
        blank: Span = ("  ", "text")
        if wanted == url:
            words = self._board.filter.words
            return blank, *match_spans(_without_scheme(url), width, "muted", words)
        moved = host_move(url, wanted)
        new = host_and_port(wanted) if moved else _without_scheme(wanted)
        return blank, (fit(f"→ {new}", width), "changed")

    def _why_none(self, row: BoardRow, here: str | None) -> tuple[Span, ...]:
        """Say why a row has no flags; the column of the cursor is shown in it all the same."""
        why = self._words_for_unread(row.instance.id) if row.is_unread else _("no webhook")
        begin = _BEFORE + self.widths.instance + 1
        words = fit(why, self.size.width - 1 - begin)
        if here not in self.columns.cells[self.begin : self.begin + self.widths.flags]:
            return ((words, "muted"),)
        column = self.flags_begin - begin + self.columns.cells.index(here) - self.begin
        return _with_cursor(words, column)


class BoardHead(LineWidget):
    """The titles of the board's columns."""

    def __init__(self, table: BoardTable) -> None:
        super().__init__(id="board-head")
        self._table = table

    def repaint_titles(self) -> None:
        """Draw the titles again after the columns have moved."""
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Draw the titles over the columns as they are now."""
        table = self._table
        table.divide()
        widths = table.widths
        titles = table.columns.titles[table.begin : table.begin + widths.flags]
        text = " " * _BEFORE + fit(_("Instance"), widths.instance) + " "
        if widths.webhook:
            text += fit(_("Webhook"), widths.webhook) + " "
        text += " " * _SWITCH + titles + "  "
        return Line(((text, "title"), (fit(_("URL"), widths.url), "title")))


def _with_cursor(text: str, cell: int) -> tuple[Span, ...]:
    """Draw a text with the cursor on the character in a cell."""
    end = next((at for at in range(len(text)) if cell_len(text[: at + 1]) > cell), len(text))
    return (text[:end], "muted"), (text[end : end + 1], "cursor"), (text[end + 1 :], "muted")


def _without_scheme(url: str) -> str:
    """Return a URL without ``https://``, which all have; ``http://`` is worth its cells."""
    return url.removeprefix("https://")

"""A list of rows with a cursor that draws only visible rows: 10,000 rows cost as much as 30."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive, reactive

from tui.app.commands import Scope, bindings
from tui.app.widgets.found_text import MATCH_MARK
from tui.app.widgets.line_widget import (
    CURSOR_MARK,
    Line,
    Role,
    ScrollingLineWidget,
    Span,
    line,
    wrap,
)


class RowList(ScrollingLineWidget, can_focus=True):
    """Rows by key: :meth:`show_rows` sets the keys, :meth:`row` draws each."""

    BINDINGS = bindings("rows")
    SCOPE: ClassVar[Scope] = "rows"

    # Textual lays the whole screen out when it changes: 50 ms for each page that arrives.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False, repaint=False)
    key: reactive[str | None] = reactive(None, repaint=False, init=False)
    """The key under the cursor. Watch it to follow the cursor: what depends on it is then drawn
    in the same update."""

    @dataclass
    class Opened(Message):
        """A row was opened by key or by a second click."""

        rows: RowList
        key: str

        @property
        def control(self) -> RowList:
            """The list it came from."""
            return self.rows

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._keys: Sequence[str] = ()
        self._cursor = 0
        self._message: tuple[Line, ...] = ()

    @abstractmethod
    def row(self, key: str) -> tuple[Span, ...]:
        """Return the spans of a row, without the cursor's mark."""

    def is_match(self, key: str) -> bool:
        """Whether a row is marked as a match of the filter."""
        return False

    @property
    def cursor(self) -> int:
        """The row of the cursor, from 0."""
        return self._cursor

    @property
    def visible_keys(self) -> Sequence[str]:
        """The keys of the visible rows."""
        top = self.scroll_offset.y
        return self._keys[top : top + self.size.height]

    def show_rows(self, keys: Sequence[str], message: Sequence[Line] = ()) -> None:
        """Show these rows; the cursor stays on its key. Without rows show ``message``.

        The same sequence may be given again after it has grown or its rows have changed.
        """
        self._keys = keys
        self._message = tuple(message)
        moved = self.key is not None and not self._is_at_key()
        if moved:
            self._cursor = self._find_key()
        self._clamp_cursor()
        self._update_height()
        if moved:
            self._scroll_to_cursor()
        self.repaint()

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, or on the nearest one if it is out of range."""
        before, self._cursor = self._cursor, index
        self._clamp_cursor()
        self._update_height()
        self._scroll_to_cursor()
        top, height = self.scroll_offset.y, self.size.height
        self.repaint(row - top for row in (before, self._cursor) if 0 <= row - top < height)

    def move_to_key(self, key: str) -> None:
        """Put the cursor on the row of a key, if there is one."""
        if key in self._keys:
            self.move_to(self._keys.index(key))

    def move_to_first(self, keys: Collection[str]) -> None:
        """Put the cursor on the first row with one of those keys, if there is any."""
        self.move_to_key(next((key for key in self._keys if key in keys), ""))

    def line_at(self, y: int) -> Line:
        """Return the row ``y`` of the area, with the cursor's mark and colour."""
        if not self._keys:
            return self._message[y] if y < len(self._message) else Line()
        index = y + self.scroll_offset.y
        if index >= len(self._keys):
            return Line()
        spans = self.row(self._keys[index])
        found = MATCH_MARK if self.is_match(self._keys[index]) else " "
        if index != self._cursor:
            return Line(((f"  {found}", "text"), *spans))
        role: Role = "cursor" if self.has_focus else "cursor-blurred"
        return Line(((f" {CURSOR_MARK}{found}", "text"), *spans), role)

    def action_move(self, by: int) -> None:
        """Move the cursor by some rows."""
        self.move_to(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by some pages."""
        self.move_to(self._cursor + by * max(self.size.height - 1, 1))

    def action_jump(self, to: int) -> None:
        """Move to the first row (0) or the last (-1)."""
        self.move_to(to if to >= 0 else len(self._keys) - 1)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.key is not None:
            self.post_message(self.Opened(self, self.key))

    def on_resize(self) -> None:
        """Keep the cursor visible when the list becomes lower."""
        self._on_screen.clear()
        self._update_height()
        self._scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row clicked; a second click opens it."""
        index = event.y + self.scroll_offset.y
        if not 0 <= index < len(self._keys):
            return
        if index == self._cursor and event.chain > 1:
            self.action_open()
        else:
            self.move_to(index)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Forget the drawn rows: after scrolling every row differs."""
        self._on_screen.clear()
        super().watch_scroll_y(old_value, new_value)

    def _is_at_key(self) -> bool:
        return self._cursor < len(self._keys) and self._keys[self._cursor] == self.key

    def _find_key(self) -> int:
        """Return the row of the key, or the row of the cursor if the key is gone."""
        try:
            return self._keys.index(self.key)
        except ValueError:
            return self._cursor

    def _clamp_cursor(self) -> None:
        """Bring the cursor into range and set the key under it."""
        self._cursor = max(0, min(self._cursor, len(self._keys) - 1))
        self.key = self._keys[self._cursor] if self._keys else None

    def _update_height(self) -> None:
        """Make the area as high as there are rows; lay out only when the scrollbar comes or goes.

        What fits has one height, whatever it is: the scrollbar is the only one to see it.
        """
        if (height := self.size.height) == 0:
            return
        rows = len(self._keys) or len(self._message)
        scrolls = rows > height
        size = Size(self.size.width, rows if scrolls else 1)
        if size.height == self.virtual_size.height:
            return
        self.virtual_size = size
        if scrolls != self.show_vertical_scrollbar:
            self.refresh(layout=True)
        elif scrolls:
            self.vertical_scrollbar.window_virtual_size = rows
            self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def _scroll_to_cursor(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if height <= 0:
            return
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False, force=True)


def empty_message(what: str, *more: str, width: int = 0) -> tuple[Line, ...]:
    """Return what an empty list shows: what happened, then what to do and the details.

    With a ``width`` in cells the lines are broken to fit it.
    """
    lines = [line()]
    role: Role = "text"
    for words in filter(None, (what, *more)):
        parts = wrap(words, max(width - 4, 20), 4) if width else [words]
        lines += [line((f"   {part}", role)) for part in parts]
        role = "muted"
    return tuple(lines)

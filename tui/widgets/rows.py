"""A list of rows with a cursor, drawn only where it is visible: 10,000 rows cost what 30 do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.geometry import Size
from textual.message import Message

from tui.commands import bindings
from tui.widgets.lines import Line, ScrollingLines, Span, line

HERE = "▸"


class Rows(ScrollingLines, can_focus=True):
    """Rows by key. The keys are given with :meth:`show_rows`, their looks by :meth:`row`."""

    BINDINGS = bindings("rows")

    @dataclass
    class Highlighted(Message):
        """The cursor came to another row, or to none."""

        rows: Rows
        key: str | None

        @property
        def control(self) -> Rows:
            """The list it came from."""
            return self.rows

    @dataclass
    class Opened(Message):
        """``enter`` or a second click on a row."""

        rows: Rows
        key: str

        @property
        def control(self) -> Rows:
            """The list it came from."""
            return self.rows

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._keys: Sequence[str] = ()
        self._cursor = 0
        self._key: str | None = None
        self._message: tuple[Line, ...] = ()

    def row(self, key: str) -> tuple[Span, ...]:
        """Return the spans of a row, without the cursor's mark."""
        raise NotImplementedError

    @property
    def key(self) -> str | None:
        """The key under the cursor."""
        return self._key

    @property
    def cursor(self) -> int:
        """The row of the cursor, from 0."""
        return self._cursor

    def show_rows(self, keys: Sequence[str], message: Sequence[Line] = ()) -> None:
        """Show these rows, the cursor staying on its key; ``message`` is for when there are none.

        The same sequence may be given again after it has grown or its rows have changed.
        """
        self._keys = keys
        self._message = tuple(message)
        if self._key is not None and not self._at_cursor(self._key):
            self._cursor = self._find(self._key)
        size = Size(self.size.width, len(keys) or len(self._message))
        if size.height != self.virtual_size.height:
            self.virtual_size = size
        self._settle()
        self.repaint()

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; out of range is brought into it."""
        self._cursor = index
        self._key = None
        self._settle()
        self._reveal()
        self.repaint()

    def move_to_key(self, key: str) -> None:
        """Put the cursor on the row with that key, if there is one."""
        if key in self._keys:
            self.move_to(self._keys.index(key))

    def line_at(self, y: int) -> Line:
        """Return the row ``y`` of the area, with the cursor's mark and colour."""
        if not self._keys:
            return self._message[y] if y < len(self._message) else Line()
        index = y + self.scroll_offset.y
        if index >= len(self._keys):
            return Line()
        spans = self.row(self._keys[index])
        if index != self._cursor:
            return Line((("   ", "text"), *spans))
        role = "cursor" if self.has_focus else "cursor-blurred"
        return Line(((f" {HERE} ", "text"), *spans), role)

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
        if self._key is not None:
            self.post_message(self.Opened(self, self._key))

    def on_focus(self) -> None:
        """Show by the cursor's colour where the keys go."""
        self.repaint()

    def on_blur(self) -> None:
        """Show by the cursor's colour where the keys go."""
        self.repaint()

    def on_resize(self) -> None:
        """Keep the cursor in view; its list may have become lower."""
        self._on_screen.clear()
        self._reveal()

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
        """After scrolling every row is another one."""
        self._on_screen.clear()
        super().watch_scroll_y(old_value, new_value)

    def _at_cursor(self, key: str) -> bool:
        return self._cursor < len(self._keys) and self._keys[self._cursor] == key

    def _find(self, key: str) -> int:
        try:
            return self._keys.index(key)
        except ValueError:
            self._key = None
            return self._cursor

    def _settle(self) -> None:
        """Bring the cursor into range and tell when it stands on another key."""
        self._cursor = max(0, min(self._cursor, len(self._keys) - 1))
        key = self._keys[self._cursor] if self._keys else None
        if key != self._key or key is None:
            self._key = key
            self.post_message(self.Highlighted(self, key))

    def _reveal(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if height <= 0:
            return
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False, force=True)
        elif self._cursor >= top + height:
            self.scroll_to(y=self._cursor - height + 1, animate=False, force=True)


def message(what: str, to_do: str = "") -> tuple[Line, ...]:
    """Return what an empty list says: what it is, and what to press."""
    lines = [line(), line(f"   {what}")]
    if to_do:
        lines.append(line((f"   {to_do}", "muted")))
    return tuple(lines)

"""Somebody else changed what is changed here: was, server's and yours, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from textual.app import ComposeResult

from tui.commands import bindings
from tui.model.changes import Change, Conflict, Merge
from tui.reports import count, shown, title
from tui.screens.shell import HookboardScreen
from tui.widgets.chrome import Banner, KeyBar, Rule, TooSmall, TopLine
from tui.widgets.lines import Line, Span, Text, fit, line, wrap
from tui.widgets.rows import Rows

Side = Literal["theirs", "mine"]

_NAME = 26
"""Cells of a field's name, at the most."""


class _Conflicts(Rows):
    """One row a field: its name, what it was, the server's, yours; the chosen one is marked."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__(id="conflicts")
        self._by_key = {_row_key(one): one for one in conflicts}
        self.sides: dict[str, Side] = {}

    def on_mount(self) -> None:
        """Fill the list; its rows never change."""
        self.show_rows(list(self._by_key))

    @property
    def conflict(self) -> Conflict | None:
        """The conflict under the cursor."""
        return self._by_key.get(self.key or "")

    @property
    def open(self) -> int:
        """How many are not decided."""
        return len(self._by_key) - len(self.sides)

    @property
    def given_way(self) -> tuple[Conflict, ...]:
        """Those in which the server's side was chosen."""
        return tuple(self._by_key[key] for key, side in self.sides.items() if side == "theirs")

    def choose(self, side: Side, *, everywhere: bool = False) -> None:
        """Let a side stand, for the row under the cursor or for all."""
        for key in self._by_key if everywhere else (self.key,):
            if key is not None:
                self.sides[key] = side
        self.repaint()

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a conflict."""
        conflict, side = self._by_key[key], self.sides.get(key)
        cells = (self.size.width - 4 - _NAME - 9) // 3
        theirs, mine = ("▸ " if side == one else "  " for one in ("theirs", "mine"))
        return (
            (fit(title(conflict), _NAME) + " ", "strong"),
            (fit(shown(conflict.base), cells) + " ", "muted"),
            (theirs + fit(shown(conflict.theirs), cells), _role(side, "theirs")),
            (" ", "text"),
            (mine + fit(shown(conflict.mine), cells), _role(side, "mine")),
        )

    def heading(self) -> Line:
        """Draw the names of the columns over them."""
        cells = (self.size.width - 4 - _NAME - 9) // 3
        names = f"{'':<{_NAME + 4}}{'was':<{cells + 3}}{'server':<{cells + 3}}yours"
        return line((names, "muted"))


class ConflictScreen(HookboardScreen[tuple[Conflict, ...] | None]):
    """Shows both sides, and answers in which conflicts the server's side stands.

    ``None`` is to go on editing.
    Nothing is chosen beforehand: no change of somebody else is undone by a quick ``enter``.
    """

    BINDINGS = bindings("conflict")
    SCOPES = ("conflict",)

    def __init__(self, place: str, marks: Sequence[Span], merge: Merge, said: str) -> None:
        super().__init__()
        self._said = said
        self._place = place
        self._marks = marks
        self._merge = merge
        self._rows = _Conflicts(merge.conflicts)

    def compose(self) -> ComposeResult:
        """Show the conflicts, the one under the cursor whole, and what else others changed."""
        yield TopLine()
        yield Banner()
        yield Rule("Changed on the server too, while you edited")
        yield Text(line(), id="conflict-heading")
        yield self._rows
        yield Rule("", id="conflict-rule")
        yield Text(line(), id="conflict-whole")
        yield Text(*_others(self._merge.from_theirs))
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Say what it is about, and that nothing was written."""
        self.show_keys()
        self.query_one(TopLine).show(place=self._place, marks=self._marks)
        self.banner.say("warning", self._said)
        self.watch(self._rows, "key", self._show_whole, init=False)
        self._rows.focus()
        self.call_after_refresh(self._show_whole)

    def on_resize(self) -> None:
        """Lay columns and values out for the new width."""
        self.call_after_refresh(self._show_whole)

    def action_choose(self, side: Side) -> None:
        """Let a side stand for the field under the cursor, and go to the next."""
        self._rows.choose(side)
        self._show_whole()

    def action_choose_all(self, side: Side) -> None:
        """Let a side stand everywhere."""
        self._rows.choose(side, everywhere=True)
        self._show_whole()

    def action_save(self) -> None:
        """Answer, when everything is decided."""
        if self._rows.open:
            left = count(self._rows.open, "field")
            self.banner.say("warning", f"{left} not decided: ← the server's, → yours.")
            return
        self.dismiss(self._rows.given_way)

    def on_rows_opened(self) -> None:
        """``enter`` on a row saves, like the key at the bottom says."""
        self.action_save()

    def action_close(self) -> None:
        """Go on editing; nothing is decided."""
        self.dismiss(None)

    def _show_whole(self) -> None:
        """Show the whole values of the field under the cursor: the columns may have cut them."""
        self.query_one("#conflict-heading", Text).show(self._rows.heading())
        decided = f"{len(self._rows.sides)} of {len(self._merge.conflicts)} decided"
        self.query_one(TopLine).show(count=decided)
        if (conflict := self._rows.conflict) is None:
            return
        self.query_one("#conflict-rule", Rule).show(title(conflict))
        width = max(self.size.width - 12, 20)
        lines: list[Line] = []
        values = (("was", conflict.base), ("server", conflict.theirs), ("yours", conflict.mine))
        for name, value in values:
            for part in wrap(shown(value), width, 3):
                lines.append(line((f" {name:<8}", "muted"), part))
                name = ""
        self.query_one("#conflict-whole", Text).show(*lines)


def _row_key(conflict: Conflict) -> str:
    # A flag may be called like a field.
    return f"{'flag' if conflict.is_flag else 'field'} {conflict.key}"


def _role(side: Side | None, own: Side) -> str:
    return "text" if side is None else "changed" if side == own else "muted"


def _others(changes: Sequence[Change]) -> list[Line]:
    """List what others changed and nobody here did: it is kept as the server has it."""
    if not changes:
        return []
    lines = [line(), line((" Also changed on the server, and kept:", "muted"))]
    for change in changes[:6]:
        words = f"   {title(change)[:_NAME]}  {shown(change.old)[:60]} → {shown(change.new)[:60]}"
        lines.append(line(words))
    more = len(changes) - 6
    return [*lines, line(f"   and {more} more")] if more > 0 else lines

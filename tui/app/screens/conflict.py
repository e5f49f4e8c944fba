"""The decision in a conflict: the old value, the server's and yours, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os.path import commonprefix
from typing import Literal

from rich.cells import cell_len, chop_cells
from textual.app import ComposeResult

from tui.app.commands import bindings
from tui.app.screens.base import HookboardScreen
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, Role, Span, Text, fit, line
from tui.app.widgets.row_list import RowList
from tui.i18n import _, ngettext, number
from tui.messages.change_words import title, visible_value
from tui.model.diff import Change, Conflict, Merge
from tui.model.place import Mark, Place
from tui.model.sentence import Sentence

Side = Literal["theirs", "mine"]

ALL_DECIDED = Sentence(
    _("Everything is decided: {conflict.save} accepts, {conflict.close} goes on editing.")
)

_COLUMNS = (_("was"), _("server"), _("yours"))
"""The headings over the three values."""

_NAME = 26
"""Cells of a field's name, at most."""
_LEAD = 8
"""Characters kept of the common beginning of values that are too long for their column."""
_WHOLE = 3
"""Lines of a value that is shown whole, at most."""
_MOST = 6
"""Changes of other fields that are listed, at most."""


class _Conflicts(RowList):
    """One row a field: its name, old value, the server's, yours; the chosen one is marked."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__(id="conflicts")
        self._by_key = {_row_key(one): one for one in conflicts}
        self._title_cells = _title_cells(conflicts)
        self.sides: dict[str, Side] = {}

    def on_mount(self) -> None:
        """Fill the list; its rows never change, so its height is fixed."""
        self.styles.max_height = len(self._by_key)
        self.show_rows(list(self._by_key))

    @property
    def conflict(self) -> Conflict | None:
        """The conflict under the cursor."""
        return self._by_key.get(self.key or "")

    @property
    def undecided(self) -> int:
        """The number of conflicts that are not decided."""
        return len(self._by_key) - len(self.sides)

    @property
    def for_theirs(self) -> tuple[Conflict, ...]:
        """The conflicts decided for the server's value."""
        return tuple(self._by_key[key] for key, side in self.sides.items() if side == "theirs")

    def choose(self, side: Side, *, everywhere: bool = False) -> None:
        """Keep the value of one side, in the row under the cursor or everywhere."""
        for key in self._by_key if everywhere else (self.key,):
            if key is not None:
                self.sides[key] = side
        self.repaint()

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a conflict."""
        conflict, side = self._by_key[key], self.sides.get(key)
        cells = self._cells
        was, server, yours = (fit(text, cells) for text in distinct_parts(_values(conflict), cells))
        theirs, mine = ("✓ " if side == one else "  " for one in ("theirs", "mine"))
        return (
            (fit(title(conflict), self._title_cells) + " ", "strong"),
            (was + " ", "muted"),
            (theirs + server, _role(side, "theirs")),
            (" ", "text"),
            (mine + yours, _role(side, "mine")),
        )

    def heading(self) -> Line:
        """Draw the names of the columns over them."""
        cells = self._cells
        was, server, yours = _COLUMNS
        indent = " " * (self._title_cells + 4)
        names = f"{indent}{was:<{cells + 3}}{server:<{cells + 3}}{yours}"
        return line((names, "muted"))

    @property
    def _cells(self) -> int:
        """Cells for each of the three values, beside the cursor, the name and the marks."""
        return max((self.size.width - self._title_cells - 10) // 3, 1)


class ConflictScreen(HookboardScreen[tuple[Conflict, ...] | None]):
    """Shows both sides, and answers which conflicts were decided for the server's value.

    ``None``: go on editing. Nothing is chosen at first, so that a quick ``enter`` undoes no
    change of another user.
    """

    BINDINGS = bindings("conflict")
    SCOPES = ("conflict", "rows")

    def __init__(self, place: Place, marks: Sequence[Mark], merge: Merge, said: str) -> None:
        super().__init__()
        self._said = said
        self._place = place
        self._marks = marks
        self._merge = merge
        self._rows = _Conflicts(merge.conflicts)

    def compose_content(self) -> ComposeResult:
        """Show the conflicts, the one under the cursor in full, and the other changes."""
        yield Rule(_("Changed on the server too, while you edited"))
        yield Text(line(), id="conflict-heading")
        yield self._rows
        yield Rule("", id="conflict-rule")
        yield Text(line(), id="conflict-whole")
        yield Text(id="conflict-others")

    def on_mount(self) -> None:
        """Say which webhook it is, and that nothing was saved."""
        self.top_line.show(place=self._place, marks=self._marks)
        self.banner.say("warning", self._said)
        self.watch(self._rows, "key", self._show_whole, init=False)
        self._rows.focus()
        self.call_after_refresh(self._show_whole)

    def on_resize(self) -> None:
        """Lay the columns and the values out for the new width."""
        self.call_after_refresh(self._show_whole)

    def action_choose(self, side: Side) -> None:
        """Keep the value of one side for the field under the cursor."""
        self._rows.choose(side)
        self._decided()

    def action_choose_all(self, side: Side) -> None:
        """Keep the values of one side everywhere."""
        self._rows.choose(side, everywhere=True)
        self._decided()

    def action_save(self) -> None:
        """Answer, when everything is decided."""
        if left := self._rows.undecided:
            said = ngettext(
                "{count} field not decided: {conflict.theirs} server's, {conflict.mine} yours.",
                "{count} fields not decided: {conflict.theirs} server's, {conflict.mine} yours.",
                left,
            )
            self.banner.say("warning", Sentence(said, {"count": number(left)}))
            return
        self.dismiss(self._rows.for_theirs)

    def on_row_list_opened(self) -> None:
        """Accept: ``enter`` on a row does the same as the key at the bottom."""
        self.action_save()

    def action_close(self) -> None:
        """Go on editing; nothing is decided."""
        self.dismiss(None)

    def _decided(self) -> None:
        """Say how to go on once everything is decided."""
        if not self._rows.undecided:
            self.banner.say("success", ALL_DECIDED)
        self._show_whole()

    def _show_whole(self) -> None:
        """Show the whole values of the field under the cursor, which the columns may cut."""
        self.query_one("#conflict-heading", Text).show(self._rows.heading())
        decided = _("{decided} of {count} decided").format(
            decided=number(len(self._rows.sides)), count=number(len(self._merge.conflicts))
        )
        self.top_line.show(count=decided)
        others = _others([one for one in self._merge.from_theirs if one.matters], self.size.width)
        self.query_one("#conflict-others", Text).show(*others)
        if (conflict := self._rows.conflict) is None:
            return
        self.query_one("#conflict-rule", Rule).show(title(conflict))
        width = max(self.size.width - 12, 20)
        lines: list[Line] = []
        values = distinct_parts(_values(conflict), _WHOLE * width)
        for name, value in zip(_COLUMNS, values, strict=True):
            for part in chop_cells(value, width) or [""]:
                lines.append(line((f" {name:<8}", "muted"), part))
                name = ""
        self.query_one("#conflict-whole", Text).show(*lines)


def _row_key(conflict: Conflict) -> str:
    # A flag may have the name of a field.
    return f"{'flag' if conflict.is_flag else 'field'} {conflict.key}"


def _role(side: Side | None, own: Side) -> Role:
    return "text" if side is None else "changed" if side == own else "muted"


def distinct_parts(texts: Sequence[str], cells: int) -> list[str]:
    """Shorten texts longer than ``cells`` by their common beginning, so that differences show.

    Addresses of one host differ at their end, which a cut text would not show.
    """
    common = len(commonprefix(texts))  # noqa: RUF071 -- of characters, as is meant
    # Only as much is measured as could fit: names of 100,000 characters have been seen.
    differing = max(cell_len(text[common : common + cells]) for text in texts)
    # A character may be two cells wide: half of the room is enough for as many of them.
    room = (cells - 1 - differing) // (1 if texts[0][:common].isascii() else 2)
    skipped = common - max(min(_LEAD, cells // 3), room)
    return [
        "…" + text[skipped:] if skipped > 1 and cell_len(text[: cells + 1]) > cells else text
        for text in texts
    ]


def _values(conflict: Conflict) -> list[str]:
    values = (conflict.base, conflict.theirs, conflict.mine)
    return [visible_value(value, conflict.key) for value in values]


def _title_cells(named: Iterable[Change | Conflict]) -> int:
    return min(max((cell_len(title(one)[:_NAME]) for one in named), default=1), _NAME)


def _others(changes: Sequence[Change], width: int) -> list[Line]:
    """List the changes of others that are in no conflict: the server's values are kept."""
    if not changes:
        return []
    listed, more = changes[:_MOST], len(changes) - _MOST
    name = _title_cells(listed)
    cells = max((width - name - 9) // 2, 1)
    lines = [line(), line((f" {_('Also changed on the server, and kept:')}", "muted"))]
    for change in listed:
        old, new = distinct_parts(
            [visible_value(one, change.key) for one in (change.old, change.new)], cells
        )
        old = fit(old, min(cell_len(old[: cells + 1]), cells))
        lines.append(line(f"   {fit(title(change), name)}  {old} → {fit(new, cells)}"))
    if more > 0:
        lines.append(line(f"   {_('and {count} more').format(count=number(more))}"))
    return lines

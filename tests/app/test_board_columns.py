"""The columns of the board: they fit every width, and no name moves the flags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import on
from textual.events import Resize

from tests.app.board_desk import board_of, opened
from tests.app.support import Terminal, terminal
from tests.support import hook
from tui.app.widgets.board_table import BoardTable, Widths
from tui.app.widgets.flag_columns import FlagColumns
from tui.core.patch.patch import Patch
from tui.model.flag_words import FlagGroup

FIXED = 5 + 4
"""Cells for the marks, and for on and off."""
LONG = "Ação 🚀 漢字 " * 12

GROUPS = (FlagGroup("Messages", ("a", "b")), FlagGroup("Chats", ("c", "d", "e")))


@given(st.integers(59, 200), st.integers(0, 80), st.booleans())
def test_the_columns_fit_the_width(width: int, flags: int, names: bool) -> None:
    found = Widths.within(width, flags, names=names)
    blanks = 1 + bool(found.webhook) + 2 * bool(found.url)
    taken = FIXED + found.instance + found.webhook + blanks + found.flags + found.url
    assert taken <= width
    assert found.instance >= 10
    assert found.flags <= flags


def test_groups_are_apart_under_their_titles() -> None:
    columns = FlagColumns.of(GROUPS)
    assert columns.titles == "Me Cha"
    assert columns.cells == ("a", "b", None, "c", "d", "e")
    assert columns.flags == ["a", "b", "c", "d", "e"]


def test_cells_that_look_alike_are_one_span() -> None:
    columns = FlagColumns.of(GROUPS)
    webhook = hook(flags={"a": True, "b": False, "c": True, "d": True})
    wanted = Patch(flags={"b": True, "c": False}).applied_to(webhook.values, "")
    drawn = columns.drawn(webhook, wanted, 0, 6, None)
    assert drawn == [
        ("x", "text"),
        ("+", "changed"),
        (" ", "text"),
        ("-", "changed"),
        ("x ", "text"),
    ]
    assert columns.drawn(webhook, None, 0, 6, None) == [("x. xx ", "text")]
    assert columns.drawn(webhook, None, 3, 2, "d") == [("x", "text"), ("x", "cursor")]


async def begins(at: Terminal) -> set[int]:
    """Return the cells in which the state of a webhook stands, over all rows with one."""
    found = set()
    for row in at.rows[3:-4]:
        for state in (" on  ", " off "):
            if state in row:
                found.add(cell_len(row[: row.index(state)]))
    return found


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40)])
async def test_long_and_wide_names_move_no_column(size: tuple[int, int]) -> None:
    async with terminal(size=size) as at:
        for key in list(at.store.ids)[:3]:
            named = at.store[key]
            webhooks = [hook(LONG, id=one.id) for one in named.webhooks or ()]
            at.store.found(key, webhooks)
        table = await opened(at)
        assert len(await begins(at)) == 1
        await at.press("end")
        assert table.flag == table.columns.flags[-1]
        assert board_of(at).webhook_count > 3


async def test_more_flags_than_fit_are_shown_around_the_cursor() -> None:
    async with terminal(size=(60, 18)) as at:
        key = next(iter(at.store.ids))
        flags = {f"event{number}": bool(number % 2) for number in range(60)}
        at.store.found(key, [hook(flags=flags)])
        table = await opened(at)
        assert table.widths.flags < len(table.columns.cells)
        await at.press("end")
        await at.sees(table.columns.flags[-1])
        assert table.begin + table.widths.flags == len(table.columns.cells)
        await at.press("home")
        assert table.begin == 0


class Unresized(BoardTable):
    """A board to which nobody has said yet how wide it is."""

    @on(Resize)
    def _say_nothing(self, event: Resize) -> None:
        event.prevent_default()


async def test_the_first_picture_has_all_columns() -> None:
    async with terminal() as at:
        table = await opened(at)
        early = Unresized(board_of(at), str)
        early.show_board(table.columns, names=True)
        await at.app.screen.mount(early, before=table)
        await at.until(lambda: early.size.width, "it has its place")
        assert early.render_line(0).text.rstrip() == table.render_line(0).text.rstrip()
        assert early.widths == table.widths

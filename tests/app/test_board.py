"""The board: opened, walked, read and filtered."""

from __future__ import annotations

from tests.app import kinds
from tests.app.board_desk import cell, opened, rows_of
from tests.app.support import terminal
from tui.app.screens.board.screen import BoardScreen
from tui.sandbox.evolution_v2.server import open_evolution_v2


async def test_it_lists_every_webhook_in_a_row() -> None:
    async with terminal() as at:
        await opened(at)
        webhooks = sum(len(at.store[key].webhooks or ()) for key in at.store.ids)
        assert rows_of(at) > webhooks, "instances without a webhook have a row too"
        assert f"{webhooks} webhooks" in at.top
        await at.sees("loja-norte", "xxxx", "no webhook")


async def test_the_cursor_walks_over_names_and_flags() -> None:
    async with terminal() as at:
        table = await opened(at)
        flags = table.columns.flags
        await at.press("l", "right")
        assert cell(table) == (flags[1], 0)
        await at.sees(flags[1], "on in")
        await at.press("end")
        assert cell(table) == (flags[-1], 0)
        await at.press("l", "G", "home")
        assert cell(table) == (flags[0], rows_of(at) - 1)
        await at.press("h", "h", "g")
        assert cell(table) == (None, 0)


async def test_a_row_opens_in_the_editor_and_comes_back() -> None:
    async with terminal() as at:
        await opened(at)
        await at.press("enter")
        await at.sees("Read again")
        await at.press("escape")
        await at.until(lambda: isinstance(at.app.screen, BoardScreen), "the board is back")
        await at.press("escape")
        await at.sees("Webhooks of")


async def test_the_filter_shows_the_rows_that_have_what_it_asks_for() -> None:
    async with terminal() as at:
        await opened(at)
        rows = rows_of(at)
        await at.press("slash", *"nothing-like-it")
        await at.sees("No webhook matches")
        await at.press("escape")
        assert rows_of(at) == rows
        await at.press("slash", *"off", "enter")
        assert 0 < rows_of(at) < rows
        await at.press("escape", "b")
        assert rows_of(at) == rows


async def test_webhooks_that_are_read_one_by_one_fill_the_board() -> None:
    async with kinds.board(open_evolution_v2(), held=True) as at:
        await opened(at)
        await at.sees("not read yet")
        at.cable.release()
        await at.loses("not read yet")
        await at.loses("% read")
        await at.sees("no webhook")

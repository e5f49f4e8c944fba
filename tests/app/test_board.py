"""The board: opened, walked, read and filtered."""

from __future__ import annotations

from rich.cells import cell_len
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.app import kinds
from tests.app.board_desk import board_of, cell, opened, rows_of
from tests.app.support import terminal
from tui.app.screens.board.screen import BoardScreen
from tui.app.widgets.board_table import BoardTable
from tui.sandbox.codechat_v2.server import open_sandbox
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


async def test_a_row_says_why_its_webhook_could_not_be_read() -> None:
    def refused(request: Request) -> Response | None:
        is_shop = request.url.path.endswith("/find/loja-sul")
        return JSONResponse({"message": "jwt expired"}, 401) if is_shop else None

    async with kinds.board(open_evolution_v2(), answer=refused, whole=False) as at:
        await opened(at)
        await at.sees("? not read:", "10 webhooks, 1 instance not read")
        await at.press("slash", *"loja-sul", "enter", "m")
        await at.sees("The webhooks of loja-sul are not read yet. r reads again.")
        await at.until(lambda: "answered 401" in at.rows[-2], "why, under the rows")
        at.cable.answer = lambda _request: None
        await at.press("escape", "r")
        await at.loses("not read")


async def test_a_list_that_cannot_be_read_says_so_on_the_board_too() -> None:
    async with terminal() as at:
        await opened(at)
        rows = rows_of(at)
        at.cable.cut = True
        await at.press("r")
        await at.sees("could not be reached")
        assert rows_of(at) == rows
        at.cable.cut = False
        await at.press("r")
        await at.loses("could not be reached")
        await at.press("escape")
        await at.sees("12 instances")
        assert "could not be reached" not in at.words


async def test_a_board_opened_before_the_list_is_there_fills() -> None:
    async with terminal(loaded=False) as at:
        at.cable.hold()
        await at.until(lambda: at.app.session, "a server is open")
        await at.press("r")
        await at.until(lambda: at.store.loading, "the list is asked for")
        await opened(at)
        await at.sees("Reading the instances…", "esc goes back")
        at.cable.release()
        await at.sees("loja-norte")


async def test_an_empty_server_says_that_there_is_nothing() -> None:
    async with terminal(open_sandbox(instances=0)) as at:
        await opened(at)
        await at.sees("There are no instances here.")
        await at.press("m", "enter")
        await at.sees("There is no webhook here.")


async def test_commands_of_the_board_are_in_the_palette() -> None:
    async with terminal() as at:
        await opened(at)
        await at.press("ctrl+p", *"all shown")
        await at.sees("All shown (M)")
        await at.press("enter")
        await at.sees(f"{board_of(at).webhook_count} marked")


async def test_a_click_goes_to_the_cell() -> None:
    async with terminal() as at:
        table = await opened(at)
        await at.pilot.click(BoardTable, offset=(table.flags_begin + 1, 2))
        assert cell(table) == (table.columns.flags[1], 2)
        await at.pilot.click(BoardTable, offset=(6, 1))
        assert cell(table) == (None, 1)


async def test_a_row_without_a_webhook_shows_the_column_of_the_cursor() -> None:
    async with terminal() as at:
        table = await opened(at)
        await at.press("l", "l")
        column = table.flags_begin + table.columns.cells.index(table.flag)
        await at.press("slash", *"outlet", "enter")
        await at.sees("no webhook")
        await at.until(lambda: cursor_cells(table) == [column], "the cursor is in its column")
        await at.press("h", "h", "h")
        await at.until(lambda: column not in cursor_cells(table), "the cursor is on the name")


def cursor_cells(table: BoardTable) -> list[int]:
    """Return the cells of the cursor's row that are drawn as the cursor, from the flags on."""
    cells: list[int] = []
    at = 0
    for text, role in table.line_at(table.cursor - table.scroll_offset.y).spans:
        if role == "cursor" and at > table.widths.instance:
            cells += range(at, at + cell_len(text))
        at += cell_len(text)
    return cells

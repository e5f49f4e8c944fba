"""How the tests sit at the board."""

from __future__ import annotations

from tests.app.support import Terminal
from tui.app.screens.board.screen import BoardScreen
from tui.app.widgets.board_table import BoardTable
from tui.core.board.board import Board


async def opened(at: Terminal) -> BoardTable:
    """Open the board, and wait until its rows are drawn."""
    await at.press("b")
    await at.until(lambda: isinstance(at.app.screen, BoardScreen), "the board is open")
    await at.sees("Instance")
    return at.one(BoardTable)


def rows_of(at: Terminal) -> int:
    """Count the rows of the board."""
    return len(board_of(at).visible)


def board_of(at: Terminal) -> Board:
    """Return the board of the server in front."""
    assert at.app.session is not None
    assert at.app.session.board is not None
    return at.app.session.board


def cell(table: BoardTable) -> tuple[str | None, int]:
    """Return the flag and the row of the cursor."""
    return table.flag, table.cursor

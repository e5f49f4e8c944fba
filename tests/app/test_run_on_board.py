"""The board during a run: what is saved shows at once, what is not keeps its marks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.app.board_desk import board_of, opened
from tests.app.fleet import fleet, moved, planned
from tests.app.fleet import opened as session_of
from tests.app.run_desk import begun
from tests.app.support import Terminal, hook
from tui.app.screens.runs.run_screen import RunScreen
from tui.app.widgets.board_table import BoardTable
from tui.core.run import run

NEVER = 1e9
"""Seconds between two reports of a run, of which there is then none between its ends."""


class Server:
    """Lets a run change its rows one by one, refuses one of them, and then waits."""

    def __init__(self, at: Terminal, *, waits_after: int, refuses: int | None = None) -> None:
        self._at = at
        self._waits_after = waits_after
        self._refuses = refuses
        self._rows: list[str] = []
        session_of(at).at_once = 1
        at.cable.answer = self._answer

    def go_on(self, waits_after: int) -> None:
        """Let the run go on until so many rows have ended."""
        self._waits_after = waits_after
        self._at.cable.release()

    def _answer(self, request: Request) -> Response | None:
        path = request.url.path.removesuffix("/events")
        if path not in self._rows:
            self._rows.append(path)
            if len(self._rows) > self._waits_after:
                self._at.cable.hold()  # its write, after this first read
        if request.method == "PUT" and len(self._rows) == self._refuses:
            return JSONResponse({"statusCode": 400, "message": ["url must be a URL"]}, 400)
        return None


@asynccontextmanager
async def run_under_way(
    rows: int, waits_after: int, refuses: int | None = None
) -> AsyncIterator[tuple[Terminal, Server]]:
    """Stage a flag off in the first rows, apply that, and go back to the board meanwhile."""
    async with fleet() as at:
        await opened(at)
        server = Server(at, waits_after=waits_after, refuses=refuses)
        await at.press("l", *["space", "j"] * rows, "ctrl+s")
        await at.sees(f"to {rows} webhooks")
        await at.press("ctrl+s")
        await at.until(lambda: isinstance(at.app.screen, RunScreen), "the run is in front")
        await at.press("q")
        await at.until(lambda: at.app.screen.query(BoardTable), "the board is in front")
        yield at, server
        at.cable.release()


def marks_of(at: Terminal, rows: int) -> list[str]:
    """Return what the first rows show: whether something is staged, and the first flag."""
    table = at.one(BoardTable)
    drawn = at.rows[table.region.y : table.region.y + rows]
    return [row[3] + row[table.flags_begin] for row in drawn]


async def test_a_row_that_was_saved_shows_its_new_state_while_the_run_goes_on() -> None:
    async with run_under_way(3, waits_after=1) as (at, server):
        await at.until(lambda: marks_of(at, 3) == [" .", "*-", "*-"], "the first is saved")
        await at.until(lambda: "run 1/3" in at.top, "the top counts it")
        await at.sees("staged: 2 changes in 2")
        server.go_on(3)
        await at.hears("The run on loja has ended.")
        await at.until(lambda: marks_of(at, 3) == [" ."] * 3, "all are saved")
        await at.until(lambda: not board_of(at).staging.all, "nothing is staged any more")


async def test_a_row_that_was_not_saved_keeps_its_marks_and_says_why() -> None:
    async with run_under_way(3, waits_after=2, refuses=2) as (at, _server):
        await at.until(lambda: "run 2/3" in at.top, "two have ended")
        await at.until(lambda: marks_of(at, 3) == [" .", "*-", "*-"], "the first is saved")
        await at.press("g", "j", "h")
        await at.sees("✗ last run: refused, “url must be a URL”")
        await at.press("slash", *"failed", "enter")
        await at.sees("1 of 23 webhooks")


async def test_a_board_first_opened_during_a_run_knows_what_ended_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "PROGRESS_EVERY", NEVER)
    async with fleet() as at:
        Server(at, waits_after=2, refuses=2)
        await begun(at, planned(at, moved, 3))
        await at.until(lambda: len(at.cable.sent("PUT")) == 3, "two have ended")
        await at.press("q")
        await opened(at)
        await at.press("j")
        await at.sees("✗ last run: refused, “url must be a URL”")
        at.cable.release()
        await at.hears("The run on loja has ended.")


async def test_a_webhook_that_is_gone_leaves_the_board() -> None:
    async with fleet() as at:
        await opened(at)
        await at.sees("23 webhooks")
        await at.press("l", "space", "j", "space", "j", "space")
        at.sandbox.store.delete(hook(at.sandbox, nth=1))
        await at.press("ctrl+s")
        await at.sees("to 3 webhooks")
        await at.press("ctrl+s")
        await at.sees("3 of 3", "gone 1")
        await at.press("q")
        await at.sees("22 webhooks")
        assert not board_of(at).staging.all


async def test_the_dashboard_under_the_board_follows_too() -> None:
    async with run_under_way(2, waits_after=1) as (at, _server):
        await at.until(lambda: marks_of(at, 2) == [" .", "*-"], "the first is saved")
        await at.press("escape")
        await at.sees("17/20")


async def test_between_two_reports_of_a_run_nothing_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "PROGRESS_EVERY", NEVER)
    async with run_under_way(3, waits_after=0) as (at, server):
        server.go_on(2)
        await at.until(lambda: len(at.cable.sent("PUT")) == 3, "two have ended")
        await at.settle()
        assert marks_of(at, 3) == ["*-"] * 3
        assert "run 0/3" in at.top
        server.go_on(3)
        await at.hears("The run on loja has ended.")
        await at.until(lambda: marks_of(at, 3) == [" ."] * 3, "all are saved")

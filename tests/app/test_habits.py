"""Keys that people know from other programs."""

from __future__ import annotations

import pytest

from tests.app.desk import Desk
from tests.app.support import Terminal, hook, refusing, terminal
from tui.app.screens.dashboard.screen import Dashboard
from tui.app.screens.dialogs import QuestionScreen
from tui.app.widgets.frame import KeyBar


@pytest.mark.parametrize("opening", ["question_mark", "ctrl+l", "ctrl+o", "D"])
async def test_q_closes_the_screen_over_the_dashboard_only(opening: str, desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        await at.sees("1 draft")
        await at.press(opening)
        await at.until(lambda: not isinstance(at.app.screen, Dashboard), "it is open")
        await at.press("q")
        await at.until(lambda: isinstance(at.app.screen, Dashboard), "it is closed")
        assert at.app.return_code is None


async def test_q_closes_a_request_then_the_list() -> None:
    async with terminal() as at:
        await at.press("ctrl+l", "enter")
        await at.sees("Received")
        await at.press("q")
        await at.sees("Requests made in this run")
        await at.press("q")
        await at.sees("Webhooks of loja-norte")


async def ask(at: Terminal) -> None:
    await at.edit()
    await at.press("x", "escape")
    await at.sees("unsaved change")


def chosen(at: Terminal) -> int:
    assert isinstance(at.app.screen, QuestionScreen)
    return at.row_list().cursor


@pytest.mark.parametrize("down, up", [("j", "k"), ("tab", "shift+tab"), ("down", "up")])
async def test_in_a_dialog_the_usual_keys_move(down: str, up: str) -> None:
    async with terminal() as at:
        await ask(at)
        await at.press(down, down)
        assert chosen(at) == 2
        await at.press(up)
        assert chosen(at) == 1


async def test_tab_goes_round_in_a_dialog() -> None:
    async with terminal() as at:
        await ask(at)
        await at.press("shift+tab")
        assert chosen(at) == 2
        await at.press("tab")
        assert chosen(at) == 0


async def test_a_click_chooses_in_a_dialog() -> None:
    async with terminal() as at:
        await ask(at)
        (row,) = [y for y, text in enumerate(at.rows) if "discard 1 change" in text]
        await at.pilot.click(offset=(at.rows[row].index("discard"), row))
        await at.sees("12 instances", "▸ on crm ")
        assert at.cable.sent("PUT") == []


@pytest.mark.parametrize("key", ["escape", "ctrl+q"])
async def test_leaving_with_changes_may_save_them(key: str) -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", key)
        await at.sees("save, then leave")
        await at.press("s")
        if key == "escape":
            await at.sees("12 instances", "▸ on crmx ")
        else:
            await at.until(lambda: at.app.return_code == 0, "it quits")
        assert hook(at.sandbox).name == "crmx"


@pytest.mark.parametrize("key", ["escape", "ctrl+q"])
async def test_a_failed_save_on_leaving_keeps_the_editor_open(key: str) -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = refusing(400, "name is taken")
        await at.press("x", key)
        await at.sees("save, then leave")
        await at.press("s")
        await at.sees("name is taken", "1 change, not saved")
        assert at.app.return_code is None


async def test_delete_is_at_the_bottom_where_it_is_possible() -> None:
    for width, all_fit in ((80, False), (120, True)):
        async with terminal(size=(width, 24)) as at:
            await at.sees("del Delete", "^q Quit")
            assert at.shows("y Copy") == all_fit
    async with terminal(read_only=True) as at:
        await at.sees("y Copy", "^q Quit")
        assert not at.shows("del Delete")


async def test_a_key_at_the_bottom_can_be_clicked() -> None:
    async with terminal() as at:
        bar = at.rows[at.one(KeyBar).region.y]
        await at.pilot.click(KeyBar, offset=(bar.index("Commands"), 0))
        await at.sees("Search for commands")


async def test_the_palette_says_when_nothing_is_found() -> None:
    async with terminal() as at:
        await at.press("ctrl+p")
        await at.sees("Search for commands")
        await at.press(*"zzzz")
        await at.sees("No matches found")


async def test_requests_have_headings_over_their_columns() -> None:
    for size in ((60, 18), (80, 24), (120, 40)):
        async with terminal(size=size) as at:
            await at.press("ctrl+l")
            await at.sees("Requests made in this run")
            heads, row = at.row("method"), at.row("POST")
            assert heads.index("method") == row.index("POST")
            assert heads.index("path") == row.index("/" if "…" not in row else "…")
            assert heads.index("code") + len("code") == row.index("200") + len("200")
            assert len(heads) == len(row)

"""READ ONLY: the form is locked and says so; reading, walking and the review work."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.app.desk import Desk
from tests.app.kinds import ONE_WEBHOOK, board, in_editor, open_editor
from tests.app.support import Terminal, terminal
from tui.app.screens.editor.screen import EditorScreen
from tui.app.widgets.field import Toggle
from tui.app.widgets.flag_grid import FlagGrid
from tui.app.widgets.frame import Banner
from tui.sandbox.kinds import open_kind
from tui.storage.drafts import Drafts

LOCKED = "READ ONLY: nothing can be changed here."
KEYS = ("x", "backspace", "ctrl+u", "ctrl+w", "ctrl+k", "ctrl+d", "ctrl+x", "delete")
GRID_KEYS = ("space", "enter", "a", "n", "i")


async def is_said_for(at: Terminal, *keys: str) -> None:
    """See that each key is answered by a word, which the next command takes away."""
    banner = at.app.screen.query_one(Banner)
    for key in keys:
        await at.press(key)
        await at.until(lambda: LOCKED in banner.sentences, f"it is said for {key}")
        banner.clear()


async def tries_to_change_everything(at: Terminal) -> None:
    """Go through the form, and press the keys that would change something."""
    screen = at.app.screen
    for field in screen.query(Input):
        before = field.value
        assert at.app.focused is field
        await at.press("end")
        await is_said_for(at, *KEYS)
        await at.paste("https://theirs.example")
        await at.sees(LOCKED)
        screen.query_one(Banner).clear()
        assert field.value == before
        await at.press("tab")
    for toggle in screen.query(Toggle):
        before_on = toggle.on
        await is_said_for(at, "space", "enter")
        assert toggle.on == before_on
        await at.press("tab")
    grid = at.one(FlagGrid)
    flags = dict(grid.flags)
    await is_said_for(at, *GRID_KEYS)
    await at.press("down", "right", "end", "home", "u")
    assert dict(grid.flags) == flags


@pytest.mark.parametrize("kind", ["codechat-v2", *ONE_WEBHOOK])
async def test_nothing_in_the_form_can_be_changed_and_the_first_key_says_so(
    kind: str, tmp_path: Path
) -> None:
    with open_kind(kind) as server:
        async with board(server, home=tmp_path, read_only=True, size=(120, 40)) as at:
            if kind == "codechat-v2":
                await at.edit()
            else:
                await open_editor(at, "loja-norte")
            await tries_to_change_everything(at)
            assert "no changes" in at.top
            assert " * " not in at.picture
            reads = {"GET", "POST"} if kind == "codechat-v2" else {"GET"}  # its list is a search
            assert {asked.method for asked in at.cable.requests} == reads
            await at.press("f3")
            await at.sees("No changes: a save would send nothing.", "The request")
            await at.press("escape", "ctrl+r")
            await at.sees("Read again: nothing else has changed on the server.")
            await at.press("escape")
            await at.until(lambda: not isinstance(at.app.screen, EditorScreen), "nothing is asked")
        assert not list((tmp_path / "drafts").glob("*"))


async def test_a_click_changes_nothing_either() -> None:
    async with terminal(read_only=True) as at:
        await at.edit()
        await at.pilot.click("#enabled")
        await at.sees(LOCKED)
        assert at.one(Toggle, "#enabled").on


async def test_the_text_of_a_locked_field_can_be_copied() -> None:
    async with terminal(read_only=True) as at:
        await at.edit()
        await at.press("end", "shift+home", "ctrl+c")
        await at.until(lambda: at.app.clipboard == "crm", "it is copied")


async def test_no_draft_is_offered_or_opened(desk: Desk) -> None:
    await desk.leave_draft()
    async with terminal(desk.sandbox(), drafts=Drafts(desk.folder), read_only=True) as at:
        await at.until(lambda: " 1 draft " in at.top, "the draft is counted")
        await at.press("e")
        await in_editor(at)
        assert at.field("name").value == "crm"
        await at.press("escape", "D")
        await at.sees("loja-norte › crm")
        await at.press("enter")
        await at.hears("READ ONLY: a draft cannot be opened here.")
        assert not isinstance(at.app.screen, EditorScreen)
    assert len(desk.free) == 1

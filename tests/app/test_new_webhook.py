"""A new webhook: the form and its review show its values, not differences from an empty form."""

from __future__ import annotations

import pytest

from tests.app.desk import Desk
from tests.app.kinds import ONE_WEBHOOK, board, go_to, in_editor
from tests.app.support import Terminal, terminal
from tui.app.widgets.flag_grid import FlagGrid
from tui.sandbox.kinds import open_kind

URL = "https://new.example/hook"


async def new(at: Terminal, *, name: str = "novo") -> str:
    """Fill the form of a new webhook, with only its first flag on; return that flag."""
    await at.press("n")
    await in_editor(at)
    if name:
        await at.paste(name)
        await at.press("tab")
    await at.paste(URL)
    while at.focused != "FlagGrid":
        await at.press("tab")
    await at.press("n", "home", "space")
    (flag,) = (flag for flag, on in at.one(FlagGrid).flags.items() if on)
    return flag


async def says_what_it_will_have(at: Terminal, flag: str, flags: int) -> None:
    await at.sees(f"new, 1 of {flags} on, not saved", f"Flags 1/{flags} on")
    await at.press("down")
    assert "was o" not in at.picture
    assert "*" not in at.picture
    await at.press("f3")
    await at.sees("The request", f"new, 1 of {flags} on, not saved", f"1 of {flags} on: {flag}")
    assert "URL" in at.row(URL)
    assert "on" in at.row("   enabled")
    assert "→" not in at.picture
    await at.press("escape")


@pytest.mark.parametrize("kind", ONE_WEBHOOK)
async def test_the_only_webhook_of_an_instance_shows_its_future_values(kind: str) -> None:
    with open_kind(kind) as server:
        async with board(server, size=(120, 60)) as at:
            go_to(at, "outlet-br101")
            flag = await new(at, name="")
            await says_what_it_will_have(at, flag, len(at.one(FlagGrid).flags))
            await at.press("ctrl+s")
            await at.sees("✓ Saved 2 changes.", "no changes")


async def test_a_new_webhook_shows_its_future_values() -> None:
    async with terminal(size=(120, 60)) as at:
        flag = await new(at)
        await says_what_it_will_have(at, flag, 20)
        await at.press("escape")
        await at.sees("The new webhook of loja-norte has 3 unsaved changes", "name, URL, flags")
        await at.press("escape", "ctrl+s")
        await at.sees("✓ Saved 3 changes.", "no changes")
        assert "new," not in at.top
        await at.press("space")
        await at.sees("was o", "1 change, not saved")


async def test_the_review_of_an_empty_form_lists_the_missing_fields() -> None:
    async with terminal(size=(120, 60)) as at:
        await at.press("n")
        await in_editor(at)
        await at.press("f3")
        await at.sees("A save would be refused here", "20 of 20 on", "(empty)")


async def test_its_draft_counts_its_flags_as_one_change(desk: Desk) -> None:
    async with desk.start() as at:
        await new(at)
        await at.press("escape", "p")
        await at.until(lambda: " 1 draft " in at.top, "the draft is counted")
        await at.press("D")
        await at.sees("loja-norte › novo", "3 changes", "1 of 20 on: messagesSet")
        assert "on → off" not in at.picture
        await at.press("escape", "n")
        await at.sees("has a draft with 3 changes", "name, URL, flags")

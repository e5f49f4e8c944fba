"""The banner: results disappear with the next change or command, errors stay until corrected."""

from __future__ import annotations

import pytest

from tests.app.kinds import in_editor
from tests.app.support import Terminal, change, refusing, terminal
from tui.app.widgets.frame import Banner


def said(at: Terminal) -> tuple[str, ...]:
    return at.app.screen.query_one(Banner).sentences


async def saved(at: Terminal, *meanwhile: str) -> None:
    await at.edit()
    await at.press("x", *meanwhile, "ctrl+s")
    await at.sees("Saved 1 change.", "no changes")


@pytest.mark.parametrize(
    "keys", [("y",), ("tab", "tab", "space"), ("tab", "tab", "tab", "i"), ("backspace",)]
)
async def test_saved_disappears_with_the_next_change(keys: tuple[str, ...]) -> None:
    async with terminal() as at:
        await saved(at)
        *walks, changes = keys
        await at.press(*walks)
        assert said(at) == ("Saved 1 change.",)
        await at.press(changes)
        await at.sees("not saved")
        await at.until(lambda: not said(at), "nothing is said any more")


async def test_changes_of_others_disappear_with_the_next_change() -> None:
    async with terminal() as at:
        await at.edit()
        await at.sees("no changes")
        change(at.sandbox, flags={"newJwt": True})
        await at.press("x", "ctrl+s")
        await at.sees("Changed by others meanwhile, and kept: newJwt off → on.")
        await at.press("y")
        await at.until(lambda: not said(at), "nothing is said any more")


async def test_an_error_stays_while_the_field_is_edited() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = refusing(500, "database is locked")
        await at.press("x", "ctrl+s")
        await at.sees("Not saved. sandbox.test answered 500")
        await at.press("y", "f3")
        await at.sees("The request")
        await at.press("escape")
        await at.sees("Not saved. sandbox.test answered 500", "1 change, not saved")


async def test_deleted_stays_while_moving_and_disappears_with_a_command() -> None:
    async with terminal() as at:
        await at.press("delete")
        await at.sees("Delete the webhook")
        await at.press("d")
        await at.sees("✓ Deleted crm of loja-norte.")
        await at.press("j", "k", "tab")
        assert said(at) == ("Deleted crm of loja-norte.",)
        await at.press("/")
        await at.until(lambda: not said(at), "nothing is said any more")


@pytest.mark.parametrize("key", ["y", "D", "ctrl+l", "?", "n"])
async def test_a_command_clears_the_result_of_the_one_before(key: str) -> None:
    async with terminal() as at:
        dashboard = at.app.screen.query_one(Banner)
        await at.press("delete")
        await at.sees("Delete the webhook")
        await at.press("escape")
        await at.sees("crm was not deleted.")
        await at.press(key)
        await at.until(lambda: not dashboard.sentences, "nothing is said any more")


async def test_decided_disappears_with_the_next_change() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x")
        change(at.sandbox, name="theirs")
        await at.press("ctrl+r")
        await at.sees("Changed on the server too.")
        await at.press("m", "ctrl+s")
        await in_editor(at)
        await at.sees("Decided. Nothing is saved yet")
        await at.press("y")
        await at.until(lambda: not said(at), "nothing is said any more")

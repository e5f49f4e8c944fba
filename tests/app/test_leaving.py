"""Leaving and quitting: nothing typed is lost unasked."""

from __future__ import annotations

import asyncio

import pytest
from textual import events

from tests.app.support import hook, terminal


async def test_escape_without_changes_leaves_at_once() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("escape")
        await at.sees("12 instances")


async def test_escape_with_changes_asks_and_keeps_editing() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "tab", "tab", "space")
        for key in ("e", "enter", "escape"):
            await at.press("escape")
            await at.sees("crm has 2 unsaved changes.", "name, enabled")
            await at.press(key)
            await at.sees("2 changes, not saved")
            assert at.field("name").value == "crmx"
            await at.stands_on("enabled")


async def test_discarding_leaves_and_sends_nothing() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "escape")
        await at.sees("discard 1 change")
        await at.press("d")
        await at.sees("12 instances", "▸ on crm ")
        assert at.cable.sent("PUT") == []
        assert hook(at.sandbox).name == "crm"


async def test_after_a_save_escape_asks_nothing() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "ctrl+s")
        await at.sees("Saved 1 change.")
        await at.press("escape")
        await at.sees("12 instances", "crmx")


async def test_q_quits_from_the_dashboard() -> None:
    async with terminal() as at:
        await at.press("q")
        await at.until(lambda: at.app.return_code is not None, "it quit")
        assert at.app.return_code == 0


async def test_quitting_with_changes_asks_and_keeping_them_stays() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "ctrl+q")
        await at.sees("crm has 1 unsaved change.")
        await at.press("e")
        await at.sees("1 change, not saved")
        assert at.app.return_code is None
        assert at.field("name").value == "crmx"


async def test_quitting_with_changes_quits_when_they_are_discarded() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "ctrl+q", "d")
        await at.until(lambda: at.app.return_code is not None, "it quit")
        assert at.app.return_code == 0
        assert hook(at.sandbox).name == "crm"


async def test_quitting_from_the_review_asks_about_the_edit() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "f3")
        await at.sees("The request")
        await at.press("ctrl+q")
        await at.sees("crm has 1 unsaved change.")
        await at.press("escape")
        await at.sees("The request")


async def test_quitting_during_the_question_asks_it_once() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "escape")
        await at.sees("crm has 1 unsaved change.")
        await at.press("ctrl+q", "ctrl+q", "e")
        await at.sees("1 change, not saved")
        assert "unsaved change" not in at.words
        await at.press("ctrl+q")
        await at.sees("crm has 1 unsaved change.")


async def test_quitting_while_pages_arrive_ends_quietly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with terminal(loaded=False) as at:
        at.cable.hold()
        await at.until(lambda: at.cable.requests, "the list was asked for")
        await at.press("ctrl+q")
        await at.until(lambda: at.app.return_code is not None, "it quit")
    assert (at.app.return_code, at.app.exit_message) == (0, "")
    assert not [each for each in caplog.records if each.name == "hookboard"]


async def test_quitting_during_a_save_asks_and_ends_quietly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.hold()
        await at.press("x", "ctrl+s")
        await at.sees("saving…")
        await at.press("ctrl+q")
        await at.sees("crm is being saved; the server has not answered yet.")
        await at.press("l")
        await at.until(lambda: at.app.return_code is not None, "it quit")
    assert (at.app.return_code, at.app.exit_message) == (0, "")
    assert not [each for each in caplog.records if each.name == "hookboard"]


@pytest.mark.parametrize("turns", range(1, 8))
@pytest.mark.parametrize("key", ["e", "n", "D", "ctrl+l", "ctrl+o"])
async def test_quitting_while_a_screen_opens_is_no_error(key: str, turns: int) -> None:
    async with terminal() as at:
        await at.press("enter")
        for one in (key, "ctrl+q"):
            at.app.post_message(events.Key(one, one if len(one) == 1 else None))
            for _ in range(turns):  # of the event loop, each with a bit of the screen
                await asyncio.sleep(0)
        await at.until(lambda: at.app.return_code is not None, "it quit")
        assert (at.app.return_code, at.app.exit_message) == (0, "")

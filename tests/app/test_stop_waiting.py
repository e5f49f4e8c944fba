"""Escape stops waiting, says so, and changes nothing else."""

from __future__ import annotations

import asyncio

from tests.app.support import listing, record, terminal
from tui.sandbox.codechat_v2.server import open_sandbox


async def test_escape_keeps_the_pages_read_and_says_there_are_more() -> None:
    async with terminal(open_sandbox(instances=12, page_size=5), loaded=False) as at:
        # The first page comes, those after it wait.
        passed: list[asyncio.Event] = []
        at.cable.answer = lambda _: passed.append(at.cable.hold())
        await at.sees("5 of 12 instances")
        await at.press("escape")
        await at.sees("You stopped waiting: the list was not read whole.", "r reads again.")
        assert "5 of 12 instances" in at.top
        assert not at.working("load")
        at.cable.answer = lambda _: None
        at.cable.release()
        await at.press("r")
        await at.loses("You stopped waiting")
        await at.until(lambda: "12 instances" in at.top and "of" not in at.top, "all are there")


async def test_escape_stops_reading_the_webhooks_of_an_instance_and_r_reads_them() -> None:
    async with terminal(loaded=False) as at:
        at.cable.answer = listing(record("loja"))
        await at.sees("1 instance")
        at.cable.hold()
        await at.until(lambda: at.cable.sent("GET"), "its webhooks are asked for")
        await at.press("escape")
        await at.sees("You stopped waiting: nothing was read.")
        at.cable.release()
        asked = len(at.cable.sent("GET"))
        await at.press("r")
        await at.until(lambda: len(at.cable.sent("GET")) > asked, "they are asked for again")


async def test_escape_during_a_reread_stays_in_the_editor() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.hold()
        await at.press("x", "ctrl+r")
        await at.sees("reading…")
        await at.press("escape")
        await at.sees("You stopped waiting: nothing was read.", "1 change, not saved")
        at.cable.release()
        await at.press("ctrl+r")
        await at.sees("Read again: nothing else has changed on the server.")


async def test_escape_stops_a_save_that_replaced_a_reread() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.hold()
        await at.press("x")
        await at.burst("ctrl+r", "ctrl+s")
        await at.sees("saving…")
        await at.press("escape")
        await at.sees("You stopped waiting: nothing was written.")
        await at.press("escape")
        await at.sees("crm has 1 unsaved change.")

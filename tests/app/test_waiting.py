"""Waiting says that it waits and for how long, wherever an answer is waited for."""

from __future__ import annotations

import re

from starlette.responses import Response

from tests.app.first_start import first_start
from tests.app.support import terminal
from tui.app.screens.wait_clock import wait_words

COUNTS = r"\b[1-9] s\b"
"""How long it has been, in its first ten seconds."""


async def test_the_list_shows_how_long_it_has_waited() -> None:
    async with terminal(loaded=False) as at:
        at.cable.hold()
        await at.until(lambda: re.search("loading… " + COUNTS, at.top), "the seconds are counted")
        await at.until(lambda: "loading… 2 s" in at.top, "they go on")
        at.cable.release()
        await at.until(lambda: at.top.endswith("12 instances"), "nothing waits any more")


async def test_rereads_saves_and_the_requests_show_the_wait_too() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.hold()
        await at.press("x", "ctrl+r")
        await at.until(lambda: re.search("reading… " + COUNTS, at.top), "the read is counted")
        at.cable.release()
        await at.until(lambda: at.top.endswith("1 change, not saved"), "it was read")
        at.cable.hold()
        await at.press("ctrl+s")
        await at.until(lambda: re.search("saving… " + COUNTS, at.top), "the save is counted")
        await at.press("ctrl+l")
        await at.sees("Requests made in this run", " … ")
        await at.until(lambda: re.search("requests, waiting " + COUNTS, at.top), "here too")
        await at.press("enter")
        await at.sees("no answer yet")
        await at.press("escape", "escape")
        at.cable.release()
        await at.sees("Saved 1 change")
        assert at.top.endswith("no changes")


async def test_reading_for_the_editor_shows_the_wait_on_the_dashboard() -> None:
    async with terminal() as at:
        at.cable.hold()
        await at.press("enter", "delete")
        await at.until(
            lambda: re.search("12 instances, waiting " + COUNTS, at.top), "it is counted"
        )
        at.cable.release()
        await at.sees("Delete the webhook")
        assert "waiting" not in at.top


async def test_connecting_shows_the_wait_until_the_answer() -> None:
    async with first_start() as at:
        await at.fill(url=at.url, business=at.sandbox.business_id, token=at.sandbox.token)
        at.sandbox.latency = 2.5
        await at.press("ctrl+s")
        await at.until(lambda: re.search("connecting… " + COUNTS, at.top), "it is counted")


async def test_each_attempt_has_a_row_of_its_own() -> None:
    async with terminal() as at:
        answers = [Response(status_code=503), Response(status_code=503)]
        at.cable.answer = lambda _: answers.pop() if answers else None
        await at.press("r")
        await at.until(lambda: len(at.cable.requests) == 4, "it was asked three times")
        await at.until(lambda: "12 instances" in at.top, "the third was answered")
        await at.press("ctrl+l")
        await at.sees("4 requests", "(attempt 3) 200", "(attempt 2) 503", "503")
        await at.press("down", "enter")
        await at.sees("attempt 2: 503")


def test_a_wait_shows_its_limit_if_there_is_one() -> None:
    class Request:
        def __init__(self, seconds: float, limit: float | None, attempt: int = 1) -> None:
            self.seconds, self.limit, self.attempt = seconds, limit, attempt

    told = [
        wait_words(Request(*one))  # type: ignore[arg-type]
        for one in ((0.9, None), (3.2, None), (12.9, 60.0), (20.0, None, 2))
    ]
    assert told == ["", "3 s", "12 of 60 s", "20 s, attempt 2"]

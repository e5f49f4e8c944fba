"""Flags that are all on after a PUT: the server reset them, or somebody else turned them on."""

from __future__ import annotations

import httpx
import pytest

from tests.core.odd_desk import odd_desk, said
from tests.core.odd_server import EVENTS, RECORD, keeps_flags, resets, takes_flags
from tui.core.save_result import Outcome
from tui.model.diff import Change

LATE = httpx.ConnectTimeout("late")


async def test_flags_that_a_put_turns_on_are_left_on_and_reported_as_maybe_reset() -> None:
    at = await odd_desk(resets, takes_flags)
    at.change("newJwt", name="crm 2")
    result = await at.save()
    assert (result.outcome, result.restored) == (Outcome.SAVED, ())
    assert result.maybe_reset == (
        Change("callUpsert", True, False, is_flag=True),
        Change("messagesSet", True, False, is_flag=True),
    )
    assert at.odd.record[EVENTS] == {**dict.fromkeys(RECORD[EVENTS], True), "newJwt": False}
    assert said(result) == (
        "warning: Saved 1 change. Changed on the server during this save, and left so:"
        " callUpsert off → on, messagesSet off → on."
    )


async def test_flags_that_a_put_is_known_to_reset_are_put_back_and_reported() -> None:
    at = await odd_desk(resets, takes_flags)
    at.server.resets_flags = True
    at.change("newJwt", name="crm 2")
    result = await at.save()
    assert (result.outcome, result.maybe_reset) == (Outcome.SAVED, ())
    assert at.odd.record[EVENTS] == {**RECORD[EVENTS], "newJwt": False}
    assert at.sent == "GET PUT PATCH"
    assert said(result) == (
        "warning: Saved 1 change. Reset by the server with this save, and put back:"
        " callUpsert on → off, messagesSet on → off."
    )


async def test_a_put_that_leaves_a_flag_off_shows_that_the_server_resets_none() -> None:
    at = await odd_desk(keeps_flags, takes_flags)
    at.server.resets_flags = True
    at.change(name="crm 2")
    await at.save()
    assert not at.server.resets_flags


@pytest.mark.parametrize("answer", [httpx.ReadTimeout("late"), httpx.Response(404)], ids=repr)
async def test_flags_that_may_have_been_put_back_are_reported(
    answer: httpx.Response | Exception,
) -> None:
    at = await odd_desk(resets, takes_flags)
    at.server.resets_flags = True
    at.change("newJwt", name="crm 2")
    at.wire.fail("PATCH", answer, applied=True)
    at.wire.fail("GET", None, LATE, LATE)
    result = await at.save()
    assert (result.outcome, result.webhook) == (Outcome.UNKNOWN, None)
    words = said(result)
    assert "it is not known whether the flags were: newJwt. " in words
    assert "it is not known whether they are back: callUpsert on → off, messagesSet" in words


async def test_flags_that_a_put_turns_on_and_that_cannot_be_put_back_are_reported() -> None:
    at = await odd_desk(resets)
    at.server.resets_flags = True
    at.change(name="crm 2")
    result = await at.save()
    assert (result.outcome, result.restored) == (Outcome.SAVED, ())
    assert said(result) == (
        "warning: Saved 1 change. Changed on the server during this save, and left so:"
        " callUpsert off → on, messagesSet off → on."
    )

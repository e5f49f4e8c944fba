"""Servers that say one thing and do another: each result matches the server, and saves go on."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any, get_args

import httpx
import pytest

from tests.core.odd_desk import odd_desk, said, save_edit
from tests.core.odd_server import (
    EVENTS,
    RECORD,
    Json,
    keeps_flags,
    lies_about_flags,
    merged,
    repeats,
    takes,
    takes_flags,
)
from tests.core.save_support import desk_at
from tui.api.errors import Refused
from tui.core.edit import Edit
from tui.core.save_result import Outcome
from tui.messages.save_report import report
from tui.model.diff import Change
from tui.sandbox.codechat_v2.bodies import FlagMode

MODES: tuple[FlagMode, ...] = get_args(FlagMode)
LATE = httpx.ConnectTimeout("late")  # the one fault after which a read is not retried


# false answers


async def test_flags_falsely_answered_as_stored_are_missing_and_then_sent_another_way() -> None:
    at = await odd_desk(lies_about_flags, takes_flags)
    at.change("newJwt", "callUpsert", name="crm 2")
    result = await at.save()
    assert result.outcome is Outcome.PARTLY
    assert said(result) == (
        "warning: Saved, but the server kept 2 flags: newJwt on, callUpsert off. "
        "{save} tries again."
    )
    assert at.sent == "GET PUT GET"

    assert (await at.save()).outcome is Outcome.SAVED
    assert at.sent == "GET PATCH GET"
    assert at.wire.bodies("PATCH") == [{"newJwt": False, "callUpsert": True}]
    assert (at.odd.record["name"], at.odd.record[EVENTS]["newJwt"]) == ("crm 2", False)
    assert at.edit.changes == ()


async def test_flags_alone_that_are_falsely_answered_as_stored_are_not_saved() -> None:
    at = await odd_desk(lies_about_flags, takes_flags)
    at.change("newJwt")
    result = await at.save()
    assert (result.outcome, result.error) == (Outcome.NOT_SAVED, None)
    assert said(result) == (
        "error: Not saved. The server has newJwt on. Your changes are kept. {save} tries again."
    )
    assert (await at.save()).outcome is Outcome.SAVED
    assert at.odd.record[EVENTS]["newJwt"] is False


async def test_details_falsely_answered_as_stored_are_not_saved() -> None:
    at = await odd_desk(lambda record, body: merged(record, body))
    at.change(url="https://new.example")
    result = await at.save()
    assert result.outcome is Outcome.NOT_SAVED
    assert result.missing == (Change("url", "https://crm.example/in", "https://new.example"),)
    assert at.sent == "GET PUT GET"


async def test_a_server_with_false_answers_is_checked_every_time() -> None:
    at = await odd_desk(lies_about_flags, repeats)
    at.change("newJwt")
    for sent in ("GET PUT GET", "GET PATCH GET", "GET PATCH GET"):
        assert (await at.save()).outcome is Outcome.NOT_SAVED
        assert at.sent == sent


async def test_an_answer_to_a_patch_that_repeats_the_request_is_not_trusted() -> None:
    at = await odd_desk(keeps_flags, repeats)
    at.change("newJwt", name="crm 2")
    result = await at.save()
    assert result.outcome is Outcome.PARTLY
    assert result.missing == (Change("newJwt", True, False, is_flag=True),)
    assert at.sent == "GET PUT PATCH GET"


async def test_a_patch_alone_is_checked_until_its_answers_proved_true() -> None:
    at = await odd_desk(keeps_flags, takes_flags)
    at.change("newJwt", name="crm 2")
    for sent in ("GET PUT PATCH", "GET PATCH GET", "GET PATCH"):
        assert (await at.save()).outcome is Outcome.SAVED
        assert at.sent == sent
        at.change("newJwt")


async def test_true_answers_about_details_are_no_proof_about_flags() -> None:
    at = await odd_desk()
    for flags, name, sent in (
        ((), "a", "GET PUT GET"),
        ((), "b", "GET PUT"),
        (("newJwt",), "c", "GET PUT GET"),
        (("newJwt",), "d", "GET PUT"),
    ):
        at.change(*flags, name=name)
        assert (await at.save()).outcome is Outcome.SAVED
        assert at.sent == sent


async def test_when_the_second_read_fails_the_answer_is_used_but_not_trusted() -> None:
    at = await odd_desk()
    at.change("newJwt")
    at.wire.fail("GET", None, LATE)
    assert (await at.save()).outcome is Outcome.SAVED
    at.change("newJwt")
    assert (await at.save()).outcome is Outcome.SAVED
    assert at.sent == "GET PUT GET"


# empty and different answers


async def test_flags_go_another_way_after_an_empty_answer_that_did_not_store_them() -> None:
    def silent(record: Json, body: Json) -> httpx.Response:
        keeps_flags(record, body)
        return httpx.Response(204)

    at = await odd_desk(silent, takes_flags)
    at.change("newJwt")
    for sent in ("GET PUT GET PATCH", "GET PATCH GET"):
        assert (await at.save()).outcome is Outcome.SAVED
        assert at.sent == sent
        at.change("newJwt")


async def test_a_url_that_the_server_rewrites_is_reported_and_then_a_conflict() -> None:
    def rewrites(record: Json, body: Json) -> Json:
        return takes(record, {**body, "url": f"{body['url']}/"})

    at = await odd_desk(rewrites)
    at.change(url="https://new.example", name="crm 2")
    result = await at.save()
    assert (result.outcome, result.webhook) == (Outcome.PARTLY, None)
    words = "Another user changed it too; the server has URL https://new.example/. {save} asks"
    assert words in said(result)
    assert at.sent == "GET PUT GET"

    again = await at.save()
    assert again.outcome is Outcome.CONFLICT
    assert again.merge is not None
    assert [one.theirs for one in again.merge.conflicts] == ["https://new.example/"]
    assert at.sent == "GET"


async def test_headers_that_a_put_drops_are_named_without_their_values() -> None:
    def drops(record: Json, body: Json) -> Json:
        return takes(record, {**body, "headers": {"x-team": "vendas"}})

    at = await odd_desk(drops)
    at.change(name="crm 2")
    result = await at.save()
    assert (result.outcome, result.headers) == (Outcome.SAVED, ("authorization",))
    words = said(result)
    assert words.startswith("warning: Saved 1 change. Headers have changed on the server: ")
    assert "of-the-crm" not in words
    assert "of-the-crm" not in repr(result)


async def test_an_answer_without_headers_is_checked_by_a_read() -> None:
    def quiet(record: Json, body: Json) -> Json:
        return {key: value for key, value in takes(record, body).items() if key != "headers"}

    at = await odd_desk(quiet)
    at.change(name="crm 2")
    result = await at.save()
    assert said(result) == "success: Saved 1 change."
    assert at.odd.record["headers"] == RECORD["headers"]


# refusals that wrote


async def test_a_refusal_that_stored_half_is_partly_saved_and_the_next_save_sends_the_rest() -> (
    None
):
    refusals = ["url must be a URL address"]

    def half(record: Json, body: Json) -> Any:
        if not refusals:
            return takes(record, body)
        record["name"] = body["name"]
        return httpx.Response(400, json={"message": [refusals.pop()]})

    at = await odd_desk(half)
    at.change(name="crm 2", url="https://new.example")
    result = await at.save()
    assert result.outcome is Outcome.PARTLY
    assert isinstance(result.error, Refused)
    assert result.error.fields == {"url": ("url must be a URL address",)}
    assert said(result).startswith("warning: Only partly saved. The server did not store: URL.")
    assert at.sent == "GET PUT GET"
    assert [change.key for change in at.edit.changes] == ["url"]

    assert (await at.save()).outcome is Outcome.SAVED
    assert at.odd.record["url"] == "https://new.example"


async def test_a_refusal_after_which_reading_fails_has_an_unknown_outcome() -> None:
    at = await odd_desk(lambda record, body: httpx.Response(400, json={"message": ["url is odd"]}))
    at.change(url="https://new.example")
    at.wire.fail("GET", None, LATE)
    result = await at.save()
    assert (result.outcome, result.webhook) == (Outcome.UNKNOWN, None)
    assert said(result).startswith("error: It is not known whether this was saved. ")


# changes of others during a failed save


async def test_a_value_that_others_wrote_during_a_failed_save_becomes_a_conflict() -> None:
    def others_first(record: Json, body: Json) -> httpx.Response:
        record["name"] = "theirs"
        return httpx.Response(500)

    at = await odd_desk(others_first)
    at.change(name="mine")
    result = await at.save()
    assert (result.outcome, result.webhook) == (Outcome.NOT_SAVED, None)
    assert result.contested == (Change("name", "theirs", "mine"),)
    assert "Another user changed it too; the server has name theirs." in said(result)
    assert (await at.save()).outcome is Outcome.CONFLICT
    assert at.sent == "GET"


async def test_changes_of_others_elsewhere_do_not_make_a_failed_save_partly_saved() -> None:
    def others_first(record: Json, body: Json) -> httpx.Response:
        record["url"] = "https://theirs.example"
        return httpx.Response(500)

    at = await odd_desk(others_first)
    at.change(name="mine")
    result = await at.save()
    assert result.outcome is Outcome.NOT_SAVED
    assert "Changed on the server during this save, and left so: URL" in said(result)
    assert at.edit.values.url == "https://theirs.example"
    assert [change.key for change in at.edit.changes] == ["name"]


# the next save

FAULTS: dict[str, httpx.Response | Exception] = {
    "late": httpx.ReadTimeout("late"),
    "lost": httpx.ReadError("reset"),
    "500": httpx.Response(500),
    "201 empty": httpx.Response(201),
    "201 html": httpx.Response(201, html="<p>hello"),
    "201 other": httpx.Response(201, json={**RECORD, EVENTS: {"chatsSet": True}}),
    "400": httpx.Response(400, json={"message": ["it is odd"]}),
}
SITUATIONS = list(product(MODES, ("PUT", "PATCH"), FAULTS, (True, False), (True, False)))


@pytest.mark.parametrize("mode, method, fault, applied, blind", SITUATIONS)
async def test_after_any_fault_the_next_save_sends_only_what_is_missing(
    mode: FlagMode, method: str, fault: str, applied: bool, blind: bool
) -> None:
    async with desk_at(mode) as at:
        edit = Edit(at.base, at.edit("newJwt", "callUpsert", name="crm 2"))
        wanted = edit.values
        at.wire.fail(method, FAULTS[fault], applied=applied)
        if blind:  # every read after the first fails
            at.wire.fail("GET", None, LATE, LATE)
        first = await save_edit(at.server, at.instance, edit)
        assert report(first, 3) is not None
        there = await at.there()
        at.wire.mend()
        apart = at.server.flags_apart

        at.wire.requests.clear()
        again = await save_edit(at.server, at.instance, replace(edit))
        assert again.outcome in (Outcome.SAVED, Outcome.NO_CHANGES)
        assert await at.there() == wanted
        writes = {"PUT", "PATCH"} & set(at.wire.methods)
        assert bool(writes) == (there != wanted)
        if apart and there == replace(wanted, flags=at.base.flags):
            assert writes == {"PATCH"}

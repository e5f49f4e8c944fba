"""Flags that a server does not send: never chosen on CodeChat v1, left out on any kind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.api.single_webhook_support import KINDS, NORTE, adapter_at, listed
from tests.core.desk import Desk, desk_of
from tests.front import Front
from tests.support import Wire, in_words
from tui.api.adapters.codechat_v1 import FLAGS
from tui.api.adapters.single_webhook import NEVER_CHOSEN, ONLY, SILENT
from tui.api.errors import BadAnswer
from tui.core.edit import Edit
from tui.core.save import save
from tui.core.save_result import Outcome
from tui.messages.save_report import report
from tui.model.diff import Change
from tui.model.webhook import FlagsTold

NEW = "https://new.example/in"
ALL_ON = dict.fromkeys(FLAGS, True)


@pytest.fixture(params=["loaded", "not loaded"])
async def desk(request: pytest.FixtureRequest, front: Front) -> AsyncIterator[Desk]:
    """A v1 webhook without chosen flags; its instance is in the server's memory or not."""
    async with desk_of(front, "codechat-v1") as opened:
        opened.sandbox.loaded = {opened.instance.id} if request.param == "loaded" else set()
        opened.store(events=None)
        opened.base = await opened.there()
        yield opened


async def test_flags_never_chosen_count_as_on_with_a_note(desk: Desk) -> None:
    (found,) = (await listed(desk.server))[NORTE.id].webhooks or ()
    for webhook in (desk.base, found):
        assert webhook.flags == ALL_ON
        assert webhook.flags_on == 22
        assert webhook.flags_told is FlagsTold.NEVER_CHOSEN
        assert webhook.note == NEVER_CHOSEN
    edit = Edit.of(desk.base, desk.server.capabilities)
    edit.set(url=NEW)
    assert edit.checked.question is None


async def test_saving_only_the_url_turns_no_flag_off(desk: Desk) -> None:
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.SAVED
    assert desk.stored()["url"] == NEW
    writes = [body.get("events") for body in desk.wire.bodies("PUT")]
    said = report(result, 1)
    assert said is not None
    if desk.sandbox.loaded:
        # The server requires flags: all are sent as on, which has the same effect.
        assert writes == [None, ALL_ON]
        assert desk.stored()["events"] == ALL_ON
        assert result.flags_chosen
        assert any("stored all of them as on" in in_words(one) for one in said.sentences)
    else:
        assert writes == [None]
        assert desk.stored()["events"] is None
        assert not result.flags_chosen
        assert said.sentences == ("Saved 1 change.",)
    assert result.webhook is not None
    assert (await desk.there()) == replace(
        result.webhook, updated_at=(await desk.there()).updated_at
    )


async def test_turning_one_flag_off_stores_the_others_as_on(desk: Desk) -> None:
    result = await desk.save(desk.edit("callUpsert"))
    assert result.outcome is Outcome.SAVED
    assert (result.unrequested, result.flags_chosen) == ((), False)
    assert desk.stored()["events"] == {**ALL_ON, "callUpsert": False}
    there = await desk.there()
    assert (there.flags_told, there.flags_on, there.note) == (FlagsTold.EACH, 21, "")


async def test_turning_all_off_is_possible(desk: Desk) -> None:
    result = await desk.save(desk.edit(*FLAGS))
    assert result.outcome is Outcome.SAVED
    assert desk.stored()["events"] == dict.fromkeys(FLAGS, False)


async def test_a_flag_turned_off_and_on_again_is_no_choice(desk: Desk) -> None:
    edit = Edit.of(desk.base)
    told = []
    for on in (False, True):
        edit.set(flags={**edit.values.flags, "callUpsert": on})
        told.append(edit.flags_told)
    assert told == [FlagsTold.EACH, FlagsTold.NEVER_CHOSEN]
    assert (await desk.save(edit.values)).outcome is Outcome.NO_CHANGES


async def test_flags_that_others_chose_meanwhile_are_kept(desk: Desk) -> None:
    await desk.others_write(desk.edit("messagesUpsert"))
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.SAVED
    assert result.merged == (Change("messagesUpsert", True, False, is_flag=True),)
    assert not result.flags_chosen
    assert desk.stored()["events"] == {**ALL_ON, "messagesUpsert": False}


async def test_the_preview_shows_that_no_flag_is_sent(desk: Desk) -> None:
    shown = desk.server.preview(desk.instance, desk.base, desk.edit(url=NEW))
    assert "events" not in shown.body
    shown = desk.server.preview(desk.instance, desk.base, desk.edit("callUpsert"))
    assert shown.body.count("true,") + shown.body.count("true\n") == 22  # enabled, 21 flags


@pytest.mark.parametrize("problem", ["too long", "no webhook"])
async def test_after_another_refusal_no_flags_are_sent(desk: Desk, problem: str) -> None:
    refused = httpx.Response(
        400, json={"status": 400, "error": "Bad Request", "message": [problem]}
    )
    desk.wire.fail("PUT", refused)
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.REFUSED
    assert desk.wire.methods.count("PUT") == 1
    assert desk.stored()["events"] is None


# properties left out of a record


class Silent(httpx.AsyncBaseTransport):
    """A server whose records leave properties out."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=self.record)


RECORD = {"url": "https://a.example", "enabled": True}


@pytest.mark.parametrize("kind", KINDS)
async def test_flags_that_are_left_out_are_neither_on_nor_off(kind: str) -> None:
    server = adapter_at(kind, Silent(RECORD))
    webhook = await server.webhook(NORTE, ONLY)
    assert webhook.flags_told is FlagsTold.NOTHING
    assert webhook.unsaid == frozenset(server.capabilities.flags)
    assert webhook.note == SILENT
    assert Edit.of(webhook).checked.question is None


@pytest.mark.parametrize("kind", ["codechat-v1", "codechat-go"])
@pytest.mark.parametrize("flag", [None, "callUpsert"])
async def test_only_chosen_flags_are_sent_where_a_record_leaves_them_out(
    kind: str, flag: str | None
) -> None:
    wire = Wire(Silent(RECORD))
    server = adapter_at(kind, wire)
    webhook = await server.webhook(NORTE, ONLY)
    flags = {**webhook.flags, **({flag: True} if flag else {})}
    await save(server, NORTE, webhook, replace(webhook.values, url=NEW, flags=flags))
    (body,) = wire.bodies("PUT")
    assert body.get("events") == ({flag: True} if flag else None)


async def test_evolutions_options_that_are_left_out_are_not_sent_as_off() -> None:
    wire = Wire(Silent({**RECORD, "events": ["CALL"], "webhookBase64": True}))
    server = adapter_at("evolution-v2", wire)
    webhook = await server.webhook(NORTE, ONLY)
    assert webhook.options == {"base64": True}
    await save(server, NORTE, webhook, replace(webhook.values, url=NEW))
    (body,) = wire.bodies("POST")
    assert "byEvents" not in body["webhook"]
    assert body["webhook"]["base64"] is True


@pytest.mark.parametrize("kind", KINDS)
async def test_a_record_without_an_address_is_no_webhook(kind: str) -> None:
    server = adapter_at(kind, Silent({"enabled": True, "events": None}))
    with pytest.raises(BadAnswer, match="no webhook"):
        await server.webhook(NORTE, ONLY)

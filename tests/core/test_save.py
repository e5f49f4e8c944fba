"""The save protocol without faults, for each way in which a server takes flags."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, get_args

import httpx
import pytest

from tests.core.save_support import Desk, desk_at
from tests.support import SingleWebhookAdapter, Wire, server_at
from tui.api.errors import ReadOnly, Refused, Unauthorised
from tui.core.save import save
from tui.core.save_result import Outcome
from tui.model.diff import Change, Conflict, changes
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.webhook import Webhook
from tui.sandbox.codechat_v2.bodies import FlagMode

MODES: tuple[FlagMode, ...] = get_args(FlagMode)
FIRST = {"put": "GET PUT GET", "patch": "GET PUT PATCH", "reject": "GET PUT PUT PATCH"}
"""Requests of the first save of details and flags: an answer that may only repeat the request is
checked by a read, and a server that refuses flags is tried once."""
NEXT = {"put": "GET PUT", "patch": "GET PUT PATCH", "reject": "GET PUT PATCH"}
FLAGS_ALONE = {
    "put": ("GET PUT GET", "GET PUT", "GET PUT"),
    "patch": ("GET PUT PATCH", "GET PATCH GET", "GET PATCH"),
    "reject": ("GET PUT PUT PATCH", "GET PATCH GET", "GET PATCH"),
}


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> FlagMode:
    chosen: FlagMode = request.param
    return chosen


@pytest.fixture
async def desk(mode: FlagMode) -> AsyncIterator[Desk]:
    async with desk_at(mode) as opened:
        yield opened


async def test_without_a_change_nothing_is_sent(desk: Desk) -> None:
    result = await desk.save(desk.edit())
    assert (result.outcome, result.webhook) == (Outcome.NO_CHANGES, desk.base)
    assert desk.wire.methods == []


async def test_values_that_break_a_rule_are_not_sent(desk: Desk) -> None:
    result = await desk.save(desk.edit(name=" ", url="n8n.example/x"))
    assert result.outcome is Outcome.INVALID
    assert [name for name, _ in result.field_errors] == ["name", "url"]
    assert desk.wire.methods == []


async def test_details_and_flags_are_saved_with_few_requests(desk: Desk, mode: FlagMode) -> None:
    for sent, name in ((FIRST, "crm 2"), (NEXT, "crm 3")):
        values = desk.edit("newJwt", "messagesSet", name=name, url=f"https://{mode}.example/x")
        result = await desk.save(replace(values, enabled=not desk.base.enabled))
        assert result.outcome is Outcome.SAVED
        assert result.webhook is not None
        assert result.missing == ()
        assert await desk.there() == result.webhook.values
        assert " ".join(desk.wire.methods) == sent[mode]
        assert result.webhook.headers == desk.base.headers
        desk.base = result.webhook


async def test_details_alone_are_saved_without_a_request_about_flags(
    desk: Desk, mode: FlagMode
) -> None:
    result = await desk.save(desk.edit(name="crm 2"))
    assert result.outcome is Outcome.SAVED
    assert await desk.there() == desk.edit(name="crm 2")
    assert "PATCH" not in desk.wire.methods


async def test_flags_alone_are_sent_the_way_that_the_server_takes_them(
    desk: Desk, mode: FlagMode
) -> None:
    for sent in FLAGS_ALONE[mode]:
        values = desk.edit("newJwt")
        result = await desk.save(values)
        assert result.outcome is Outcome.SAVED
        assert result.webhook is not None
        assert await desk.there() == result.webhook.values == values
        assert " ".join(desk.wire.methods) == sent
        desk.base = result.webhook


async def test_changes_of_others_are_kept_and_reported(desk: Desk) -> None:
    await desk.others_write(desk.edit("callUpsert", url="https://theirs.example"))
    result = await desk.save(desk.edit("newJwt", name="mine"))
    assert result.outcome is Outcome.SAVED
    assert [change.key for change in result.merged] == ["url", "callUpsert"]
    both = desk.edit("newJwt", "callUpsert", name="mine", url="https://theirs.example")
    assert await desk.there() == both


async def test_the_same_field_changed_differently_is_a_conflict_and_nothing_is_written(
    desk: Desk,
) -> None:
    theirs = desk.edit("newJwt", name="theirs", url="https://theirs.example")
    await desk.others_write(theirs)
    result = await desk.save(desk.edit("newJwt", name="mine"))
    assert result.outcome is Outcome.CONFLICT
    assert result.merge is not None
    assert result.merge.conflicts == (Conflict("name", "crm", "theirs", "mine"),)
    assert result.webhook is not None
    assert result.webhook.values == theirs == await desk.there()
    assert desk.wire.methods == ["GET"]


async def test_values_that_others_saved_already_are_not_written_again(desk: Desk) -> None:
    values = desk.edit("newJwt", name="crm 2")
    await desk.others_write(values)
    result = await desk.save(values)
    assert result.outcome is Outcome.SAVED
    assert desk.wire.methods == ["GET"]


async def test_a_refusal_of_the_server_has_the_field(desk: Desk) -> None:
    result = await desk.save(desk.edit(url="https://a.example:0/"))
    assert result.outcome is Outcome.REFUSED
    assert isinstance(result.error, Refused)
    assert result.error.fields == {"url": ("url must be a URL address",)}
    assert result.webhook is not None
    assert result.webhook.values == desk.base.values == await desk.there()


async def test_a_wrong_token_writes_nothing_and_another_token_goes_on(desk: Desk) -> None:
    desk.server.use_token(Secret("wrong"), "the test", instance=desk.instance)
    values = desk.edit("newJwt", name="crm 2")
    result = await desk.save(values)
    assert (result.outcome, result.webhook) == (Outcome.UNAUTHORISED, None)
    assert isinstance(result.error, Unauthorised)
    assert desk.wire.methods == ["GET"]

    assert desk.instance.token is not None
    desk.server.use_token(desk.instance.token, "the test", instance=desk.instance)
    assert (await desk.save(values)).outcome is Outcome.SAVED
    assert await desk.there() == values


async def test_a_token_that_may_only_read_is_unauthorised(desk: Desk) -> None:
    desk.wire.fail("PUT", httpx.Response(403, json={"message": "read only token"}))
    result = await desk.save(desk.edit(name="crm 2"))
    assert result.outcome is Outcome.UNAUTHORISED
    assert result.webhook is not None
    assert await desk.there() == desk.base.values


async def test_read_only_saves_nothing(mode: FlagMode) -> None:
    async with desk_at(mode, read_only=True) as desk:
        result = await desk.save(desk.edit("newJwt"))
        assert result.outcome is Outcome.NOT_SAVED
        assert isinstance(result.error, ReadOnly)
        assert desk.wire.methods == ["GET"]


async def test_a_webhook_with_a_wrong_url_can_be_disabled() -> None:
    record = {**RECORD, "url": "ftp://old.example"}
    server = SingleWebhookAdapter(record)
    result = await save_at(Wire(server), enabled=False)
    assert result.outcome is Outcome.SAVED
    assert (server.record["url"], server.record["enabled"]) == ("ftp://old.example", False)


# servers that store something else

LOJA = Instance("i1", "loja")
RECORD: dict[str, Any] = {
    "webhookId": "w1",
    "name": "crm\x1b",
    "url": "https://crm.example",
    "enabled": True,
    "headers": {"authorization": "Bearer of-the-crm"},
    "retries": 3,
    "WebhookEvents": {"newJwt": True, "callUpsert": True, "batchSize": 50},
}


async def save_at(wire: Wire, *flipped: str, base: Webhook | None = None, **fields: Any) -> Any:
    server = server_at(wire)
    base = base or await server.webhook(LOJA, "w1")
    flags = {**base.flags, **{flag: not base.flags[flag] for flag in flipped}}
    return await save(server, LOJA, base, replace(base.values, flags=flags, **fields))


async def test_properties_that_the_form_does_not_show_survive_a_save() -> None:
    server = SingleWebhookAdapter(RECORD)
    result = await save_at(Wire(server), "newJwt", url="https://new.example")
    assert result.outcome is Outcome.SAVED
    events = {**RECORD["WebhookEvents"], "newJwt": False}
    assert server.record == {**RECORD, "url": "https://new.example", "WebhookEvents": events}


async def test_flags_that_the_server_does_not_change_are_missing_and_the_rest_is_saved() -> None:
    wire = Wire(SingleWebhookAdapter(RECORD, newJwt=True))
    result = await save_at(wire, "newJwt", "callUpsert", url="https://new.example")
    assert (result.outcome, result.error) == (Outcome.PARTLY, None)
    assert result.missing == (Change("newJwt", True, False, is_flag=True),)
    assert result.webhook.values.url == "https://new.example"
    assert result.webhook.flags["callUpsert"] is False


async def test_a_flag_that_the_server_does_not_change_prevents_no_other() -> None:
    wire = Wire(SingleWebhookAdapter(RECORD, newJwt=True))
    server = server_at(wire)
    base = await server.webhook(LOJA, "w1")
    kept = replace(base.values, flags={**base.flags, "newJwt": False})
    assert (await save(server, LOJA, base, kept)).outcome is Outcome.NOT_SAVED
    other = replace(base.values, flags={**base.flags, "callUpsert": False})
    assert (await save(server, LOJA, base, other)).outcome is Outcome.SAVED


async def test_the_edit_of_a_flag_that_the_server_dropped_is_missing() -> None:
    server = SingleWebhookAdapter(RECORD)
    wire = Wire(server)
    base = await server_at(wire).webhook(LOJA, "w1")
    server.record["WebhookEvents"] = {"callUpsert": True}
    result = await save_at(wire, "newJwt", "callUpsert", base=base)
    assert result.outcome is Outcome.PARTLY
    assert result.missing == (Change("newJwt", None, False, is_flag=True),)
    assert server.record["WebhookEvents"] == {"callUpsert": False}


async def test_a_flag_that_the_server_gained_meanwhile_keeps_its_value() -> None:
    server = SingleWebhookAdapter(RECORD)
    wire = Wire(server)
    base = await server_at(wire).webhook(LOJA, "w1")
    server.record["WebhookEvents"] = {**RECORD["WebhookEvents"], "brandNew": False}
    result = await save_at(wire, "newJwt", base=base)
    assert result.outcome is Outcome.SAVED
    assert server.record["WebhookEvents"]["brandNew"] is False
    assert changes(base.values, result.webhook.values) == (
        Change("newJwt", True, False, is_flag=True),
        Change("brandNew", None, False, is_flag=True),
    )


async def test_an_empty_answer_is_checked_by_a_read() -> None:
    wire = Wire(SingleWebhookAdapter(RECORD))
    wire.fail("PUT", httpx.Response(204), applied=True)
    result = await save_at(wire, "newJwt")
    assert (result.outcome, result.error) == (Outcome.SAVED, None)
    assert wire.methods == ["GET", "GET", "PUT", "GET"]  # the first fills the form

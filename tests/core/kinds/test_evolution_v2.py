"""The quirks of Evolution v2, against a sandbox that has them all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.api.single_webhook_support import OUTLET, adapter_at
from tests.core.desk import Desk, desk_of
from tests.front import Front
from tests.support import in_words
from tui.api.adapters.evolution_v2 import FLAGS, KEPT_HERE, LOST
from tui.api.adapters.single_webhook import ONLY
from tui.api.errors import FlagsNotKept, NotFound, ServerFailed, Unauthorised
from tui.core.save import save
from tui.core.save_result import Objection, Outcome
from tui.model.instance import Instance
from tui.sandbox.evolution_v2.records import EVENTS
from tui.storage.server_memory import ServerMemory

NEW = "https://new.example/in"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "flags"


@pytest.fixture
async def desk(front: Front, folder: Path) -> AsyncIterator[Desk]:
    async with desk_of(front, "evolution-v2", folder) as opened:
        yield opened


async def turned_off(desk: Desk) -> None:
    """Turn the webhook off, and edit the result next."""
    result = await desk.save(desk.edit(enabled=False))
    assert result.outcome is Outcome.SAVED
    assert result.webhook is not None
    desk.base = result.webhook


def others_store(desk: Desk, *events: str, enabled: bool = True) -> None:
    desk.store(enabled=enabled, events=list(events))


def test_all_flags_of_the_server_can_be_set() -> None:
    assert set(FLAGS) == set(EVENTS)


async def test_url_enabled_the_flags_that_are_on_and_the_switches_are_sent(desk: Desk) -> None:
    values = desk.edit("CALL", url=NEW)
    assert (await desk.save(values)).outcome is Outcome.SAVED
    sent = desk.sent["webhook"]
    assert (sent["url"], sent["enabled"]) == (NEW, True)
    assert sorted(sent["events"]) == sorted(flag for flag, on in values.flags.items() if on)
    assert (sent["byEvents"], sent["base64"]) == (False, False)
    assert sent.get("headers") == desk.base.headers
    assert sent.keys() <= {"url", "enabled", "events", "byEvents", "base64", "headers"}


@pytest.mark.parametrize("option", ["byEvents", "base64"])
async def test_a_switch_is_saved_under_the_servers_name(desk: Desk, option: str) -> None:
    values = desk.edit(**{option: True})
    result = await desk.save(values)
    assert result.outcome is Outcome.SAVED
    assert result.webhook is not None
    assert result.webhook.options == {"byEvents": False, "base64": False, option: True}
    assert desk.stored()["webhook" + option[0].upper() + option[1:]] is True
    desk.base = result.webhook
    assert (await desk.save(desk.edit(url=NEW))).outcome is Outcome.SAVED
    assert (await desk.there()).options == values.options


async def test_switches_changed_by_others_are_kept(desk: Desk) -> None:
    desk.store(webhookByEvents=True)
    result = await desk.save(desk.edit(base64=True))
    assert result.outcome is Outcome.SAVED
    assert [change.key for change in result.merged] == ["byEvents"]
    assert (await desk.there()).options == {"byEvents": True, "base64": True}


@pytest.mark.parametrize("headers", [None, {}, {"authorization": "Bearer crm"}, {"a": 1}])
async def test_headers_stay_as_they_are(desk: Desk, headers: dict[str, object] | None) -> None:
    desk.store(headers=headers)
    desk.base = await desk.there()
    result = await desk.save(desk.edit("CALL", url=NEW))
    assert (result.outcome, result.headers) == (Outcome.SAVED, ())
    assert desk.stored()["headers"] == headers


async def test_the_flags_of_a_disabled_webhook_are_kept_here(desk: Desk) -> None:
    flags = desk.base.flags
    await turned_off(desk)
    assert desk.stored()["events"] == []
    assert (desk.base.flags, desk.base.note) == (flags, KEPT_HERE)
    (found,) = await desk.server.webhooks(desk.instance)
    assert (found.flags, found.note) == (flags, KEPT_HERE)
    theirs = await desk.there()
    assert (theirs.flags_on, theirs.note) == (0, LOST)


async def test_kept_flags_are_restored_when_it_is_enabled_after_a_restart(
    desk: Desk, folder: Path
) -> None:
    before = desk.base.values
    await turned_off(desk)
    memory = ServerMemory(folder, desk.url)
    server = adapter_at(
        "evolution-v2", desk.wire, url=desk.url, token=desk.sandbox.token, memory=memory
    )
    base = await server.webhook(desk.instance, ONLY)
    result = await save(server, desk.instance, base, replace(base.values, enabled=True))
    assert result.outcome is Outcome.SAVED
    assert result.webhook is not None
    assert (result.webhook.values, result.webhook.note) == (before, "")
    assert (await desk.there()).values == before


async def test_flags_chosen_while_disabled_are_used_when_it_is_enabled(desk: Desk) -> None:
    await turned_off(desk)
    result = await desk.save(desk.edit("TYPEBOT_START"))
    assert result.outcome is Outcome.SAVED
    assert result.webhook is not None
    desk.base = result.webhook
    assert (await desk.save(desk.edit(enabled=True))).outcome is Outcome.SAVED
    assert "TYPEBOT_START" in desk.stored()["events"]


async def test_a_webhook_created_disabled_is_enabled_with_its_chosen_flags(
    desk: Desk,
) -> None:
    await desk.open(OUTLET.id)
    result = await desk.save(desk.edit("CALL", url=NEW, enabled=False))
    assert result.outcome is Outcome.SAVED
    assert result.webhook is not None
    desk.base = result.webhook
    assert (await desk.save(desk.edit(enabled=True))).outcome is Outcome.SAVED
    assert desk.stored()["events"] == ["CALL"]


async def test_flags_of_others_who_enabled_it_are_kept(desk: Desk) -> None:
    await turned_off(desk)
    others_store(desk, "CALL")
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.SAVED
    assert "enabled" in [change.key for change in result.merged]
    assert desk.stored()["events"] == ["CALL"]
    others_store(desk, enabled=False)
    assert (await desk.server.webhook(desk.instance, ONLY)).note == LOST


async def test_enabling_with_other_flags_than_others_did_is_a_conflict(desk: Desk) -> None:
    await turned_off(desk)
    others_store(desk, "CALL")
    assert (await desk.save(desk.edit(enabled=True))).outcome is Outcome.SAVED
    assert desk.stored()["events"] == ["CALL"]


async def test_flags_kept_before_an_enable_are_dropped(
    desk: Desk,
) -> None:
    for _ in range(2):  # the answer to the second save is trusted: nothing is read
        await turned_off(desk)
        result = await desk.save(desk.edit("CALL", enabled=True))
        assert result.outcome is Outcome.SAVED
        assert result.webhook is not None
        desk.base = result.webhook
    others_store(desk, enabled=False)
    (found,) = await desk.server.webhooks(desk.instance)
    assert (found.flags_on, found.note) == (0, LOST)


async def test_a_webhook_without_flags_has_no_note_on_kept_flags(desk: Desk) -> None:
    others_store(desk, enabled=False)
    desk.base = await desk.server.webhook(desk.instance, ONLY)
    assert (desk.base.flags_on, desk.base.note) == (0, LOST)
    result = await desk.save(desk.edit(url=NEW))
    assert result.webhook is not None
    assert (result.outcome, result.webhook.note) == (Outcome.SAVED, LOST)


async def test_flags_that_cannot_be_kept_stop_the_save_before_they_are_lost(
    desk: Desk, folder: Path
) -> None:
    await asyncio.to_thread(folder.write_text, "no folder")
    result = await desk.save(desk.edit(enabled=False))
    assert result.outcome is Outcome.NOT_SAVED
    assert isinstance(result.error, FlagsNotKept)
    assert desk.wire.methods == ["GET"]
    assert desk.stored()["enabled"] is True


async def test_enabled_without_a_flag_is_refused_with_the_reason_and_never_sent(
    desk: Desk,
) -> None:
    on = [flag for flag, on in desk.base.flags.items() if on]
    result = await desk.save(desk.edit(*on))
    assert (result.outcome, desk.wire.methods) == (Outcome.INVALID, [])
    assert result.field_errors == (("flags", desk.server.capabilities.no_flags),)


async def test_a_merge_without_any_flag_on_is_not_sent(desk: Desk) -> None:
    others_store(desk, "CALL", "LOGOUT_INSTANCE")
    desk.base = await desk.there()
    others_store(desk, "CALL")
    result = await desk.save(desk.edit("CALL"))
    assert (result.outcome, desk.wire.methods) == (Outcome.INVALID, ["GET"])
    assert result.objection is Objection.MERGED
    assert result.field_errors == (("flags", desk.server.capabilities.no_flags),)
    assert desk.stored()["events"] == ["CALL"]


async def test_a_webhook_without_flags_cannot_be_enabled(desk: Desk) -> None:
    others_store(desk, enabled=False)
    desk.base = await desk.server.webhook(desk.instance, ONLY)
    assert (await desk.save(desk.edit(enabled=True))).outcome is Outcome.INVALID
    assert (await desk.save(desk.edit("CALL", enabled=True))).outcome is Outcome.SAVED
    assert desk.stored()["events"] == ["CALL"]


async def test_a_refusal_may_mean_that_the_database_is_down(desk: Desk) -> None:
    desk.sandbox.database_down = True
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.UNAUTHORISED
    assert isinstance(result.error, Unauthorised)
    assert "while its database is down" in result.error.what + in_words(result.error.to_do)
    with pytest.raises(ServerFailed, match="the server failed"):
        await desk.server.webhooks(replace(desk.instance, token=None))


async def test_a_refused_global_key_does_not_mention_the_database(desk: Desk) -> None:
    server = adapter_at("evolution-v2", desk.wire, url=desk.url, token="wrong")
    with pytest.raises(Unauthorised) as caught:
        await server.webhooks(replace(desk.instance, token=None))
    assert "database" not in caught.value.what + in_words(caught.value.to_do)


async def test_an_unknown_instance_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.server.webhooks(Instance("nao-existe", "nao-existe"))


async def test_a_url_that_is_too_long_is_not_sent(desk: Desk) -> None:
    assert (await desk.save(desk.edit(url=NEW + "a" * 500))).outcome is Outcome.INVALID
    assert desk.wire.methods == []

"""The quirks of CodeChat Go, against a sandbox that has them all."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.api.single_webhook_support import OUTLET, listed
from tests.core.desk import Desk, desk_of
from tests.front import Front
from tests.support import in_words
from tui.api.adapters.codechat_go import FLAGS
from tui.api.errors import NotFound, Refused, ServerFailed, Unauthorised
from tui.core.save_result import Outcome
from tui.model.diff import Change
from tui.sandbox.codechat_go.words import FLAGS as KNOWN

NEW = "https://new.example/in"


@pytest.fixture
async def desk(front: Front) -> AsyncIterator[Desk]:
    async with desk_of(front, "codechat-go") as opened:
        yield opened


def test_all_flags_of_the_server_can_be_set() -> None:
    assert set(FLAGS) == set(KNOWN)


@pytest.mark.parametrize("enabled", [True, False])
async def test_a_strict_server_gets_url_enabled_and_its_flags_and_nothing_else(
    desk: Desk, enabled: bool
) -> None:
    told = desk.stored()["events"]
    assert "mediaRetry" not in told
    values = desk.edit("mediaRetry", url=NEW, enabled=enabled)
    result = await desk.save(values)
    assert result.outcome is Outcome.SAVED
    stored = desk.stored()["events"]
    assert desk.sent == {"url": NEW, "enabled": enabled, "events": {**told, "mediaRetry": True}}
    assert stored.keys() == {*told, "mediaRetry"}
    assert desk.wire.requests[-2].url.path == "/webhook/set/loja-norte"
    assert (await desk.there()).values == values


async def test_a_webhook_that_is_off_stays_off_when_its_address_changes(desk: Desk) -> None:
    desk.store(enabled=False)
    desk.base = await desk.there()
    assert (await desk.save(desk.edit(url=NEW))).outcome is Outcome.SAVED
    assert desk.sent["enabled"] is False
    assert desk.stored()["enabled"] is False


async def test_a_save_with_every_flag_off_names_all_flags(desk: Desk) -> None:
    on = [flag for flag, on in desk.base.flags.items() if on]
    values = desk.edit(*on)
    assert (await desk.save(values)).outcome is Outcome.SAVED
    assert desk.sent["events"] == dict.fromkeys(desk.sent["events"], False)
    assert desk.sent["events"].keys() == desk.stored()["events"].keys() >= set(on)
    assert (await desk.there()).values == values


async def test_a_new_webhook_names_every_flag_too(desk: Desk) -> None:
    await desk.open(OUTLET.id)
    assert (await desk.save(desk.edit("messagesUpsert", url=NEW))).outcome is Outcome.SAVED
    assert desk.sent["events"] == {flag: flag == "messagesUpsert" for flag in FLAGS}


async def test_a_refused_flag_has_its_error_beside_it(desk: Desk) -> None:
    desk.store(events={**desk.stored()["events"], "oldFlag": False})
    desk.base = await desk.there()
    result = await desk.save(desk.edit("oldFlag"))
    assert result.outcome is Outcome.REFUSED
    assert isinstance(result.error, Refused)
    assert result.error.unexpected == ("oldFlag",)
    assert result.missing == (Change("oldFlag", False, True, is_flag=True),)


async def test_a_flag_that_is_no_boolean_is_not_written_back(desk: Desk) -> None:
    desk.store(events={**desk.stored()["events"], "batchSize": 5})
    desk.base = await desk.there()
    assert (await desk.save(desk.edit(url=NEW))).outcome is Outcome.SAVED
    assert "batchSize" not in desk.sent["events"]


async def test_a_url_of_500_characters_is_saved_and_a_longer_one_is_not_sent(desk: Desk) -> None:
    longest = NEW + "a" * (500 - len(NEW))
    assert (await desk.save(desk.edit(url=longest + "a"))).outcome is Outcome.INVALID
    assert desk.wire.methods == []
    assert (await desk.save(desk.edit(url=longest))).outcome is Outcome.SAVED


async def test_the_global_token_opens_the_list_and_no_webhook(desk: Desk) -> None:
    (instance,) = [one for one in (await listed(desk.server)).values() if one == desk.instance]
    assert desk.wire.requests[-1].headers["apikey"] == desk.sandbox.token
    assert desk.wire.requests[-1].url.path == "/instance/fetchInstances"
    await desk.server.webhooks(instance)
    assert "apikey" not in desk.wire.requests[-1].headers


async def test_an_instance_without_a_listed_token_gets_the_global_token(
    desk: Desk,
) -> None:
    document = desk.sandbox.documents.get(desk.instance.id)
    desk.sandbox.documents.put(desk.instance.id, {**document, "Auth": None})
    instance = (await listed(desk.server))[desk.instance.id]
    assert instance.token is None
    with pytest.raises(Unauthorised, match="the global token"):
        await desk.server.webhooks(instance)
    assert desk.instance.token is not None
    desk.server.use_token(desk.instance.token, "the test", instance=instance)
    assert [one.values for one in await desk.server.webhooks(instance)] == [desk.base.values]


async def test_the_first_webhook_of_an_instance_can_be_created(desk: Desk) -> None:
    await desk.open(OUTLET.id)
    assert desk.base.is_new
    assert desk.wire.requests[-1].url.path == f"/webhook/find/{OUTLET.id}"
    result = await desk.save(desk.edit("messagesUpsert", url=NEW))
    assert result.outcome is Outcome.SAVED
    assert desk.stored()["url"] == NEW


@pytest.mark.parametrize("cut", ["instance", "webhook"])
async def test_a_deleted_instance_and_a_deleted_webhook_are_told_apart(
    desk: Desk, cut: str
) -> None:
    document = desk.sandbox.documents.get(desk.instance.id)
    if cut == "instance":
        desk.sandbox.documents.delete(desk.instance.id)
    else:
        desk.sandbox.documents.put(desk.instance.id, {**document, "Webhook": None})
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.NOT_SAVED
    assert isinstance(result.error, NotFound)
    assert result.error.said == (("instance not found",) if cut == "instance" else ())
    assert desk.wire.methods == ["GET"]


async def test_a_url_of_500_bytes_is_saved(desk: Desk) -> None:
    url = "https://a.example/" + "é" * 241
    assert len(url.encode()) == 500
    assert (await desk.save(desk.edit(url=url))).outcome is Outcome.SAVED
    result = await desk.save(desk.edit(url=url + "a"))
    assert (result.outcome, desk.wire.methods) == (Outcome.INVALID, [])
    assert "501 bytes" in in_words(dict(result.field_errors)["url"])


async def test_with_its_database_down_nothing_is_written(desk: Desk) -> None:
    values = desk.edit(url=NEW)
    desk.sandbox.database_down = True
    with pytest.raises(ServerFailed) as caught:
        await desk.server.update(desk.instance, desk.base, values)
    assert caught.value.said == ("Erro interno do servidor.",)
    desk.sandbox.database_down = False
    assert (await desk.there()).values == desk.base.values

"""The quirks of CodeChat v1, against a sandbox that has them all."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.api.single_webhook_support import listed
from tests.core.desk import Desk, desk_of
from tests.front import Front
from tests.support import in_words
from tui.api.adapters.codechat_v1 import FLAGS
from tui.api.errors import NotFound, Refused, ServerFailed
from tui.core.save import save
from tui.core.save_result import Outcome
from tui.messages.save_report import report
from tui.model.diff import Change
from tui.model.instance import Instance
from tui.sandbox.codechat_v1.words import FLAGS as KNOWN

NEW = "https://new.example/in"
QUOTED = "o'reilly"
"""A flag with a name that makes the database fail when it is written again (recorded)."""
LOADED = ("loaded", "not loaded")


@pytest.fixture
async def desk(front: Front) -> AsyncIterator[Desk]:
    async with desk_of(front, "codechat-v1") as opened:
        yield opened


@pytest.fixture(params=LOADED)
async def either(request: pytest.FixtureRequest, desk: Desk) -> Desk:
    """An instance in the server's memory, and one that is not."""
    desk.sandbox.loaded = {desk.instance.id} if request.param == "loaded" else set()
    return desk


def test_all_flags_of_the_server_can_be_set() -> None:
    assert set(FLAGS) == set(KNOWN)


async def test_url_enabled_and_every_flag_are_sent_and_nothing_else(either: Desk) -> None:
    result = await either.save(either.edit("labelsEdit", url=NEW, enabled=False))
    assert result.outcome is Outcome.SAVED
    assert either.sent.keys() == {"url", "enabled", "events"}
    assert (either.sent["url"], either.sent["enabled"]) == (NEW, False)
    assert either.sent["events"].keys() == set(FLAGS)
    assert result.webhook is not None
    assert result.webhook.values == (await either.there()).values


async def test_flags_that_were_not_sent_are_still_shown(either: Desk) -> None:
    either.store(events={"naoExiste": True, "messagesUpsert": True, "callUpsert": False})
    either.base = await either.there()
    for on in ({"naoExiste", "messagesUpsert", "callUpsert"}, {"naoExiste", "messagesUpsert"}):
        result = await either.save(either.edit("callUpsert"))  # the second is trusted
        assert result.outcome is Outcome.SAVED
        assert "naoExiste" not in either.sent["events"]
        assert result.webhook is not None
        assert {flag for flag, is_on in result.webhook.flags.items() if is_on} == on
        assert result.webhook.values == (await either.there()).values
        either.base = result.webhook


async def test_a_flag_that_the_server_never_sends_can_be_turned_off(either: Desk) -> None:
    either.store(events={"naoExiste": True})
    either.base = await either.there()
    result = await either.save(either.edit("naoExiste"))
    assert result.outcome is Outcome.SAVED
    assert either.sent["events"]["naoExiste"] is False
    assert either.stored()["events"]["naoExiste"] is False


async def test_times_missing_from_an_answer_are_kept(either: Desk) -> None:
    result = await either.save(either.edit(url=NEW))
    assert result.webhook is not None
    assert result.webhook.updated_at == (await either.there()).updated_at is not None


async def test_a_stored_flag_that_the_database_fails_on_does_not_stop_a_save(
    either: Desk,
) -> None:
    either.store(events={QUOTED: True, "messagesSet": False})
    either.base = await either.there()
    result = await either.save(either.edit("messagesSet", url=NEW))
    assert result.outcome is Outcome.SAVED
    assert either.stored()["events"][QUOTED] is True


async def test_a_refusal_after_half_a_write_shows_what_is_stored(either: Desk) -> None:
    either.store(events={QUOTED: True, "messagesSet": False})
    either.base = await either.there()
    values = either.edit("messagesSet", QUOTED, url=NEW)
    result = await either.save(values)
    assert result.outcome is Outcome.PARTLY
    assert isinstance(result.error, Refused)
    details = () if either.sandbox.loaded == set() else (Change("url", either.base.url, NEW),)
    assert result.missing == (*details, Change(QUOTED, True, False, is_flag=True))
    assert result.webhook is not None
    assert result.webhook.values == (await either.there()).values
    assert result.webhook.flags["messagesSet"] is True
    said = report(result, 3)
    assert said is not None
    sentences = [in_words(sentence) for sentence in said.sentences]
    assert "reilly" in sentences[0]
    assert ("URL" in sentences[0]) == bool(details)
    assert any("syntax error at or near" in sentence for sentence in sentences)


async def test_the_next_save_completes_a_half_written_one(either: Desk) -> None:
    either.store(events={QUOTED: True, "messagesSet": False})
    either.base = await either.there()
    result = await either.save(either.edit("messagesSet", QUOTED, url=NEW))
    assert result.webhook is not None
    either.base = result.webhook
    assert (await either.save(either.edit(url=NEW))).outcome in (Outcome.SAVED, Outcome.NO_CHANGES)
    assert (await either.there()).url == NEW


async def test_a_refusal_that_wrote_nothing_says_so(either: Desk) -> None:
    either.store(url="https://old.example/" + "a" * 500, events={"callUpsert": True})
    either.base = await either.there()
    result = await either.save(either.edit(enabled=False))
    # The stored URL is already too long for the server.
    assert result.outcome is Outcome.REFUSED
    assert result.webhook is not None
    assert result.webhook.values == either.base.values
    assert result.error is not None
    assert any("too long" in sentence for sentence in result.error.said)


@pytest.mark.parametrize("url", ["https://a.example/" + "a" * 483, "not a url", ""])
async def test_a_url_that_the_server_would_change_is_not_sent(desk: Desk, url: str) -> None:
    result = await desk.save(desk.edit(url=url))
    assert (result.outcome, desk.wire.methods) == (Outcome.INVALID, [])
    assert [name for name, _ in result.field_errors] == ["url"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "http://a/\x1b[31mred\x07\u202e"])
async def test_a_stored_odd_url_is_written_back_unchanged(desk: Desk, url: str) -> None:
    desk.store(url=url)
    desk.base = await desk.there()
    assert "\x1b" not in desk.base.url
    assert (await desk.save(desk.edit("labelsEdit"))).outcome is Outcome.SAVED
    assert desk.stored()["url"] == url


async def test_the_empty_webhook_of_a_server_without_its_database_is_an_error(desk: Desk) -> None:
    desk.sandbox.database_down = True
    with pytest.raises(ServerFailed, match="a webhook that has no values"):
        await desk.server.webhooks(desk.instance)
    result = await desk.save(desk.edit(url=NEW))
    assert (result.outcome, result.webhook) == (Outcome.NOT_SAVED, None)
    assert isinstance(result.error, ServerFailed)
    assert "database may be down" in in_words(result.error.to_do)
    assert desk.wire.methods == ["GET"]
    with pytest.raises(ServerFailed, match="the server failed"):
        await listed(desk.server)


async def test_a_save_is_refused_if_the_database_goes_down_before_the_write(desk: Desk) -> None:
    values = desk.edit(url=NEW)
    desk.sandbox.database_down = True
    with pytest.raises(Refused) as caught:
        await desk.server.update(desk.instance, desk.base, values)
    assert caught.value.said == ("Can't reach database server at 127.0.0.1:55432",)


async def test_an_unknown_instance_has_no_webhook_and_gets_none(desk: Desk) -> None:
    unknown = Instance("nao-existe", "nao-existe")
    assert await desk.server.webhooks(unknown) == ()
    blank = desk.server.blank(unknown)
    result = await save(desk.server, unknown, blank, desk.edit(url=NEW))
    assert result.outcome is Outcome.REFUSED
    assert result.error is not None
    assert result.error.said == ("Instance not found",)
    assert desk.sandbox.documents.get("nao-existe") is None


async def test_a_deleted_webhook_is_not_created_again_without_asking(desk: Desk) -> None:
    document = desk.sandbox.documents.get(desk.instance.id)
    desk.sandbox.documents.put(desk.instance.id, {**document, "Webhook": None})
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.NOT_SAVED
    assert isinstance(result.error, NotFound)
    assert desk.wire.methods == ["GET"]

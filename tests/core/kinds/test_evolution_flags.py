"""The flags of an Evolution server: learned from its answers, remembered, and left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.api.single_webhook_support import OUTLET, adapter_at
from tests.core.desk import Desk, desk_of
from tests.front import Front
from tests.support import in_words
from tui.api.adapters.evolution_v2 import FLAGS
from tui.api.adapters.single_webhook import ONLY
from tui.api.errors import FlagsRefused, Refused
from tui.core.edit import Edit
from tui.core.save_result import Outcome, SaveResult
from tui.messages.save_report import report
from tui.model.webhook import Webhook
from tui.sandbox.evolution_v2.records import DROPPED_EVENT, LATER_EVENTS
from tui.storage.server_memory import ServerMemory

NEW_FLAG = "MESSAGING_HISTORY_SET"
NEW = "https://new.example/in"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "flags"


@pytest.fixture
async def desk(front: Front, folder: Path) -> AsyncIterator[Desk]:
    """An Evolution 2.4.0 with the database of an older version."""
    async with desk_of(front, "evolution-v2", folder) as opened:
        opened.sandbox.release = "2.4.0"
        yield opened


async def with_a_dropped_flag(desk: Desk) -> None:
    """Use a webhook with a flag that the server no longer accepts."""
    desk.store(events=["CALL", "SEND_MESSAGE", DROPPED_EVENT, "LABELS_EDIT"])
    desk.base = await desk.server.webhook(desk.instance, ONLY)


async def read_by_the_next_run(desk: Desk, folder: Path, instance: str) -> Webhook:
    memory = ServerMemory(folder, desk.url)
    server = adapter_at(
        "evolution-v2", desk.wire, url=desk.url, token=desk.sandbox.token, memory=memory
    )
    found = {one.id: one async for page in server.instances() for one in page.instances}
    return await server.webhook(found[instance], ONLY)


async def refused(desk: Desk) -> SaveResult:
    await with_a_dropped_flag(desk)
    return await desk.save(desk.edit(url=NEW))


# learning


async def test_flags_listed_in_a_refusal_are_offered_from_then_on(desk: Desk) -> None:
    assert set(desk.base.flags) == set(FLAGS)
    result = await refused(desk)
    assert result.outcome is Outcome.REFUSED
    await desk.open("loja-sul")
    assert set(desk.base.flags) == set(LATER_EVENTS)
    assert (await desk.save(desk.edit(NEW_FLAG))).outcome is Outcome.SAVED
    assert NEW_FLAG in desk.stored()["events"]


async def test_a_flag_on_one_webhook_is_offered_on_every_other(desk: Desk) -> None:
    desk.store(events=["CALL", NEW_FLAG])
    await desk.server.webhooks(desk.instance)
    await desk.open("loja-sul")
    assert desk.base.flags[NEW_FLAG] is False
    await desk.open(OUTLET.id)
    assert desk.base.is_new
    assert desk.base.flags[NEW_FLAG] is False
    assert (await desk.save(desk.edit(NEW_FLAG, url=NEW))).outcome is Outcome.SAVED
    assert desk.stored()["events"] == [NEW_FLAG]


@pytest.mark.parametrize("from_a_refusal", [True, False])
async def test_the_next_run_knows_the_learned_flags(
    desk: Desk, folder: Path, from_a_refusal: bool
) -> None:
    if from_a_refusal:
        await refused(desk)
    else:
        desk.store(events=[NEW_FLAG])
        await desk.server.webhooks(desk.instance)
    assert NEW_FLAG in (await read_by_the_next_run(desk, folder, "loja-sul")).flags


async def test_flags_are_learned_for_one_server_only(desk: Desk, folder: Path) -> None:
    await refused(desk)
    memory = ServerMemory(folder, "https://another.example")
    other = adapter_at("evolution-v2", desk.wire, url=desk.url, memory=memory)
    assert set(other.blank(desk.instance).flags) == set(FLAGS)


async def test_a_refused_flag_is_no_longer_offered(desk: Desk) -> None:
    desk.sandbox.release = "2.3.6"
    desk.store(events=["CALL", NEW_FLAG])
    desk.base = await desk.server.webhook(desk.instance, ONLY)
    result = await desk.save(desk.edit(url=NEW))
    assert result.refused_flags == (NEW_FLAG,)
    await desk.open("loja-sul")
    assert set(desk.base.flags) == set(FLAGS)


async def test_a_learned_flag_is_no_change(desk: Desk) -> None:
    before = desk.base
    await refused(desk)
    desk.store(events=[flag for flag, on in before.flags.items() if on])
    desk.base = before
    result = await desk.save(desk.edit(url="https://newer.example/in"))
    assert result.outcome is Outcome.SAVED
    assert (result.merged, result.unrequested, result.missing) == ((), (), ())
    assert result.webhook is not None
    assert NEW_FLAG in result.webhook.flags


# flags that the server no longer accepts


async def test_a_refused_flag_is_shown_by_name_not_by_position(desk: Desk) -> None:
    result = await refused(desk)
    assert isinstance(result.error, FlagsRefused)
    assert result.refused_flags == (DROPPED_EVENT,)
    said = report(result, 1)
    assert said is not None
    words = " ".join(map(in_words, said.sentences))
    assert f"does not accept {DROPPED_EVENT}." in words
    assert f"“{DROPPED_EVENT} is not one of enum values: " in words
    assert "events[" not in words
    assert desk.stored()["url"] != NEW


async def test_a_refused_flag_is_marked_where_stored_and_not_offered_elsewhere(
    desk: Desk, folder: Path
) -> None:
    result = await refused(desk)
    assert result.webhook is not None
    assert result.webhook.refused == {DROPPED_EVENT}
    again = await read_by_the_next_run(desk, folder, desk.instance.id)
    assert again.refused == {DROPPED_EVENT}
    await desk.open("loja-sul")
    assert DROPPED_EVENT not in desk.base.flags


async def test_without_the_refused_flag_the_save_succeeds(desk: Desk) -> None:
    result = await refused(desk)
    assert result.webhook is not None
    edit = Edit.of(result.webhook, desk.server.capabilities)
    edit.set(url=NEW)
    edit.leave_out(edit.refused)
    desk.base = edit.base
    result = await desk.save(edit.values)
    assert result.outcome is Outcome.SAVED
    assert (result.missing, result.unrequested, result.merged) == ((), (), ())
    assert set(desk.stored()["events"]) == {"CALL", "SEND_MESSAGE", "LABELS_EDIT"}
    assert desk.stored()["url"] == NEW


async def test_without_the_refused_flag_a_trusted_answer_is_enough(
    desk: Desk,
) -> None:
    assert (await desk.save(desk.edit("CALL"))).outcome is Outcome.SAVED
    await test_without_the_refused_flag_the_save_succeeds(desk)


async def test_a_webhook_can_be_turned_off_without_the_refused_flag(desk: Desk) -> None:
    await with_a_dropped_flag(desk)
    result = await desk.save(desk.edit(enabled=False))
    assert result.refused_flags == (DROPPED_EVENT,)
    result = await desk.save(desk.edit(DROPPED_EVENT, enabled=False))
    assert result.outcome is Outcome.SAVED
    assert result.webhook is not None
    kept = {flag for flag, on in result.webhook.flags.items() if on}
    assert kept == {"CALL", "SEND_MESSAGE", "LABELS_EDIT"}


async def test_a_flag_that_is_accepted_again_is_no_longer_marked(desk: Desk) -> None:
    desk.sandbox.release = "2.3.6"
    desk.store(events=["CALL", NEW_FLAG])
    desk.base = await desk.server.webhook(desk.instance, ONLY)
    assert (await desk.save(desk.edit(url=NEW))).refused_flags == (NEW_FLAG,)
    desk.sandbox.release = "2.4.0"
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.SAVED
    assert result.webhook is not None
    assert result.webhook.refused == frozenset()
    await desk.open("loja-sul")
    assert NEW_FLAG in desk.base.flags


async def test_no_flags_are_learned_from_another_refusal(desk: Desk) -> None:
    desk.store(events=[1, "CALL"], enabled=True)
    before = desk.server.blank(desk.instance).flags
    with pytest.raises(Refused) as caught:
        await desk.server.update(
            desk.instance,
            desk.base,
            replace(desk.base.values, enabled="yes"),  # type: ignore[arg-type]
        )
    assert not isinstance(caught.value, FlagsRefused)
    assert desk.server.blank(desk.instance).flags == before


async def test_a_refused_flag_that_is_only_in_the_edit_disappears(desk: Desk, folder: Path) -> None:
    """The list of a newer version was learned; the server was then downgraded."""
    desk.store(events=["CALL", NEW_FLAG])
    await desk.server.webhooks(desk.instance)
    desk.sandbox.release = "2.3.6"
    await desk.open("loja-sul")
    result = await desk.save(desk.edit(NEW_FLAG, url=NEW))
    assert result.refused_flags == (NEW_FLAG,)
    assert result.contested == ()
    assert result.webhook is not None
    assert NEW_FLAG not in result.webhook.flags


# no webhook


async def test_a_missing_webhook_has_a_note_on_the_possible_reasons(desk: Desk) -> None:
    desk.store(enabled=None)
    found = await desk.server.webhook(desk.instance, ONLY)
    assert found.is_new
    assert "not loaded" in found.note
    assert "NULL" in found.note
    result = await desk.save(desk.edit(url=NEW))
    assert result.error is not None
    assert desk.server.capabilities.none_shown in in_words(result.error.to_do)
    assert desk.stored()["enabled"] is None


async def test_a_failed_create_says_that_the_instance_may_not_be_loaded(desk: Desk) -> None:
    await desk.open(OUTLET.id)
    desk.sandbox.not_loaded.add(OUTLET.id)
    result = await desk.save(desk.edit("CALL", url=NEW))
    assert result.outcome is Outcome.NOT_SAVED
    assert result.error is not None
    assert "has not loaded the instance: connect it" in in_words(result.error.to_do)


async def test_a_webhook_read_earlier_gets_flags_learned_since(desk: Desk) -> None:
    before = desk.base
    assert desk.server.with_known_flags(before) is before
    await refused(desk)
    after = desk.server.with_known_flags(before)
    assert set(after.flags) == set(LATER_EVENTS)
    assert after.flags_on == before.flags_on
    assert desk.server.with_known_flags(after) is after
    on_the_server = replace(before, flags={**before.flags, DROPPED_EVENT: True})
    assert desk.server.with_known_flags(on_the_server).refused == {DROPPED_EVENT}

"""What the journal keeps of webhooks: writes of this program, and changes by others."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.storage.journal_support import (
    HOOK,
    REF,
    SERVER,
    START,
    STATE,
    at,
    instance,
    journal_at,
    mode,
    row_record,
    with_flags,
    written,
)
from tui.model.diff import Change
from tui.model.row_outcome import RowOutcome
from tui.model.webhook import FlagsTold
from tui.storage.journal import Entry, Journal, Origin, RowEnd, WebhookState
from tui.storage.journal.states_table import MOST_STATES


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    async with journal_at(tmp_path / "data" / "journal.sqlite") as opened:
        yield opened


def origins(entries: tuple[Entry, ...]) -> list[Origin]:
    return [entry.origin for entry in entries]


async def test_only_its_owner_can_read_it(journal: Journal) -> None:
    await journal.runs(SERVER)
    assert journal.path is not None
    files = [*journal.path.parent.iterdir()]
    assert journal.path in files
    assert {mode(file) for file in files} == {0o600}
    assert mode(journal.path.parent) == 0o700


async def test_a_file_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.touch(0o644)
    async with journal_at(path) as journal:
        await journal.runs(SERVER)
    assert mode(path) == 0o600


async def test_a_webhook_that_was_never_seen_begins_with_its_first_state(journal: Journal) -> None:
    await journal.note_list(SERVER, [instance(HOOK)], at(0), whole=True)
    (entry,) = await journal.history(REF)
    assert (entry.origin, entry.at, entry.after) == (Origin.FIRST_SEEN, at(0), STATE)


async def test_a_list_that_shows_nothing_new_adds_nothing(journal: Journal) -> None:
    for minute in range(3):
        await journal.note_list(SERVER, [instance(HOOK)], at(minute), whole=True)
    assert len(await journal.history(REF)) == 1


async def test_changes_by_others_say_between_which_times_they_were_made(journal: Journal) -> None:
    for minute in (0, 5):
        await journal.note_list(SERVER, [instance(HOOK)], at(minute), whole=True)
    await journal.note_list(SERVER, [instance(with_flags(newJwt=False))], at(9), whole=True)
    entry, first = await journal.history(REF)
    assert (entry.origin, entry.since, entry.at) == (Origin.OTHERS, at(5), at(9))
    assert entry.before == first.after
    assert entry.before is not None
    assert entry.after is not None
    assert entry.before.changes_to(entry.after) == (Change("newJwt", True, False, is_flag=True),)


async def test_a_write_says_who_made_it_from_where_and_what_it_came_to(journal: Journal) -> None:
    changed = with_flags(newJwt=False)
    journal.note_write(REF, written(HOOK, changed, run="7c1f"))
    entry, first = await journal.history(REF)
    assert (entry.origin, entry.outcome) == (Origin.EDITOR, RowOutcome.SAVED)
    assert (entry.who, entry.run) == (journal.who, "7c1f")
    assert (entry.before, entry.after) == (STATE, WebhookState.of(changed))
    assert (first.origin, first.after) == (Origin.FIRST_SEEN, STATE)


async def test_what_others_changed_before_a_write_is_noted_apart(journal: Journal) -> None:
    theirs, both = with_flags(newJwt=False), with_flags(newJwt=False, messagesUpsert=False)
    await journal.note_list(SERVER, [instance(HOOK)], START, whole=True)
    journal.note_write(REF, written(theirs, both))
    assert origins(await journal.history(REF)) == [
        Origin.EDITOR,
        Origin.OTHERS,
        Origin.FIRST_SEEN,
    ]


async def test_a_clock_that_was_put_back_hides_no_change(journal: Journal) -> None:
    theirs, both = with_flags(newJwt=False), with_flags(newJwt=False, messagesUpsert=False)
    await journal.note_list(SERVER, [instance(HOOK)], at(1000), whole=True)
    journal.note_write(REF, written(theirs, both))
    assert [one.at for one in await journal.history(REF)] == [at(1000)] * 3


async def test_a_list_asked_for_before_a_write_ended_undoes_nothing(journal: Journal) -> None:
    changed = with_flags(newJwt=False)
    journal.note_write(REF, written(HOOK, changed))
    await journal.note_list(SERVER, [instance(HOOK)], at(0.5), whole=True)
    assert origins(await journal.history(REF)) == [Origin.EDITOR, Origin.FIRST_SEEN]


@pytest.mark.parametrize(
    "seen, outcome, more",
    [
        (with_flags(newJwt=False, messagesUpsert=False), RowOutcome.SAVED_AFTER_ALL, []),
        (with_flags(newJwt=False), RowOutcome.PARTLY, []),
        (HOOK, RowOutcome.NOT_SAVED, []),
        (with_flags(presenceUpdate=True), RowOutcome.NOT_SAVED, [Origin.OTHERS]),
    ],
    ids=["all of it", "some of it", "nothing", "something else"],
)
async def test_the_next_read_settles_a_write_whose_outcome_was_not_known(
    journal: Journal, seen: object, outcome: RowOutcome, more: list[Origin]
) -> None:
    wanted = with_flags(newJwt=False, messagesUpsert=False)
    journal.note_write(REF, written(HOOK, None, RowOutcome.NOT_KNOWN, wanted))
    assert (await journal.history(REF))[0].outcome is RowOutcome.NOT_KNOWN
    assert isinstance(seen, type(HOOK))
    await journal.note_list(SERVER, [instance(seen)], at(10), whole=True)
    entries = await journal.history(REF)
    assert origins(entries) == [*more, Origin.EDITOR, Origin.FIRST_SEEN]
    assert entries[len(more)].outcome is outcome
    assert entries[0].after == WebhookState.of(seen)


async def test_a_webhook_that_is_gone_and_comes_back_is_noted(journal: Journal) -> None:
    for minute, hooks in enumerate(((HOOK,), (), (), (HOOK,))):
        await journal.note_list(SERVER, [instance(*hooks)], at(minute), whole=True)
    back, gone, _first = await journal.history(REF)
    assert (gone.origin, gone.since, gone.at, gone.after) == (Origin.OTHERS, at(0), at(1), None)
    assert (back.since, back.before, back.after) == (at(2), None, STATE)


async def test_an_instance_whose_webhooks_were_not_read_says_nothing(journal: Journal) -> None:
    await journal.note_list(SERVER, [instance(HOOK)], at(0), whole=True)
    unread = replace(instance(), webhooks=None)
    await journal.note_list(SERVER, [unread], at(1), whole=True)
    await journal.note_list(SERVER, [instance()], at(2), whole=False)
    assert len(await journal.history(REF)) == 1


async def test_flags_that_make_no_difference_are_no_change(journal: Journal) -> None:
    await journal.note_list(SERVER, [instance(HOOK)], at(0), whole=True)
    more = with_flags(brandNew=False)
    await journal.note_list(SERVER, [instance(more)], at(1), whole=True)
    untold = replace(HOOK, flags=dict.fromkeys(HOOK.flags, False), flags_told=FlagsTold.NOTHING)
    await journal.note_list(SERVER, [instance(untold)], at(2), whole=True)
    (entry,) = await journal.history(REF)
    assert entry.after == WebhookState.of(more)


async def test_headers_are_kept_by_name_only(journal: Journal) -> None:
    secret = "hdr-5ecret"
    hook = replace(HOOK, headers={"x-team": secret, "Authorization": secret})
    await journal.note_list(SERVER, [instance(HOOK)], at(0), whole=True)
    await journal.note_list(SERVER, [instance(hook)], at(1), whole=True)
    entry, _first = await journal.history(REF)
    assert entry.after is not None
    assert entry.after.headers == ("Authorization", "x-team")
    assert journal.path is not None
    files = (file.read_bytes() for file in journal.path.parent.iterdir())
    assert not any(secret.encode() in content for content in files)


async def test_two_hundred_states_of_a_webhook_are_kept(journal: Journal) -> None:
    for number in range(MOST_STATES + 5):
        changed = replace(HOOK, name=f"crm {number}")
        journal.note_read(REF, WebhookState.of(changed), at(number))
    entries = await journal.history(REF)
    assert len(entries) == MOST_STATES
    assert entries[0].after is not None
    assert entries[0].after.values.name == f"crm {MOST_STATES + 4}"


async def test_after_400_days_only_the_last_state_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    now = START
    journal = Journal(path, lambda: now)
    journal.note_read(REF, STATE, at(0))
    journal.note_read(REF, WebhookState.of(with_flags(newJwt=False)), at(1))
    run = await journal.begin_run(SERVER, Origin.BOARD, [row_record()])
    await journal.close()
    now = START + timedelta(days=401)
    entries = await journal.history(REF)
    assert origins(entries) == [Origin.OTHERS]
    assert await journal.runs(SERVER) == ()
    assert await journal.rows(SERVER, run) == ()
    await journal.close()


async def test_webhooks_of_other_servers_and_instances_are_others(journal: Journal) -> None:
    await journal.note_list(SERVER, [instance(HOOK), instance(id="i2")], at(0), whole=True)
    assert await journal.history(replace(REF, instance_id="i2")) == ()
    assert await journal.history(replace(REF, server="https://other.example")) == ()
    assert await journal.changes_since(SERVER, START) == ()
    await journal.note_list(SERVER, [instance(with_flags(newJwt=False))], at(3), whole=True)
    assert [one.ref for one in await journal.changes_since(SERVER, at(2))] == [REF]
    assert await journal.changes_since(SERVER, at(4)) == ()


async def test_a_run_has_its_rows_their_intents_and_their_ends(journal: Journal) -> None:
    first_id = await journal.begin_run(SERVER, Origin.COMMAND_LINE, [])
    run = await journal.begin_run(
        SERVER, Origin.BOARD, [row_record(0), row_record(1)], of_run=first_id
    )
    await journal.note_intent(run, 0)
    after = row_record().wanted
    end = RowEnd(RowOutcome.SAVED, STATE, after, '{"requests":2}')
    await journal.end_row(run, 0, end, REF, written(HOOK, with_flags(messagesUpsert=False)))
    await journal.note_intent(run, 1)
    first, second = await journal.rows(SERVER, run)
    assert (first.end, first.base, first.wanted) == (end, STATE, after)
    assert second.intent is not None
    assert second.end is None
    begun, before = await journal.runs(SERVER)
    assert before.rows == 0
    assert (begun.id, begun.origin, begun.who) == (run, Origin.BOARD, journal.who)
    assert (begun.of_run, begun.rows, begun.ended) == (first_id, 2, None)
    await journal.end_run(run)
    assert (await journal.runs(SERVER))[0].ended is not None
    await journal.go_on_with(run)
    assert (await journal.runs(SERVER))[0].ended is None
    assert (await journal.history(REF))[0].after == after


async def test_a_journal_in_memory_leaves_no_file(tmp_path: Path) -> None:
    async with journal_at(None) as journal:
        journal.note_read(REF, STATE, at(0))
        assert len(await journal.history(REF)) == 1
    assert journal.take_news() == ()


async def test_the_tables_have_an_index_for_every_look(journal: Journal) -> None:
    await journal.runs(SERVER)
    assert journal.path is not None
    connection = sqlite3.connect(journal.path)
    for query in (
        "SELECT 1 FROM webhooks WHERE server = '' AND instance = x'' AND webhook = x''",
        "SELECT 1 FROM states WHERE of_webhook = 1 ORDER BY key DESC LIMIT 1",
        "SELECT 1 FROM states WHERE at < 1",
        "SELECT 1 FROM rows WHERE run = '' ORDER BY position",
    ):
        (plan,) = connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
        assert "SEARCH" in plan[3], query
    connection.close()

"""Runs tried again and put back, and changes of webhooks undone, others' changes kept."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.core.run.run_support import (
    URL,
    Fleet,
    fleet_at,
    moved,
    outcomes,
    put_back_run,
    read_list,
)
from tests.storage.journal_support import HOOK, REF, at, instance, with_flags
from tui.core.history.history import (
    NoUndo,
    entry_json,
    loses_headers,
    past_run,
    past_runs,
    state_at,
    to_try_again,
    tried_again,
    undo,
    undo_entry,
    whole_entry,
    whole_state,
)
from tui.core.plan.plan import LeftOut, Reason, Target
from tui.core.run.report import run_json
from tui.messages.run_report import run_text, totals_words
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.storage.journal import Entry, Origin, WebhookState


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    async with fleet_at(tmp_path / "journal.sqlite") as opened:
        yield opened


async def test_putting_a_run_back_gives_the_old_states_and_keeps_what_others_did(
    fleet: Fleet,
) -> None:
    targets = fleet.targets(moved)
    fleet.others_change(targets[1], name="merged")
    await fleet.run(targets).carry_out()
    fleet.others_change(targets[2], name="later")
    fleet.others_change(targets[3], url="https://later.example/")
    fleet.delete(targets[4])
    await read_list(fleet.session)
    found = await put_back_run(fleet)
    assert [one.reason for one in found if isinstance(one, LeftOut)] == [Reason.GONE]
    for number, target in enumerate(targets):
        if number == 4:
            continue
        expected = target.base.values
        if number in (1, 2):
            expected = replace(expected, name={1: "merged", 2: "later"}[number])
        if number == 3:
            expected = replace(expected, url="https://later.example/")
        assert fleet.stored(target).values == expected
    back, run = await past_runs(fleet.session)
    assert (back.origin, back.of_run) == (Origin.RESTORE, run.id)


async def test_what_was_made_is_deleted_and_what_was_deleted_is_made_again(fleet: Fleet) -> None:
    first, second = fleet.targets(moved, 2)
    blank = fleet.session.server.blank(first.instance)
    made = Target(first.instance, blank, replace(blank.values, name="n", url="https://n.example/"))
    deleted = replace(second, wanted=second.base.values, deletes=True)
    run = fleet.run([made, deleted])
    await run.carry_out()
    await read_list(fleet.session)
    await put_back_run(fleet)
    assert fleet.sandbox.store.webhook(first.instance.id, run.rows[0].webhook_id) is None
    await read_list(fleet.session)
    again = fleet.session.store[second.instance.id].webhooks or ()
    assert second.base.values in [one.values for one in again]


async def test_trying_again_takes_the_rows_that_may_end_better(fleet: Fleet) -> None:
    targets = fleet.targets(moved, 12)
    fleet.others_change(targets[3], url="https://theirs.example/")
    bad = targets[1].base.id

    def answer(request: Request) -> Response | None:
        if request.method == "PUT" and bad in request.url.path:
            return JSONResponse({"message": "broken"}, 500)
        return None

    fleet.gate.answer = answer
    await fleet.run(targets).carry_out()
    fleet.gate.answer = lambda _request: None
    (record,) = await past_runs(fleet.session)
    past = await past_run(fleet.session, record)
    assert [row.position for row in to_try_again(past.rows)] == [1]
    again = tried_again(fleet.session, past.rows, Origin.BOARD, of_run=past.record.id)
    await again.carry_out()
    assert outcomes(again) == [RowOutcome.SAVED]
    assert fleet.stored(targets[1]).values == targets[1].wanted
    newest = (await past_runs(fleet.session))[0]
    assert newest.of_run == record.id


async def test_putting_a_run_back_puts_its_retries_back_and_keeps_what_others_did_in_between(
    tmp_path: Path,
) -> None:
    async with fleet_at(tmp_path / "journal.sqlite", 12, "patch") as fleet:
        targets = fleet.targets(moved, 3)

        def answer(request: Request) -> Response | None:
            """Fail to take the flags of the second webhook, and all of the third."""
            ids = {"PATCH": (targets[1].base.id, targets[2].base.id), "PUT": (targets[2].base.id,)}
            fails = any(one in request.url.path for one in ids.get(request.method, ()))
            return JSONResponse({"message": "broken"}, 500) if fails else None

        fleet.gate.answer = answer
        run = fleet.run(targets)
        await run.carry_out()
        assert outcomes(run) == [RowOutcome.SAVED, RowOutcome.PARTLY, RowOutcome.NOT_SAVED]
        fleet.gate.answer = lambda _request: None
        fleet.others_change(targets[1], name="theirs")
        again = tried_again(fleet.session, run.rows, Origin.BOARD, of_run=run.id)
        await again.carry_out()
        assert outcomes(again) == [RowOutcome.SAVED, RowOutcome.SAVED]
        await put_back_run(fleet, 1)
        for target in targets:
            name = "theirs" if target is targets[1] else target.base.name
            assert fleet.stored(target).values == replace(target.base.values, name=name)


async def test_the_report_is_the_same_from_the_run_and_from_the_journal(fleet: Fleet) -> None:
    targets = fleet.targets(moved, 8)
    fleet.others_change(targets[1], url="https://theirs.example/")
    fleet.others_change(targets[2], name="theirs")
    run = fleet.run(targets)
    await run.carry_out()
    (record,) = await past_runs(fleet.session)
    past = await past_run(fleet.session, record)
    told = [
        run_json(rows, command="apply", run=run.id, url=URL, kind=fleet.session.kind)
        for rows in (run.rows, past.rows)
    ]
    assert told[0] == told[1]
    assert json.loads(json.dumps(told[0])) == told[0]
    assert told[0]["totals"]["rows"] == 8
    assert told[0]["totals"]["conflict"] == 1
    assert told[0]["totals"]["not_reached"] == 0
    assert told[0]["rows"][0]["changes"] == [
        {"field": "url", "old": targets[0].base.url, "new": targets[0].wanted.url},
        {"flag": "presenceUpdate", "old": False, "new": True},
    ]
    assert told[0]["rows"][2]["merged"] == [
        {"field": "name", "old": targets[2].base.name, "new": "theirs"}
    ]
    text = run_text(run.rows, run=run.id, url=URL)
    assert text.splitlines()[0] == f"Run {run.id} on {URL}: saved 7, conflict 1"
    assert text.splitlines()[1].startswith("conflict: ")
    assert "https://theirs.example/" in text
    assert "also changed, by others or the server" in text


def state(**flags: bool) -> WebhookState:
    return WebhookState.of(with_flags(**flags))


def test_undoing_one_change_keeps_what_others_changed_since() -> None:
    now = replace(with_flags(newJwt=False, presenceUpdate=True), name="theirs")
    target = undo(instance(now), "w1", state(), state(newJwt=False))
    assert isinstance(target, Target)
    assert target.base == now
    assert target.wanted == replace(with_flags(presenceUpdate=True), name="theirs").values


def test_undoing_leaves_what_others_changed_in_the_same_place() -> None:
    before = WebhookState.of(replace(HOOK, url="https://old.example/"))
    now = replace(HOOK, url="https://theirs.example/")
    left_out = undo(instance(now), "w1", before, WebhookState.of(HOOK))
    assert isinstance(left_out, LeftOut)
    assert left_out.reason is Reason.CONFLICT
    assert [one.theirs for one in left_out.conflicts] == [now.url]


def test_undoing_what_made_a_webhook_deletes_it_unless_it_was_changed() -> None:
    made = undo(instance(HOOK), "w1", None, WebhookState.of(HOOK))
    assert isinstance(made, Target)
    assert made.deletes
    changed = undo(instance(replace(HOOK, name="theirs")), "w1", None, WebhookState.of(HOOK))
    assert isinstance(changed, LeftOut)
    assert changed.reason is Reason.CONFLICT


def test_a_webhook_that_is_gone_or_unread_is_left_out() -> None:
    gone = undo(instance(), "w1", state(), state(newJwt=False))
    unread = undo(Instance("i1", "loja-sul"), "w1", state(), state(newJwt=False))
    whole = whole_state(instance(), "w1", state())
    found = [one.reason for one in (gone, unread, whole) if isinstance(one, LeftOut)]
    assert found == [Reason.GONE, Reason.NOT_READ, Reason.GONE]


def test_a_whole_state_overrules_everybody_but_has_the_flags_of_today() -> None:
    now = replace(with_flags(newJwt=False, brandNew=True), name="theirs")
    target = whole_state(instance(now), "w1", state(dropped=True))
    assert isinstance(target, Target)
    assert target.wanted == with_flags(brandNew=True).values


def test_why_an_entry_cannot_be_undone(fleet: Fleet) -> None:
    made = entry(1, state(newJwt=False))
    unknown = replace(made, after=None, outcome=RowOutcome.NOT_KNOWN)
    headers = replace(made, after=replace(state(), headers=("x-team",)))
    first = replace(made, origin=Origin.FIRST_SEEN, before=None)
    here, entries = instance(HOOK), (first, unknown, entry(1, None), headers)
    assert [undo_entry(fleet.session, here, one) for one in entries] == [
        NoUndo.FIRST_SEEN,
        NoUndo.NOT_KNOWN,
        NoUndo.DELETED,
        NoUndo.ONLY_HEADERS,
    ]
    assert isinstance(undo_entry(fleet.session, here, made), Target)


def test_the_whole_state_of_an_entry_is_put_back_where_it_is_known(fleet: Fleet) -> None:
    target = whole_entry(fleet.session, instance(HOOK), entry(1, state(newJwt=False)))
    assert isinstance(target, Target)
    assert target.wanted == with_flags(newJwt=False).values
    assert whole_entry(fleet.session, instance(HOOK), entry(1, None)) is NoUndo.DELETED


def test_a_webhook_that_was_deleted_is_made_again_without_its_headers(fleet: Fleet) -> None:
    had = replace(state(messagesUpsert=False), headers=("x-team",))
    deleted = replace(entry(1, None), before=had)
    whole = replace(entry(1, had), before=None)
    found = [
        undo_entry(fleet.session, instance(), deleted),
        whole_entry(fleet.session, instance(), whole),
    ]
    for target, of in zip(found, (deleted, whole), strict=True):
        assert isinstance(target, Target)
        assert target.base.is_new
        assert (target.wanted.name, target.wanted.url) == (HOOK.name, HOOK.url)
        assert not target.wanted.flags["messagesUpsert"]
        assert loses_headers(target, of)


def test_a_webhook_that_was_not_read_is_not_made_again(fleet: Fleet) -> None:
    unread = Instance("i1", "loja-sul")
    assert undo_entry(fleet.session, unread, entry(1, None)) is NoUndo.DELETED
    whole = whole_entry(fleet.session, unread, entry(1, state()))
    assert isinstance(whole, LeftOut)


def entry(minute: float, after: WebhookState | None) -> Entry:
    since = at(minute - 1)
    return Entry(REF, at(minute), since, Origin.OTHERS, "", "", None, state(), after)


def test_the_state_at_a_time_is_that_of_the_last_entry_before() -> None:
    entries = (entry(9, None), entry(5, state(newJwt=False)), entry(1, state()))
    found = [state_at(entries, at(minute)) for minute in (10, 7, 1, 0)]
    assert found == [None, state(newJwt=False), state(), None]


def test_an_entry_as_json_says_when_who_from_where_and_what() -> None:
    told = entry_json(entry(5, state(newJwt=False)))
    assert told == {
        "instance": "loja-sul",
        "instance_id": "i1",
        "webhook": "crm",
        "webhook_id": "w1",
        "at": "2026-08-01T10:07:00+00:00",
        "since": "2026-08-01T10:06:00+00:00",
        "who": "",
        "from": "others",
        "run": "",
        "outcome": None,
        "changes": [{"flag": "newJwt", "old": True, "new": False}],
    }


def test_totals_name_only_the_outcomes_there_are() -> None:
    found = [RowOutcome.SAVED] * 2 + [RowOutcome.PARTLY]
    assert totals_words(found) == "saved 2, partly 1"

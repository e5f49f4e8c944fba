"""Runs: the order of rows, when they pause and stop, and what becomes of each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.core.run.run_support import Answering, Fleet, Watcher, fleet_at, moved, outcomes
from tui.core.plan.plan import Target
from tui.core.run import run as run_module
from tui.core.run.run import Pause, Phase
from tui.model.row_outcome import RowOutcome
from tui.model.secret import Secret
from tui.model.user_error import UserError
from tui.storage.journal import Journal, Origin

AT_ONCE = 8
"""Rows under way at the same time where the profile does not say otherwise."""


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    async with fleet_at(tmp_path / "journal.sqlite") as opened:
        yield opened


def refusing(*ids: str) -> Answering:
    """Refuse the writes of some webhooks; of all without any."""

    def answer(request: Request) -> Response | None:
        if request.method == "PUT" and (not ids or any(id in request.url.path for id in ids)):
            return JSONResponse({"message": ["url must be a URL address"]}, 400)
        return None

    return answer


async def test_every_row_is_saved_as_planned_and_noted(fleet: Fleet) -> None:
    targets = fleet.targets(moved)
    run = fleet.run(targets)
    await run.carry_out()
    assert set(outcomes(run)) == {RowOutcome.SAVED}
    assert [fleet.stored(one).values for one in targets] == [one.wanted for one in targets]
    assert {row.result.requests for row in run.rows[1:]} == {2}
    (record,) = await fleet.journal.runs("http://sandbox.test")
    assert (record.id, record.rows, record.origin) == (run.id, 30, Origin.BOARD)
    assert record.ended is not None
    rows = await fleet.journal.rows(record.server, record.id)
    assert all(row.intent and row.end and row.end.outcome is RowOutcome.SAVED for row in rows)
    (entry, *_older) = await fleet.journal.history(rows[0].ref)
    assert (entry.origin, entry.run) == (Origin.BOARD, run.id)


async def test_the_first_row_goes_alone_and_then_several_never_two_of_an_instance(
    fleet: Fleet,
) -> None:
    under_way: dict[str, int] = {}
    most = [0]
    two_of_one: list[str] = []

    def begins(request: Request) -> None:
        instance = request.url.path.split("/")[4]
        under_way[instance] = under_way.get(instance, 0) + 1
        if under_way[instance] > 1:
            two_of_one.append(instance)
        most[0] = max(most[0], sum(under_way.values()))

    gate, through = fleet.gate, fleet.gate._app

    async def slowly(scope: object, receive: object, send: object) -> None:
        request = Request(scope)  # type: ignore[arg-type]
        begins(request)
        await asyncio.sleep(0.002)
        await through(scope, receive, send)  # type: ignore[arg-type]
        under_way[request.url.path.split("/")[4]] -= 1

    gate._app = slowly
    run = fleet.run(fleet.targets(moved, most=60))
    await run.carry_out()
    first = run.rows[0].target.instance.id
    leading = [one.path.split("/")[4] for one in gate.requests[:2]]
    assert leading == [first, first]
    assert most[0] == AT_ONCE
    assert two_of_one == []
    assert set(outcomes(run)) == {RowOutcome.SAVED}


async def test_a_first_row_that_is_not_saved_stops_and_asks(fleet: Fleet) -> None:
    fleet.gate.answer = refusing()
    watcher = Watcher()
    run = fleet.run(fleet.targets(moved), watcher)
    await run.carry_out()
    assert watcher.pauses == [Pause.FIRST_NOT_SAVED]
    assert outcomes(run) == [RowOutcome.REFUSED] + [RowOutcome.NOT_REACHED] * 29
    assert run.rows[0].result.said == ("url must be a URL address",)


async def test_ten_failures_in_a_row_pause_and_going_on_goes_on(fleet: Fleet) -> None:
    targets = fleet.targets(moved)
    bad = [one.base.id for one in targets[1:]]
    fleet.gate.answer = refusing(*bad)
    watcher = Watcher(answers=[True])
    run = fleet.run(targets, watcher)
    await run.carry_out()
    assert watcher.pauses == [Pause.FAILURES_IN_A_ROW] * 2
    assert 20 <= outcomes(run).count(RowOutcome.REFUSED) < 20 + 2 * AT_ONCE
    assert outcomes(run)[0] is RowOutcome.SAVED
    assert RowOutcome.NOT_REACHED in outcomes(run)


async def test_more_than_a_fifth_of_twenty_pauses(fleet: Fleet) -> None:
    targets = fleet.targets(moved)
    bad = [one.base.id for one in targets[1::3]]
    fleet.gate.answer = refusing(*bad)
    watcher = Watcher()
    run = fleet.run(targets, watcher)
    await run.carry_out()
    assert watcher.pauses == [Pause.MANY_FAILURES]
    assert outcomes(run).count(RowOutcome.NOT_REACHED) > 0
    assert run.progress.ended >= 20


async def test_a_refused_token_stops_at_once_and_another_goes_on(fleet: Fleet) -> None:
    session = fleet.session
    for instance in [session.store[key] for key in session.store.ids]:
        session.store.replace(replace(instance, token=None))
    right = fleet.sandbox.token
    session.use_token(Secret("wrong"), "the test")
    watcher = Watcher(answers=[True])
    watcher.on_pause = lambda: session.use_token(Secret(right), "the test")
    run = fleet.run(fleet.targets(moved), watcher)
    await run.carry_out()
    assert watcher.pauses == [Pause.NO_ACCESS]
    assert set(outcomes(run)) == {RowOutcome.SAVED}


async def test_without_another_token_the_rows_say_so(fleet: Fleet) -> None:
    session = fleet.session
    for instance in [session.store[key] for key in session.store.ids]:
        session.store.replace(replace(instance, token=None))
    session.use_token(Secret("wrong"), "the test")
    run = fleet.run(fleet.targets(moved))
    await run.carry_out()
    assert outcomes(run) == [RowOutcome.NO_ACCESS] + [RowOutcome.NOT_REACHED] * 29
    assert run.progress.counts[RowOutcome.NO_ACCESS] == 1


async def test_too_many_requests_halve_what_is_under_way_and_lose_no_row(fleet: Fleet) -> None:
    refused = iter(range(4))

    def answer(request: Request) -> Response | None:
        if request.method == "PUT" and len(fleet.gate.requests) > 10 and next(refused, None):
            return JSONResponse({"message": "slow down"}, 429)
        return None

    fleet.gate.answer = answer
    run = fleet.run(fleet.targets(moved))
    await run.carry_out()
    assert set(outcomes(run)) == {RowOutcome.SAVED}


async def test_stopping_lets_those_under_way_end(fleet: Fleet) -> None:
    run = fleet.run(fleet.targets(moved))
    count = [0]

    def answered(request: Request) -> None:
        count[0] += request.method == "PUT"
        if count[0] == 5:
            run.stop()

    fleet.gate.answered = answered
    await run.carry_out()
    written = [one for one in run.rows if one.ended]
    assert 5 <= len(written) < 5 + AT_ONCE
    assert {row.outcome for row in written} == {RowOutcome.SAVED}
    assert run.phase is Phase.ENDED
    again = await fleet.resumed()
    await again.carry_out()
    assert set(outcomes(again)) == {RowOutcome.SAVED}
    assert again.id == run.id


async def test_conflicts_merges_and_what_is_so_already_are_told_apart(fleet: Fleet) -> None:
    targets = fleet.targets(moved)
    fleet.others_change(targets[1], url="https://theirs.example/")
    fleet.others_change(targets[2], name="theirs")
    fleet.others_change(targets[3], url=targets[3].wanted.url, flags=targets[3].wanted.flags)
    fleet.delete(targets[4])
    run = fleet.run(targets)
    await run.carry_out()
    assert outcomes(run)[1:5] == [
        RowOutcome.CONFLICT,
        RowOutcome.SAVED,
        RowOutcome.ALREADY_SO,
        RowOutcome.GONE,
    ]
    (conflict,) = run.rows[1].result.conflicts
    assert (conflict.key, conflict.theirs) == ("url", "https://theirs.example/")
    assert fleet.gate.writes(targets[1].base.id) == []
    assert fleet.stored(targets[2]).name == "theirs"
    assert [one.key for one in run.rows[2].result.merged] == ["name"]
    assert fleet.gate.writes(targets[3].base.id) == []


@pytest.mark.parametrize("deletes", [False, True])
async def test_a_webhook_that_is_gone_leaves_the_list(fleet: Fleet, deletes: bool) -> None:
    targets = fleet.targets(moved)
    gone = targets[4]
    if deletes:
        gone = replace(gone, wanted=gone.base.values, deletes=True)
    fleet.delete(gone)
    run = fleet.run([targets[0], gone])
    await run.carry_out()
    assert run.rows[1].outcome is (RowOutcome.ALREADY_SO if deletes else RowOutcome.GONE)
    instance = fleet.session.store[gone.instance.id]
    assert [one.id for one in instance.webhooks or ()] == [
        one.id for one in gone.instance.webhooks or () if one.id != gone.base.id
    ]


async def test_an_instance_that_is_gone_leaves_the_list(fleet: Fleet) -> None:
    targets = fleet.targets(moved)
    gone = targets[-1].instance
    theirs = [one for one in targets if one.instance is gone]

    def answer(request: Request) -> Response | None:
        if f"/{gone.name}/" not in request.url.path and f"/{gone.id}/" not in request.url.path:
            return None
        return JSONResponse({"statusCode": 404, "message": "Instance not found"}, 404)

    before = len(fleet.session.store)
    fleet.gate.answer = answer
    run = fleet.run([targets[0], *theirs])
    await run.carry_out()
    assert outcomes(run)[1:] == [RowOutcome.GONE] * len(theirs)
    assert fleet.session.store.get(gone.id) is None
    assert fleet.session.store.total == before - 1


async def test_what_is_gone_stays_listed_where_nothing_more_is_known(fleet: Fleet) -> None:
    targets = fleet.targets(moved)
    gone = targets[4]
    fleet.delete(gone)

    def answer(request: Request) -> Response | None:
        reads_all = request.method == "GET" and request.url.path.endswith("/webhook")
        return JSONResponse({"message": "?"}, 500) if reads_all else None

    fleet.gate.answer = answer
    run = fleet.run([targets[0], gone])
    await run.carry_out()
    assert run.rows[1].outcome is RowOutcome.GONE
    assert fleet.session.store[gone.instance.id] == gone.instance


async def test_a_webhook_is_made_and_one_is_deleted(fleet: Fleet) -> None:
    first, second, third = fleet.targets(moved, 3)
    blank = fleet.session.server.blank(first.instance)
    made = Target(first.instance, blank, replace(blank.values, name="n", url="https://n.example/"))
    deleted = replace(second, wanted=second.base.values, deletes=True)
    changed = replace(third, wanted=third.base.values, deletes=True)
    fleet.others_change(third, name="theirs")
    run = fleet.run([made, deleted, changed])
    await run.carry_out()
    assert outcomes(run) == [RowOutcome.SAVED, RowOutcome.SAVED, RowOutcome.CONFLICT]
    assert fleet.sandbox.store.webhook(first.instance.id, run.rows[0].webhook_id) is not None
    assert fleet.sandbox.store.webhook(second.instance.id, second.base.id) is None
    assert fleet.stored(third).name == "theirs"


async def test_another_run_cannot_begin_meanwhile(fleet: Fleet) -> None:
    run = fleet.run(fleet.targets(moved))
    said: list[UserError] = []

    async def second() -> None:
        with pytest.raises(UserError) as caught:
            await fleet.run(fleet.targets(moved, 1)).carry_out()
        said.append(caught.value)

    watcher = Watcher()
    run._owner = watcher
    fleet.gate.answer = refusing()
    tasks: list[asyncio.Task[None]] = []
    watcher.on_pause = lambda: tasks.append(asyncio.create_task(second()))
    await run.carry_out()
    await asyncio.gather(*tasks)
    assert [error.message for error in said] == ["Another run is under way on this server"]


async def test_without_its_journal_only_a_single_row_goes(fleet: Fleet, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    targets = fleet.targets(moved)
    good, unwritable = fleet.journal, Journal(tmp_path / "file" / "journal.sqlite")
    for journal in (None, unwritable):
        fleet.session.user_data.journal.made = journal
        with pytest.raises(UserError):
            await fleet.run(targets).carry_out()
        assert fleet.gate.requests == []
    for target, journal in zip(targets, (None, unwritable), strict=False):
        fleet.session.user_data.journal.made = journal
        run = fleet.run([target])
        await run.carry_out()
        assert outcomes(run) == [RowOutcome.SAVED]
    fleet.session.user_data.journal.made = good


async def test_progress_is_told_often_and_at_the_end(fleet: Fleet) -> None:
    watcher = Watcher()
    run = fleet.run(fleet.targets(moved), watcher)
    await run.carry_out()
    last = watcher.shown[-1]
    assert (last.phase, last.ended, last.total, last.under_way) == (Phase.ENDED, 30, 30, 0)
    assert last.counts[RowOutcome.SAVED] == 30
    assert [one.ended for one in watcher.shown] == sorted(one.ended for one in watcher.shown)


async def test_however_many_rows_end_progress_is_told_only_when_it_is_due(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "PROGRESS_EVERY", 1e9)
    watcher = Watcher()
    await fleet.run(fleet.targets(moved), watcher).carry_out()
    assert [(one.phase, one.ended) for one in watcher.shown] == [
        (Phase.RUNNING, 0),
        (Phase.ENDED, 30),
    ]

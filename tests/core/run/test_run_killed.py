"""A run that is killed at any step, and goes on: nothing is lost, undone or written twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from tests.core.run.run_support import (
    Fleet,
    Gate,
    Watcher,
    moved,
    outcomes,
    put_back_run,
    session_with,
)
from tui.core.history.history import cut_off_runs
from tui.core.plan.plan import Target
from tui.core.run.run import Run
from tui.model.diff import changes, value_at
from tui.model.row_outcome import RowOutcome
from tui.sandbox.codechat_v2.bodies import FlagMode
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.storage.journal import Journal, RowEnd, WebhookRef, Written

STEPS = (
    "before the intent",
    "after the intent",
    "before the write arrives",
    "before its answer arrives",
    "before the outcome",
    "after the outcome",
)
ROWS = 4


class KilledJournal(Journal):
    """A journal of a program that is killed at a step of a row."""

    step = ""
    position = 0

    async def note_intent(self, run: str, position: int) -> None:
        self._kill("before the intent", position)
        await super().note_intent(run, position)
        self._kill("after the intent", position)

    async def end_row(
        self, run: str, position: int, end: RowEnd, ref: WebhookRef, written: Written | None
    ) -> None:
        self._kill("before the outcome", position)
        await super().end_row(run, position, end, ref, written)
        self._kill("after the outcome", position)

    def _kill(self, step: str, position: int) -> None:
        if (step, position) == (self.step, self.position):
            raise asyncio.CancelledError


def all_moved(fleet: Fleet) -> list[Target]:
    return fleet.targets(moved, ROWS)


def one_made_and_one_deleted(fleet: Fleet) -> list[Target]:
    first, second = fleet.targets(moved, 2)
    blank = fleet.session.server.blank(first.instance)
    made = Target(first.instance, blank, replace(blank.values, name="n", url="https://n.example/"))
    return [made, replace(second, wanted=second.base.values, deletes=True)]


@asynccontextmanager
async def killed(
    path: Path,
    step: str,
    position: int,
    mode: FlagMode = "put",
    planned: Callable[[Fleet], list[Target]] = all_moved,
) -> AsyncIterator[tuple[Fleet, list[Target]]]:
    """Run, be killed at a step, and start the program anew."""
    with open_sandbox(instances=12, flags=mode) as sandbox:
        gate = Gate(sandbox.app)
        journal = KilledJournal(path)
        journal.step, journal.position = step, position
        session = await session_with(gate, sandbox, journal)
        fleet = Fleet(sandbox, gate, session)
        targets = planned(fleet)
        wires_cut_at(gate, step, targets[position])
        with pytest.raises(asyncio.CancelledError):
            await fleet.run(targets).carry_out()
        await session.close()
        gate.answer, gate.answered = lambda _request: None, lambda _request: None
        written, gate.requests = gate.writes(), []
        session = await session_with(gate, sandbox, Journal(path))
        gate.requests = written
        yield Fleet(sandbox, gate, session), targets
        await session.close()


def wires_cut_at(gate: Gate, step: str, target: Target) -> None:
    """Kill the program at a request that writes a target."""

    def is_of_target(request: Request) -> bool:
        return request.method != "GET" and target.base.id in request.url.path

    def answer(request: Request) -> Response | None:
        if step == "before the write arrives" and is_of_target(request):
            raise asyncio.CancelledError
        return None

    def answered(request: Request) -> None:
        if step == "before its answer arrives" and is_of_target(request):
            raise asyncio.CancelledError

    gate.answer, gate.answered = answer, answered


def judge(fleet: Fleet, run: Run, others: Callable[[Target], dict[str, object]]) -> None:
    """Hold the end against the plan, and against what others chose meanwhile."""
    for row in run.rows:
        target, now = row.target, fleet.stored(row.target).values
        theirs = others(target)
        for change in changes(target.base.values, target.wanted):
            wanted = theirs.get(change.key, change.new)
            if row.outcome is RowOutcome.CONFLICT:
                assert change.key in theirs or value_at(now, change.place) in (
                    change.old,
                    change.new,
                )
            else:
                assert value_at(now, change.place) == wanted, row.outcome
        for key, value in theirs.items():
            assert now.get(key) == value, "somebody else's change was undone"
        bodies = [one.body["url"] for one in fleet.gate.writes(target.base.id) if "url" in one.body]
        assert set(bodies) <= {target.wanted.url, str(theirs.get("url", target.wanted.url))}
        if row.outcome.is_as_asked:
            assert not [one for one in changes(now, target.wanted) if one.key not in theirs]


@pytest.mark.parametrize("step, position", product(STEPS, (0, 2)))
async def test_going_on_after_a_kill_ends_every_row_as_planned(
    tmp_path: Path, step: str, position: int
) -> None:
    async with killed(tmp_path / "journal.sqlite", step, position) as (fleet, _targets):
        (cut_off,) = await cut_off_runs(fleet.session)
        run = await fleet.resumed()
        assert run.id == cut_off.id
        assert len(run.rows) == ROWS
        await run.carry_out()
        judge(fleet, run, lambda _target: {})
        assert all(outcome.is_as_asked for outcome in outcomes(run))
        arrived = step in ("before its answer arrives", "before the outcome")
        expected = RowOutcome.SAVED_AFTER_ALL if arrived else RowOutcome.SAVED
        assert run.rows[position].outcome is expected
        (record,) = await fleet.journal.runs("http://sandbox.test")
        assert record.ended is not None
        assert await cut_off_runs(fleet.session) == ()
        noted = await fleet.journal.rows(record.server, record.id)
        assert [one.end and one.end.outcome for one in noted] == outcomes(run)


@pytest.mark.parametrize("step, position", product(STEPS, (0, 2)))
async def test_what_was_written_before_a_kill_is_put_back_too(
    tmp_path: Path, step: str, position: int
) -> None:
    async with killed(tmp_path / "journal.sqlite", step, position) as (fleet, targets):
        fleet.others_change(targets[position], name="theirs")
        await (await fleet.resumed()).carry_out()
        await put_back_run(fleet)
        for target in targets:
            name = "theirs" if target is targets[position] else target.base.name
            assert fleet.stored(target).values == replace(target.base.values, name=name)


@pytest.mark.parametrize("step, position", product(STEPS, (0, 1)))
async def test_after_a_kill_nothing_is_made_twice_and_what_was_deleted_stays_so(
    tmp_path: Path, step: str, position: int
) -> None:
    path = tmp_path / "journal.sqlite"
    async with killed(path, step, position, planned=one_made_and_one_deleted) as (fleet, targets):
        run = await fleet.resumed()
        await run.carry_out()
        assert all(outcome.is_as_asked for outcome in outcomes(run))
        made, deleted = targets
        store = fleet.sandbox.store
        found = [one for one in store.webhooks(made.instance.id) if one.name == made.wanted.name]
        assert [one.id for one in found] == [run.rows[0].webhook_id]
        assert store.webhook(deleted.instance.id, deleted.base.id) is None


@settings(max_examples=25)
@given(
    step=st.sampled_from(STEPS),
    position=st.integers(0, ROWS - 1),
    mode=st.sampled_from(["put", "patch", "reject"]),
    theirs=st.dictionaries(
        st.integers(0, ROWS - 1),
        st.fixed_dictionaries(
            {}, optional={"name": st.just("theirs"), "url": st.just("https://theirs.example/")}
        ),
    ),
)
def test_others_who_write_between_a_kill_and_going_on_lose_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    step: str,
    position: int,
    mode: FlagMode,
    theirs: dict[int, dict[str, object]],
) -> None:
    path = tmp_path_factory.mktemp("killed") / "journal.sqlite"
    asyncio.run(_go_on_beside_others(path, step, position, mode, theirs))


async def _go_on_beside_others(
    path: Path, step: str, position: int, mode: FlagMode, theirs: dict[int, dict[str, object]]
) -> None:
    async with killed(path, step, position, mode) as (fleet, targets):
        for number, values in theirs.items():
            if values:
                fleet.others_change(targets[number], **values)
        by_id = {targets[number].base.id: values for number, values in theirs.items()}
        run = await fleet.resumed(Watcher(answers=[True]))  # a first row in conflict asks
        await run.carry_out()
        assert all(row.ended for row in run.rows)
        for row in run.rows:
            values = by_id.get(row.target.base.id, {})
            if "url" in values and row.outcome is not RowOutcome.SAVED:
                assert fleet.stored(row.target).url == values["url"]
        judge(fleet, run, lambda target: by_id.get(target.base.id, {}))

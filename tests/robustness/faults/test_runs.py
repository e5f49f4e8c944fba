"""Every fault met by a row of a run: the others go on, and what is said of it is true."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.api.faulty_server import Talk, read_request
from tests.app.support import Cable
from tests.core.run.run_support import Fleet, Gate, Watcher, moved, read_list
from tests.robustness.faults.faults import (
    BODIES,
    BREAKS,
    CHALLENGES,
    RETRY_AFTER,
    STALLS,
    STATUSES,
)
from tests.robustness.faults.person import QUICK
from tests.robustness.faults.service import Service, serving
from tests.robustness.faults.test_faults import named
from tests.support import user_data
from tui.api.connection import connect
from tui.api.http.timeouts import TIMEOUTS, Timeouts
from tui.core.history.history import new_run, past_run, past_runs, tried_again
from tui.core.run.row import RunRow
from tui.core.run.run import Pause
from tui.core.session import Session
from tui.model.diff import changes
from tui.model.row_outcome import RowOutcome
from tui.model.secret import Secret
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.storage.journal import Journal, Origin, WebhookState
from tui.storage.server_memory import ServerMemory

PARTS = 4
"""Runs in which all faults are met, each by a row of its own."""
ASKS_FOR_MINUTES = "Retry-After in seconds"
"""A run waits that long, and so would the test."""
FAULTS = [
    fault
    for family in (STALLS, BREAKS, BODIES, CHALLENGES, *STATUSES.values(), RETRY_AFTER)
    for fault in family
    if ASKS_FOR_MINUTES not in fault.name
]
UNCHANGED = (
    RowOutcome.NOT_SAVED,
    RowOutcome.REFUSED,
    RowOutcome.NO_ACCESS,
    RowOutcome.GONE,
    RowOutcome.INVALID,
)


@dataclass
class RowService(Service):
    """A server that meets the first write of some webhooks with a fault, each with its own."""

    faults: dict[str, Talk] = field(default_factory=dict)
    """By the webhook's id."""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        address = request.split(b" ", 2)[1].decode()
        talk = None
        if request.startswith(b"PUT"):
            talk = self.faults.pop(address.rpartition("/")[2], None)
        if talk is None:
            writer.write(await self._answer(request))
            return
        if self.carries_out:
            await self._answer(request)
        await talk(reader, writer)


class Patient(Watcher):
    """Goes on whatever the run asks."""

    async def may_go_on(self, why: Pause, row: RunRow | None) -> bool:
        return True


@dataclass
class Port:
    """A server on a port, and the sessions that a person has with it."""

    sandbox: Sandbox
    service: RowService
    journal: Path

    @asynccontextmanager
    async def session(self, timeouts: Timeouts = TIMEOUTS) -> AsyncIterator[Session]:
        connection = connect(
            self.service.url,
            kind="codechat-v2",
            business=self.sandbox.business_id,
            profile="loja",
            token=Secret(self.sandbox.token),
            token_source="the test",
            timeouts=timeouts,
            memory=ServerMemory(None, self.service.url),
        )
        session = Session(
            connection,
            "loja",
            url=self.service.url,
            user_data=user_data(journal=Journal(self.journal)),
        )
        yield session
        await session.close()


@asynccontextmanager
async def fleet_on_a_port(path: Path, *, carries_out: bool) -> AsyncIterator[tuple[Fleet, Port]]:
    """Serve webhooks, and read their list in a session that has the usual time."""
    with open_sandbox(instances=40) as sandbox:
        service = RowService(Cable(sandbox.app), carries_out=carries_out)
        port = Port(sandbox, service, path)
        async with serving(service), port.session() as session:
            await read_list(session)
            yield Fleet(sandbox, Gate(sandbox.app), session), port


@pytest.mark.parametrize("carries_out", [False, True], ids=["lost", "carried out"])
@pytest.mark.parametrize("part", range(PARTS))
async def test_each_row_says_what_became_of_it_and_trying_again_saves_it(
    tmp_path: Path, part: int, carries_out: bool
) -> None:
    faults = FAULTS[part::PARTS]
    async with fleet_on_a_port(tmp_path / "journal.sqlite", carries_out=carries_out) as (
        fleet,
        port,
    ):
        targets = fleet.targets(moved)
        for target, fault in zip(targets, faults, strict=False):
            assert fault.talk is not None
            port.service.faults[target.base.id] = fault.talk
        async with port.session(QUICK) as impatient:
            run = new_run(impatient, targets, Origin.BOARD, Patient())
            await run.carry_out()
        assert all(row.ended for row in run.rows)
        for row, fault in zip(run.rows, faults, strict=False):
            with named(fault):
                judge(fleet, row)
        (record,) = await past_runs(fleet.session)
        past = await past_run(fleet.session, record)
        assert [row.outcome for row in past.rows] == [row.outcome for row in run.rows]
        again = tried_again(fleet.session, past.rows, Origin.BOARD, Patient())
        await again.carry_out()
        assert [row for row in again.rows if not row.outcome.is_as_asked] == []
        assert all(fleet.stored(row.target).values == row.target.wanted for row in again.rows)


def judge(fleet: Fleet, row: RunRow) -> None:
    """Hold what is said of a row against what the server has."""
    now, target, result = fleet.stored(row.target), row.target, row.result
    if result.outcome.is_as_asked:
        assert now.values == target.wanted
    elif result.outcome in UNCHANGED:
        assert now.values == target.base.values, result.outcome
        assert result.what or result.missing
    elif result.outcome is RowOutcome.PARTLY:
        assert changes(now.values, target.wanted) == result.missing
    else:
        assert result.outcome is RowOutcome.NOT_KNOWN
        assert result.what
    if result.after is not None:
        assert not result.after.changes_to(WebhookState.of(now))

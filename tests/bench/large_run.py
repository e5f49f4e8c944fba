"""A large run against a sandbox in another process, beside a bare client: no terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import httpx

from tests.core.run.run_support import moved, read_list
from tests.e2e.programs import Told
from tests.support import user_data
from tui.api.connection import connect
from tui.core.history.history import new_run
from tui.core.plan.plan import Target
from tui.core.session import Session
from tui.model.row_outcome import RowOutcome
from tui.model.secret import Secret
from tui.storage.journal import Journal, Origin
from tui.storage.server_memory import ServerMemory


@dataclass(frozen=True)
class LargeRun:
    """The seconds that a run took, and others that write the same webhooks."""

    run: float
    without_journal: float
    """The same with a journal in memory."""
    bare: float
    """A bare httpx client that reads and writes each webhook once, as many at a time."""


def run_large(told: Told, folder: Path, rows: int) -> LargeRun:
    """Run over so many webhooks three times, each time from what the server has then."""
    return asyncio.run(_carry_out(told, folder, rows))


async def _carry_out(told: Told, folder: Path, rows: int) -> LargeRun:
    bare = await _bare(told, rows)
    on_disk = await _run(told, Journal(folder / "journal.sqlite"), rows)
    in_memory = await _run(told, Journal(None), rows)
    return LargeRun(on_disk, in_memory, bare)


async def _run(told: Told, journal: Journal, rows: int) -> float:
    session = await _session(told, journal)
    run = new_run(session, _targets(session, rows), Origin.BOARD)
    begun = perf_counter()
    await run.carry_out()
    seconds = perf_counter() - begun
    await session.close()
    assert {row.outcome for row in run.rows} == {RowOutcome.SAVED}
    return seconds


async def _bare(told: Told, rows: int) -> float:
    session = await _session(told, Journal(None))
    rest = iter(_targets(session, rows))
    headers = {"authorization": f"Bearer {told.token}"}
    async with httpx.AsyncClient(base_url=told.url, headers=headers) as client:

        async def work() -> None:
            for target in rest:
                path = f"/api/v2/instance/{target.instance.id}/webhook/{target.base.id}"
                wanted = target.wanted
                (await client.get(path)).raise_for_status().json()
                body = {"name": wanted.name, "url": wanted.url, "enabled": wanted.enabled}
                answer = await client.put(path, json={**body, "WebhookEvents": wanted.flags})
                answer.raise_for_status().json()

        begun = perf_counter()
        await asyncio.gather(*(work() for _worker in range(session.at_once)))
        seconds = perf_counter() - begun
    await session.close()
    return seconds


async def _session(told: Told, journal: Journal) -> Session:
    connection = connect(
        told.url,
        kind="codechat-v2",
        business=told.business,
        profile="bench",
        token=Secret(told.token),
        token_source="the sandbox",
        memory=ServerMemory(None, told.url),
    )
    session = Session(connection, "bench", url=told.url, user_data=user_data(journal=journal))
    await read_list(session)
    return session


def _targets(session: Session, rows: int) -> Sequence[Target]:
    found = [
        Target(instance, webhook, moved(webhook.values))
        for instance in (session.store[key] for key in session.store.ids)
        for webhook in instance.webhooks or ()
    ]
    assert len(found) >= rows
    return found[:rows]

"""Runs on the kinds of server with one webhook an instance, and the way back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.core.run.run_support import URL, Watcher, outcomes, read_list
from tests.support import user_data
from tui.api.connection import connect
from tui.core.history.history import new_run, past_run, past_runs, put_back
from tui.core.plan.plan import Target, plan
from tui.core.run.row import RunRow
from tui.core.session import Session
from tui.core.webhook_loader import WebhookLoader
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.model.secret import Secret
from tui.model.server_kind import ServerKind
from tui.model.webhook import Values
from tui.sandbox.any_sandbox import AnySandbox
from tui.sandbox.kinds import open_kind
from tui.storage.journal import Journal, Origin
from tui.storage.server_memory import ServerMemory

SINGLES: tuple[ServerKind, ...] = ("codechat-v1", "codechat-go", "evolution-v2")


@asynccontextmanager
async def session_of(
    kind: ServerKind, path: Path, sandbox: AnySandbox | None = None
) -> AsyncIterator[Session]:
    """Open a sandbox of a kind, and a session whose webhooks were read one by one."""
    with sandbox or open_kind(kind) as server:
        connection = connect(
            URL,
            kind=kind,
            business="",
            profile="loja",
            token=Secret(server.token),
            token_source="the test",
            in_process=server.app,
            memory=ServerMemory(None, URL),
        )
        session = Session(connection, "loja", url=URL, user_data=user_data(journal=Journal(path)))
        await read_list(session)
        await read_webhooks(session)
        yield session
        await session.close()


async def read_webhooks(session: Session) -> None:
    await WebhookLoader(session.store, 8, lambda _id: None).run(session.server)


def changed(values: Values) -> Values:
    """Change the URL and turn the first flag over that leaves another one on."""
    flags = dict(values.flags)
    flag = next(one for one in flags if not flags[one] or values.flags_on > 1)
    flags[flag] = not flags[flag]
    return replace(values, url=f"{values.url}?moved", flags=flags)


def instances(session: Session) -> list[Instance]:
    return [session.store[key] for key in session.store.ids]


def states(session: Session) -> dict[str, Values]:
    return {one.id: hook.values for one in instances(session) for hook in one.webhooks or ()}


def is_plain(row: RunRow) -> bool:
    return row.target.instance.name.isascii()


@pytest.mark.parametrize("kind", SINGLES)
async def test_a_run_saves_every_webhook_and_is_put_back(kind: ServerKind, tmp_path: Path) -> None:
    async with session_of(kind, tmp_path / "journal.sqlite") as session:
        before = states(session)
        targets = [
            Target(one, hook, changed(hook.values))
            for one in instances(session)
            for hook in one.webhooks or ()
        ]
        assert len(targets) > 3
        rows = plan(targets, session.capabilities, total=len(targets)).rows
        planned = [row.target for row in rows]
        assert len(planned) > 3
        run = new_run(session, planned, Origin.BOARD, Watcher(answers=[True] * 5))
        await run.carry_out()
        # CodeChat Go opens no address with a name in it that is not plain.
        locked = [row for row in run.rows if kind == "codechat-go" and not is_plain(row)]
        assert [row.outcome for row in locked] == [RowOutcome.REFUSED] * len(locked)
        saved = [row for row in run.rows if row not in locked]
        assert {row.outcome for row in saved} == {RowOutcome.SAVED}
        await read_webhooks(session)
        wanted = {row.target.instance.id: row.target.wanted for row in saved}
        assert wanted.items() <= states(session).items()
        (record,) = await past_runs(session)
        found = put_back(session, (await past_run(session, record)).rows)
        back = new_run(
            session, [one for one in found if isinstance(one, Target)], Origin.RESTORE, Watcher()
        )
        await back.carry_out()
        assert set(outcomes(back)) == {RowOutcome.SAVED}
        await read_webhooks(session)
        assert states(session) == before


@pytest.mark.parametrize("kind", SINGLES)
async def test_the_webhook_of_an_instance_that_is_gone_leaves_the_list(
    kind: ServerKind, tmp_path: Path
) -> None:
    sandbox: Any = open_kind(kind)
    async with session_of(kind, tmp_path / "journal.sqlite", sandbox) as session:
        targets = [
            Target(one, hook, changed(hook.values))
            for one in instances(session)
            for hook in one.webhooks or ()
            if hook.enabled and one.name.isascii()
        ][:2]
        kept, gone = (target.instance for target in targets)
        sandbox.documents.delete(gone.name)
        run = new_run(session, targets, Origin.BOARD, Watcher())
        await run.carry_out()
        assert outcomes(run) == [RowOutcome.SAVED, RowOutcome.GONE]
        if kind == "codechat-v1":  # it answers as if the instance had no webhook
            assert session.store[gone.id].webhooks == ()
        else:
            assert session.store.get(gone.id) is None
        assert session.store.get(kept.id) is not None

"""Runs over a sandbox inside the process, its requests seen, answered or cut off by tests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.support import user_data
from tui.api.connection import connect
from tui.core.history.history import new_run, past_run, past_runs, put_back, resumed, with_retries
from tui.core.plan.plan import LeftOut, Target, plan
from tui.core.run.row import RunRow
from tui.core.run.run import Pause, Progress, Run, RunOwner
from tui.core.session import Session
from tui.model.diff import Change
from tui.model.row_outcome import RowOutcome
from tui.model.secret import Secret
from tui.model.webhook import Values, Webhook
from tui.sandbox.codechat_v2.bodies import FlagMode
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.storage.journal import Journal, Origin
from tui.storage.server_memory import ServerMemory

URL = "http://sandbox.test"

Answering = Callable[[Request], Response | None]


@dataclass(frozen=True)
class Asked:
    """A request that came: its method, the webhook it is about, and what it writes."""

    method: str
    path: str
    body: Any


class Gate:
    """Stands before a sandbox: notes requests, and answers some in its place."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.requests: list[Asked] = []
        self.answer: Answering = lambda _request: None
        """Answers instead of the sandbox where it returns a response; it may raise."""
        self.answered: Callable[[Request], None] = lambda _request: None
        """Called after the sandbox carried a request out, before its answer arrives."""

    def writes(self, path: str = "") -> list[Asked]:
        """Return the requests that write, those to addresses with ``path`` in them."""
        return [one for one in self.requests if one.method != "GET" and path in one.path]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        told = json.loads(body) if body else None
        self.requests.append(Asked(request.method, request.url.path, told))
        if answer := self.answer(request):
            await answer(scope, receive, send)
            return

        async def again() -> Message:
            return {"type": "http.request", "body": body}

        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, again, keep)
        self.answered(request)
        for message in messages:
            await send(message)


@dataclass
class Watcher(RunOwner):
    """Whoever started a run: answers its questions as told, and keeps what was shown."""

    answers: list[bool] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    shown: list[Progress] = field(default_factory=list)
    on_pause: Callable[[], None] = lambda: None
    puts_back: bool = False

    def progressed(self, progress: Progress) -> None:
        self.shown.append(progress)

    async def may_go_on(self, why: Pause, row: RunRow | None) -> bool:
        self.pauses.append(why)
        self.on_pause()
        return self.answers.pop(0) if self.answers else False

    async def may_put_back(self, flags: tuple[Change, ...]) -> bool:
        return self.puts_back


@dataclass
class Fleet:
    """A sandbox of many webhooks, and a session with it whose journal is a file."""

    sandbox: Sandbox
    gate: Gate
    session: Session

    @property
    def journal(self) -> Journal:
        assert self.session.journal is not None
        return self.session.journal

    def targets(self, change: Callable[[Values], Values], most: int = 30) -> list[Target]:
        """Return targets for the first webhooks of the list."""
        found = [
            Target(instance, webhook, change(webhook.values))
            for instance in map(self.session.store.get, self.session.store.ids)
            if instance
            for webhook in instance.webhooks or ()
        ]
        return found[:most]

    def run(self, targets: list[Target], owner: RunOwner | None = None) -> Run:
        return new_run(self.session, targets, Origin.BOARD, owner)

    async def resumed(self, owner: RunOwner | None = None) -> Run:
        """Return the newest run, to go on with it."""
        newest = (await past_runs(self.session))[0]
        return resumed(self.session, await past_run(self.session, newest), owner)

    def stored(self, target: Target) -> Webhook:
        """Return what the sandbox has of a target's webhook."""
        found = self.sandbox.store.webhook(target.instance.id, target.base.id)
        assert found is not None
        return replace(
            target.base, name=found.name, url=found.url, enabled=found.enabled, flags=found.flags
        )

    def delete(self, target: Target) -> None:
        """Delete a webhook past the API, as somebody else."""
        found = self.sandbox.store.webhook(target.instance.id, target.base.id)
        assert found is not None
        self.sandbox.store.delete(found)

    def others_change(self, target: Target, **values: Any) -> None:
        """Change a webhook past the API, as somebody else."""
        found = self.sandbox.store.webhook(target.instance.id, target.base.id)
        assert found is not None
        flags = {**found.flags, **values.pop("flags", {})}
        self.sandbox.store.save(replace(found, flags=flags, **values))


def moved(values: Values) -> Values:
    """Change the URL and turn a flag over: two requests would be one too many for a row."""
    flags = {**values.flags, "presenceUpdate": not values.flags["presenceUpdate"]}
    return replace(values, url=f"{values.url}?moved", flags=flags)


def outcomes(run: Run) -> list[RowOutcome]:
    """Return the outcomes of a run, row by row."""
    return [row.outcome for row in run.rows]


async def session_with(gate: Gate, sandbox: Sandbox, journal: Journal | None) -> Session:
    """Return a session whose list was read."""
    connection = connect(
        URL,
        kind="codechat-v2",
        business=sandbox.business_id,
        profile="loja",
        token=Secret(sandbox.token),
        token_source="the test",
        in_process=gate,
        memory=ServerMemory(None, URL),
    )
    session = Session(connection, "loja", url=URL, user_data=user_data(journal=journal))
    await read_list(session)
    gate.requests.clear()
    return session


async def read_list(session: Session) -> None:
    """Read the list of instances, as before a plan is made."""
    session.store.begin()
    async for page in session.instances():
        session.store.add(page.instances, page.total)
    session.store.finish()


@asynccontextmanager
async def fleet_at(
    path: Path | None, instances: int = 40, mode: FlagMode = "put"
) -> AsyncIterator[Fleet]:
    """Open a sandbox of so many instances, and a session with it."""
    with open_sandbox(instances=instances, flags=mode) as sandbox:
        gate = Gate(sandbox.app)
        session = await session_with(gate, sandbox, Journal(path))
        try:
            yield Fleet(sandbox, gate, session)
        finally:
            await session.close()


async def put_back_run(fleet: Fleet, place: int = 0) -> list[Target | LeftOut]:
    """Put a run back, the newest or an earlier one; return what was found to be undone."""
    newest = (await past_runs(fleet.session))[place]
    past = await past_run(fleet.session, newest)
    rows = await with_retries(fleet.session, newest.id, past.rows)
    found = put_back(fleet.session, rows)
    targets = [one for one in found if isinstance(one, Target)]
    planned = plan(targets, fleet.session.capabilities, total=len(targets))
    back = new_run(
        fleet.session,
        [row.target for row in planned.rows],
        Origin.RESTORE,
        Watcher(),
        of_run=newest.id,
    )
    await back.carry_out()
    return found

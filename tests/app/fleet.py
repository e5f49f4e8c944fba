"""Many webhooks in front of the program, and plans for them to review and apply."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from textual.worker import Worker

from tests.app.support import Cable, Terminal, session, started
from tui.app.app import HookboardApp
from tui.app.screens.runs.review_plan import review_plan
from tui.core.plan.plan import Plan, Target, plan
from tui.core.run.run import Run
from tui.core.session import Session
from tui.model.webhook import Values
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.storage.journal import Journal, Origin


@asynccontextmanager
async def fleet(
    instances: int = 12, *, journal: Journal | None = None, production: bool = False, **options: Any
) -> AsyncIterator[Terminal]:
    """Start the program on a sandbox of so many instances, and have its list read."""
    size, flags = options.pop("size", (80, 24)), options.pop("flags", "put")
    with open_sandbox(instances=instances, flags=flags) as sandbox:
        cable = Cable(sandbox.app)
        made = session(sandbox, cable, **options)
        made.user_data.journal.made = journal or Journal(None)
        made.production = production
        async with started(HookboardApp(lambda: made), sandbox, cable, size) as at:
            await at.until(lambda: made.store.loaded, "the list is there")
            await at.until(at.is_counted, "the list is counted")
            yield at


def opened(at: Terminal) -> Session:
    """Return the session that the program works with."""
    assert at.app.session is not None
    return at.app.session


def turned_off(values: Values, flag: str = "presenceUpdate") -> Values:
    """Turn a flag off."""
    return replace(values, flags={**values.flags, flag: False})


def moved(values: Values) -> Values:
    """Move a webhook to another host."""
    return replace(values, url="https://new.example/hook")


def planned(
    at: Terminal, change: Callable[[Values], Values] = moved, most: int | None = None
) -> Plan:
    """Return the plan that changes the first webhooks of the list."""
    made = opened(at)
    found = [
        Target(instance, webhook, change(webhook.values))
        for instance in map(made.store.get, made.store.ids)
        if instance
        for webhook in instance.webhooks or ()
    ]
    return plan(found[:most], made.capabilities, total=len(found))


def review(
    at: Terminal,
    of: Plan,
    origin: Origin = Origin.BOARD,
    on_end: Callable[[Run], None] | None = None,
) -> Worker[None]:
    """Have a plan reviewed, as the board does."""

    async def work() -> None:
        await review_plan(at.app, opened(at), of, origin, on_end=on_end)

    started: Worker[None] = at.app.run_worker(work, group="review")
    return started

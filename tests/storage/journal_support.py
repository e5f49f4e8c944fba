"""What the tests of the journal share: webhooks, a clock, and a journal that is closed."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support import hook
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.model.webhook import Webhook
from tui.storage.journal import (
    Action,
    Journal,
    Origin,
    RowRecord,
    WebhookRef,
    WebhookState,
    Written,
)

SERVER = "https://api.example"
START = datetime(2026, 8, 1, 10, 2, tzinfo=UTC)
REF = WebhookRef(SERVER, "i1", "w1", "loja-sul", "crm")
HOOK = hook()
STATE = WebhookState.of(HOOK)


class Clock:
    """A clock that goes on by a minute whenever it is asked."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


@asynccontextmanager
async def journal_at(path: Path | None) -> AsyncIterator[Journal]:
    """Open a journal, and close it afterwards."""
    journal = Journal(path, Clock())
    try:
        yield journal
    finally:
        await journal.close()


def at(minutes: float) -> datetime:
    """Return a time so long after the start."""
    return START + timedelta(minutes=minutes)


def instance(*webhooks: Webhook, id: str = "i1", name: str = "loja-sul") -> Instance:
    """Return an instance with these webhooks."""
    return Instance(id, name, webhooks=webhooks)


def with_flags(**flags: bool) -> Webhook:
    """Return the webhook with some flags otherwise."""
    return replace(HOOK, flags={**HOOK.flags, **flags})


def written(
    before: Webhook | None,
    after: Webhook | None,
    outcome: RowOutcome = RowOutcome.SAVED,
    wanted: Webhook | None = None,
    run: str = "",
) -> Written:
    """Return a write of the editor."""
    states = [None if one is None else WebhookState.of(one) for one in (before, after, wanted)]
    return Written(Origin.EDITOR, outcome, states[0], states[1], states[2], run)


def row_record(position: int = 0) -> RowRecord:
    """Return a row that turns the first flag off."""
    wanted = WebhookState.of(with_flags(messagesUpsert=False))
    return RowRecord(position, Action.CHANGE, REF, STATE, wanted)


def mode(path: Path) -> int:
    """Return the permissions of a file."""
    return os.stat(path).st_mode & 0o777

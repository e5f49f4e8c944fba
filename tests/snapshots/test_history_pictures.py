"""Pictures of the history of a webhook and of the runs on a server."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.snapshots import scenes
from tests.snapshots.scenes import NOW, Act, app, sandbox, settle
from tui.app.app import HookboardApp
from tui.core.plan.plan import Target
from tui.core.plan.target_record import record_of
from tui.core.recorder import ref_of
from tui.model.row_outcome import RowOutcome
from tui.model.webhook import Webhook
from tui.storage.journal import Journal, Origin, RowEnd, WebhookState, Written, runs_table

Compare = Callable[..., bool]

NARROW, WIDE = (80, 24), (120, 40)


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TMUX", "HOOKBOARD_READ_ONLY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


class Past:
    """A journal whose clock is put back for each entry."""

    def __init__(self) -> None:
        self.time = NOW
        self.journal = Journal(None, lambda: self.time)
        self.journal.who = "ana"

    def note(self, app: HookboardApp) -> None:
        """Note what became of the first webhook over a few days."""
        session = app.session
        assert session is not None
        session.user_data.journal.made = (
            self.journal
        )  # not before: the list is read at the time of today
        instance = session.store[next(iter(session.store.ids))]
        (now, *_more) = instance.webhooks or ()
        ref = ref_of(session.journal_key, instance, now)

        def read(webhook: Webhook, ago: timedelta) -> None:
            self.journal.note_read(ref, WebhookState.of(webhook), NOW - ago)

        def write(before: Webhook, after: Webhook, ago: timedelta, **more: Any) -> None:
            self.time = NOW - ago
            states = WebhookState.of(before), WebhookState.of(after)
            given = {"origin": Origin.EDITOR, "outcome": RowOutcome.SAVED} | more
            self.journal.note_write(ref, Written(before=states[0], after=states[1], **given))

        moved = replace(now, url="https://new-host.example/hooks/whatsapp/entrada")
        quiet = replace(moved, flags={**now.flags, "presenceUpdate": True, "newJwt": True})
        partly = replace(now, flags={**now.flags, "presenceUpdate": True})
        read(now, timedelta(days=9))
        write(now, quiet, timedelta(days=3), origin=Origin.BOARD, run="7c1f")
        read(moved, timedelta(hours=3))
        write(moved, partly, timedelta(hours=2), outcome=RowOutcome.PARTLY)
        read(partly, timedelta(hours=1))
        read(now, timedelta(minutes=12))

    async def note_runs(self, app: HookboardApp) -> None:
        """Note three runs over all webhooks: an ordinary one, one put back, one that was killed."""
        session = app.session
        assert session is not None
        session.user_data.journal.made = self.journal
        key = session.journal_key
        instances = map(session.store.get, session.store.ids)
        found = [(one, hook) for one in instances if one for hook in one.webhooks or ()]
        targets = [Target(one, hook, hook.values) for one, hook in found]
        records = [record_of(target, key, place) for place, target in enumerate(targets)]
        ago = (timedelta(days=3), timedelta(hours=4), timedelta(hours=1))
        origins = (Origin.BOARD, Origin.RESTORE, Origin.COMMAND_LINE)
        for place, (before, origin) in enumerate(zip(ago, origins, strict=True)):
            self.time = NOW - before
            of_run = "a000" if origin is Origin.RESTORE else ""
            run = await self.journal.begin_run(key, origin, records, of_run)
            for record in records[: 3 if place == 2 else None]:
                refused = record.position % 5 == 4
                outcome = RowOutcome.REFUSED if refused else RowOutcome.SAVED
                end = RowEnd(outcome, record.base, record.wanted)
                await self.journal.end_row(run, record.position, end, record.ref, None)
            if place < 2:
                await self.journal.end_run(run)


def history(past: Past, *pressed: str) -> Act:
    """Fill the journal once the list is there, open the history, and press keys."""

    async def act(pilot: Pilot[Any]) -> None:
        await scenes.loaded(pilot)
        main = pilot.app
        assert isinstance(main, HookboardApp)
        past.note(main)
        for key in ("H", *pressed):
            await pilot.press(key)
            await settle(pilot)

    return act


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_history(snap_compare: Compare, size: tuple[int, int]) -> None:
    past = Past()
    scene = app(sandbox())
    assert snap_compare(scene, terminal_size=size, run_before=history(past, "down", "down", "down"))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_history_compared_with_now(snap_compare: Compare, size: tuple[int, int]) -> None:
    act = history(Past(), "down", "down", "enter")
    assert snap_compare(app(sandbox()), terminal_size=size, run_before=act)


def test_history_read_only(snap_compare: Compare) -> None:
    past = Past()
    scene = app(sandbox(), read_only=True)
    assert snap_compare(scene, run_before=history(past, "ctrl+s"))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_changes_on_the_server(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def act(pilot: Pilot[Any]) -> None:
        await scenes.loaded(pilot)
        main = pilot.app
        assert isinstance(main, HookboardApp)
        Past().note(main)
        await pilot.press("C")
        await settle(pilot)

    assert snap_compare(app(sandbox()), terminal_size=size, run_before=act)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_runs(
    snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    ids = (f"a00{place}" for place in count())
    monkeypatch.setattr(runs_table, "_new_id", lambda _connection: next(ids))

    async def act(pilot: Pilot[Any]) -> None:
        await scenes.loaded(pilot)
        main = pilot.app
        assert isinstance(main, HookboardApp)
        await Past().note_runs(main)
        await pilot.press("R")
        await settle(pilot)

    assert snap_compare(app(sandbox()), terminal_size=size, run_before=act)

"""Scenes for the pictures: an app over a sandbox whose clock stands still."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from textual.pilot import Pilot

from tests.app.support import Cable
from tests.support import user_data
from tui.api.connection import connect
from tui.api.http.request_log import RequestLog
from tui.app.app import HookboardApp
from tui.core.session import Session
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.storage.drafts import Drafts
from tui.storage.server_memory import ServerMemory

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
URL = "https://api.loja.com.br"

Act = Callable[[Pilot[Any]], Awaitable[None]]


def sandbox(**options: Any) -> Sandbox:
    """Return a sandbox with the sample data."""
    return open_sandbox(now=lambda: NOW, token="business-token", **options)


def app(
    server: Sandbox,
    *,
    theme: str = "textual-dark",
    token: str = "",
    read_only: bool = False,
    production: bool = False,
    drafts: Drafts | None = None,
    cable: Cable | None = None,
) -> HookboardApp:
    """Return the program over a sandbox inside the process, behind a cable if there is one."""

    def opener() -> Session:
        connection = connect(
            URL,
            business=server.business_id,
            profile="loja",
            token=Secret(token or server.token),
            token_source="the keyring",
            read_only=read_only,
            in_process=cable or server.app,
            memory=ServerMemory(None, URL),
        )
        return Session(
            connection,
            "loja",
            url=URL,
            now=lambda: NOW,
            production=production,
            user_data=user_data(drafts=drafts),
        )

    return HookboardApp(opener, theme=theme)


async def until(pilot: Pilot[Any], holds: Callable[[], bool], rounds: int = 2000) -> None:
    """Wait until a condition holds; fail with the screen's name when it does not."""
    for _ in range(rounds):
        if holds():
            await pilot.pause()
            return
        await pilot.pause(0.005)
    raise AssertionError(f"it never came to be, on {pilot.app.screen}")


async def loaded(pilot: Pilot[Any]) -> None:
    """Wait until the list has been read, or has failed."""
    main = pilot.app
    assert isinstance(main, HookboardApp)
    await until(pilot, lambda: main.session is not None)
    session = main.session
    assert session is not None
    await until(pilot, lambda: not session.store.loading)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def keys(*pressed: str) -> Act:
    """Wait for the list, then press keys, each after the work of the one before has ended."""

    async def act(pilot: Pilot[Any]) -> None:
        await loaded(pilot)
        for key in pressed:
            await pilot.press(key)
            await settle(pilot)

    return act


def leave_draft(drafts: Drafts, of: Instance, ago: timedelta, **values: Any) -> None:
    """Leave a draft of an instance's first webhook, kept some time ago."""
    webhook = (of.webhooks or ())[0]
    under_way = drafts.begin(URL, of, webhook)
    under_way.note(webhook.values, replace(webhook.values, **values))
    before = set(drafts.folder.glob("*.json"))
    under_way.leave()
    (path,) = set(drafts.folder.glob("*.json")) - before
    path.write_text(json.dumps({**json.loads(path.read_text()), "kept_at": f"{NOW - ago}"}))


def freeze_requests(exchanges: RequestLog) -> None:
    """Give the requests made so far times that are the same in every run."""
    for number, one in enumerate([*exchanges]):
        at, seconds = NOW + timedelta(seconds=7 * number), 0.043 + 0.011 * number
        exchanges._kept[number] = replace(one, at=at, seconds=seconds)


async def settle(pilot: Pilot[Any]) -> None:
    """Wait for workers, except those that wait for an answer from a dialog."""
    waiting = {"leave", "copy", "credentials", "quit", "begin"}
    main = pilot.app
    await until(
        pilot,
        lambda: (
            main.screen.is_modal
            or all(worker.is_finished or worker.group in waiting for worker in main.workers)
        ),
    )
    await pilot.pause()

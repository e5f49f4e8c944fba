"""Scenes for the pictures: an app over a sandbox whose clock stands still."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from textual.pilot import Pilot

from tui.api.servers import open_server
from tui.app import HookboardApp
from tui.model.secret import Secret
from tui.sandbox.server import Sandbox, open_sandbox
from tui.session import Session

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)

Act = Callable[[Pilot[Any]], Awaitable[None]]


def sandbox(**options: Any) -> Sandbox:
    """Return a sandbox with the sample data."""
    return open_sandbox(now=lambda: NOW, token="business-token", **options)


def app(
    server: Sandbox, *, theme: str = "textual-dark", token: str = "", read_only: bool = False
) -> HookboardApp:
    """Return the program over a sandbox inside the process."""

    def opener() -> Session:
        adapter = open_server(
            "https://api.loja.com.br",
            business=server.business_id,
            profile="loja",
            token=Secret(token or server.token),
            token_source="the keyring",
            read_only=read_only,
            in_process=server.app,
        )
        return Session(adapter, "loja", now=lambda: NOW)

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
    """Wait for the list, then press keys, each once what the last began has ended."""

    async def act(pilot: Pilot[Any]) -> None:
        await loaded(pilot)
        for key in pressed:
            await pilot.press(key)
            await settle(pilot)

    return act


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

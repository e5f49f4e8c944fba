"""Pictures of servers with one webhook per instance, and of making and deleting webhooks."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.snapshots.scenes import NOW, URL, app, keys, sandbox
from tui.api.connection import connect
from tui.app.app import HookboardApp
from tui.core.session import Session
from tui.model.secret import Secret
from tui.sandbox.evolution_v2.server import open_evolution_v2
from tui.storage.server_memory import ServerMemory

Compare = Callable[..., bool]

NARROW, WIDE = (80, 24), (120, 40)
FIRST = ("home",)
"""On a webhook that is on, with a switch on."""
WITHOUT = ("down",) * 7
"""On an instance without a webhook."""


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TMUX", "HOOKBOARD_READ_ONLY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def evolution(*, theme: str = "textual-dark") -> HookboardApp:
    """Return the program over an Evolution server inside the process."""
    server = open_evolution_v2(now=lambda: NOW, token="the-api-key")

    def opener() -> Session:
        connection = connect(
            URL,
            kind=server.kind,
            profile="loja",
            token=Secret(server.token),
            token_source="the keyring",
            in_process=server.app,
            memory=ServerMemory(None, URL),
        )
        return Session(connection, "loja", url=URL, now=lambda: NOW)

    return HookboardApp(opener, theme=theme)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_dashboard_of_evolution(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(evolution(), terminal_size=size, run_before=keys(*FIRST))


def test_instance_without_a_webhook(snap_compare: Compare) -> None:
    act = keys(*WITHOUT, "enter")
    scene = evolution(theme="textual-light")
    assert snap_compare(scene, terminal_size=NARROW, run_before=act)


def test_editor_of_evolution(snap_compare: Compare) -> None:
    act = keys(*FIRST, "enter", "tab", "tab", "space")
    assert snap_compare(evolution(), terminal_size=NARROW, run_before=act)


def test_turned_off(snap_compare: Compare) -> None:
    act = keys(*FIRST, "enter", "tab", "space", "ctrl+s", "s")
    assert snap_compare(evolution(), terminal_size=NARROW, run_before=act)


def test_delete_question(snap_compare: Compare) -> None:
    assert snap_compare(app(sandbox()), terminal_size=NARROW, run_before=keys("delete"))


def test_new_webhook(snap_compare: Compare) -> None:
    act = keys("n", "ctrl+s")
    assert snap_compare(app(sandbox()), terminal_size=NARROW, run_before=act)

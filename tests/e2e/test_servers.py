"""Two servers in one program, and an edit on the server in the background."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment
from tests.e2e.steps import edit_first_webhook, quit_program
from tests.e2e.terminal import Terminal
from tests.e2e.test_drops import folder, until
from tui.sandbox.codechat_v2.server import open_sandbox


@pytest.fixture
def other() -> Iterator[Served]:
    """A second server, with three instances."""
    with open_sandbox(instances=3) as sandbox:
        served = Served(sandbox)
        try:
            yield served
        finally:
            served.stop()


@pytest.fixture
def both(served: Served, other: Served, home: Path) -> Path:
    """A home with both servers in its configuration, the second marked as production."""
    lines = ['default = "loja"']
    for name, one, more in (("loja", served, ""), ("filial", other, "production = true")):
        token = home / f"{name}.token"
        token.write_text(one.sandbox.token)
        lines += [f"[profiles.{name}]", f'url = "{one.url}"', f'business = "{one.told.business}"']
        lines += [f'token_command = ["cat", "{token}"]', more]
    (home / "config.toml").write_text("\n".join(lines))
    return home


def start(home: Path) -> Terminal:
    return Terminal([HOOKBOARD], env=environment(home), size=(80, 24))


def switch(terminal: Terminal, key: str, until: str) -> None:
    """Open the list of servers, move by a key, and switch."""
    terminal.press("ctrl+o")
    terminal.wait_for("2 servers")
    terminal.press(key)
    terminal.wait_for_line("▸", {"up": "loja", "down": "filial"}[key])
    terminal.press("enter")
    terminal.wait_for("2 servers", gone=True)
    terminal.wait_for(until)


def test_servers_can_be_switched_during_an_edit(both: Path, served: Served) -> None:
    with start(both) as terminal:
        terminal.wait_for("12 instances")
        edit_first_webhook(terminal)
        terminal.type("-two")
        terminal.wait_for("crm-two")
        terminal.wait_for("1 change, not saved")
        before = terminal.text()
        switch(terminal, "down", "3 instances")
        assert "PRODUCTION" in terminal.line_with("hookboard")
        assert "-two" not in terminal.text()
        switch(terminal, "up", "1 change, not saved")
        assert terminal.text() == before
        terminal.press("ctrl+s")
        terminal.wait_for("Saved 1 change.")
        assert served.webhook()["name"] == "crm-two"
        assert quit_program(terminal) == 0


def test_a_signal_keeps_the_edit_on_the_server_in_the_background(both: Path) -> None:
    with start(both) as terminal:
        terminal.wait_for("12 instances")
        edit_first_webhook(terminal)
        terminal.type("-two")
        terminal.wait_for("1 change, not saved")
        switch(terminal, "down", "3 instances")
        terminal.kill(signal.SIGTERM)
        assert terminal.wait() == 143
    with start(both) as terminal:
        terminal.wait_for("1 draft")
        edit = terminal.wait_for_line("▸", "/20")
        assert "crm" in edit


def test_after_a_kill_the_edit_of_another_server_is_found(both: Path) -> None:
    with start(both) as terminal:
        terminal.wait_for("12 instances")
        switch(terminal, "down", "3 instances")
        edit_first_webhook(terminal)
        terminal.type("-two")
        terminal.wait_for("1 change, not saved")
        until(terminal, lambda: [*folder(both).glob("*.json")], "the draft on disk")
        terminal.kill(signal.SIGKILL)
        terminal.wait()
    with start(both) as terminal:
        terminal.wait_for("12 instances")
        terminal.wait_for("1 draft")
        terminal.press("D")
        terminal.wait_for_line("▸", "filial", "1 change")
        terminal.press("enter")
        terminal.wait_for_line("Name", "-two")
        terminal.wait_for("1 change, not saved")
        assert "PRODUCTION" in terminal.line_with("1 change, not saved")

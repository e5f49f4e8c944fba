"""Typed text survives a dropped connection, a signal and a kill: the next start has it."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment
from tests.e2e.steps import edit_first_webhook, retype
from tests.e2e.terminal import AT_REST, PATIENCE, Terminal
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.storage.drafts import Drafts

URL = "https://kept.example/hook"
CODES = {signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGQUIT: 131, signal.SIGTERM: 143}
"""The exit codes after a signal and an orderly end: 128 and its number."""

by_signal = pytest.mark.parametrize("number", CODES, ids=lambda number: number.name)


class Gate:
    """Holds a PUT, before the server carries it out or before it answers."""

    def __init__(self) -> None:
        self.hold = ""
        """``before`` or ``after``; empty lets everything through."""
        self.held = threading.Event()
        self.open = threading.Event()

    async def wait(self, where: str) -> None:
        if self.hold == where:
            self.held.set()
            await asyncio.to_thread(self.open.wait)


class Gated:
    """The sandbox behind a gate."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT":
            return await self._app(scope, receive, send)
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._gate.wait("before")
        await self._app(scope, receive, keep)
        await self._gate.wait("after")
        for message in answer:
            await send(message)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def gated(gate: Gate) -> Iterator[Served]:
    """A sandbox behind a gate."""
    with open_sandbox() as sandbox:
        sandbox.app.add_middleware(Gated, gate=gate)
        served = Served(sandbox)
        try:
            yield served
        finally:
            gate.open.set()
            served.stop()


@contextmanager
def hookboard(served: Served, home: Path, *, under_shell: bool = False) -> Iterator[Terminal]:
    """Start Hookboard and wait for its list; with ``under_shell`` from an interactive shell."""
    env = environment(home, **served.told.variables)
    command = ["/bin/sh", "-c", f"{HOOKBOARD}; exit $?"] if under_shell else [HOOKBOARD]
    with Terminal(command, env=env, size=(80, 24)) as terminal:
        terminal.wait_for("12 instances")
        yield terminal


def type_changes(terminal: Terminal) -> None:
    """Change the first webhook's name and URL, and return right after the last key."""
    edit_first_webhook(terminal)
    terminal.type("2")
    terminal.wait_for("1 change, not saved")
    terminal.go_to("URL")
    retype(terminal, "URL", URL)
    terminal.wait_for("2 changes, not saved")


def folder(home: Path) -> Path:
    return home / ".local/share/hookboard/drafts"


def kept(home: Path) -> list[str]:
    """Return the URLs in all drafts on disk."""
    files = folder(home).glob("[!.]*.json")  # hidden files are still being written
    return [json.loads(file.read_bytes())["values"]["url"] for file in files]


def free(served: Served, home: Path) -> list[str]:
    """Return the URLs in the drafts that no program has open."""
    return [draft.values.url for draft in Drafts(folder(home)).free(served.url).records]


def until(terminal: Terminal, holds: Callable[[], Any], what: str) -> None:
    """Wait for a condition that the screen does not show, reading the output meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"never came true: {what}"
        terminal.read_for(0.01)
        time.sleep(0.01)  # a closed terminal has no output to wait for


def open_draft(terminal: Terminal) -> None:
    """Check that the draft is counted and marked, and open it."""
    terminal.wait_for("1 draft ")
    terminal.wait_for_line("▸", "on *crm")
    terminal.press("e")
    terminal.wait_for("has a draft with 2 changes")
    terminal.press("o")
    terminal.wait_for_field("Name", "crm2")
    terminal.wait_for(URL)


def come_back_and_save(served: Served, home: Path) -> None:
    """Start again, check the edit, save it, and check that no draft is left."""
    with hookboard(served, home) as terminal:
        open_draft(terminal)
        terminal.wait_for("2 changes, not saved")
        terminal.press("ctrl+s")
        terminal.wait_for("Saved 2 changes")
        until(terminal, lambda: not kept(home), "the draft is gone")
    after = served.webhook()
    assert (after["name"], after["url"]) == ("crm2", URL)


# ended by a signal


@by_signal
def test_a_signal_restores_the_terminal_and_keeps_the_last_key(
    served: Served, home: Path, number: signal.Signals
) -> None:
    with hookboard(served, home) as terminal:
        type_changes(terminal)
        terminal.kill(number)
        assert terminal.wait() == CODES[number]
        assert terminal.modes == AT_REST
        assert terminal.settings_now == terminal.settings
        assert terminal.text().strip() == ""
    assert served.writes == []
    come_back_and_save(served, home)


@by_signal
def test_a_signal_ends_the_program_without_an_edit(
    served: Served, home: Path, number: signal.Signals
) -> None:
    with hookboard(served, home) as terminal:
        terminal.kill(number)
        assert terminal.wait() == CODES[number]
        assert terminal.modes == AT_REST
    assert kept(home) == []


def test_a_signal_during_a_question_keeps_the_edit(served: Served, home: Path) -> None:
    with hookboard(served, home) as terminal:
        type_changes(terminal)
        terminal.press("escape")
        terminal.wait_for("2 unsaved changes")
        terminal.kill(signal.SIGTERM)
        assert terminal.wait() == CODES[signal.SIGTERM]
        assert terminal.modes == AT_REST
    come_back_and_save(served, home)


def test_a_signal_while_the_list_is_loading_ends_the_program(served: Served, home: Path) -> None:
    served.sandbox.latency = 5.0
    env = environment(home, **served.told.variables)
    with Terminal([HOOKBOARD], env=env, size=(80, 24)) as terminal:
        terminal.wait_for("loading…")
        terminal.kill(signal.SIGTERM)
        assert terminal.wait() == CODES[signal.SIGTERM]
        assert terminal.modes == AT_REST


@by_signal
def test_a_signal_during_the_start_restores_the_terminal(
    home: Path, number: signal.Signals
) -> None:
    with Terminal([HOOKBOARD, "--demo"], env=environment(home), size=(80, 24)) as terminal:
        terminal.wait_for_bytes(b"\x1b[?1049h")
        terminal.kill(number)
        assert terminal.wait() == CODES[number]
        assert terminal.modes == AT_REST
        assert terminal.settings_now == terminal.settings


# a dropped connection


def test_a_dropped_connection_loses_nothing(served: Served, home: Path) -> None:
    with hookboard(served, home) as terminal:
        type_changes(terminal)
        assert terminal.hang_up() == CODES[signal.SIGHUP]
    come_back_and_save(served, home)


def test_a_dropped_connection_under_a_shell_loses_nothing(served: Served, home: Path) -> None:
    with hookboard(served, home, under_shell=True) as terminal:
        type_changes(terminal)
        terminal.hang_up()
        until(terminal, lambda: free(served, home) == [URL], "it ended with its draft on disk")
    come_back_and_save(served, home)


# killed


def test_a_kill_while_editing_loses_nothing_on_disk(served: Served, home: Path) -> None:
    with hookboard(served, home) as terminal:
        type_changes(terminal)
        until(terminal, lambda: kept(home) == [URL], "the last key is on disk")
        terminal.kill(signal.SIGKILL)
        assert terminal.wait() == -signal.SIGKILL
    come_back_and_save(served, home)


def test_after_a_kill_before_the_save_arrived_it_can_be_saved(
    gated: Served, gate: Gate, home: Path
) -> None:
    kill_while_saving(gated, gate, home, "before")
    assert gated.webhook()["url"] != URL
    come_back_and_save(gated, home)


def test_after_a_kill_after_the_save_arrived_nothing_is_unsaved(
    gated: Served, gate: Gate, home: Path
) -> None:
    kill_while_saving(gated, gate, home, "after")
    assert gated.webhook()["url"] == URL
    with hookboard(gated, home) as terminal:
        open_draft(terminal)
        terminal.wait_for("no changes")
        until(terminal, lambda: not kept(home), "the draft is gone")
        terminal.press("escape")
        terminal.wait_for("12 instances")
        terminal.wait_for("1 draft", gone=True)


def kill_while_saving(served: Served, gate: Gate, home: Path, where: str) -> None:
    gate.hold = where
    with hookboard(served, home) as terminal:
        type_changes(terminal)
        until(terminal, lambda: kept(home) == [URL], "the last key is on disk")
        terminal.press("ctrl+s")
        terminal.wait_for("saving…")
        until(terminal, gate.held.is_set, "the PUT is at the server")
        terminal.kill(signal.SIGKILL)
        assert terminal.wait() == -signal.SIGKILL
    gate.hold = ""


# two programs


def test_two_terminals_edit_one_webhook_and_keep_both_changes(served: Served, home: Path) -> None:
    with hookboard(served, home) as one, hookboard(served, home) as other:
        type_changes(one)
        until(one, lambda: kept(home) == [URL], "the first has a draft")
        edit_first_webhook(other)
        assert "has a draft" not in other.text(), "somebody works on it"
        other.type("-theirs")
        other.wait_for("1 change, not saved")
        until(other, lambda: len(kept(home)) == 2, "each has a draft")
        one.press("ctrl+s")
        one.wait_for("Saved 2 changes")
        until(one, lambda: len(kept(home)) == 1, "the first's draft is gone")
        other.press("ctrl+s")
        other.wait_for("0 of 1 decided")
        other.wait_for_line("▸ name", "crm", "crm2", "crm-theirs")
        assert served.webhook()["name"] == "crm2"
        other.press("right", "ctrl+s")
        other.wait_for("Saved 1 change")
        until(other, lambda: not kept(home), "no draft is left")
    after = served.webhook()
    assert (after["name"], after["url"]) == ("crm-theirs", URL)

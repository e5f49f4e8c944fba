"""A terminal that nobody reads: the program can still end, and releases its draft."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment, sandbox_process
from tests.e2e.terminal import AT_REST, PATIENCE, Terminal
from tests.e2e.test_drops import (
    CODES,
    URL,
    by_signal,
    come_back_and_save,
    free,
    hookboard,
    type_changes,
)

BETWEEN = 0.02
"""Seconds between two changes; closer ones are drawn together."""

SIZES = ((100, 30), (80, 24))
"""The sizes of the terminal in turn: each change redraws all of it."""

LITTLE = 100
"""Bytes: a drawing is more, messages between the program's threads are less."""

QUEUED = 60
"""Changes without output until the terminal counts as blocked; Textual queues half as many."""


def fill_up(terminal: Terminal) -> None:
    """Cause so much output that the program blocks, since nobody reads it."""
    deadline = time.monotonic() + PATIENCE
    written, quiet = 0, 0
    while quiet < QUEUED:
        assert time.monotonic() < deadline, "it goes on writing"
        columns, rows = SIZES[quiet % 2]
        terminal.resize(columns, rows)
        time.sleep(BETWEEN)
        before, written = written, bytes_written(terminal)
        quiet = quiet + 1 if written - before < LITTLE else 0


def bytes_written(terminal: Terminal) -> int:
    """Return the number of bytes that a program has written so far. Linux only."""
    account = Path(f"/proc/{terminal.process.pid}/io").read_text(encoding="ascii")
    return int(re.findall(r"wchar: (\d+)", account)[0])


def ends_with(terminal: Terminal, code: int) -> None:
    """Wait for the end of the program without reading its output."""
    assert terminal.process.wait(PATIENCE) == code


@by_signal
def test_a_signal_ends_the_program_while_nobody_reads_the_terminal(
    served: Served, home: Path, number: signal.Signals
) -> None:
    with hookboard(served, home) as terminal:
        type_changes(terminal)
        fill_up(terminal)
        terminal.kill(number)
        ends_with(terminal, CODES[number])
        assert free(served, home) == [URL]
        assert terminal.settings_now == terminal.settings
    come_back_and_save(served, home)


def test_closing_the_unread_terminal_ends_the_program(served: Served, home: Path) -> None:
    with hookboard(served, home) as terminal:
        type_changes(terminal)
        fill_up(terminal)
        assert terminal.hang_up() == CODES[signal.SIGHUP]
        assert free(served, home) == [URL]


def test_a_terminal_that_is_read_again_is_complete(served: Served, home: Path) -> None:
    with hookboard(served, home) as terminal:
        fill_up(terminal)
        terminal.kill(signal.SIGTERM)
        ends_with(terminal, CODES[signal.SIGTERM])
        assert terminal.wait() == CODES[signal.SIGTERM]
        assert terminal.modes == AT_REST
        assert terminal.settings_now == terminal.settings


@pytest.fixture
def filling(home: Path) -> Iterator[Terminal]:
    """Hookboard with a server whose thousand webhooks are read and drawn one by one."""
    options = ("--api", "evolution-v2", "--instances", "1000", "--latency", "50")
    with sandbox_process(home, *options) as told:
        env = environment(home, **told.variables)
        with Terminal([HOOKBOARD], env=env, size=(120, 40)) as terminal:
            terminal.wait_for("1,000 instances")
            yield terminal


def test_a_list_that_fills_unread_does_not_keep_the_program(filling: Terminal) -> None:
    fill_up(filling)
    filling.kill(signal.SIGTERM)
    ends_with(filling, CODES[signal.SIGTERM])

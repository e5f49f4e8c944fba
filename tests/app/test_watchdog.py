"""The watchdog ends a process whose event loop is blocked."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tui.app.watchdog import SIGNALS

PROGRAM = """
import asyncio, sys, threading, time
from tui.app import watchdog

watchdog.SIGNAL_TIMEOUT = watchdog.RESCUE_TIMEOUT = 0.1
dog = watchdog.Watchdog()
dog.start()

def end(code):
    print("asked to end", flush=True)

def rescue():
    print("rescued", flush=True)
    if "disk" in sys.argv:
        threading.Event().wait()

async def work():
    dog.guard(asyncio.get_running_loop(), end, rescue)
    if "quit" in sys.argv:
        dog.count_down(7, 0.1)
    print("ready", flush=True)
    if "blocked" in sys.argv:
        threading.Event().wait()
    await asyncio.Event().wait()

if "early" in sys.argv:
    print("ready", flush=True)
    threading.Event().wait()
asyncio.run(work())
"""


def run(number: signal.Signals | None, *how: str) -> tuple[int, list[str]]:
    """Run the program, send it a signal, and return its exit code and its output."""
    command = [sys.executable, "-c", PROGRAM, *how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if number is not None:
            process.send_signal(number)
        said, _ = process.communicate(timeout=60)
    return process.returncode, said.splitlines()


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_ends_a_process_whose_loop_is_blocked(number: signal.Signals) -> None:
    assert run(number, "blocked") == (128 + number, ["rescued"])


def test_the_loop_is_asked_to_end_first() -> None:
    assert run(signal.SIGTERM) == (143, ["asked to end", "rescued"])


def test_a_blocked_disk_does_not_keep_the_process() -> None:
    assert run(signal.SIGHUP, "blocked", "disk") == (129, ["rescued"])


def test_a_signal_before_there_is_anything_to_save_ends_the_process_at_once() -> None:
    assert run(signal.SIGTERM, "early") == (143, [])


def test_a_decided_end_is_not_held_up() -> None:
    assert run(None, "quit", "blocked") == (7, ["rescued"])


def test_child_processes_start_with_signals_unblocked(tmp_path: Path) -> None:
    code = (
        "import signal, subprocess; from tui.app.watchdog import Watchdog; Watchdog().start();"
        "print(subprocess.run(['grep', 'Sig[BI]', '/proc/self/status'], text=True,"
        " capture_output=True).stdout)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    masks = [int(line.split()[1], 16) for line in said.stdout.splitlines() if line]
    assert masks
    assert not any(mask & (1 << number - 1) for mask in masks for number in SIGNALS)

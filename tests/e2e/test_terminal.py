"""The pseudo-terminal of the end-to-end tests."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.programs import environment
from tests.e2e.terminal import AT_REST, PATIENCE, Terminal


def shell(home: Path, script: str, size: tuple[int, int] = (80, 24)) -> Terminal:
    return Terminal(["/bin/sh", "-c", script], env=environment(home), size=size)


def test_a_program_sees_a_terminal_of_the_size_given(home: Path) -> None:
    with shell(home, "stty size; tty; echo $TERM", size=(70, 20)) as terminal:
        assert terminal.wait() == 0
        assert "20 70" in terminal.text()
        assert "/dev/" in terminal.text()
        assert "xterm-256color" in terminal.text()


def test_a_resize_is_signalled(home: Path) -> None:
    script = 'trap "stty size; exit" WINCH; echo ready; while :; do read line; done'
    with shell(home, script) as terminal:
        terminal.wait_for("ready")
        terminal.resize(100, 30)
        terminal.wait_for("30 100")


def test_keys_arrive_as_a_terminal_sends_them(home: Path) -> None:
    with shell(home, "stty raw -echo; echo ready; dd bs=1 count=9 2>/dev/null | od -An -tx1") as t:
        t.wait_for("ready")
        t.press("up", "ctrl+s", "enter", "f3", "x")
        t.wait_for("1b 5b 41 13 0d 1b 4f 52 78")


def test_a_query_of_the_terminal_is_answered(home: Path) -> None:
    script = r"stty raw -echo; printf '\033[?2026$p'; dd bs=1 count=11 2>/dev/null | od -An -c"
    with shell(home, script) as terminal:
        terminal.wait_for("2   0   2   6   ;   2   $   y")


def test_modes_left_on_are_reported(home: Path) -> None:
    with shell(home, r"printf '\033[?1049h\033[?25l\033[?1000hthere'") as terminal:
        terminal.wait()
        assert terminal.modes == (AT_REST | {1049, 1000}) - {25}
        assert "there" in terminal.text()


def test_the_alternate_screen_is_cleared_when_left(home: Path) -> None:
    with shell(home, r"printf '\033[?1049hthere\033[<u\033[?1049lafter'") as terminal:
        terminal.wait()
        assert terminal.text().strip() == "after"
        assert terminal.modes == AT_REST


def test_a_failed_wait_shows_the_screen(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.e2e.terminal.PATIENCE", 0.2)
    with shell(home, "echo what there is; read line") as terminal:
        terminal.wait_for("what there is")
        with pytest.raises(
            AssertionError, match=re.compile("'else' not seen.*what there is", re.S)
        ):
            terminal.wait_for("else")


def test_a_wait_fails_at_once_when_the_program_has_ended(home: Path) -> None:
    with shell(home, "exit 3") as terminal, pytest.raises(AssertionError, match="ended with 3"):
        terminal.wait_for("anything")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_a_program(home: Path, number: signal.Signals) -> None:
    with shell(home, "echo ready; read line") as terminal:
        terminal.wait_for("ready")
        terminal.kill(number)
        assert terminal.wait() == -number


def test_leaving_the_block_ends_the_programs_children(home: Path) -> None:
    with shell(home, 'trap "" HUP; sleep 600 & echo "pid $!"; read line') as terminal:
        child = int(terminal.wait_for("pid").split()[1])
        os.kill(child, 0)
    deadline = time.monotonic() + PATIENCE
    while runs(child) and time.monotonic() < deadline:
        os.sched_yield()
    assert not runs(child)


def runs(process: int) -> bool:
    """Whether a process runs; a killed one is a zombie until its parent waits for it."""
    try:
        return "(zombie)" not in Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_bytes_come_with_their_times(home: Path) -> None:
    with shell(home, "echo first; read line; echo second") as terminal:
        end, first = terminal.wait_for_bytes(b"first")
        terminal.press("enter")
        _, second = terminal.wait_for_bytes(b"second", since=end)
        assert terminal.started < first < second
        assert b"second" in terminal.bytes_since(end)
        assert terminal.quiet(0.05) >= second

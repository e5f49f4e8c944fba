"""No input ends the program, and an error in reading keys is not reported as success."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment
from tests.e2e.steps import edit_first_webhook, retype
from tests.e2e.terminal import Terminal

FAILING = """
import sys
from tui.app import terminal_driver
from tui.cli.main import main

def fail(self, data):
    raise ValueError("hunter2")

terminal_driver.InputDecoder.feed = fail
sys.argv = ["hookboard", "--demo"]
main()
"""


@pytest.fixture
def demo(home: Path) -> Iterator[Terminal]:
    """Hookboard with its sample data."""
    with Terminal([HOOKBOARD, "--demo"], env=environment(home), size=(80, 24)) as terminal:
        terminal.wait_for_line("▸", "loja-norte")
        yield terminal


@pytest.mark.parametrize(
    "data",
    [b"\xe9", b"\x1b[M \xe9!", b"\x1b[M\xc3\xa9!", b"\x1b[200~\xe9\x1b[201~", b"\x1b[1114112u"],
    ids=["latin-1", "x10 mouse", "x10 mouse in utf-8", "paste", "no code point"],
)
def test_unknown_bytes_are_ignored_and_the_next_key_works(demo: Terminal, data: bytes) -> None:
    demo.send(data)
    demo.press("j")
    demo.wait_for_line("▸", "loja-sul")
    demo.press("ctrl+q")
    assert demo.wait() == 0


def test_a_truncated_paste_is_reported_and_the_next_key_works(demo: Terminal) -> None:
    demo.send(b"\x1b[200~https://example.com/caf\xc3")
    demo.wait_for("The paste was cut off")
    demo.press("j")
    demo.wait_for_line("▸", "loja-sul")
    demo.press("ctrl+q")
    assert demo.wait() == 0


def test_a_paste_without_marks_does_not_quit(demo: Terminal) -> None:
    demo.type("https://n8n.example.com/webhook/query\rq\r")
    demo.wait_for("characters came at once")
    demo.press("down")
    demo.wait_for_line("▸", "loja-sul")


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_do_not_end_the_program(demo: Terminal, seed: int) -> None:
    # Without the keys that quit: ctrl+q, and q on the dashboard.
    demo.send(random.Random(seed).randbytes(800).translate(None, b"\x11q"))
    demo.send(b"\x1b[201~   ")  # ends any sequence that the noise began
    demo.quiet()
    demo.resize(59, 17)
    demo.wait_for("Hookboard needs 60×18")
    assert demo.process.poll() is None


def test_an_error_in_reading_keys_gives_a_line_and_an_exit_code(home: Path) -> None:
    command = [sys.executable, "-c", FAILING]
    with Terminal(command, env=environment(home), size=(80, 24)) as terminal:
        terminal.press("j")
        assert terminal.wait() == 1
        assert "ended by an internal error (ValueError)" in terminal.text()
        assert "Traceback" not in terminal.text()
        assert "hunter2" not in terminal.text()


def test_a_url_pasted_over_two_lines_is_stored_whole(board: Terminal, served: Served) -> None:
    edit_first_webhook(board)
    board.go_to("URL")
    retype(board, "URL", "x")
    board.press("backspace")
    board.paste("\rhttps://n8n.example.com/webhook/3f2a-\r4b1d-9e3e\r")
    board.wait_for_field("URL", "3f2a-4b1d-9e3e")
    board.press("ctrl+s")
    board.wait_for("Saved 1 change")
    assert served.webhook()["url"] == "https://n8n.example.com/webhook/3f2a-4b1d-9e3e"

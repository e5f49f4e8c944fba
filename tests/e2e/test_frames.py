"""What a key changes on the screen is drawn in one frame: each further one comes 16 ms later."""

from __future__ import annotations

from statistics import median

from tests.e2e.steps import edit_first_webhook
from tests.e2e.terminal import Terminal

FRAME = b"\x1b[?2026h"
"""Begins a frame: the terminal shows it when it is whole."""


def frames(terminal: Terminal, key: str, until: str) -> int:
    """Press a key, and count the frames until a text is on the screen."""
    before = terminal.mark
    terminal.press(key)
    terminal.wait_for(until)
    return terminal.bytes_since(before).count(FRAME)


def test_the_focus_moves_with_its_mark_and_what_hangs_on_it_in_one_frame(board: Terminal) -> None:
    """As a rule: on a busy machine two frames may become one, or something else wants one."""
    edit_first_webhook(board)
    frames(board, "tab", "▸  URL")
    there = []
    back = []
    for _ in range(7):
        frames(board, "tab", "▸  Enabled")
        there.append(frames(board, "tab", " invert "))
        frames(board, "shift+tab", "▸  Enabled")
        back.append(frames(board, "shift+tab", "▸  URL"))

    assert median(there) == 1
    assert median(back) == 1

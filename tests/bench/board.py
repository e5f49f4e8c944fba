"""One run of the board in a terminal of 120×40, and what was measured in it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.runs import CALM, FILTER, Answers, hookboard, press_each
from tests.e2e.terminal import Memory

CELLS = ("right",) * 6 + ("down",) * 6 + ("left",) * 6 + ("up",) * 6


@dataclass(frozen=True, slots=True)
class BoardRun:
    """One run with a board; times in seconds."""

    opened: float
    """From the key to the last byte of the board, with the whole list loaded."""
    cells: Answers
    """Moves of the cursor from cell to cell."""
    filter: Answers
    dashboard: Memory
    """What the program took before the board was opened."""
    memory: Memory


def run_board(env: Mapping[str, str], instances: int) -> BoardRun:
    """Open the board of a server with so many instances, walk its cells, and filter."""
    whole = re.compile(rb"(?<! of) %s instances" % f"{instances:,}".encode())
    with hookboard(env) as terminal:
        terminal.wait_for_bytes(whole)
        terminal.quiet(CALM)
        dashboard = terminal.memory()
        mark, pressed = terminal.mark, time.monotonic()
        terminal.press("b")
        terminal.wait_for_bytes(b"webhooks", since=mark)
        opened = terminal.quiet(CALM, since=mark) - pressed
        cells = press_each(terminal, *CELLS)
        memory = terminal.memory()
        terminal.press("/")
        terminal.quiet(CALM)
        typed = press_each(terminal, *FILTER, *["backspace"] * len(FILTER))
        return BoardRun(opened, cells, typed, dashboard, memory)

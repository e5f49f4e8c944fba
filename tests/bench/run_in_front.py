"""One large run in a terminal of 120×40: what it sends meanwhile, and how fast keys are."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle, islice

from tests.bench.runs import CALM, REPEAT, Answers, hookboard
from tests.e2e.terminal import Terminal

KEYS = 60
WATCHED = 2.0
"""Seconds during which nothing is pressed, to count what the run itself sends."""

_BEGIN_UPDATE = b"\x1b[?2026h"
_CURSOR = "▸".encode()


@dataclass(frozen=True, slots=True)
class RunInFront:
    """What a run showed while it went."""

    updates: float
    """Updates of the screen a second, with no key pressed."""
    bytes: float
    """Bytes a second, with no key pressed."""
    keys: Answers
    """Moves of the cursor over the board meanwhile."""


def run_in_front(env: Mapping[str, str], instances: int) -> RunInFront:
    """Turn a flag off in all webhooks of a server, and walk the board meanwhile."""
    with hookboard(env) as terminal:
        terminal.wait_for_bytes(re.compile(rb"(?<! of) %d instances" % instances))
        terminal.quiet(CALM)
        for keys in (["b"], ["M"], ["l", "n"]):
            terminal.press(*keys)
            terminal.quiet(CALM)
        terminal.press("ctrl+s")
        terminal.wait_for("Apply")
        terminal.quiet(CALM)
        terminal.press("ctrl+s")
        number = _number_to_type(terminal.wait_for(_number_to_type, what="the number to type"))
        terminal.quiet(CALM)
        terminal.type(number)
        mark = terminal.mark
        terminal.press("enter")
        terminal.wait_for_bytes(b"stops after those under way", since=mark)
        terminal.press("q")
        terminal.read_for(CALM)
        begun, since = terminal.mark, time.monotonic()
        terminal.read_for(WATCHED)
        seconds, sent = time.monotonic() - since, terminal.output[begun:]
        updates = sent.count(_BEGIN_UPDATE)
        return RunInFront(updates / seconds, len(sent) / seconds, _held(terminal))


def _number_to_type(screen: str) -> str:
    found = re.search(r"Type (\d+)", screen)
    return found[1] if found else ""


def _held(terminal: Terminal) -> Answers:
    """Hold keys down; what comes of the run itself is not told from the answers."""
    seconds = []
    for key in islice(cycle(("down", "down", "up", "up")), KEYS):
        mark, pressed = terminal.mark, time.monotonic()
        terminal.press(key)
        seconds.append(terminal.wait_for_bytes(_CURSOR, since=mark)[1] - pressed)
        terminal.read_for(pressed + REPEAT - time.monotonic())
    return Answers(tuple(seconds), ())

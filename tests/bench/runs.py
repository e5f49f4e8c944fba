"""One run of a program in a terminal of 120×40, and what was measured in it.

Every time ends with the last byte of what a key or the start led to; how long it was then
watched to be sure of that is not part of it.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from tests.bench.floor import ROWS
from tests.e2e.programs import HOOKBOARD
from tests.e2e.terminal import Memory, Terminal
from tui.sandbox.sample import sample

SIZE = (120, 40)
FLOOR = (Path(sys.executable), Path(__file__).with_name("floor.py"))

CALM = 0.2
"""Seconds without a byte after which an answer counts as complete."""

KEY_RATE = 0.06
"""Seconds without a byte between two typed keys: a dozen keys a second. A draft is then written
with one key in five, so that the slowest 5 of 100 keys include it."""

REPEAT = 1 / 30
"""Seconds between the repeats of a key that is held down."""

MOVES_MEANWHILE = 10
ROWS_SEEN = 37
"""Instances on a screen of 40 lines, where each has at most one webhook."""

MOVES = ("down",) * 6 + ("up",) * 6
FILTER = "loja-09"
TYPED = "the-quick-brown-fox-jumps-over-the-lazy-dog-and-back-again-now"

_LAST_KEY = b"Commands"  # at the bottom right of the first picture
_TOP_OF_LIST = b"loja-norte"
_END_OF_LIST = b"suporte-ti"
_CURSOR = "▸".encode()
_WEBHOOK = re.compile(rb"\d+/31 |no webhook")


@dataclass(frozen=True, slots=True)
class Answers:
    """Seconds and bytes of the answer to each key press."""

    seconds: tuple[float, ...]
    sizes: tuple[int, ...]

    @property
    def typical(self) -> float:
        """The median of the seconds."""
        return median(self.seconds)

    @property
    def slowest(self) -> float:
        """The longest time, in seconds."""
        return max(self.seconds)

    @property
    def largest(self) -> int:
        """The most bytes of one press."""
        return max(self.sizes)

    @property
    def p95(self) -> float:
        """The time that 95 of 100 presses do not exceed, in seconds."""
        return sorted(self.seconds)[min(int(len(self.seconds) * 0.95), len(self.seconds) - 1)]


@dataclass(frozen=True, slots=True)
class FloorRun:
    """One run of the floor; times in seconds."""

    first_paint: float
    rows: Answers
    memory: Memory


@dataclass(frozen=True, slots=True)
class DashboardRun:
    """One run with a dozen instances; times in seconds."""

    first_paint: float
    filled: float
    rows: Answers
    editor: Answers
    toggles: Answers
    tabs: Answers
    memory: Memory


@dataclass(frozen=True, slots=True)
class ManyRun:
    """One run with very many instances; times in seconds."""

    first_row: float
    loaded: float
    moves: Answers
    filter: Answers
    memory: Memory


@dataclass(frozen=True, slots=True)
class OneByOneRun:
    """One run where each instance is asked for its webhook; times in seconds."""

    rows: float
    """From the start until there are rows."""
    filled: float
    """From the first rows until all visible ones have their webhooks."""
    moves: Answers
    """Moves of the cursor meanwhile."""
    jumped: float
    """From the jump to the end of the list until the rows there have their webhooks."""
    all_there: float
    """From the first rows until all have their webhooks."""


def run_floor(env: Mapping[str, str]) -> FloorRun:
    """Start the floor, and walk its rows."""
    with Terminal([*map(str, FLOOR)], env=env, size=SIZE) as terminal:
        _, painted = terminal.wait_for_bytes(b"row-%02d" % ROWS)
        terminal.quiet(CALM)
        rows = press_each(terminal, *MOVES)
        return FloorRun(painted - terminal.started, rows, terminal.memory())


def run_dashboard(env: Mapping[str, str]) -> DashboardRun:
    """Start Hookboard, walk the rows, and go through the editor without changing anything."""
    with hookboard(env) as terminal:
        painted = seen(terminal, _LAST_KEY)
        filled = seen(terminal, _END_OF_LIST)
        terminal.quiet(CALM)
        rows = press_each(terminal, *MOVES)
        editor = press_each(terminal, "e")
        tabs = press_each(terminal, *["tab"] * 3, *["shift+tab"] * 3)
        press_each(terminal, *["tab"] * 3)
        toggles = press_each(terminal, *["space"] * 8)
        return DashboardRun(painted, filled, rows, editor, toggles, tabs, terminal.memory())


def run_filled(env: Mapping[str, str]) -> float:
    """Start Hookboard, and return the seconds until all instances are on the screen."""
    with hookboard(env) as terminal:
        return seen(terminal, _END_OF_LIST)


def run_first_page(env: Mapping[str, str]) -> float:
    """Start Hookboard, and return the seconds until the first instance is on the screen."""
    with hookboard(env) as terminal:
        return seen(terminal, _TOP_OF_LIST)


def run_many(env: Mapping[str, str], count: int) -> ManyRun:
    """Start Hookboard on very many instances; walk while they arrive, then filter."""
    end = re.compile(rb"(?<! of) %s instances" % f"{count:,}".encode())
    names = (instance.name for instance, _ in islice(sample(count), 1, None))
    with hookboard(env) as terminal:
        first_row = seen(terminal, _TOP_OF_LIST)
        moves = hold_down(terminal, names, end)
        loaded = terminal.wait_for_bytes(end)[1] - terminal.started
        terminal.quiet(CALM)
        terminal.press("/")
        terminal.quiet(CALM)
        typed = press_each(terminal, *FILTER, *["backspace"] * len(FILTER))
        return ManyRun(first_row, loaded, moves, typed, terminal.memory())


def run_one_by_one(env: Mapping[str, str], count: int) -> OneByOneRun:
    """Start Hookboard where each instance is asked for its webhook; walk, and jump to the end."""
    whole = re.compile(rb"%s instances [^,]" % f"{count:,}".encode())
    with hookboard(env) as terminal:
        begun, began = terminal.wait_for_bytes(b"%s instances, " % f"{count:,}".encode())
        filled = _filled(terminal, since=0) - began
        keys = Answers(tuple(_moved(terminal) for _ in range(MOVES_MEANWHILE)), ())
        mark, pressed = terminal.mark, time.monotonic()
        terminal.press("end")
        jumped = _filled(terminal, since=mark) - pressed
        done = terminal.wait_for_bytes(whole, since=begun)[1]
        return OneByOneRun(began - terminal.started, filled, keys, jumped, done - began)


def _filled(terminal: Terminal, *, since: int) -> float:
    """Return when all visible rows show their webhook."""
    at = 0.0
    for _ in range(ROWS_SEEN):
        since, at = terminal.wait_for_bytes(_WEBHOOK, since=since)
    return at


def _moved(terminal: Terminal) -> float:
    mark, pressed = terminal.mark, time.monotonic()
    terminal.press("down")
    return terminal.wait_for_bytes(_CURSOR, since=mark)[1] - pressed


def run_idle(env: Mapping[str, str], seconds: float) -> dict[str, int]:
    """Return how many bytes the idle dashboard and the idle editor send."""
    sizes = {}
    with hookboard(env) as terminal:
        seen(terminal, _END_OF_LIST)
        for place, key in (("dashboard", ""), ("editor", "e")):
            terminal.type(key)
            terminal.quiet(1.0)
            mark = terminal.mark
            terminal.read_for(seconds)
            sizes[place] = terminal.mark - mark
    return sizes


@dataclass(frozen=True, slots=True)
class SaveRun:
    """One save; times in seconds."""

    taken: float
    """From the key to the message that it is saved."""
    requests: tuple[float, ...]
    """The duration of each request, as the program reports it."""

    @property
    def beyond(self) -> float:
        """The time of the save beyond its requests, which are sent one after the other."""
        return self.taken - sum(self.requests)


def run_saves(env: Mapping[str, str], saves: int) -> list[SaveRun]:
    """Save a change ``saves`` times."""
    done = []
    with hookboard(env) as terminal:
        seen(terminal, _END_OF_LIST)
        terminal.type("e")
        terminal.wait_for_field("Name")
        for number in range(saves):
            terminal.type(str(number % 10))
            terminal.wait_for("1 change, not saved")
            before = _requests(terminal)
            mark, pressed = terminal.mark, time.monotonic()
            terminal.press("ctrl+s")
            _, saved = terminal.wait_for_bytes(b"Saved 1 change", since=mark)
            requests = _requests(terminal)
            done.append(SaveRun(saved - pressed, requests[: len(requests) - len(before)]))
    return done


def _requests(terminal: Terminal) -> tuple[float, ...]:
    """Read the durations on the requests screen, newest first, and close it."""

    def listed(screen: str) -> list[str]:
        took = re.findall(r" ([\d,]+) ms ", screen)
        made = re.search(r" (\d+) requests?", screen)
        return took if made and int(made[1]) == len(took) else []

    terminal.quiet(CALM)
    terminal.press("ctrl+l")
    took = listed(terminal.wait_for(listed, what="a row for each request"))
    terminal.press("escape")
    terminal.wait_for("Requests made in this run", gone=True)
    terminal.quiet(CALM)
    return tuple(int(each.replace(",", "")) / 1000 for each in took)


def run_typing(env: Mapping[str, str], *options: str) -> Answers:
    """Type into the name of a webhook, key by key."""
    with hookboard(env, *options) as terminal:
        seen(terminal, _END_OF_LIST)
        terminal.type("e")
        terminal.wait_for_field("Name")
        terminal.quiet(CALM)
        return press_each(terminal, *TYPED, calm=KEY_RATE)


def hookboard(env: Mapping[str, str], *options: str) -> Terminal:
    """Start the installed program."""
    return Terminal([HOOKBOARD, *options], env=env, size=SIZE)


def seen(terminal: Terminal, text: bytes) -> float:
    """Return the seconds from the start of the program until a text arrived."""
    return terminal.wait_for_bytes(text)[1] - terminal.started


def pooled(runs: Iterable[Answers]) -> Answers:
    """Return the presses of several runs together."""
    runs = tuple(runs)
    seconds = tuple(one for run in runs for one in run.seconds)
    return Answers(seconds, tuple(one for run in runs for one in run.sizes))


def press_each(terminal: Terminal, *keys: str, calm: float = CALM) -> Answers:
    """Press keys one after the other, each after the complete answer to the one before."""
    seconds, sizes = [], []
    for key in keys:
        mark, pressed = terminal.mark, time.monotonic()
        terminal.press(key)
        seconds.append(terminal.quiet(calm, since=mark) - pressed)
        sizes.append(terminal.mark - mark)
    return Answers(tuple(seconds), tuple(sizes))


def hold_down(terminal: Terminal, names: Iterable[str], end: re.Pattern[bytes]) -> Answers:
    """Hold the key for the next row down, over rows of these names, until ``end`` comes.

    Bytes come all the time while pages arrive, so a press counts as answered when the next row
    has the cursor. It is not known how many of the bytes the press caused.
    """
    seconds: list[float] = []
    start = 0
    for name in names:
        if end.search(terminal.output, start):
            return Answers(tuple(seconds), ())
        start = max(terminal.mark - 64, 0)
        mark, pressed = terminal.mark, time.monotonic()
        terminal.press("down")
        row = re.compile(_CURSOR + b".{0,120}?" + name.encode(), re.DOTALL)
        seconds.append(terminal.wait_for_bytes(row, since=mark)[1] - pressed)
        terminal.read_for(pressed + REPEAT - time.monotonic())
    raise AssertionError("the cursor reached the last row before the list was complete")

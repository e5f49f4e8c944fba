"""The parts of the benchmark about many webhooks at once: the board, runs and the journal."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from tests.bench.board import BoardRun, run_board
from tests.bench.journal import run_journal
from tests.bench.large_run import run_large
from tests.bench.planning import run_planning
from tests.bench.run_in_front import run_in_front
from tests.bench.runs import FloorRun, pooled, run_floor
from tests.bench.table import Row, kb, limited, mb, ms, noted, ratio, tenths
from tests.e2e.programs import environment, sandbox_process

BOARD = 1_000
"""Webhooks on a large board."""
MANY = 10_000
ROWS = 500
"""Webhooks of a large run."""
LATENCY = 20
"""Milliseconds of latency of each request of it."""


def board(runs: int, quick: bool) -> list[Row]:
    """Measure large boards, in turns with the floor."""
    return [
        row
        for instances in ((BOARD,) if quick else (BOARD, MANY))
        for row in _board_of(runs, instances)
    ]


def _board_of(runs: int, instances: int) -> list[Row]:
    floors: list[FloorRun] = []
    boards: list[BoardRun] = []
    with (
        tempfile.TemporaryDirectory() as home,
        sandbox_process(Path(home), "--instances", str(instances)) as told,
    ):
        env = environment(Path(home), **told.variables)
        for _ in range(runs):
            floors.append(run_floor(env))
            boards.append(run_board(env, instances))
    name = f"a board of {instances:,}"
    cells, rows = [one.cells.typical for one in boards], [one.rows.typical for one in floors]
    sizes = pooled([one.cells for one in boards]).sizes
    opened = median(one.opened for one in boards)
    filtered = median(one.filter.typical for one in boards)
    found = [
        limited(name, opened, 0.25, ms) if instances == BOARD else noted(name, ms(opened)),
        ratio(f"{name}: moving a cell", 1.5, cells, rows),
        limited(f"{name}: moving a cell, bytes", median(sizes), 1500, kb),
        limited(f"{name}: filter key, typical", filtered, 0.08, ms),
    ]
    if instances == BOARD:
        more = median(one.memory.now - one.dashboard.now for one in boards)
        found.append(limited(f"{name}: memory beyond the dashboard", more, 15e6, mb))
    return found


def planning(runs: int, quick: bool) -> list[Row]:
    """Measure what a board does for many webhooks at once, without drawing it."""
    board = [run_planning(BOARD) for _ in range(runs)]
    most = [run_planning(MANY) for _ in range(runs)]
    return [
        limited(f"a column staged in {BOARD:,}", median(x.column for x in board), 0.1, ms),
        limited(f"a plan of {BOARD:,}", median(x.planned for x in board), 0.1, ms),
        limited(f"a plan of {MANY:,}", median(x.planned for x in most), 1.0, ms),
        limited(f"a filter over {MANY:,} rows", median(x.filtered for x in most), 0.08, ms),
    ]


def run(runs: int, quick: bool) -> list[Row]:
    """Measure runs, beside a bare client that sends the same requests."""
    with tempfile.TemporaryDirectory() as home:
        options = ("--instances", str(ROWS), "--latency", str(LATENCY))
        with sandbox_process(Path(home), *options) as told:
            found = [run_large(told, _folder(home, number), ROWS) for number in range(runs)]
        shown = []
        for _run in range(runs):  # each on a server on which nothing was changed yet
            with sandbox_process(Path(home), *options) as told:
                shown.append(run_in_front(environment(Path(home), **told.variables), ROWS))
    keys = pooled([one.keys for one in shown])
    whole = [one.run for one in found]
    return [
        ratio(f"a run of {ROWS}", 1.25, whole, [one.bare for one in found]),
        ratio("… with its journal on disk", 1.1, whole, [one.without_journal for one in found]),
        limited("… updates a second", median(one.updates for one in shown), 10, tenths_of_one),
        noted("… bytes a second", kb(median(one.bytes for one in shown))),
        limited("… a key on the board meanwhile, 95 of 100", keys.p95, 0.06, ms),
    ]


def journal(runs: int, quick: bool) -> list[Row]:
    """Measure what the journal costs beside a save and beside a long list."""
    with tempfile.TemporaryDirectory() as home:
        found = [run_journal(_folder(home, number), MANY) for number in range(runs)]
    saves = median(seconds for one in found for seconds in one.saves)
    return [
        limited("a save noted in the journal", saves, 0.005, tenths),
        noted(f"{MANY:,} compared with the journal", ms(median(one.compared for one in found))),
        limited("… a key held up meanwhile", max(one.held for one in found), 0.02, tenths),
    ]


def tenths_of_one(number: float) -> str:
    """Write a number with one decimal."""
    return f"{number:.1f}"


def _folder(home: str, number: int) -> Path:
    folder = Path(home) / f"journal{number}"
    folder.mkdir()
    return folder

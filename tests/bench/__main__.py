"""``python -m tests.bench``: measures whether Hookboard keeps its budgets.

The installed program and the floor (a bare Textual app, ``floor.py``) are run in turns, so
that what slows the machine down slows both. Nothing here fails: the table says what holds
and what is over.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.bench import fleet
from tests.bench.commands import commands
from tests.bench.runs import (
    Answers,
    DashboardRun,
    FloorRun,
    ManyRun,
    OneByOneRun,
    SaveRun,
    pooled,
    run_dashboard,
    run_first_page,
    run_floor,
    run_idle,
    run_many,
    run_one_by_one,
    run_saves,
    run_typing,
)
from tests.bench.table import (
    Row,
    beyond,
    kb,
    limited,
    markdown,
    mb,
    ms,
    noted,
    plain,
    ratio,
    tenths,
)
from tests.e2e.programs import HOOKBOARD, Told, environment, sandbox_process

MANY = 10_000
PAGES = (100, 50)
LATENCY = 50
"""Milliseconds of latency where saves are measured."""
SINGLES = 1_000
"""Instances of the server that is asked for each webhook."""
SINGLES_LATENCY = 20
"""Milliseconds of latency of these requests."""
AT_ONCE = 8
"""How many of these requests run at the same time."""
TYPINGS = 3
"""How often a text is typed in each run: in one text only three keys are slower than 95 of 100,
and other load on the machine decides which."""


def main() -> None:
    """Measure, and print the table."""
    options = _options()
    if not HOOKBOARD.exists():
        sys.exit("The benchmark needs the installed program: pip install -e '.[dev]' first.")
    if options.quick:
        options.n = 1
    print(_machine(options.n))
    print()
    rows: list[Row] = []
    for name, measure in SECTIONS.items():
        if options.only in (None, name):
            rows += measure(options.n, options.quick)
    print(markdown(rows))
    over = [row.measure for row in rows if row.held is False]
    print()
    print(f"OVER BUDGET: {'; '.join(over)}." if over else "Every budget is kept.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("-n", type=int, default=5, metavar="RUNS", help="runs to take medians of")
    parser.add_argument("--quick", action="store_true", help="one run, less waiting; a rough idea")
    parser.add_argument("--only", choices=SECTIONS, help="one part of it")
    options = parser.parse_args()
    if options.n < 1:
        parser.error("at least one run is needed")
    return options


def _machine(runs: int) -> str:
    load = os.getloadavg()[0]
    busy = " (busy: times will be too long)" if load > (os.cpu_count() or 1) / 2 else ""
    return (
        f"{os.cpu_count()} CPUs, load {load:.1f}{busy}, {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}, Textual {version('textual')};"
        f" 120×40, medians of {runs} {'run' if runs == 1 else 'runs'}."
    )


def _dashboard(runs: int, quick: bool) -> list[Row]:
    """Measure a dozen instances, in pairs with the floor."""
    floors: list[FloorRun] = []
    ours: list[DashboardRun] = []
    with tempfile.TemporaryDirectory() as home, sandbox_process(Path(home)) as told:
        env = environment(Path(home), **told.variables)
        run_floor(env), run_dashboard(env)  # the first run compiles and fills caches
        for _ in range(runs):
            floors.append(run_floor(env))
            ours.append(run_dashboard(env))
    typical, floor_typical = (
        [one.rows.typical for one in ours],
        [one.rows.typical for one in floors],
    )
    return [
        ratio("first paint", 1.25, [x.first_paint for x in ours], [x.first_paint for x in floors]),
        beyond(
            "filled with 12 instances",
            0.25,
            [x.filled for x in ours],
            [x.first_paint for x in floors],
            ms,
        ),
        ratio("moving a row", 1.5, typical, floor_typical),
        *_bytes("moving a row", [one.rows for one in ours], 1500),
        _typical("opening the editor", [one.editor for one in ours], 0.15),
        _typical("toggling a flag", [one.toggles for one in ours], 0.025),
        *_bytes("toggling a flag", [one.toggles for one in ours], 1500),
        _typical("tab between fields", [one.tabs for one in ours], 0.040),
        *_bytes("tab between fields", [one.tabs for one in ours], 4000),
        beyond(
            "memory, the editor open",
            30e6,
            [one.memory.now for one in ours],
            [one.memory.now for one in floors],
            mb,
        ),
        noted("memory of the floor", mb(median(one.memory.now for one in floors))),
    ]


def _idle(runs: int, quick: bool) -> list[Row]:
    """Measure the bytes of an idle screen, once only, since it takes long."""
    seconds = 2 if quick else 10
    with tempfile.TemporaryDirectory() as home, sandbox_process(Path(home)) as told:
        sizes = run_idle(environment(Path(home), **told.variables), seconds)
    return [
        limited(f"idle for {seconds} s, {place}", size, 0, plain) for place, size in sizes.items()
    ]


def _saving(runs: int, quick: bool) -> list[Row]:
    """Measure the time of a save beyond its requests, and the cost of drafts for a typed key."""
    saves: list[SaveRun] = []
    kept: list[Answers] = []
    loose: list[Answers] = []
    with (
        tempfile.TemporaryDirectory() as home,
        sandbox_process(Path(home), "--latency", str(LATENCY)) as told,
    ):
        _typed(told), _typed(told, "--demo")  # the first run compiles and fills caches
        for _ in range(runs):
            saves += run_saves(environment(Path(home), **told.variables), 5)
            for _ in range(TYPINGS):
                kept.append(_typed(told))
                loose.append(_typed(told, "--demo"))
    typed, demo = pooled(kept), pooled(loose)
    made = max(len(save.requests) for save in saves)
    return [
        limited("a save, requests", made, 3, lambda number: f"{number:.0f}"),
        noted("a save, its requests", ms(median(sum(save.requests) for save in saves))),
        limited("a save, beyond its requests", median(one.beyond for one in saves), 0.030, ms),
        noted("a key typed, 95 of 100", tenths(typed.p95)),
        limited("what drafts add to a key typed, 95 of 100", typed.p95 - demo.p95, 0.005, tenths),
    ]


def _typed(told: Told, *options: str) -> Answers:
    """Type in a separate home: the program is killed there, and its draft stays."""
    with tempfile.TemporaryDirectory() as home:
        return run_typing(environment(Path(home), **told.variables), *options)


def _many(runs: int, quick: bool) -> list[Row]:
    """Measure very many instances, in turns with a dozen and the floor."""
    rows: list[Row] = []
    for page in PAGES[:1] if quick else PAGES:
        rows += _many_in_pages(runs, page)
    return rows


def _many_in_pages(runs: int, page: int) -> list[Row]:
    floors: list[FloorRun] = []
    few: list[float] = []
    many: list[ManyRun] = []
    paged = ("--page-size", str(page))
    with (
        tempfile.TemporaryDirectory() as home,
        sandbox_process(Path(home), *paged) as dozen,
        sandbox_process(Path(home), *paged, "--instances", str(MANY)) as lots,
    ):
        for _ in range(runs):
            floors.append(run_floor(environment(Path(home))))
            few.append(run_first_page(environment(Path(home), **dozen.variables)))
            many.append(run_many(environment(Path(home), **lots.variables), MANY))
    name = f"{MANY:,} by {page}"
    return [
        ratio(
            f"{name}: first page, to 12 instances",
            1.5,
            [one.first_row for one in many],
            few,
        ),
        noted(f"{name}: all there", ms(median(one.loaded for one in many))),
        limited(f"{name}: key meanwhile, 95 of 100", _median(many, "p95"), 0.060, ms),
        noted(f"{name}: key meanwhile, slowest", ms(_median(many, "slowest"))),
        limited(f"{name}: filter key, typical", median(x.filter.typical for x in many), 0.080, ms),
        noted(f"{name}: filter key, slowest", ms(median(one.filter.slowest for one in many))),
        beyond(
            f"{name}: memory",
            100e6,
            [one.memory.now for one in many],
            [one.memory.now for one in floors],
            mb,
        ),
    ]


def _one_by_one(runs: int, quick: bool) -> list[Row]:
    """Measure an Evolution server: one request for the webhook of each instance."""
    found: list[OneByOneRun] = []
    options = ("--instances", str(SINGLES), "--latency", str(SINGLES_LATENCY))
    with (
        tempfile.TemporaryDirectory() as home,
        sandbox_process(Path(home), "--api", "evolution-v2", *options) as told,
    ):
        variables = {**told.variables, "HOOKBOARD_API": "evolution-v2"}
        for _ in range(runs):
            found.append(run_one_by_one(environment(Path(home), **variables), SINGLES))
    name = f"{SINGLES:,} one by one"
    least = SINGLES * SINGLES_LATENCY / 1000 / AT_ONCE
    keys = pooled([one.moves for one in found])
    return [
        noted(f"{name}: rows to work with", ms(median(one.rows for one in found))),
        limited(f"{name}: those seen filled", median(one.filled for one in found), 0.5, ms),
        limited(f"{name}: a jump to the end filled", median(x.jumped for x in found), 0.5, ms),
        noted(f"{name}: key meanwhile, 95 of 100", ms(keys.p95)),
        limited(f"{name}: all filled", median(x.all_there for x in found), 1.2 * least, ms),
    ]


def _median(runs: Sequence[ManyRun], which: str) -> float:
    return median(float(getattr(run.moves, which)) for run in runs)


def _typical(measure: str, runs: Sequence[Answers], limit: float) -> Row:
    return limited(measure, median(run.typical for run in runs), limit, ms)


def _bytes(measure: str, runs: Sequence[Answers], limit: int) -> list[Row]:
    """Compare the median bytes of a press with the limit, and note the most."""
    usual = median(size for run in runs for size in run.sizes)
    return [
        limited(f"{measure}, bytes", usual, limit, kb),
        noted(f"{measure}, most bytes", kb(max(run.largest for run in runs))),
    ]


SECTIONS: dict[str, Callable[[int, bool], list[Row]]] = {
    "dashboard": _dashboard,
    "idle": _idle,
    "saving": _saving,
    "many": _many,
    "one by one": _one_by_one,
    "board": fleet.board,
    "planning": fleet.planning,
    "run": fleet.run,
    "journal": fleet.journal,
    "commands": commands,
}


if __name__ == "__main__":
    main()

"""The part of the benchmark about commands without a terminal, each run as a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.runs import run_filled
from tests.bench.table import Row, beyond, limited, mb, ms, noted, ratio
from tests.e2e.programs import HOOKBOARD, environment, sandbox_process

LIKE_DASHBOARD = 0.35
"""The part of the dashboard's time that a list of a dozen may take."""
WEBHOOKS = 10_000
SINGLES, SINGLES_LATENCY, AT_ONCE = 1_000, 20, 8
"""Instances that are asked one by one, milliseconds of each request, and how many at once."""
INSTANCES = 500
LATENCY = 20
"""Instances of a large run, and milliseconds of latency of each request."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that ended: seconds, and bytes of memory at its peak."""

    seconds: float
    peak: int


def run_program(env: Mapping[str, str], *command: str | Path) -> Ended:
    """Run a program to its end; what it writes goes nowhere."""
    began = time.perf_counter()
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, env=env, stdin=nowhere, stdout=nowhere) as process:
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    assert process.returncode == 0, command
    unit = 1 if sys.platform == "darwin" else 1024
    return Ended(seconds, used.ru_maxrss * unit)


def commands(runs: int, quick: bool) -> list[Row]:
    """Measure commands, in turns with Python and with the dashboard."""
    return [*_short(runs), *_long_list(runs), *_one_by_one(runs), *_large_run(runs)]


def _short(runs: int) -> list[Row]:
    """Measure the help, a completed word and a short list."""
    python: list[float] = []
    filled: list[float] = []
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as home, sandbox_process(Path(home)) as told:
        env = environment(Path(home), **told.variables)
        asking = {**env, "_HOOKBOARD_COMPLETE": "bash_complete", "COMP_WORD": "lo"}
        named = {**asking, "COMP_LINE": "hookboard list --where instance=lo"}
        programs = {
            "list --json of 12": (env, (HOOKBOARD, "list", "--json")),
            "--help": (env, (HOOKBOARD, "--help")),
            "list --help": (env, (HOOKBOARD, "list", "--help")),
            "a command completed": ({**asking, "COMP_LINE": "hookboard lo"}, (HOOKBOARD,)),
            "an instance completed": (named, (HOOKBOARD,)),
        }
        run_filled(env)  # the first run compiles and fills caches
        for _round in range(runs):
            filled.append(run_filled(env))
            python.append(run_program(env, sys.executable, "-c", "pass").seconds)
            for name, (variables, command) in programs.items():
                found.setdefault(name, []).append(run_program(variables, *command).seconds)
    list_name, *others = found
    return [
        ratio(f"{list_name}, to the dashboard", LIKE_DASHBOARD, found[list_name], filled),
        noted("python -c pass", ms(median(python))),
        *(beyond(f"{name}, beyond python", 0.12, found[name], python, ms) for name in others),
    ]


def _long_list(runs: int) -> list[Row]:
    """Measure the memory of a long list."""
    with (
        tempfile.TemporaryDirectory() as home,
        sandbox_process(Path(home), "--instances", str(WEBHOOKS)) as told,
    ):
        env = environment(Path(home), **told.variables)
        ended = [run_program(env, HOOKBOARD, "list", "--json") for _round in range(runs)]
    name = f"list --json of {WEBHOOKS:,}"
    return [
        noted(name, ms(median(one.seconds for one in ended))),
        limited(f"{name}: memory", max(one.peak for one in ended), 120e6, mb),
    ]


def _one_by_one(runs: int) -> list[Row]:
    """Measure a list of which each instance is asked for its webhook."""
    options = ("--instances", str(SINGLES), "--latency", str(SINGLES_LATENCY))
    with (
        tempfile.TemporaryDirectory() as home,
        sandbox_process(Path(home), "--api", "evolution-v2", *options) as told,
    ):
        env = environment(Path(home), **told.variables, HOOKBOARD_API="evolution-v2")
        ended = [run_program(env, HOOKBOARD, "list", "--json") for _round in range(runs)]
    least = SINGLES * SINGLES_LATENCY / 1000 / AT_ONCE
    whole = median(one.seconds for one in ended)
    return [limited(f"list --json of {SINGLES:,}, one by one", whole, 1.2 * least + 0.5, ms)]


def _large_run(runs: int) -> list[Row]:
    """Measure a run, beyond what its plan takes alone."""
    options = ("--instances", str(INSTANCES), "--latency", str(LATENCY))
    change = (HOOKBOARD, "set", "--all", "--max-changes", "100%", "--json", "--move-host")
    taken: list[float] = []
    with tempfile.TemporaryDirectory() as home, sandbox_process(Path(home), *options) as told:
        env = environment(Path(home), **told.variables)
        rows = _rows_of(env, *change[:-1], "--url", "https://0.example/{instance}", "--yes")
        for number in range(runs):
            move = f"{number}.example={number + 1}.example"
            planned = run_program(env, *change, move, "--dry-run").seconds
            taken.append(run_program(env, *change, move, "--yes").seconds - planned)
    return [noted(f"a run of {rows} by a command, beyond its plan", ms(median(taken)))]


def _rows_of(env: Mapping[str, str], *command: str | Path) -> int:
    """Carry out a run, and return the number of its rows."""
    ended = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    return len(json.loads(ended.stdout)["rows"])

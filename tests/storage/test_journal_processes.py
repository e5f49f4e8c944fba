"""Several Hookboards write one journal at once, and some are killed while they do."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.storage.journal_support import HOOK, REF, SERVER, at, instance, journal_at
from tui.storage.journal import Origin

Start = Callable[..., "subprocess.Popen[str]"]

COMMON = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from tests.storage.journal_support import *
from tui.storage.journal import Journal

journal = Journal(Path(sys.argv[1]))
me = sys.argv[2]
"""
WRITES = """
async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(100):
        ref = replace(REF, webhook_id=f"{me}-{number}")
        journal.note_write(ref, written(None, replace(HOOK, name=f"crm {number}")))
        await journal.history(ref)
    await journal.close()
    assert journal.take_news() == ()
asyncio.run(main())
"""
RUNS_ON_AND_ON = """
async def main():
    run = await journal.begin_run(SERVER, Origin.BOARD, [row_record(n) for n in range(1000)])
    print(run, flush=True)
    for number in range(1000):
        await journal.note_intent(run, number)
        print(number, flush=True)
asyncio.run(main())
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    children: list[subprocess.Popen[str]] = []

    def begin(code: str, name: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", COMMON + code, str(tmp_path / "journal.sqlite"), name]
        pipe = subprocess.PIPE
        children.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))
        return children[-1]

    yield begin
    for child in children:
        child.kill()
        child.communicate()


async def test_nothing_of_several_writers_is_lost(start: Start, tmp_path: Path) -> None:
    children = [start(WRITES, name) for name in "abc"]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        assert await asyncio.to_thread(child.wait) == 0
    async with journal_at(tmp_path / "journal.sqlite") as journal:
        for name in "abc":
            for number in (0, 50, 99):
                (entry,) = await journal.history(replace(REF, webhook_id=f"{name}-{number}"))
                assert entry.origin is Origin.EDITOR
        assert len(await journal.changes_since(SERVER, at(-(10**6)))) == 300


async def test_what_was_noted_survives_a_kill(start: Start, tmp_path: Path) -> None:
    child = start(RUNS_ON_AND_ON, "a")
    assert child.stdout is not None
    run = child.stdout.readline().strip()
    noted = [int(child.stdout.readline()) for _number in range(20)]
    child.send_signal(signal.SIGKILL)
    noted += map(int, child.stdout.read().split())
    async with journal_at(tmp_path / "journal.sqlite") as journal:
        rows = await journal.rows(SERVER, run)
        assert len(rows) == 1000
        assert all(rows[number].intent for number in noted)
        (begun,) = await journal.runs(SERVER)
        assert (begun.id, begun.ended) == (run, None)


async def test_two_programs_that_make_the_file_at_once_both_use_it(
    start: Start, tmp_path: Path
) -> None:
    async with journal_at(tmp_path / "journal.sqlite") as journal:
        child = start(WRITES, "a")
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
        await journal.note_list(SERVER, [instance(HOOK)], at(0), whole=True)
        assert await asyncio.to_thread(child.wait) == 0
        assert len(await journal.history(REF)) == 1
        assert await journal.history(replace(REF, webhook_id="a-99"))

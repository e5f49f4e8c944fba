"""Drafts of several Hookboards at once, and of killed ones."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from tests.storage.drafts_support import SERVER, begin, files, left, names
from tui.storage.drafts import Drafts

Child = subprocess.Popen[str]
Start = Callable[[str], Child]

COMMON = """
import sys
from pathlib import Path
from tests.storage.drafts_support import HOOK, SERVER, begin, named
from tui.model.user_error import UserError
from tui.storage.drafts import Drafts

drafts = Drafts(Path(sys.argv[1]))
"""
WORKS = """
draft = begin(drafts, "edited elsewhere")
print("ready", flush=True)
sys.stdin.read()
"""
WRITES_ON_AND_ON = """
from itertools import cycle
draft = begin(drafts, "a")
print("ready", flush=True)
for name in cycle(["b" * 200_000, "c"]):
    draft.note(HOOK.values, named(name))
    draft.write()
"""
TAKES_ALL = """
print("ready", flush=True)
sys.stdin.readline()
taken = [drafts.take(draft) for draft in drafts.free(SERVER).records]
print(*(one.draft.values.name for one in taken if one), flush=True)
sys.stdin.read()
"""
TAKES_AND_LEAVES = """
print("ready", flush=True)
while True:
    for free in drafts.free(SERVER).records:
        if taken := drafts.take(free):
            taken.leave()
    print("round", flush=True)
"""
FILLS_THE_DISK = """
import resource
draft = begin(drafts, "safe")
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
draft.note(HOOK.values, named("x" * 2000))
for attempt in (draft.write, draft.leave):
    try:
        attempt()
    except UserError as error:
        print(error.problem)
print(*(path.name[-5:] for path in drafts.folder.iterdir()), drafts.free(SERVER).records)
sys.stdout.flush()
sys.stdin.readline()
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
draft.leave()
print("left", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "drafts")


@pytest.fixture
def start(drafts: Drafts) -> Iterator[Start]:
    """Return a function that starts a program on the same folder; the end of the test kills it."""
    with ExitStack() as started:

        def run(code: str) -> Child:
            command = [sys.executable, "-c", COMMON + code, str(drafts.folder)]
            pipe = subprocess.PIPE
            child = started.enter_context(
                subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
            )
            started.callback(child.kill)
            return child

        yield run


def said(child: Child) -> str:
    assert child.stdout
    return child.stdout.readline().strip()


def go(*children: Child) -> None:
    for child in children:
        assert child.stdin
        child.stdin.write("\n")
        child.stdin.flush()


def end(child: Child, how: signal.Signals = signal.SIGKILL) -> None:
    child.send_signal(how)
    child.wait()


def test_the_open_draft_of_another_program_is_not_free_nor_taken_nor_written(
    drafts: Drafts, start: Start
) -> None:
    left(drafts, "before")
    (offered,) = drafts.free(SERVER).records
    other = start(TAKES_ALL)
    assert said(other) == "ready"
    go(other)
    assert said(other) == "before"
    (theirs,) = files(drafts)
    whole = theirs.read_bytes()

    assert names(drafts.free(SERVER)) == []
    assert drafts.take(offered) is None
    assert drafts.take(replace(offered, file=theirs.name)) is None
    begin(drafts, "mine, of the same webhook").discard()
    assert files(drafts) == [theirs]
    assert theirs.read_bytes() == whole


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_next_start_finds_the_draft_of_a_killed_program(
    drafts: Drafts, start: Start, how: signal.Signals
) -> None:
    other = start(WORKS)
    assert said(other) == "ready"
    found = drafts.free(SERVER)
    assert names(found) == []
    assert [one.values.name for one in found.elsewhere] == ["edited elsewhere"]
    end(other, how)
    assert names(drafts.free(SERVER)) == ["edited elsewhere"]
    assert drafts.free(SERVER).elsewhere == ()


def test_two_crashed_editors_of_one_webhook_leave_two_drafts(drafts: Drafts, start: Start) -> None:
    others = [start(WORKS), start(WORKS)]
    assert [said(other) for other in others] == ["ready", "ready"]
    mine = begin(drafts, "mine")
    end(others[0])
    assert names(drafts.free(SERVER)) == ["edited elsewhere"]
    end(others[1])
    assert names(drafts.free(SERVER)) == ["edited elsewhere"] * 2
    mine.discard()
    assert len(files(drafts)) == 2


def test_a_child_process_does_not_hold_the_lock_of_a_draft(drafts: Drafts, start: Start) -> None:
    other = start(
        """
import subprocess
draft = begin(drafts, "edited")
outlives = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"])
print("ready", flush=True)
sys.stdin.read()
"""
    )
    assert said(other) == "ready"
    end(other)
    assert names(drafts.free(SERVER)) == ["edited"]


def test_a_reader_sees_only_complete_drafts_also_of_a_killed_writer(
    drafts: Drafts, start: Start
) -> None:
    for count in range(1, 9):
        writer = start(WRITES_ON_AND_ON)
        assert said(writer) == "ready"
        (path,) = {path for path in files(drafts) if not path.name.startswith(".")} - {
            drafts.folder / draft.file for draft in drafts.free(SERVER).records
        }
        seen: set[str] = set()
        while not {"b", "c"} <= seen:  # until it was replaced between two reads
            assert writer.poll() is None
            seen.add(json.loads(path.read_bytes())["values"]["name"][0])
            assert len(drafts.free(SERVER).records) == count - 1
        end(writer)
        found = drafts.free(SERVER)
        assert (len(found.records), found.problems) == (count, ())


def test_exactly_one_of_several_programs_takes_a_draft_over(drafts: Drafts, start: Start) -> None:
    everyone = {str(count) for count in range(30)}
    for name in everyone:
        left(drafts, name)
    others = [start(TAKES_ALL) for _ in range(6)]
    assert [said(other) for other in others] == ["ready"] * 6
    go(*others)
    had = [said(other).split() for other in others]

    assert sorted(chain(*had)) == sorted(everyone)
    found = drafts.free(SERVER)
    assert names(found) == []
    assert sorted(one.values.name for one in found.elsewhere) == sorted(everyone)
    assert len(files(drafts)) == len(everyone)
    for other in others:
        end(other)
    assert set(names(drafts.free(SERVER))) == everyone


def test_no_draft_is_lost_by_programs_killed_while_taking_over(
    drafts: Drafts, start: Start
) -> None:
    everyone = {str(count) for count in range(5)}
    for name in everyone:
        left(drafts, name)
    for rounds in range(6):
        others = [start(TAKES_AND_LEAVES), start(TAKES_AND_LEAVES)]
        for _ in range(rounds + 2):
            assert [said(other) for other in others]
        for other in others:
            end(other)
        assert set(names(drafts.free(SERVER))) == everyone


def test_a_full_disk_is_reported_and_keeps_the_older_draft_until_there_is_room(
    drafts: Drafts, start: Start
) -> None:
    other = start(FILLS_THE_DISK)
    full = f"could not be written: {os.strerror(errno.EFBIG).lower()}"
    assert [said(other) for _ in range(3)] == [full, full, ".json ()"]
    (path,) = files(drafts)
    assert json.loads(path.read_bytes())["values"]["name"] == "safe"
    go(other)
    assert said(other) == "left"
    assert names(drafts.free(SERVER)) == ["x" * 2000]

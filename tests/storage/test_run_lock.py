"""One run at a time on a server, in all programs of this machine."""

from __future__ import annotations

import asyncio
import fcntl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.journal_support import SERVER
from tui.model.user_error import UserError
from tui.storage.run_lock import RunUnderWay, is_run_under_way, only_run

HOLDS = """
import asyncio, sys
from pathlib import Path
from tui.storage.run_lock import only_run

async def hold():
    async with only_run(Path(sys.argv[1]), sys.argv[2]):
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(hold())
"""


async def hold(folder: Path, held: asyncio.Event, until: asyncio.Event) -> None:
    async with only_run(folder, SERVER):
        held.set()
        await until.wait()


@pytest.mark.parametrize("in_memory", [False, True])
async def test_a_second_run_of_this_program_is_refused(tmp_path: Path, in_memory: bool) -> None:
    folder = None if in_memory else tmp_path / "runs"
    async with only_run(folder, SERVER):
        assert is_run_under_way(folder, SERVER)
        assert not is_run_under_way(folder, "https://other.example")
        with pytest.raises(RunUnderWay):
            async with only_run(folder, SERVER):
                pass
        assert is_run_under_way(folder, SERVER)
    assert not is_run_under_way(folder, SERVER)
    async with only_run(folder, SERVER):
        assert is_run_under_way(folder, SERVER)


def test_a_run_of_another_program_is_refused_until_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS, str(tmp_path), SERVER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        assert is_run_under_way(tmp_path, SERVER)
        with pytest.raises(RunUnderWay):
            asyncio.run(hold(tmp_path, asyncio.Event(), asyncio.Event()))
        child.kill()
        child.communicate()
    assert not is_run_under_way(tmp_path, SERVER)


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "runs"
    with pytest.raises(UserError, match="could not be written"):
        is_run_under_way(folder, SERVER)
    with pytest.raises(UserError, match="could not be written"):
        async with only_run(folder, SERVER):
            pass


class Drive:
    """A network drive that answers no request for a lock until it is told to."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.answers = threading.Event()
        self._flock = fcntl.flock

    def flock(self, descriptor: int, operation: int) -> None:
        self.asked.set()
        self.answers.wait()
        self._flock(descriptor, operation)


@pytest.fixture
def drive(monkeypatch: pytest.MonkeyPatch) -> Iterator[Drive]:
    found = Drive()
    monkeypatch.setattr(fcntl, "flock", found.flock)
    yield found
    found.answers.set()


async def test_a_drive_that_hangs_holds_up_only_the_run(tmp_path: Path, drive: Drive) -> None:
    held, until = asyncio.Event(), asyncio.Event()
    run = asyncio.create_task(hold(tmp_path, held, until))
    await asyncio.to_thread(drive.asked.wait)
    assert not held.is_set(), "the loop goes on while the drive is asked"
    drive.answers.set()
    await held.wait()
    assert is_run_under_way(tmp_path, SERVER)
    until.set()
    await run
    assert not is_run_under_way(tmp_path, SERVER)


def wait_until_free(folder: Path) -> None:
    """Wait until the thread that waits for the drive has its answer."""
    while is_run_under_way(folder, SERVER):
        time.sleep(0.001)


async def test_a_lock_that_nobody_waits_for_any_more_is_freed(tmp_path: Path, drive: Drive) -> None:
    run = asyncio.create_task(hold(tmp_path, asyncio.Event(), asyncio.Event()))
    await asyncio.to_thread(drive.asked.wait)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    drive.answers.set()
    await asyncio.to_thread(wait_until_free, tmp_path)
    async with only_run(tmp_path, SERVER):
        pass

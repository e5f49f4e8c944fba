"""Calls that never return hold nothing up."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tui.model.user_error import UserError
from tui.storage import blocking_calls
from tui.storage.blocking_calls import DaemonExecutor, Skipped, Waiting
from tui.storage.disk import within

HANGS = """
import asyncio, socket, threading
from contextlib import suppress
from tui.storage import blocking_calls
from tui.storage.blocking_calls import DaemonExecutor

def never(*rest, **more):
    threading.Event().wait()

socket.getaddrinfo = never

async def main():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(DaemonExecutor())
    for call in (asyncio.to_thread(never), loop.getaddrinfo("host.example", 80)):
        with suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await call
    print(await asyncio.to_thread(lambda: "others are done"))

asyncio.run(main())
"""


def test_a_program_ends_while_a_disk_and_a_name_server_do_not_answer() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGS], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "others are done\n"


def test_a_running_write_is_finished_before_the_end(tmp_path: Path) -> None:
    begun = threading.Event()

    def write() -> None:
        begun.set()
        (tmp_path / "file").write_text("whole")

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(DaemonExecutor())
        loop.run_in_executor(None, write)
        await asyncio.to_thread(begun.wait)

    asyncio.run(main())
    assert (tmp_path / "file").read_text() == "whole"


async def test_calls_do_not_wait_for_each_other_and_reuse_idle_threads() -> None:
    executor, gate = DaemonExecutor(), threading.Event()
    waiting = [executor.submit(gate.wait) for _ in range(100)]
    assert executor.submit(threading.get_ident).result() != threading.get_ident()
    gate.set()
    assert all(one.result() for one in waiting)
    failed = executor.submit(lambda: 1 // 0)
    assert isinstance(failed.exception(), ZeroDivisionError)
    executor.shutdown()


async def test_a_disk_that_does_not_answer_is_reported() -> None:
    asyncio.get_running_loop().set_default_executor(DaemonExecutor())
    gate = threading.Event()
    with pytest.raises(UserError, match=r"the disk did not answer within 0\.05 s"):
        await within(0.05, gate.wait)
    gate.set()
    assert await within(60, str, 7) == "7"


def test_only_a_slow_call_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    named = threading.Event()
    waiting = Waiting(lambda what: named.set())
    monkeypatch.setattr(blocking_calls, "SLOW", 30)
    assert waiting.call("a file", 60, lambda: 7) == 7
    assert not named.is_set()
    monkeypatch.setattr(blocking_calls, "SLOW", 0.01)
    assert waiting.call("a file", 60, lambda: named.wait(60)), "it was named while it ran"


def test_a_call_that_is_waited_for_has_a_name_and_can_be_skipped() -> None:
    waiting, seen = Waiting(), []
    assert waiting.call("a file", 60, lambda: seen.append(waiting.what)) is None
    assert seen == ["a file"]
    assert not waiting.skip()
    with pytest.raises(TimeoutError):
        waiting.call("a file", 0.01, threading.Event().wait)

    def work() -> None:
        assert waiting.skip()
        threading.Event().wait()

    with pytest.raises(Skipped):
        waiting.call("another", 60, work)
    assert (waiting.what, waiting.skipped) == ("", "another")

"""Commands that are interrupted or killed at any step: what they tell is true, and runs go on."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.cli.support import Server, hookboard, program
from tui.sandbox.codechat_v2.bodies import Search
from tui.sandbox.codechat_v2.server import Sandbox
from tui.sandbox.records import Webhook

FLAG = "messagesSet"
CHANGE = ("set", "--all", "--off", FLAG, "--yes", "--json")
THEIRS = "https://theirs.example/in"
DONE = ("saved", "already_so", "saved_after_all")

LIST, READ, WRITE, ANSWER = "the list", "a read", "a write", "the answer to a write"
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Halt:
    """Holds the server at a step until the test lets it go on."""

    step: str
    skips: int
    """How many such steps come before."""
    reached: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)

    def asked(self, request: Request) -> Response | None:
        steps = {"POST": LIST, "GET": READ, "PUT": WRITE}
        self._hold(steps.get(request.method, ""))
        return None

    def answered(self, request: Request) -> None:
        self._hold(ANSWER if request.method == "PUT" else "")

    def _hold(self, step: str) -> None:
        if step != self.step or self.reached.is_set():
            return
        if self.skips:
            self.skips -= 1
            return
        self.reached.set()
        assert self.goes_on.wait(60)


def webhooks(server: Server) -> list[Webhook]:
    """Return the webhooks as the server has them."""
    sandbox = server.sandbox
    assert isinstance(sandbox, Sandbox)
    records = sandbox.store.search(Search(), 100).records
    return [webhook for _instance, theirs in records for webhook in theirs]


def interrupted(server: Server, step: str, skips: int, number: int) -> tuple[int, str, str]:
    """Send a signal to a command at a step; return its exit code and output."""
    halt = Halt(step, skips)
    server.answer, server.answered = halt.asked, halt.answered
    with program(*CHANGE) as running:
        assert halt.reached.wait(60)
        running.send_signal(number)
        if number != signal.SIGKILL and step != LIST:
            halt.goes_on.set()  # what is under way is waited for
        out, err = running.communicate(timeout=60)
        halt.goes_on.set()
    server.answer, server.answered = lambda _request: None, lambda _request: None
    return running.returncode, out, err


def assert_true(server: Server, rows: list[dict[str, Any]]) -> None:
    """Hold the rows of a report against what the server has."""
    flags = {one.id: one.flags for one in webhooks(server)}
    for row in rows:
        if row["outcome"] in DONE:
            assert flags[row["webhook_id"]][FLAG] is False
        elif row["outcome"] == "not_reached":
            assert flags[row["webhook_id"]][FLAG] is True


def assert_goes_on(server: Server, run: str) -> None:
    """Go on with a run after somebody else changed a webhook of it: both have what they want."""
    assert isinstance(server.sandbox, Sandbox)
    mine = {one["webhook_id"] for one in hookboard("history", "--run", run, "--json").rows}
    theirs = next(one for one in reversed(webhooks(server)) if one.id in mine)
    server.sandbox.store.save(replace(theirs, url=THEIRS))
    ended = hookboard("apply", "--resume", run, "--yes", "--json")
    assert ended.code == 0, ended.err
    assert {row["outcome"] for row in ended.rows} <= set(DONE)
    for one in webhooks(server):
        assert one.flags.get(FLAG) is not True
        assert (one.url == THEIRS) == (one.id == theirs.id)
    assert hookboard("apply", "--resume", run, "--yes").code == 0
    told = {one["webhook_id"]: one for one in hookboard("history", "--run", run, "--json").rows}
    assert told.keys() == {row["webhook_id"] for row in ended.rows}
    assert {one["outcome"] for one in told.values()} <= set(DONE)


@pytest.mark.parametrize(
    "step, skips, number",
    [
        (READ, 0, signal.SIGINT),
        (WRITE, 0, signal.SIGTERM),
        (WRITE, 2, signal.SIGINT),
        (ANSWER, 0, signal.SIGHUP),
    ],
)
def test_an_interrupted_run_ends_what_is_under_way_and_goes_on(
    server: Server, step: str, skips: int, number: int
) -> None:
    code, out, err = interrupted(server, step, skips, number)
    assert code == 128 + number
    told = json.loads(out)
    assert told["totals"]["rows"] == len(told["rows"]) > 2
    assert {row["outcome"] for row in told["rows"]} <= {*DONE, "not_reached"}
    assert_true(server, told["rows"])
    if told["totals"]["not_reached"]:
        assert f"hookboard apply --resume {told['run']} --yes" in err
    assert "Traceback" not in err
    assert_goes_on(server, told["run"])


@pytest.mark.parametrize(
    "step, skips", [(READ, 0), (WRITE, 0), (WRITE, 2), (ANSWER, 0), (ANSWER, 2)]
)
def test_a_killed_run_goes_on_with_what_may_have_arrived(
    server: Server, step: str, skips: int
) -> None:
    code, out, _err = interrupted(server, step, skips, signal.SIGKILL)
    assert (code, out) == (-signal.SIGKILL, "")
    rows = hookboard("history", "--json").rows
    assert_true(server, rows)
    assert "not_known" in {row["outcome"] for row in rows}
    (run,) = {row["run"] for row in rows if row["run"]}
    assert_goes_on(server, run)


@pytest.mark.parametrize("number", [*INTERRUPTS, signal.SIGKILL], ids=lambda one: one.name)
def test_a_command_that_ends_in_its_list_has_written_nothing(server: Server, number: int) -> None:
    before = webhooks(server)
    code, out, err = interrupted(server, LIST, 1, number)
    assert webhooks(server) == before
    assert hookboard("history", "--json").rows == []
    if number == signal.SIGKILL:
        assert (code, out) == (-number, "")
        return
    assert code == 128 + number
    told = json.loads(out)
    assert (told["complete"], told["rows"], told["run"]) == (False, [], "")
    assert "Traceback" not in err


SMALL = 4096
"""Bytes that the pipe of an unread command takes: fewer than its output has."""


@contextmanager
def unread(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command whose output nobody reads, and wait until its pipe is full."""
    reader, writer = os.pipe()
    try:
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, SMALL)
        with program(*arguments, stdout=writer) as running:
            while select.select([], [writer], [], 0)[1]:
                assert running.poll() is None, "it ended without filling the pipe"
            try:
                yield running
            finally:
                running.kill()
    finally:
        os.close(reader)
        os.close(writer)


@pytest.mark.parametrize(
    "command, number",
    [
        ("list --json", signal.SIGTERM),
        ("list --jsonl", signal.SIGINT),
        ("export", signal.SIGHUP),
    ],
)
def test_a_signal_ends_a_command_whose_output_nobody_reads(
    large_server: Server, command: str, number: int
) -> None:
    with unread(*command.split()) as running:
        running.send_signal(number)
        assert running.wait(60) == 128 + number
        assert running.stderr is not None
        assert "Traceback" not in running.stderr.read()


def test_a_signal_ends_a_command_whose_file_is_a_pipe_that_nobody_reads(
    server: Server, home: Path
) -> None:
    pipe = home / "pipe"
    os.mkfifo(pipe)
    is_read = threading.Event()
    server.answered = lambda _request: is_read.set()
    with program("list", "-o", str(pipe)) as running:
        assert is_read.wait(60)
        running.send_signal(signal.SIGTERM)
        try:
            assert running.wait(60) == 128 + signal.SIGTERM
        finally:
            running.kill()


def test_an_interrupted_run_whose_output_nobody_reads_knows_what_it_wrote(
    large_server: Server,
) -> None:
    with unread(*CHANGE[:-1], "--jsonl", "--max-changes", "100%") as running:
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 128 + signal.SIGTERM
    rows = hookboard("history", "--json").rows
    assert_true(large_server, rows)
    assert "not_known" not in {row["outcome"] for row in rows}
    (run,) = {row["run"] for row in rows if row["run"]}
    assert_goes_on(large_server, run)

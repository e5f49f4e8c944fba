"""JSON that was asked for is whole whatever happens, and its lines come as soon as rows end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.cli.support import Ended, Server, hookboard, program
from tests.e2e.programs import HOOKBOARD
from tui.core.command.list_reader import ListReader
from tui.core.run.run import Run
from tui.model.server_kind import KINDS, ServerKind
from tui.sandbox.kinds import open_kind
from tui.sandbox.serve import running

NAMES = {"hookboard", "command", "run", "server", "rows", "totals", "complete", "said"}
WRITES = ("PUT", "PATCH")
CHANGE = ("set", "--all", "--off", "messagesSet", "--yes", "--max-changes", "100%")


def said_nothing_but(ended: Ended, command: str, words: str) -> None:
    """Check a document of a command that came to nothing."""
    found = ended.json
    assert set(found) == NAMES
    assert (found["command"], found["rows"], found["complete"]) == (command, [], False)
    assert words in " ".join(found["said"])
    assert words in ended.err


@pytest.mark.parametrize(
    "arguments, command, words",
    [
        (("list", "--json", "--plain"), "list", "Only one of"),
        (("list", "--json", "--bogus"), "list", "No such option"),
        (("list", "--json", "--where", "instanc=x"), "list", "Did you mean instance?"),
        (("set", "--json"), "set", "Say which webhooks"),
        (("apply", "--json"), "apply", "Give a file"),
        (("apply", "--json", "missing.toml"), "apply", "missing.toml cannot be read"),
        (("plan", "--json", "missing.toml"), "plan", "missing.toml cannot be read"),
        (("drift", "--json"), "drift", "Missing argument"),
        (("restore", "--json"), "restore", "Give --at TIME or --run RUN"),
        (("history", "--json", "--since", "then"), "history", "Write a time"),
        (("export", "--json", "--all", "--where", "enabled=on"), "export", "Give either --all"),
        (("--timeout", "0", "list", "--json"), "list", "--timeout"),
        (("--json", "list"), "list", "No such option"),
    ],
)
def test_a_wrong_call_is_told_as_json(
    server: Server, arguments: tuple[str, ...], command: str, words: str
) -> None:
    ended = hookboard(*arguments)
    assert ended.code == 2
    said_nothing_but(ended, command, words)
    assert server.requests == []
    lines = hookboard(*("--jsonl" if one == "--json" else one for one in arguments))
    head, end = lines.json_lines
    assert (lines.code, head["command"], end["complete"]) == (2, command, False)
    assert end["said"]


@pytest.mark.parametrize(
    "command", ["list", "get x", "export", "history", "set --all --on f --yes"]
)
def test_a_faulty_configuration_is_told_as_json(home: Path, command: str) -> None:
    name, *options = command.split()
    ended = hookboard(name, *options, "--json")
    assert ended.code == 2
    said_nothing_but(ended, name, "nothing is configured")
    (home / "config.toml").write_text("[profiles")
    ended = hookboard(name, *options, "--json")
    assert ended.code == 2
    said_nothing_but(ended, name, "config.toml")


def test_a_fault_of_our_own_is_told_as_json_and_ends_with_1(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ListReader, "read", None)
    ended = hookboard("list", "--json")
    assert ended.code == 1
    said_nothing_but(ended, "list", "Hookboard failed (TypeError)")
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("form", ["--json", "--jsonl"])
def test_a_fault_between_two_rows_ends_the_output_whole(
    server: Server, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    from tui.core.command import list_report

    made = list_report.webhook_json
    count = iter(range(100))

    def faulty(*row: object) -> object:
        if next(count) == 2:
            raise RecursionError
        return made(*row)  # type: ignore[arg-type]

    for module in ("tui.core.command.list_report", "tui.cli.rows_as_read"):
        __import__(module)
        monkeypatch.setattr(sys.modules[module], "webhook_json", faulty)
    ended = hookboard("list", form)
    assert ended.code == 1
    if form == "--json":
        said_nothing_but(ended, "list", "Hookboard failed (RecursionError)")
    else:
        *_rows, end = ended.json_lines
        assert end["complete"] is False


def test_a_file_takes_the_document_but_a_backup_is_not_replaced_by_it(
    server: Server, home: Path
) -> None:
    for name in ("list.json", "export.json"):
        (home / name).write_text("older\n")
    server.answer = lambda _request: Response(status_code=500)
    assert hookboard("list", "--json", "-o", str(home / "list.json")).out == ""
    assert json.loads((home / "list.json").read_text())["complete"] is False
    ended = hookboard("export", "--json", "-o", str(home / "export.json"))
    assert (ended.code, ended.out) == (5, "")
    assert (home / "export.json").read_text() == "older\n"
    assert hookboard("export", "--json").json["complete"] is False


def test_without_json_a_wrong_call_writes_no_data(server: Server) -> None:
    for form in ((), ("--plain",)):
        assert hookboard("list", "--bogus", *form).out == ""
    assert hookboard("list", "--where", "webhook=--json", "--bogus").out == ""


@pytest.fixture
def gate(server: Server) -> threading.Event:
    """Hold back all writes but the first until this is set."""
    may_go_on = threading.Event()
    first: list[Request] = []

    def is_held(request: Request) -> bool:
        if request.method not in WRITES or may_go_on.is_set():
            return False
        if not first:
            first.append(request)
        return request is not first[0]

    server.is_held = is_held
    return may_go_on


def test_a_row_of_a_run_is_written_as_soon_as_it_ended(
    server: Server, gate: threading.Event
) -> None:
    with program(*CHANGE, "--jsonl") as started:
        assert started.stdout is not None
        head = json.loads(started.stdout.readline())
        row = json.loads(started.stdout.readline())
        assert not gate.is_set()
        assert head["run"]
        assert row["outcome"] == "saved"
        gate.set()
        *others, end = map(json.loads, started.stdout)
    assert end["totals"]["rows"] == 1 + len(others)
    assert started.returncode == 0


def test_a_run_whose_reader_leaves_stops_and_the_journal_knows(
    server: Server, gate: threading.Event
) -> None:
    with program(*CHANGE, "--jsonl", "--at-once", "1") as started:
        assert started.stdout is not None
        run = json.loads(started.stdout.readline())["run"]
        started.stdout.close()
        gate.set()
        assert started.stderr is not None
        err = started.stderr.read()
    assert started.returncode == 5
    assert "Traceback" not in err
    assert f"hookboard apply --resume {run} --yes" in err
    outcomes = [row["outcome"] for row in hookboard("history", "--run", run, "--json").rows]
    assert "saved" in outcomes
    assert "not_reached" in outcomes
    assert hookboard("apply", "--resume", run, "--yes").code == 0


def test_a_list_whose_reader_leaves_asks_for_no_more(server: Server) -> None:
    may_go_on = threading.Event()
    pages: list[Request] = []

    def is_held(request: Request) -> bool:
        if request not in pages:
            pages.append(request)
        return request is not pages[0] and not may_go_on.is_set()

    server.is_held = is_held
    with program("list", "--jsonl", "--api", "codechat-v2") as started:
        assert started.stdout is not None
        assert json.loads(started.stdout.readline())["command"] == "list"
        started.stdout.close()
        may_go_on.set()
        assert started.stderr is not None
        assert started.stderr.read() == ""
    assert started.returncode == 0


def test_a_row_of_a_server_that_is_read_one_by_one_is_written_at_once(evolution: Server) -> None:
    may_go_on = threading.Event()
    last = hookboard("list", "--json").rows[-1]["instance"]

    def is_held(request: Request) -> bool:
        return request.url.path.endswith(f"/webhook/find/{last}") and not may_go_on.is_set()

    evolution.is_held = is_held
    with program("list", "--jsonl") as started:
        assert started.stdout is not None
        head, row = (json.loads(started.stdout.readline()) for _line in range(2))
        assert head["server"]["kind"] == "evolution-v2"
        assert row["instance"]
        assert not may_go_on.is_set()
        may_go_on.set()
        *_others, end = map(json.loads, started.stdout)
    assert end["complete"] is True


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_is_gone_before_the_first_row_is_not_reached(
    kind: ServerKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry_out = Run.carry_out
    with open_kind(kind) as sandbox, ExitStack() as serving:
        server = Server(sandbox, serving.enter_context(running(sandbox)))
        for name, value in server.variables.items():
            monkeypatch.setenv(name, value)
        flag = hookboard("list", "--json").rows[0]["on"][0]

        async def alone(run: Run) -> None:
            serving.close()
            await carry_out(run)

        monkeypatch.setattr(Run, "carry_out", alone)
        change = ("--all", "--off", flag, "--yes", "--max-changes", "100%")
        ended = hookboard("set", *change, "--json")
    assert ended.code == 7, ended.err
    totals = ended.json["totals"]
    assert totals["not_saved"] == 1
    assert totals["saved"] == totals["not_known"] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("form", ["--json", "--jsonl"])
def test_a_signal_while_standard_input_is_read_is_told_as_json(
    server: Server, number: signal.Signals, form: str
) -> None:
    with program("apply", "-", "--yes", form, stdin=subprocess.PIPE) as started:
        assert started.stdin is not None
        started.stdin.write("hookboard = 1\n" * 100)
        started.stdin.flush()
        _wait_until_it_reads(started.pid)
        started.send_signal(number)
        out, err = started.communicate()
    assert started.returncode == 128 + number
    documents = [json.loads(out)] if form == "--json" else [*map(json.loads, out.splitlines())]
    assert documents[-1]["complete"] is False
    assert "Traceback" not in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_the_program_is_imported_is_told_as_json(number: signal.Signals) -> None:
    code = (
        "import os, sys\n"
        "from tui.cli.start import main\n"
        "class Signals:\n"
        "    def find_spec(self, name, *others):\n"
        f"        name == 'click' and os.kill(os.getpid(), {number.value})\n"
        "sys.meta_path.insert(0, Signals())\n"
        "sys.argv = ['hookboard', 'list', '--json']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (128 + number, "")
    assert json.loads(done.stdout)["complete"] is False


def _wait_until_it_reads(pid: int) -> None:
    """Wait until a program has taken all of its input and asks for more."""
    while Path(f"/proc/{pid}/wchan").read_text() not in ("pipe_read", "anon_pipe_read"):
        os.sched_yield()


def test_a_program_that_ignores_hangups_goes_on(server: Server, gate: threading.Event) -> None:
    with subprocess.Popen(
        ["nohup", HOOKBOARD, *CHANGE, "--jsonl"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdout is not None
        started.stdout.readline()
        started.send_signal(signal.SIGHUP)
        gate.set()
        *_rows, end = map(json.loads, started.stdout)
    assert started.returncode == 0
    assert end["totals"]["not_reached"] == 0

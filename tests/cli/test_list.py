"""``hookboard list`` and ``get`` against sandboxes of every kind, on sockets."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from click import Context
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.cli.support import Server, hookboard, program
from tests.e2e.programs import HOOKBOARD
from tui.cli.main import main
from tui.sandbox.codechat_v2.server import Sandbox

FULL = "/dev/full"
LATE = (
    *("textual", "rich", "tomlkit", "keyring", "pydantic", "tui.app", "tui.core.board"),
    *("tui.core.patch.patch", "tui.core.plan", "tui.core.run", "tui.core.history", "tui.core.save"),
)
"""Modules that a list does not import."""


def test_a_list_has_every_webhook_of_every_instance(any_server: Server) -> None:
    ended = hookboard("list", "--json")
    assert (ended.code, ended.err) == (0, "")
    found = ended.json
    assert (found["hookboard"], found["command"], found["complete"]) == (1, "list", True)
    assert found["server"] == {"url": any_server.url, "kind": any_server.sandbox.kind}
    assert found["totals"] == {"rows": len(ended.rows), "not_read": 0}
    assert len({row["instance"] for row in ended.rows}) >= 4
    for row in ended.rows:
        assert row["url"].startswith("http")
        assert row["on"] or row["off"]
        assert not set(row["on"]) & set(row["off"])


def test_all_forms_of_a_list_have_the_same_webhooks(any_server: Server) -> None:
    rows = hookboard("list", "--json").rows
    head, *lines, end = hookboard("list", "--jsonl").json_lines
    # A line is written as soon as its webhook is read, in whatever order these arrive.
    assert sorted(lines, key=str) == sorted(rows, key=str)
    assert (head["hookboard"], end["totals"]["rows"]) == (1, len(rows))
    plain = [line.split("\t") for line in hookboard("list", "--plain").out.splitlines()]
    assert [(one[0], one[3], one[6]) for one in plain] == [
        (row["instance"], row["webhook_id"], row["url"]) for row in rows
    ]
    text = hookboard("list").out.splitlines()
    assert text[0].split()[0] == "INSTANCE"
    assert [line.split()[0] for line in text[1:]] == [row["instance"] for row in rows]
    assert "\x1b" not in "".join(text)


def test_selectors_choose_and_leave_out(any_server: Server) -> None:
    rows = hookboard("list", "--json", "--all").rows
    loja = hookboard("list", "--json", "--where", "instance=LOJA-*").rows
    assert loja == [row for row in rows if row["instance"].startswith("loja-")] != []
    chosen = hookboard("list", "--json", "--where", "instance=loja-*", "--not", "enabled=off").rows
    assert chosen == [row for row in loja if row["enabled"]] != []
    flag = rows[0]["on"][0]
    on = hookboard("list", "--json", "--where", f"flag:{flag}=on").rows
    assert on == [row for row in rows if flag in row["on"]]


@pytest.mark.parametrize(
    "options, said",
    [
        (("--where", "instance"), "Write KEY=GLOB"),
        (("--where", "instanc=x"), "Did you mean instance?"),
        (("--not", "enabled=yes"), "Write on or off"),
        (("--all", "--where", "enabled=on"), "Give either --all"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_asks_no_server(
    server: Server, options: tuple[str, ...], said: str
) -> None:
    ended = hookboard("list", *options)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert server.requests == []


def test_only_chosen_instances_are_asked_where_the_list_has_no_webhooks(
    evolution: Server,
) -> None:
    shop = hookboard("list", "--json").rows[0]["instance"]
    evolution.requests.clear()
    ended = hookboard("list", "--json", "--where", f"instance={shop}")
    assert [row["instance"] for row in ended.rows] == [shop]
    assert ended.json["complete"] is True
    asked = [one for one in evolution.requests if "/webhook/find/" in one]
    assert asked == [f"GET /webhook/find/{shop}"]


def test_get_shows_the_webhooks_of_an_instance(any_server: Server) -> None:
    rows = hookboard("list", "--json").rows
    first = rows[0]
    ended = hookboard("get", first["instance"], "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.rows == [row for row in rows if row["instance_id"] == first["instance_id"]]
    assert hookboard("get", first["instance_id"], "--json").rows == ended.rows
    text = hookboard("get", first["instance"]).out
    assert first["url"] in text
    assert first["on"][0] in text


def test_get_shows_one_webhook_by_name_or_id(server: Server) -> None:
    one = hookboard("get", "loja-norte/crm", "--json").rows
    assert [(row["instance"], row["webhook"]) for row in one] == [("loja-norte", "crm")]
    assert hookboard("get", f"loja-norte/{one[0]['webhook_id']}", "--json").rows == one


def test_get_of_what_is_not_there_is_an_error(server: Server) -> None:
    ended = hookboard("get", "nowhere", "--json")
    assert (ended.code, ended.rows) == (2, [])
    assert "There is no instance nowhere." in ended.err
    ended = hookboard("get", "loja-norte/nothing")
    assert (ended.code, ended.out) == (2, "")
    assert "There is no webhook loja-norte/nothing." in ended.err
    assert "Name one webhook as INSTANCE/WEBHOOK." in ended.err


@pytest.mark.parametrize(
    "command",
    [("get", "loja-norte/crm"), ("set", "--all", "--like", "loja-norte/crm", "--dry-run")],
)
def test_a_webhook_named_where_webhooks_have_no_names_is_an_error(
    any_server: Server, command: tuple[str, ...]
) -> None:
    ended = hookboard(*command)
    if any_server.sandbox.kind == "codechat-v2":  # the only kind that names webhooks
        assert ended.code == 0
        return
    assert ended.code == 2
    assert "There is no webhook loja-norte/crm." in ended.err
    assert "name the instance alone" in ended.err


def test_get_of_an_instance_without_a_webhook_says_so(any_server: Server) -> None:
    ended = hookboard("get", "outlet-br101")
    assert (ended.code, ended.err) == (2, "hookboard: outlet-br101 has no webhook.\n")


def test_a_list_that_broke_off_is_never_a_short_list(server: Server) -> None:
    pages = 0

    def answer(request: Request) -> Response | None:
        nonlocal pages
        pages += 1
        return JSONResponse({"message": ["no more"]}, 400) if pages > 1 else None

    server.answer = answer
    ended = hookboard("list", "--json")
    assert ended.code == 5
    assert len({row["instance"] for row in ended.rows}) == 2
    assert ended.json["complete"] is False
    assert "answered 400" in ended.json["said"][0]
    assert "The list broke off: it is incomplete." in ended.err
    pages = 0
    assert hookboard("list", "--plain").code == 5


def test_instances_that_could_not_be_read_are_named(evolution: Server) -> None:
    shop = hookboard("list", "--json").rows[0]["instance"]
    evolution.answer = lambda request: (
        JSONResponse({"message": "broken"}, 400)
        if request.url.path.endswith(f"/webhook/find/{shop}")
        else None
    )
    ended = hookboard("list", "--json")
    assert ended.code == 5
    assert ended.json["complete"] is False
    (unread,) = ended.json["not_read"]
    assert unread["instance"] == shop
    assert "broken" in unread["said"]
    assert "The webhooks of 1 instance could not be read." in ended.err


def test_a_refused_token_is_exit_4_without_a_key_and_without_the_token(
    any_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKBOARD_TOKEN", "wrong-4711")
    ended = hookboard("list", "--json")
    assert (ended.code, ended.rows, ended.json["complete"]) == (4, [], False)
    assert "answered 401" in ended.err
    assert "--token-file" in ended.err
    assert "^t" not in ended.err
    assert "wrong-4711" not in ended.out + ended.err


def test_a_server_that_is_not_reached_is_exit_7(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKBOARD_URL", "http://127.0.0.1:1")
    ended = hookboard("list", "--json")
    assert (ended.code, ended.rows, ended.json["complete"]) == (7, [], False)
    assert ended.err.startswith("hookboard: ")


def test_without_a_configuration_nothing_is_listed() -> None:
    ended = hookboard("list", "--json")
    assert (ended.code, ended.rows) == (2, [])
    assert "nothing is configured" in ended.err


def test_a_password_in_a_url_is_masked(server: Server) -> None:
    assert isinstance(server.sandbox, Sandbox)
    first = server.sandbox.store.connected()[0]
    found = server.sandbox.store.webhooks(first.id)[0]
    url = "https://me:s3cr3t-pw@crm.example/in?token=s3cr3t-tk"
    server.sandbox.store.save(replace(found, url=url))
    for form in ("--json", "--jsonl", "--plain", "-q"):
        ended = hookboard("list", form)
        assert "crm.example" in ended.out
        assert "s3cr3t" not in ended.out + ended.err


def test_a_file_is_private_and_whole(server: Server, home: Path) -> None:
    path = home / "list.json"
    ended = hookboard("list", "--json", "-o", str(path))
    assert (ended.code, ended.out) == (0, "")
    assert json.loads(path.read_text())["complete"] is True
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_an_error(server: Server, home: Path) -> None:
    (home / "file").touch()
    ended = hookboard("list", "-o", str(home / "file" / "list.json"))
    assert (ended.code, ended.out) == (2, "")
    assert "could not be written" in ended.err


def test_a_full_disk_is_said_without_a_trace(server: Server) -> None:
    with Path(FULL).open("w") as full, program("list", stdout=full) as running:
        _out, err = running.communicate()
    assert running.returncode == 2
    assert err.splitlines() == [
        "hookboard: standard output could not be written: no space left on device"
    ]


def test_a_reader_that_has_read_enough_is_no_error(server: Server) -> None:
    script = f"{HOOKBOARD} list --plain | head -1; exit ${{PIPESTATUS[0]}}"
    ended = subprocess.run(
        ["bash", "-c", script], env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) == 1


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_whole_json(server: Server, number: int, code: int) -> None:
    arrived = threading.Event()

    def answer(request: Request) -> Response | None:
        if len(server.requests) > 1:
            arrived.set()
            server.sandbox.latency = 60.0
        return None

    server.answer = answer
    with program("list", "--json") as running:
        assert arrived.wait(60)
        running.send_signal(number)
        out, err = running.communicate()
    assert running.returncode == code
    found = json.loads(out)
    assert found["complete"] is False
    assert found["totals"]["rows"] == len(found["rows"]) > 0
    assert "Traceback" not in err


def test_a_list_imports_nothing_of_screens_and_runs() -> None:
    code = (
        "import sys\n"
        "from tui.cli.main import main\n"
        "main(['--demo', 'list', '--json'], standalone_mode=False)\n"
    )
    watch = (
        "import atexit, sys\n"
        f"late = {LATE!r}\n"
        "atexit.register(lambda: sys.stderr.write(str([o for o in late if o in sys.modules])))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", watch + code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["complete"] is True
    assert done.stderr == "[]"


@pytest.mark.parametrize("command", [[], ["list"], ["set"], ["apply"], ["history"]])
def test_the_help_imports_nothing_that_it_does_not_print(command: list[str]) -> None:
    code = (
        "import atexit, sys\n"
        "import tui.cli.main\n"
        "late = ('asyncio', 'json', 'logging', 'tui.core')\n"
        "atexit.register(lambda: sys.stderr.write(str([o for o in late if o in sys.modules])))\n"
        f"tui.cli.main.main({[*command, '--help']})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]"
    assert "Usage:" in done.stdout
    assert ("Commands:" in done.stdout) == (not command)


def test_the_help_lists_all_commands() -> None:
    done = hookboard("--help")
    for name in main.list_commands(Context(main)):
        assert f"\n  {name} " in done.out
        ended = hookboard(name, "--help")
        assert ended.code == 0
        assert "Usage:" in ended.out


@pytest.mark.parametrize("command", [("list", "-o"), ("export", "-o"), ("plan", "FILE", "-o")])
def test_a_device_takes_the_content_and_is_not_replaced(
    server: Server, home: Path, command: tuple[str, ...]
) -> None:
    file = home / "webhooks.toml"
    file.write_text("hookboard = 1\n")
    full, null = home / "full", home / "null"
    full.symlink_to(FULL)
    null.symlink_to(os.devnull)
    called = [str(file) if one == "FILE" else one for one in command]
    ended = hookboard(*called, str(full))
    assert (ended.code, "full could not be written: no space left" in ended.err) == (2, True)
    assert hookboard(*called, str(null)).code == 0
    assert Path(FULL).is_char_device()
    assert Path(os.devnull).is_char_device()


def test_a_pipe_takes_the_content(server: Server) -> None:
    script = f"{HOOKBOARD} list --plain -o >(cat >&2); wait $!"
    ended = subprocess.run(
        ["bash", "-c", script], env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == hookboard("list", "--plain").out


@pytest.mark.parametrize(
    "closed, code, out, said",
    [
        (">&-", 2, False, "hookboard: standard output could not be written"),
        ("2>&-", 0, True, ""),
        ("<&-", 0, True, ""),
        (">&- 2>&- <&-", 2, False, ""),
    ],
)
def test_streams_that_are_closed_end_no_command_with_a_fault(
    server: Server, closed: str, code: int, out: bool, said: str
) -> None:
    script = f"{HOOKBOARD} list --plain {closed}"
    ended = subprocess.run(
        ["bash", "-c", script], env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert (ended.returncode, bool(ended.stdout)) == (code, out)
    assert ended.stderr.startswith(said)
    assert "failed" not in ended.stderr

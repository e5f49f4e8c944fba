"""``hookboard history`` and ``restore``: what was changed, by whom, and putting it back."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.cli.support import Server, hookboard, program
from tui.sandbox.codechat_v2.server import Sandbox

FLAG = ("--off", "messagesSet")
SHOP = ("--where", "instance=loja-norte")


def change_url(server: Server, url: str, nth: int = 0) -> None:
    """Change a webhook of the first connected instance past the API, as somebody else."""
    sandbox = server.sandbox
    assert isinstance(sandbox, Sandbox)
    instance = sandbox.store.connected()[0]
    assert instance.name == "loja-norte"
    sandbox.store.save(replace(sandbox.store.webhooks(instance.id)[nth], url=url))


def state(*select: str) -> list[object]:
    """Return the values of webhooks, without when they were changed."""
    rows = hookboard("list", "--json", *select).rows
    return [{key: row[key] for key in row if key != "updated_at"} for row in rows]


def run_of(*arguments: str) -> str:
    ended = hookboard(*arguments, "--yes", "--json")
    assert ended.code == 0, ended.err
    return str(ended.json["run"])


def test_a_run_is_in_the_history_and_put_back_on_every_kind(any_server: Server) -> None:
    before = state()
    first = hookboard("list", "--json").rows[0]
    where = ("--where", f"instance={first['instance']}")
    run = run_of("set", *where, "--url", "https://new.example/in", "--off", first["on"][0])
    ended = hookboard("history", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.json["complete"] is True
    assert {row["run"] for row in ended.rows} == {run}
    assert {row["from"] for row in ended.rows} == {"command_line"}
    assert {row["outcome"] for row in ended.rows} == {"saved"}
    changed = {change.get("flag") or change["field"] for change in ended.rows[0]["changes"]}
    assert changed == {"url", first["on"][0]}
    of_run = hookboard("history", "--run", run, "--json").rows
    assert {row["webhook_id"]: row["changes"] for row in of_run} == {
        row["webhook_id"]: row["changes"] for row in ended.rows
    }
    restored = hookboard("restore", "--run", run, "--yes", "--json")
    assert restored.code == 0, restored.err
    assert state() == before
    newest = hookboard("history", "--json").rows[0]
    assert newest["from"] == "restore"


def test_all_forms_of_a_history_have_the_same_rows(server: Server) -> None:
    run = run_of("set", "--all", *FLAG)
    rows = hookboard("history", "--json").rows
    _head, *lines, end = hookboard("history", "--jsonl").json_lines
    assert (lines, end["totals"]["rows"]) == (rows, len(rows))
    plain = [line.split("\t") for line in hookboard("history", "--plain").out.splitlines()]
    assert [(one[0], one[4], one[9]) for one in plain] == [
        (row["at"], row["webhook_id"], "messagesSet") for row in rows
    ]
    text = hookboard("history").out.splitlines()
    assert text[0].split()[0] == "TIME"
    assert all(f"run {run}, command line" in line for line in text[1:])
    only = hookboard("history", *SHOP, "--json").rows
    assert only == [row for row in rows if row["instance"] == "loja-norte"] != []


def test_what_others_changed_is_in_it_after_a_list(server: Server) -> None:
    hookboard("list")
    change_url(server, "https://me:s3cr3t@theirs.example/in")
    hookboard("list")
    requests = len(server.requests)
    ended = hookboard("history", "--json")
    (row,) = ended.rows
    assert (row["from"], row["who"], row["run"]) == ("others", "", "")
    assert row["since"] is not None
    assert [change["field"] for change in row["changes"]] == ["url"]
    assert "s3cr3t" not in ended.out + hookboard("history").out
    assert len(server.requests) == requests


def test_a_run_that_stopped_has_the_rows_that_were_not_reached(server: Server) -> None:
    def answer(request: Request) -> Response | None:
        return JSONResponse({"message": "no"}, 400) if request.method == "PUT" else None

    server.answer = answer
    ended = hookboard("set", "--all", *FLAG, "--yes", "--json")
    rows = hookboard("history", "--run", ended.json["run"], "--json").rows
    outcomes = [row["outcome"] for row in rows]
    assert outcomes[0] == "refused"
    assert set(outcomes[1:]) == {"not_reached"}
    assert rows[1]["changes"] == [{"flag": "messagesSet", "old": True, "new": False}]


def test_a_run_that_was_killed_is_in_it_and_goes_on(server: Server) -> None:
    arrived = threading.Event()

    def answer(request: Request) -> Response | None:
        if request.method == "PUT" and not arrived.is_set():
            arrived.set()
            server.sandbox.latency = 60.0
        return None

    server.answer = answer
    with program("set", "--all", *FLAG, "--yes") as running:
        assert arrived.wait(60)
        running.kill()
        running.wait()
    server.sandbox.latency = 0.0
    (row,) = hookboard("history", "--json").rows
    assert (row["outcome"], row["from"]) == ("not_known", "command_line")
    assert row["changes"] == [{"flag": "messagesSet", "old": True, "new": False}]
    ended = hookboard("apply", "--resume", row["run"], "--yes", "--json")
    assert ended.code == 0, ended.err
    assert ended.rows[0]["outcome"] in ("saved", "saved_after_all")
    assert {one["outcome"] for one in ended.rows[1:]} == {"saved"}


def test_undoing_a_run_keeps_what_others_changed_since(server: Server) -> None:
    run = run_of("set", *SHOP, "--where", "webhook=crm", *FLAG)
    change_url(server, "https://theirs.example/in")
    assert hookboard("restore", "--run", run, "--yes").code == 0
    (row,) = hookboard("get", "loja-norte/crm", "--json").rows
    assert row["url"] == "https://theirs.example/in"
    assert "messagesSet" in row["on"]
    whole = hookboard("restore", "--run", run, "--whole", "--yes")
    assert whole.code == 0, whole.err
    (row,) = hookboard("get", "loja-norte/crm", "--json").rows
    assert row["url"] == "https://crm.loja.com.br/hooks/whatsapp/entrada"


def test_webhooks_are_put_back_as_they_were_at_a_time(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state()
    hookboard("list")
    at = _now_between()
    run_of("set", *SHOP, "--url", "https://new.example/{webhook}", *FLAG)
    change_url(server, "https://theirs.example/in")
    hookboard("list")
    ended = hookboard("restore", *SHOP, "--at", at, "--yes", "--json")
    assert ended.code == 0, ended.err
    crm, other = hookboard("get", "loja-norte", "--json").rows
    assert crm["url"] == "https://theirs.example/in", "what others changed stays"
    assert "messagesSet" in crm["on"]
    assert other["url"] == "https://audit.loja.com.br/in/loja-norte"
    ended = hookboard("restore", *SHOP, "--at", at, "--whole", "--yes", "--json")
    assert ended.code == 0, ended.err
    assert state() == before


def _now_between() -> str:
    """Return a time after all that was noted so far, and before all that will be."""
    now = datetime.now(UTC)
    while datetime.now(UTC) == now:
        pass
    return now.isoformat()


def test_what_is_not_known_at_a_time_is_left_out(server: Server) -> None:
    ended = hookboard("restore", *SHOP, "--at", "2001-01-01", "--yes", "--json")
    assert ended.code == 5
    assert {row["said"][0] for row in ended.rows} == {"Nothing is known of it at that time."}


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("restore", "--all"), "Give --at TIME or --run RUN."),
        (("restore", "--at", "3d", "--run", "x"), "Give --at TIME or --run RUN."),
        (("restore", "--at", "soon", "--all"), "Write a time like"),
        (("restore", "--at", "3d"), "Say which webhooks"),
        (("history", "--since", "soon"), "Write a time like"),
        (("history", "--where", "state=open"), "The history does not know the state"),
        (("history", "--run", "nothing"), "There is no run nothing"),
        (("restore", "--run", "nothing", "--yes"), "There is no run nothing"),
        (("restore", "--where", "instance=x", "--at", "3d", "--yes"), "No webhook is selected."),
    ],
)
def test_a_wrong_call_says_what_is_wrong(
    server: Server, arguments: tuple[str, ...], said: str
) -> None:
    ended = hookboard(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err

"""``hookboard set``: what it changes, what holds it back, and runs that are cut off."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.cli.support import Server, hookboard, program

WRITES = ("PUT", "PATCH", "DELETE")
FLAG = ("--off", "messagesSet")


def writes(server: Server) -> list[str]:
    return [one for one in server.requests if one.startswith(WRITES) or "/webhook/set" in one]


def test_a_change_is_saved_on_every_kind(any_server: Server) -> None:
    first = hookboard("list", "--json").rows[0]
    where = ("--where", f"instance={first['instance']}")
    flag = first["on"][0]
    url = "https://new.example/{instance}"
    ended = hookboard("set", *where, "--url", url, "--off", flag, "--yes", "--json")
    assert ended.code == 0, ended.err
    assert ended.json["run"]
    assert {row["outcome"] for row in ended.rows} == {"saved"}
    after = hookboard("list", *where, "--json").rows
    assert {row["url"] for row in after} == {f"https://new.example/{first['instance']}"}
    assert not any(flag in row["on"] for row in after)
    again = hookboard("set", *where, "--url", url, "--off", flag, "--yes", "--json")
    assert (again.code, again.json["totals"]["already_so"]) == (0, len(after))


def test_all_forms_of_a_report_have_the_same_rows(server: Server) -> None:
    change = ("set", "--all", *FLAG, "--dry-run")
    rows = hookboard(*change, "--json").rows
    assert rows
    _head, *lines, end = hookboard(*change, "--jsonl").json_lines
    assert (lines, end["totals"]["rows"]) == (rows, len(rows))
    plain = [line.split("\t") for line in hookboard(*change, "--plain").out.splitlines()]
    assert [one[3:5] for one in plain] == [[row["webhook_id"], row["outcome"]] for row in rows]
    assert writes(server) == []


def test_without_a_terminal_nothing_is_written_without_yes(server: Server) -> None:
    ended = hookboard("set", "--all", *FLAG, "--json")
    assert ended.code == 6
    assert "Nothing is written without --yes." in ended.err
    assert ended.json["totals"]["not_reached"] > 0
    assert writes(server) == []


HELD = {
    ("--expect", "3"): "and --expect says 3.",
    ("--max-changes", "1"): "Add --max-changes",
    ("--max-changes", "10%"): "Add --max-changes",
    ("--enabled", "off"): "Add --allow off.",
    ("--read-only",): "This server is read-only.",
}


@pytest.mark.parametrize("options, said", HELD.items(), ids=map(" ".join, HELD))
def test_a_safety_rule_holds_a_command_back(
    server: Server, options: tuple[str, ...], said: str
) -> None:
    ended = hookboard("set", "--all", *FLAG, *options, "--yes", "--json")
    assert ended.code == 6
    assert said in ended.err
    assert ended.json["totals"]["saved"] == 0
    assert writes(server) == []


def test_a_production_server_needs_the_name_of_its_profile(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config.toml").write_text(
        f'[profiles.loja]\nurl = "{server.url}"\napi = "codechat-v2"\nproduction = true\n'
        f'business = "{server.sandbox.business_id}"\n'
    )
    for name in ("URL", "API", "BUSINESS"):
        monkeypatch.delenv(f"HOOKBOARD_{name}")
    change = ("set", "--where", "instance=loja-norte", *FLAG, "--yes")
    ended = hookboard(*change)
    assert ended.code == 6
    assert "Add --confirm loja." in ended.err
    assert hookboard(*change, "--confirm", "another").code == 6
    assert writes(server) == []
    assert hookboard(*change, "--confirm", "loja").code == 0


@pytest.mark.parametrize(
    "options, said",
    [
        ((*FLAG,), "Say which webhooks"),
        (("--all",), "Say what to change"),
        (("--all", "--move-host", "https://a=b"), "--move-host must be like"),
        (("--all", "--url", "https://x/{nam}"), "not {nam}"),
        (("--all", "--on", "newJwt", "--off", "newJwt"), "newJwt cannot be on and off"),
        (("--all", "--preset", "quiet", "--like", "a/b"), "Only one of these"),
        (("--all", *FLAG, "--allow", "all"), "--allow takes off, create and delete"),
        (("--all", *FLAG, "--max-changes", "many"), "--max-changes must be like"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_asks_no_server(
    server: Server, options: tuple[str, ...], said: str
) -> None:
    ended = hookboard("set", *options, "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert server.requests == []


@pytest.mark.parametrize(
    "options, said",
    [
        (("--where", "instance=nowhere", *FLAG), "No webhook is selected."),
        (("--all", "--preset", "loud"), "There is no preset loud."),
        (("--all", "--like", "loja-norte"), "Several webhooks go by loja-norte."),
        (("--all", "--like", "nowhere/crm"), "There is no webhook nowhere/crm."),
    ],
)
def test_what_the_server_lacks_is_an_error(
    server: Server, options: tuple[str, ...], said: str
) -> None:
    ended = hookboard("set", *options, "--yes", "--json")
    assert (ended.code, ended.rows) == (2, [])
    assert said in ended.err
    assert writes(server) == []


def test_flags_of_a_preset_and_of_another_webhook_are_taken(server: Server) -> None:
    where = ("--where", "instance=loja-norte", "--where", "webhook=crm")
    assert hookboard("set", *where, "--preset", "messages", "--yes").code == 0
    messages = set(hookboard("get", "loja-norte/crm", "--json").rows[0]["on"])
    assert "messagesUpsert" in messages
    assert "presenceUpdate" not in messages
    where = ("--where", "instance=loja-norte", "--where", "webhook=auditoria")
    assert hookboard("set", *where, "--like", "loja-norte/crm", "--yes").code == 0
    assert set(hookboard("get", "loja-norte/auditoria", "--json").rows[0]["on"]) == messages


def test_a_flag_that_a_webhook_lacks_is_said_and_the_others_are_written(server: Server) -> None:
    ended = hookboard("set", "--all", "--on", "noSuchFlag", "--yes", "--json")
    assert ended.code == 5
    assert {(row["outcome"], row["reason"]) for row in ended.rows} == {("invalid", "no_such_flag")}
    assert writes(server) == []


def test_a_refused_token_writes_nothing_and_is_exit_4(server: Server) -> None:
    server.answer = lambda request: (
        JSONResponse({"message": "no"}, 401) if request.method in WRITES else None
    )
    ended = hookboard("set", "--all", *FLAG, "--yes", "--json")
    assert ended.code == 4
    totals = ended.json["totals"]
    assert (totals["saved"], totals["no_access"]) == (0, 1)
    assert "answered 401" in ended.err
    assert "^t" not in ended.err
    assert f"--resume {ended.json['run']}" in ended.err


def test_a_run_that_was_stopped_goes_on_with_resume(server: Server) -> None:
    server.answer = lambda request: (
        JSONResponse({"message": ["broken"]}, 400) if request.method in WRITES else None
    )
    ended = hookboard("set", "--all", *FLAG, "--yes", "--json")
    assert ended.code == 5
    outcomes = [row["outcome"] for row in ended.rows]
    assert outcomes[0] == "refused"
    assert "not_reached" in outcomes
    run = ended.json["run"]
    server.answer = lambda _request: None
    ended = hookboard("apply", "--resume", run, "--json")
    assert (ended.code, writes(server)[1:]) == (6, [])
    ended = hookboard("apply", "--resume", run, "--yes", "--json")
    assert (ended.code, ended.json["run"]) == (5, run)
    assert {row["outcome"] for row in ended.rows[1:]} == {"saved"}


def test_rows_that_failed_are_tried_again(server: Server) -> None:
    failed: list[str] = []

    def answer(request: Request) -> Response | None:
        if request.method == "GET" and failed and request.url.path == failed[0]:
            return JSONResponse({"message": "broken"}, 500)
        if request.method in WRITES and not failed and len(writes(server)) > 1:
            failed.append(request.url.path)
            return JSONResponse({"message": "broken"}, 500)
        return None

    server.answer = answer
    ended = hookboard("set", "--all", *FLAG, "--yes", "--json")
    assert (ended.code, ended.json["totals"]["not_known"]) == (5, 1), ended.out
    server.answer = lambda _request: None
    again = hookboard("apply", "--retry", ended.json["run"], "--yes", "--json")
    assert (again.code, [row["outcome"] for row in again.rows]) == (0, ["saved"])
    ended = hookboard("apply", "--retry", "nothing", "--yes", "--json")
    assert (ended.code, ended.rows) == (2, [])
    assert "There is no run nothing" in ended.err


def test_what_is_left_of_a_run_is_shown(server: Server) -> None:
    server.answer = lambda request: (
        JSONResponse({"message": ["broken"]}, 400) if request.method in WRITES else None
    )
    where = ("--where", "instance=loja-norte")
    run = hookboard("set", *where, *FLAG, "--yes", "--json").json["run"]
    server.answer = lambda _request: None
    ended = hookboard("apply", "--resume", run, "--dry-run")
    assert ended.out.splitlines() == ["loja-norte › auditoria", "  messagesSet on → off"]
    assert hookboard("apply", "--resume", run, "--yes").code == 5
    ended = hookboard("apply", "--resume", run, "--dry-run")
    assert (ended.out, ended.err, ended.code) == ("Nothing is left to do.\n", "", 0)
    ended = hookboard("apply", "--resume", run, "--yes", "--json")
    assert (ended.code, ended.json["run"], ended.json["totals"]["refused"]) == (5, run, 1)


def test_apply_takes_one_of_file_resume_and_retry(server: Server) -> None:
    for options in ((), ("-", "--resume", "r"), ("--resume", "r", "--retry", "r")):
        ended = hookboard("apply", *options, stdin="")
        assert (ended.code, ended.out) == (2, "")
        assert "Give a file" in ended.err
    ended = hookboard("apply", "--resume", "r", "--expect", "3")
    assert "--expect and --max-changes are for new plans" in ended.err


def test_an_interrupted_run_ends_what_is_under_way_and_says_how_to_go_on(
    server: Server,
) -> None:
    arrived, goes_on = threading.Event(), threading.Event()

    def answer(request: Request) -> Response | None:
        if request.method in WRITES and not arrived.is_set():
            arrived.set()
            assert goes_on.wait(60)
        return None

    server.answer = answer
    with program("set", "--all", *FLAG, "--yes", "--json") as running:
        assert arrived.wait(60)
        running.send_signal(signal.SIGINT)
        goes_on.set()
        out, err = running.communicate()
    assert running.returncode == 130
    found = json.loads(out)
    outcomes = [row["outcome"] for row in found["rows"] if row["changes"]]
    assert "saved" in outcomes
    assert f"hookboard apply --resume {found['run']} --yes" in err or "not_reached" not in outcomes
    server.answer = lambda _request: None
    ended = hookboard("apply", "--resume", found["run"], "--yes", "--json")
    assert ended.code == 0, ended.err
    assert {row["outcome"] for row in ended.rows} == {"saved"}

"""``hookboard export``, ``plan``, ``apply`` of files and plans, and ``drift``, on every kind."""

from __future__ import annotations

import json
import stat
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.cli.support import Ended, Server, hookboard
from tui.sandbox.codechat_v2.server import Sandbox


def written(home: Path, text: str, name: str = "webhooks.toml") -> str:
    path = home / name
    path.write_text(text, "utf-8")
    return str(path)


def planned(home: Path, *lines: str, command: Sequence[str] = ("plan", "--json")) -> Ended:
    """Return how a command on a file of those lines ended."""
    text = "\n".join(("hookboard = 1", *lines, ""))
    return hookboard(*command, written(home, text))


def change_url(server: Server, url: str, nth: int = 0) -> str:
    """Change a webhook past the API, as somebody else; return the instance's name."""
    sandbox = server.sandbox
    assert isinstance(sandbox, Sandbox)
    instance = sandbox.store.connected()[0]
    sandbox.store.save(replace(sandbox.store.webhooks(instance.id)[nth], url=url))
    return instance.name


@pytest.mark.parametrize("form", ["toml", "json"])
def test_a_plan_finds_no_difference_to_an_export(any_server: Server, form: str) -> None:
    options = ["--json"] if form == "json" else []
    export = hookboard("export", *options)
    assert (export.code, export.err) == (0, "")
    told = json.loads(export.out) if form == "json" else tomllib.loads(export.out)
    assert len(told["webhook"]) == len(hookboard("list", "--json").rows)
    ended = hookboard("plan", "-", stdin=export.out)
    assert (ended.code, ended.out, ended.err) == (0, "Nothing differs.\n", "")
    ended = hookboard("drift", "-", stdin=export.out)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert any_server.sandbox.token not in export.out


def test_an_export_puts_everything_back(any_server: Server, home: Path) -> None:
    path = str(home / "backup.toml")
    assert hookboard("export", "-o", path).code == 0
    rows = hookboard("list", "--json").rows
    host = rows[0]["url"].split("/")[2]
    flag = rows[0]["on"][0]
    change = ("--move-host", f"{host}=moved.example", "--off", flag)
    ended = hookboard("set", "--where", f"host={host}", *change, "--yes", "--json")
    assert ended.code == 0, ended.err
    changed = ended.json["totals"]["saved"]
    assert changed > 0
    drift = hookboard("drift", path)
    assert drift.code == 3
    assert len(drift.out.splitlines()) >= changed
    assert all("→" in line for line in drift.out.splitlines())
    ended = hookboard("apply", path, "--yes", "--json")
    assert ended.code == 0, ended.err
    assert ended.json["totals"]["saved"] == changed
    assert hookboard("drift", path).out == ""
    after = hookboard("list", "--json").rows
    for row in (*rows, *after):
        del row["updated_at"]
    assert after == rows


def test_headers_and_secrets_in_urls_are_not_exported(server: Server) -> None:
    change_url(server, "https://me:s3cr3t@crm.example/in")
    export = hookboard("export")
    assert "s3cr3t" not in export.out + export.err
    assert "# The URL is left out: it has a password or a token in it." in export.out
    assert 'headers = ["authorization"' in export.out
    ended = hookboard("plan", "-", stdin=export.out)
    assert (ended.code, ended.out) == (0, "Nothing differs.\n")


def test_nothing_is_exported_from_a_list_that_broke_off(server: Server, home: Path) -> None:
    def answer(request: Request) -> Response | None:
        return JSONResponse({"message": ["no"]}, 400) if len(server.requests) > 1 else None

    server.answer = answer
    path = home / "backup.toml"
    path.write_text("the last good one")
    ended = hookboard("export", "-o", str(path))
    assert (ended.code, ended.out) == (5, "")
    assert "nothing was exported" in ended.err
    assert path.read_text() == "the last good one"


def test_nothing_is_planned_over_a_list_that_broke_off(server: Server, home: Path) -> None:
    export = hookboard("export").out
    server.requests.clear()
    server.answer = lambda request: (
        JSONResponse({"message": ["no"]}, 400) if len(server.requests) > 1 else None
    )
    for command in ("plan", "drift", "apply"):
        server.requests.clear()
        ended = hookboard(command, "-", "--json", stdin=export)
        assert (ended.code, ended.rows, ended.json["complete"]) == (5, [], False)
        assert "nothing was planned" in ended.err


FAULTY = {
    "webhok = 1": "2: webhok is not known here. Did you mean webhook?",
    '[[webhook]]\ninstance = "loja-norte"\nname = "crm"\nurll = "x"': (
        "5: [[webhook]] 1: urll is not known here. Did you mean url?"
    ),
    '[[webhook]]\nname = "crm"': "2: [[webhook]] 1: instance is missing",
    '[[webhook]]\ninstance = "loja-norte"\nname = "crm"\nenabled = "on"': (
        "5: [[webhook]] 1: enabled must be true or false."
    ),
    '[[rule]]\nwhere = ["enabled=on"]\non = ["newJwt"]': (
        "3: [[rule]] 1: A rule selects by instance and webhook; a [[change]] may use enabled."
    ),
    '[[rule]]\nwhere = "instance=*"\non = ["newJwt"]\noff = ["newJwt"]': (
        "4: [[rule]] 1: newJwt cannot be on and off."
    ),
    '[[rule]]\nwhere = "instance=*"\nhost = "https://x"': "4: [[rule]] 1: host must be a host",
    '[[rule]]\nwhere = "instance=*"': "2: [[rule]] 1: This entry changes nothing",
    '[[rule]]\nwhere = "instance=nowhere"\non = ["newJwt"]': (
        "2: [[rule]] 1: It selects no webhook."
    ),
    '[[rule]]\nwhere = "instance=*"\npreset = "loud"': "2: [[rule]] 1: There is no preset loud.",
    '[[webhook]]\ninstance = "nowhere"\nname = "crm"': (
        "2: [[webhook]] 1: There is no instance nowhere."
    ),
    '[[webhook]]\ninstance = "loja-norte"\nenabled = true': (
        "2: [[webhook]] 1: It is about several webhooks"
    ),
    '[[webhook]]\ninstance = "loja-norte"\nname = "new"': "To make one, add its url.",
    'server = "https://other.example"': "It is for https://other.example",
    "this is no TOML": "This is not TOML",
    f"expect = {'9' * 5_000}": "The file has a number that is too long.",
    f"on = {'[' * 3_000}{']' * 3_000}": "The file is nested too deeply.",
}


@pytest.mark.parametrize("lines, said", FAULTY.items(), ids=range(len(FAULTY)))
def test_a_faulty_file_is_said_with_its_line(
    server: Server, home: Path, lines: str, said: str
) -> None:
    ended = planned(home, lines, command=("apply", "--yes"))
    assert ended.code == 2
    assert said in ended.err
    assert "webhooks.toml" in ended.err
    assert not [one for one in server.requests if one.startswith(("PUT", "PATCH", "DELETE"))]


def test_all_faults_are_said_at_once(server: Server, home: Path) -> None:
    ended = planned(home, "[[webhook]]", "on = 3", "[[rule]]", 'expect = "x"')
    assert ended.code == 2
    assert len(ended.err.splitlines()) >= 4
    assert server.requests == []


def test_entries_that_want_different_values_name_each_other(server: Server, home: Path) -> None:
    ended = planned(
        home,
        '[[rule]]\nwhere = "instance=loja-*"\non = ["newJwt"]',
        '[[webhook]]\ninstance = "loja-norte"\nname = "crm"\noff = ["newJwt"]',
    )
    assert ended.code == 2
    assert "[[rule]] 1: It and [[webhook]] 1 in line 5 want different values" in ended.err
    assert "loja-norte/crm: flag newJwt" in ended.err


def test_a_webhook_cannot_be_wanted_and_absent(server: Server, home: Path) -> None:
    entry = '[[webhook]]\ninstance = "loja-norte"\nname = "crm"\n'
    ended = planned(home, f'{entry}on = ["newJwt"]', f'{entry}state = "absent"')
    assert ended.code == 2
    assert "[[webhook]] 2: It and [[webhook]] 1 in line" in ended.err
    assert "loja-norte/crm: state" in ended.err


def test_rules_that_agree_add_up_in_any_order(server: Server, home: Path) -> None:
    rules = (
        '[[rule]]\nwhere = "instance=loja-*"\nhost = "new.example"',
        '[[rule]]\nwhere = ["instance=loja-norte", "webhook=crm"]\noff = ["messagesSet"]',
    )
    first, second = planned(home, *rules), planned(home, *reversed(rules))
    assert first.code == 3
    assert sorted(map(str, first.rows)) == sorted(map(str, second.rows))
    (crm,) = [
        row for row in first.rows if (row["instance"], row["webhook"]) == ("loja-norte", "crm")
    ]
    assert [change.get("flag") or change["field"] for change in crm["changes"]] == [
        "url",
        "messagesSet",
    ]


def test_a_change_selects_by_state_and_drift_refuses_it(server: Server, home: Path) -> None:
    lines = '[[change]]\nwhere = "enabled=on"\nhost = "new.example"\nexpect = 99'
    ended = planned(home, lines)
    assert ended.code == 6
    assert "It expects 99 webhooks and selects" in ended.err
    assert planned(home, lines.replace("99", "4")).code == 3
    ended = planned(home, lines, command=("drift",))
    assert (ended.code, ended.out) == (2, "")
    assert "[[change]] 1 is made once" in ended.err


def test_a_webhook_is_made_and_deleted_with_permission(server: Server, home: Path) -> None:
    made = '[[webhook]]\ninstance = "loja-norte"\nname = "new"\nurl = "https://new.example/in"'
    ended = planned(home, made, command=("apply", "--yes", "--json"))
    assert (ended.code, ended.json["totals"]["not_reached"]) == (6, 1)
    assert "Add --allow create." in ended.err
    ended = planned(home, made, command=("apply", "--yes", "--allow", "create"))
    assert ended.code == 0, ended.err
    assert hookboard("get", "loja-norte/new").code == 0
    assert planned(home, made, command=("drift",)).code == 0
    absent = '[[webhook]]\ninstance = "loja-norte"\nname = "new"\nstate = "absent"'
    assert planned(home, absent, command=("apply", "--yes")).code == 6
    ended = planned(home, absent, command=("apply", "--yes", "--allow", "delete"))
    assert ended.code == 0, ended.err
    assert hookboard("get", "loja-norte/new").code == 2
    assert planned(home, absent, command=("drift",)).code == 0


def test_a_stored_plan_is_private_and_applied_once(server: Server, home: Path) -> None:
    plan = home / "checked.plan"
    command = ("plan", "-o", str(plan), "--json")
    ended = planned(home, '[[rule]]\nwhere = "instance=*"\nhost = "new.example"', command=command)
    assert ended.code == 3
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600
    assert server.sandbox.token not in plan.read_text()
    first = hookboard("apply", str(plan), "--yes", "--json")
    assert first.code == 0, first.err
    assert first.json["totals"]["saved"] == len(ended.rows) > 0
    again = hookboard("apply", str(plan), "--yes", "--json")
    assert (again.code, again.json["totals"]["already_so"]) == (0, len(ended.rows))


def test_a_stored_plan_merges_what_others_changed_since(server: Server, home: Path) -> None:
    plan = home / "checked.plan"
    rule = '[[rule]]\nwhere = "instance=loja-norte"\nhost = "new.example"'
    planned(home, rule, command=("plan", "-o", str(plan)))
    change_url(server, "https://theirs.example/in")
    ended = hookboard("apply", str(plan), "--yes", "--json")
    assert ended.code == 5
    outcomes = {(row["webhook"], row["outcome"]) for row in ended.rows}
    assert outcomes == {("crm", "conflict"), ("auditoria", "saved")}
    assert hookboard("get", "loja-norte/crm", "--json").rows[0]["url"] == (
        "https://theirs.example/in"
    )


@pytest.mark.parametrize("content", ['{"plan": 2}', '{"plan": 1, "server": "x", "rows": [3]}'])
def test_a_damaged_plan_is_refused(server: Server, home: Path, content: str) -> None:
    path = written(home, content, "damaged.plan")
    ended = hookboard("apply", path, "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert "damaged.plan" in ended.err


def test_a_file_that_is_not_there_is_an_error(server: Server) -> None:
    ended = hookboard("plan", "nowhere.toml")
    assert (ended.code, ended.out) == (2, "")
    assert "nowhere.toml cannot be read: no such file or directory" in ended.err

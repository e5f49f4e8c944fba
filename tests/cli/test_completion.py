"""Words that a shell completes: commands, options, and names from the last list that was read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cli.support import Server, hookboard
from tests.e2e.programs import HOOKBOARD
from tui.cli.call import COMPLETE
from tui.cli.main import main
from tui.cli.shells import SHELLS
from tui.model.condition_keys import KEYS
from tui.model.preset_names import BUILT_IN_NAMES

HEAVY = (
    *("asyncio", "email", "httpx", "json", "logging", "pydantic", "rich", "ssl"),
    *("starlette", "textual", "tomlkit", "tui.core"),
)


def offered(line: str, word: str | None = None) -> list[str]:
    """Return what bash is told for a line up to the cursor; ``word`` is what bash replaces."""
    last = line.rpartition(" ")[2] if word is None else word
    ended = CliRunner().invoke(
        main,
        [],
        prog_name="hookboard",
        env={COMPLETE: "bash_complete", "COMP_LINE": f"hookboard {line}", "COMP_WORD": last},
        catch_exceptions=False,
    )
    assert ended.stderr == ""
    return [one.partition(",")[2] for one in ended.stdout.split()]


def test_commands_and_options_are_offered() -> None:
    assert offered("re") == ["restore"]
    assert {"list", "get", "set", "completion", "sandbox"} <= set(offered(""))
    assert offered("list --js") == ["--json", "--jsonl"]
    assert offered("--dem") == ["--demo"]
    assert offered("set --enabled o") == ["on", "off"]
    assert offered("set --allow c") == ["create"]
    assert offered("config s") == ["show"]


def test_names_are_those_of_the_last_list_and_no_server_is_asked(any_server: Server) -> None:
    assert offered("get ") == []
    rows = hookboard("list", "--json").rows
    asked = len(any_server.requests)
    instances = {row["instance"] for row in rows}

    assert set(offered("get ")) == instances
    assert set(offered("set --like ")) == instances
    assert set(offered("list --where instance=")) == {f"instance={one}" for one in instances}
    first = rows[0]
    assert offered(f"get {first['instance']}")[0] == first["instance"]
    if first["webhook"]:
        assert f"{first['instance']}/{first['webhook']}" in offered(f"get {first['instance']}/")
        assert f"webhook={first['webhook']}" in offered("list --not webhook=")
    flags = {flag for row in rows for flag in (*row["on"], *row["off"])}
    assert set(offered("set --on ")) == set(offered("set --off ")) == flags
    assert {f"flag:{flag}=" for flag in flags} == set(offered("list --where flag:"))
    assert len(any_server.requests) == asked


def test_names_of_another_server_are_not_offered(server: Server) -> None:
    hookboard("list", "--json")
    assert offered("get ")
    assert offered("get --url https://elsewhere.example ") == []


def test_a_webhook_that_is_gone_is_not_offered(server: Server) -> None:
    first, *_others = hookboard("list", "--json").rows
    name = f"{first['instance']}/{first['webhook']}"
    assert name in offered(f"get {name}")
    file = (
        f'hookboard = 1\n[[webhook]]\ninstance = "{first["instance"]}"\n'
        f'name = "{first["webhook"]}"\nstate = "absent"\n'
    )
    assert hookboard("apply", "-", "--yes", "--allow", "delete", stdin=file).code == 0
    assert name not in offered(f"get {name}")


def test_runs_are_offered(server: Server) -> None:
    change = ("--where", "instance=loja-norte", "--off", "messagesSet", "--yes")
    run = hookboard("set", *change, "--json").json["run"]
    for option in ("apply --resume", "apply --retry", "history --run", "restore --run"):
        assert offered(f"{option} ") == [run]


def test_profiles_and_presets_are_those_of_the_configuration(home: Path) -> None:
    (home / "config.toml").write_text(
        '[presets.mine]\non = ["messagesUpsert"]\n'
        '[profiles.loja]\nurl = "https://a.example"\n[profiles.lab]\nurl = "https://b.example"\n'
    )
    assert offered("--profile l") == ["loja", "lab"]
    assert offered("set --confirm lo") == ["loja"]
    assert offered("set --preset ") == ["mine", *BUILT_IN_NAMES]


@pytest.mark.parametrize("content", ["[profiles", "profiles = 3\npresets = 4", "\0"])
def test_a_faulty_configuration_offers_nothing_and_says_nothing(home: Path, content: str) -> None:
    (home / "config.toml").write_text(content)
    assert offered("--profile ") == []


def test_a_damaged_journal_offers_nothing_and_is_left_as_it_is(server: Server, home: Path) -> None:
    hookboard("list", "--json")
    (journal,) = home.rglob("journal.sqlite")
    journal.write_bytes(b"not a journal" * 1000)
    assert offered("get ") == offered("set --on ") == offered("apply --retry ") == []
    assert journal.read_bytes() == b"not a journal" * 1000


def test_a_completion_makes_no_file(home: Path) -> None:
    offered("get ")
    assert list(home.iterdir()) == []


def test_conditions_are_completed_key_by_key() -> None:
    assert set(offered("list --where ")) == {
        "flag:" if key.startswith("flag:") else f"{key}=" for key in KEYS
    }
    assert offered("list --where enabled=", "=") == ["on", "off"]
    assert offered("list --where flag:messagesUpsert=o", "o") == ["on", "off"]


def test_bash_is_told_only_what_it_replaces(server: Server) -> None:
    hookboard("list", "--json")
    for line in (
        "list --where instance=loja-n",
        "list --where=instance=loja-n",
        "list --all --where instance=loja-n",
    ):
        assert offered(line, "loja-n") == ["loja-norte"]
    assert offered("list --where 'instance=loja-n", "'instance=loja-n") == ["instance=loja-norte"]


@pytest.mark.parametrize(
    "line", ["apply ", "drift ", "plan ", "plan x -o ", "list -o ", "--log-file ", "--token-file "]
)
def test_the_shell_offers_files_where_one_is_meant(line: str) -> None:
    ended = CliRunner().invoke(
        main,
        [],
        prog_name="hookboard",
        env={COMPLETE: "bash_complete", "COMP_LINE": f"hookboard {line}", "COMP_WORD": ""},
    )
    assert ended.stdout == "file,\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_its_script(shell: str) -> None:
    ended = hookboard("completion", shell)
    assert ended.code == 0
    assert f"{COMPLETE}={shell}_complete" in ended.out
    assert ended.err == ""


def test_bash_runs_the_script(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    hookboard("list", "--json")
    monkeypatch.setenv("PATH", f"{HOOKBOARD.parent}:{os.environ['PATH']}")
    call = (
        "COMP_LINE='hookboard list --where instance=loja-n x' COMP_POINT=38 COMP_CWORD=5\n"
        "COMP_WORDS=(hookboard list --where instance = loja-n x)\n"
        "_hookboard_completion hookboard\n"
        "printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    )
    script = hookboard("completion", "bash").out
    done = subprocess.run(
        ["bash", "--norc", "-c", script + call], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("loja-norte\n", "")


@pytest.mark.parametrize(
    "line, more",
    [
        ("", ("dataclasses", "sqlite3")),
        ("list --where instance=", ("dataclasses",)),
        ("set --preset ", ("sqlite3",)),
        ("get ", ("dataclasses",)),
    ],
)
def test_a_completion_imports_nothing_that_takes_long(
    server: Server, line: str, more: tuple[str, ...]
) -> None:
    hookboard("list", "--json")
    code = (
        "import atexit, sys\n"
        "import tui.cli.main\n"
        f"late = {(*HEAVY, *more)!r}\n"
        "found = lambda: ' '.join(one for one in late if one in sys.modules)\n"
        "atexit.register(lambda: sys.stderr.write(found()))\n"
        "tui.cli.main.main(prog_name='hookboard')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            COMPLETE: "bash_complete",
            "COMP_LINE": f"hookboard {line}",
            "COMP_WORD": "",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout
    assert done.stderr == ""

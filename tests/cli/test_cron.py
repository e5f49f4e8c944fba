"""A line of cron: no terminal, few variables, and a configuration that may be broken."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.support import Server, hookboard
from tests.e2e.programs import HOOKBOARD

WATCH = "hookboard drift webhooks.toml > drift.txt 2>&1 || { echo $? >> drift.txt; exit 1; }"


def cron(home: Path, line: str = WATCH) -> subprocess.CompletedProcess[str]:
    """Run a line as cron does: in the home, without a terminal, with few variables."""
    return subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=home,
        env={"HOME": str(home), "LOGNAME": "ana", "PATH": f"{HOOKBOARD.parent}:/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )


@pytest.fixture
def profile(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration of a server whose token comes from a command, with an export."""
    assert hookboard("export", "-o", str(home / "webhooks.toml")).code == 0
    vault = home / "vault"
    vault.write_text(f"#!/bin/sh\necho {server.sandbox.token}\n")
    vault.chmod(0o700)
    config = home / ".config" / "hookboard" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        f'[profiles.loja]\nurl = "{server.url}"\napi = "codechat-v2"\n'
        f'business = "{server.sandbox.business_id}"\ntoken_command = ["{vault}"]\n'
    )
    return config


def test_a_night_without_a_difference_is_quiet(profile: Path, home: Path) -> None:
    ended = cron(home)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert (home / "drift.txt").read_text() == ""


def test_a_difference_is_a_line_and_exit_3(profile: Path, home: Path) -> None:
    change = "hookboard set --where instance=loja-norte --off messagesSet --yes"
    assert cron(home, change).returncode == 0
    assert cron(home).returncode == 1
    assert (home / "drift.txt").read_text().splitlines() == [
        "loja-norte › crm: messagesSet off → on",
        "loja-norte › auditoria: messagesSet off → on",
        "3",
    ]


def break_token(config: Path) -> None:
    vault = config.parents[2] / "vault"
    vault.write_text("#!/bin/sh\necho broken-4711\n")


def break_token_command(config: Path) -> None:
    (config.parents[2] / "vault").unlink()


def break_configuration(config: Path) -> None:
    config.write_text("[profiles\n")


def take_configuration(config: Path) -> None:
    """Put a folder in its place: the mode 0000 of a file keeps root from nothing."""
    config.unlink()
    config.mkdir()


def lose_file(config: Path) -> None:
    (config.parents[2] / "webhooks.toml").unlink()


@pytest.mark.parametrize(
    "breaks, code, said",
    [
        (break_token, 4, "answered 401"),
        (break_token_command, 2, "vault"),
        (break_configuration, 2, "config.toml is not valid TOML"),
        (take_configuration, 2, "config.toml"),
        (lose_file, 2, "webhooks.toml cannot be read"),
    ],
)
def test_what_is_broken_is_said_in_the_mail(
    server: Server, profile: Path, home: Path, breaks: object, code: int, said: str
) -> None:
    assert callable(breaks)
    breaks(profile)
    assert cron(home).returncode == 1
    *lines, last = (home / "drift.txt").read_text().splitlines()
    text = "\n".join(lines)
    assert last == str(code)
    assert said in text
    assert lines[0].startswith("hookboard: ")
    assert "Traceback" not in text
    assert "broken-4711" not in text
    assert server.sandbox.token not in text

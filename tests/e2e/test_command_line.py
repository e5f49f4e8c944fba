"""The command in scripts and pipes."""

from __future__ import annotations

import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment, sandbox_process
from tests.e2e.terminal import Terminal


def run(
    home: Path, *arguments: str, stdin: str | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(HOOKBOARD), *arguments],
        env=environment(home, **env),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def in_shell(home: Path, script: str, **env: str) -> Terminal:
    """Run a line of shell in a terminal; ``hookboard`` is on its path."""
    path = f"{HOOKBOARD.parent}:{environment(home)['PATH']}"
    return Terminal(["/bin/sh", "-c", script], env=environment(home, **env) | {"PATH": path})


def test_into_a_pipe_it_says_one_line_and_exits_2(home: Path) -> None:
    with in_shell(home, '{ hookboard --demo; echo "exit $?" >&2; } | cat') as terminal:
        terminal.wait()
        lines = [line.rstrip() for line in terminal.text().splitlines() if line.strip()]
    assert lines == ["hookboard: this is not a terminal; Hookboard is interactive", "exit 2"]
    assert b"\x1b" not in terminal.output


def test_without_a_keyboard_it_says_one_line_and_exits_2(home: Path) -> None:
    with in_shell(home, "hookboard --demo </dev/null") as terminal:
        assert terminal.wait() == 2
        lines = [line.rstrip() for line in terminal.text().splitlines() if line.strip()]
    assert len(lines) == 1
    assert lines[0].startswith("hookboard: standard input is not a terminal")
    assert b"\x1b" not in terminal.output


def test_without_a_terminal_nothing_goes_to_standard_output(home: Path) -> None:
    ended = run(home, "--demo")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1


UNFIT = {
    "TERM=dumb": "hookboard: TERM is dumb: this terminal cannot move the cursor.",
    "TERM=": "hookboard: TERM is not set: this terminal cannot move the cursor.",
    "LC_ALL=pt_BR.ISO-8859-1": "hookboard: LC_ALL is pt_BR.ISO-8859-1, which is not UTF-8.",
    "LANG=ja_JP.eucJP@x": "hookboard: LANG is ja_JP.eucJP@x, which is not UTF-8.",
    "PYTHONIOENCODING=latin-1": "hookboard: the encoding of the terminal, iso8859-1, is not UTF-8.",
}


@pytest.mark.parametrize("setting, said", UNFIT.items(), ids=UNFIT)
def test_an_unsuitable_terminal_is_reported_in_one_line(
    home: Path, setting: str, said: str
) -> None:
    with in_shell(home, f"env {setting} hookboard --demo") as terminal:
        assert terminal.wait() == 2
    lines = terminal.text().split("\n")
    assert lines[0].startswith(said)
    assert not any(line.strip() for line in lines[1:])
    assert b"\x1b" not in terminal.output


def test_a_missing_terminal_type_is_reported(home: Path) -> None:
    with in_shell(home, "unset TERM; hookboard --demo") as terminal:
        assert terminal.wait() == 2
    assert "TERM is not set" in terminal.text()


@pytest.mark.parametrize("locale", ["LC_ALL=C", "LC_ALL=POSIX", "LC_ALL= LANG="])
def test_the_locales_of_a_bare_machine_work(home: Path, locale: str) -> None:
    with in_shell(home, f"env {locale} hookboard --demo") as terminal:
        terminal.wait_for("── Instances")


def test_the_version_is_the_installed_one(home: Path) -> None:
    ended = run(home, "--version")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert version("hookboard") in ended.stdout


def test_an_unknown_option_is_a_usage_error(home: Path) -> None:
    ended = run(home, "--token", "secret-4711")
    assert ended.returncode == 2
    assert "secret-4711" not in ended.stdout + ended.stderr


def test_config_path_names_the_file_in_use(home: Path) -> None:
    ended = run(home, "config", "path")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert str(home / "config.toml") in ended.stdout


def test_config_show_masks_the_token(served: Served, home: Path) -> None:
    ended = run(home, "config", "show", **served.told.variables)
    assert ended.returncode == 0, ended.stderr
    assert served.url in ended.stdout
    assert "HOOKBOARD_URL" in ended.stdout, "where the value came from"
    assert served.sandbox.token not in ended.stdout + ended.stderr


def test_config_check_shows_the_servers_answer(served: Served, home: Path) -> None:
    ended = run(home, "config", "check", **served.told.variables)
    assert ended.returncode == 0, ended.stderr
    assert served.url.removeprefix("http://") in ended.stdout
    assert "12 instances" in ended.stdout
    assert served.sandbox.token not in ended.stdout


def test_config_check_of_a_wrong_token_exits_1_and_says_401(served: Served, home: Path) -> None:
    wrong = served.told.variables | {"HOOKBOARD_TOKEN": "wrong-4711"}
    ended = run(home, "config", "check", **wrong)
    assert ended.returncode == 1
    assert "401" in ended.stdout
    assert "--token-file" in ended.stdout
    assert "^t" not in ended.stdout
    assert "wrong-4711" not in ended.stdout + ended.stderr


def test_config_check_reports_mistakes_in_the_keys(served: Served, home: Path) -> None:
    (home / "config.toml").write_text('[keys]\n"save" = "e"\n"edit" = "n"\n', encoding="ascii")
    ended = run(home, "config", "check", **served.told.variables)
    assert ended.returncode == 1
    assert "12 instances" in ended.stdout
    assert ended.stderr.splitlines() == [
        "hookboard: [keys] save: e does not work in text fields",
        "hookboard: [keys] edit and new both use n",
    ]


def test_a_wrong_profile_leaves_the_others_usable(served: Served, home: Path) -> None:
    (home / "config.toml").write_text(
        f'[profiles.good]\nurl = "{served.url}"\nbusiness = "{served.sandbox.business_id}"\n'
        '[profiles.remote]\nurl = "http://10.255.255.1:8400"\n',
        encoding="ascii",
    )
    token = {"HOOKBOARD_TOKEN": served.sandbox.token}
    ended = run(home, "--profile", "good", "config", "check", **token)
    assert (ended.returncode, ended.stderr) == (0, "")
    ended = run(home, "--profile", "remote", "config", "check", **token)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "insecure_http = true under [profiles.remote]" in ended.stderr
    for name in ("good", "remote"):
        ended = run(home, "--profile", name, "config", "show")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "[profiles.remote]\n# cannot be used:\n" in ended.stdout
        assert "insecure_http = true under [profiles.remote]" in ended.stdout


def test_config_show_names_the_kind_and_its_source(served: Served, home: Path) -> None:
    told = {**served.told.variables, "HOOKBOARD_API": "codechat-go"}
    ended = run(home, "config", "show", **told)
    assert 'api = "codechat-go" # HOOKBOARD_API' in ended.stdout
    ended = run(home, "--api", "codechat-v1", "config", "show", **told)
    assert 'api = "codechat-v1" # --api' in ended.stdout


def test_a_timeout_is_checked_and_shown(served: Served, home: Path) -> None:
    ended = run(home, "--url", served.url, "--timeout", "90", "config", "show")
    assert "timeout = 90 # --timeout" in ended.stdout.splitlines()
    for wrong in ("0", "3601", "soon"):
        ended = run(home, "--timeout", wrong, "config", "show")
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "--timeout" in ended.stderr


def test_an_unknown_kind_is_a_usage_error(home: Path) -> None:
    for arguments in (("--api", "codechat-v9", "config", "show"), ("sandbox", "--api", "auto")):
        ended = run(home, *arguments)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "evolution-v2" in ended.stderr


def test_options_of_one_kind_of_sandbox_are_refused_by_the_others(home: Path) -> None:
    for option in (("--page-size", "5"), ("--flags", "put")):
        ended = run(home, "sandbox", "--port", "0", "--api", "evolution-v2", *option)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert f"{option[0]} is for --api codechat-v2 only." in ended.stderr
        assert "--api" in run(home, "--api", "codechat-go", "sandbox", *option).stderr


@pytest.mark.parametrize("kind", ["codechat-v1", "codechat-go", "evolution-v2"])
def test_config_check_detects_a_sandbox_of_another_kind(home: Path, kind: str) -> None:
    with sandbox_process(home, "--api", kind, "--instances", "3") as told:
        assert told.business == ""
        ended = run(home, "config", "check", **told.variables)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"answered  as {kind}, with 3 instances" in ended.stdout


def test_the_demo_has_the_chosen_kind(home: Path) -> None:
    with Terminal([HOOKBOARD, "--demo", "--api", "codechat-v1"], env=environment(home)) as terminal:
        terminal.wait_for("12 instances")
        assert "codechat-v1" in terminal.text()
        terminal.press("q")
        assert terminal.wait() == 0
    assert list(home.iterdir()) == []


def test_config_check_without_configuration_exits_2(home: Path) -> None:
    ended = run(home, "config", "check")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "nothing is configured" in ended.stderr


def test_the_token_comes_from_standard_input_and_the_keys_from_the_terminal(
    served: Served, home: Path
) -> None:
    (home / "token").write_text(served.sandbox.token + "\n", encoding="ascii")
    server = f"--url {served.url} --business {served.sandbox.business_id}"
    with in_shell(home, f"hookboard {server} --token-file - <{home}/token") as terminal:
        terminal.wait_for("12 instances")
        terminal.press("q")
        assert terminal.wait() == 0


def test_a_token_from_a_pipe_works_the_same(served: Served, home: Path) -> None:
    server = f"--url {served.url} --business {served.sandbox.business_id}"
    script = f'printf %s "$THE_TOKEN" | hookboard {server} --token-file -'
    with in_shell(home, script, THE_TOKEN=served.sandbox.token) as terminal:
        terminal.wait_for("12 instances")
        terminal.press("q")
        assert terminal.wait() == 0


def test_a_broken_configuration_is_reported_after_the_terminal_is_restored(home: Path) -> None:
    (home / "config.toml").write_text("profile = 3\n", encoding="ascii")
    (home / "config.toml").chmod(0o600)
    with Terminal([HOOKBOARD], env=environment(home)) as terminal:
        assert terminal.wait() == 2
        assert "config.toml" in terminal.text()
        assert "hookboard:" in terminal.text()
        assert "Traceback" not in terminal.text()

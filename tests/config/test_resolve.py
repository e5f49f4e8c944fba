"""Finding the server to connect to, and its token."""

import sys
from pathlib import Path

import pytest

from tui.config.overrides import Overrides
from tui.config.profiles import Profile
from tui.config.resolve import resolve
from tui.model.secret import Secret
from tui.model.user_error import UserError

PLANTED = "planted-token-e07c"
URL = "https://loja.example"


def test_the_resolved_has_settings_and_token(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        f'[profiles.loja]\nurl = "{URL}/"\nbusiness = "b1"\nproduction = true\n', "utf-8"
    )
    token_file = tmp_path / "token"
    token_file.touch(0o600)
    token_file.write_text(PLANTED, "utf-8")
    env = {"HOOKBOARD_CONFIG": str(file)}

    resolved = resolve(Overrides(token_file=str(token_file)), env)

    assert resolved is not None
    assert resolved.token == Secret(PLANTED)
    assert resolved.profile == "loja"
    assert resolved.settings == Profile(url=URL, business="b1", production=True)
    assert resolved.settings.api == "auto"
    assert (resolved.settings.at_once, resolved.settings.timeout) == (8, 15)
    assert (resolved.token_source, resolved.config_path) == (f"--token-file {token_file}", file)
    assert PLANTED not in repr(resolved)

    elsewhere = resolve(Overrides("loja", url="https://other.example"), env)
    assert elsewhere is not None
    assert (elsewhere.settings.url, elsewhere.token) == ("https://other.example", None)
    assert elsewhere.token_source == f"none: the token of profile loja is for {URL} only"
    assert elsewhere.settings.production


def test_a_server_without_a_token_is_a_resolved(tmp_path: Path) -> None:
    env = {"HOOKBOARD_CONFIG": str(tmp_path / "none"), "HOOKBOARD_URL": "http://localhost:8084/"}
    resolved = resolve(Overrides(business="b1"), env)
    assert resolved is not None
    assert (resolved.profile, resolved.settings.url) == ("localhost", "http://localhost:8084")
    assert (resolved.token, resolved.token_source) == (None, "no token given")


def test_nothing_configured_is_no_resolved(tmp_path: Path) -> None:
    assert resolve(Overrides(), {"HOOKBOARD_CONFIG": str(tmp_path / "none")}) is None


@pytest.mark.parametrize(
    "line, flags, variable, keeps",
    [
        ("", Overrides(), None, True),
        ('api = "auto"', Overrides(), None, True),
        ('api = "codechat-v1"', Overrides(), None, False),
        ('api = "codechat-v1"', Overrides(), "auto", False),
        ("", Overrides(), "auto", False),
        ("", Overrides(api="auto"), None, False),
        ("", Overrides("loja", url="https://other.example"), None, False),
        ("", Overrides("loja", url=URL), None, False),
        ('api = "codechat-v1"', Overrides("loja", url="https://other.example"), None, False),
    ],
)
def test_a_detected_kind_is_kept_only_where_the_file_asks_for_detection(
    tmp_path: Path, line: str, flags: Overrides, variable: str | None, keeps: bool
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[profiles.loja]\nurl = "{URL}"\n{line}\n', "utf-8")
    env = {"HOOKBOARD_CONFIG": str(file)} | ({"HOOKBOARD_API": variable} if variable else {})
    resolved = resolve(flags, env)
    assert resolved is not None
    assert resolved.keeps_kind is keeps


def test_a_token_command_that_hangs_is_stopped(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    command = f'["{sys.executable}", "-c", "import time; time.sleep(600)"]'
    file.write_text(f'[profiles.a]\nurl = "{URL}"\ntoken_command = {command}\n', "utf-8")
    with pytest.raises(UserError, match="did not finish within"):
        resolve(Overrides(), {"HOOKBOARD_CONFIG": str(file)}, command_seconds=0.05)


def test_a_token_command_runs_for_the_profiles_server_only(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    command = f'["{sys.executable}", "-c", "print({PLANTED!r})"]'
    file.write_text(f'[profiles.a]\nurl = "{URL}"\ntoken_command = {command}\n', "utf-8")
    env = {"HOOKBOARD_CONFIG": str(file)}
    own = resolve(Overrides(url=f"{URL}/prefix", profile="a"), env)
    other = resolve(Overrides(url="https://other.example", profile="a"), env)
    assert own is not None
    assert other is not None
    assert (own.token, own.token_source) == (Secret(PLANTED), "the token command of profile a")
    assert other.token is None

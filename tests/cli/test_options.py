"""The options that choose the server: before the name of a command, or after it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tui.cli.main import main


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOOKBOARD_CONFIG", str(tmp_path / "config.toml"))
    for name in ("URL", "BUSINESS", "API", "PROFILE", "READ_ONLY", "TOKEN"):
        monkeypatch.delenv(f"HOOKBOARD_{name}", raising=False)


def shown(*arguments: str) -> list[str]:
    """Return the lines that the command prints."""
    ended = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    return ended.stdout.splitlines()


def test_an_option_may_stand_before_or_after_the_command() -> None:
    options = ("--url", "https://a.example", "--read-only", "--api", "codechat-go")
    before = shown(*options, "config", "show")
    assert before == shown("config", "show", *options)
    assert 'url = "https://a.example" # --url' in before
    assert "read_only = true # --read-only" in before


def test_an_option_after_the_command_beats_the_same_one_before_it() -> None:
    lines = shown("--url", "https://a.example", "config", "show", "--url", "https://b.example")
    assert 'url = "https://b.example" # --url' in lines


def test_options_before_and_after_the_command_add_up() -> None:
    lines = shown("--business", "b1", "config", "show", "--url", "https://a.example")
    assert 'business = "b1" # --business' in lines
    assert 'url = "https://a.example" # --url' in lines


def test_a_check_uses_the_options_after_the_command() -> None:
    ended = CliRunner().invoke(main, ["config", "check", "--url", "nowhere"])
    assert ended.exit_code == 2
    assert "--url must start with https:// or http://" in ended.stderr

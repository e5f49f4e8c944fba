"""The settings that the first picture needs, and the paths in use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config.show import paths_report
from tui.config.startup import StartupSettings, read_startup_settings
from tui.storage import paths


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


def test_theme_mouse_and_keys_are_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "nord"\nmouse = false\n[keys]\nsave = "f2"\n', "utf-8")
    assert read_startup_settings(file) == StartupSettings("nord", False, {"save": "f2"})


@pytest.mark.parametrize("content", [b"", b"theme = ", b"\xff", b"theme = 3\nmouse = 1\nkeys = 2"])
def test_a_broken_file_gives_the_defaults(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    assert read_startup_settings(file) == StartupSettings(None, True, {})


def test_a_missing_file_or_a_directory_gives_the_defaults(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        assert read_startup_settings(path) == StartupSettings()


@given(content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_content_raises(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "startup.toml"
    file.write_bytes(content)
    assert isinstance(read_startup_settings(file).mouse, bool)


def test_reading_the_startup_settings_imports_no_slow_library() -> None:
    code = (
        "import sys, tui.config.startup, tui.storage.paths, tui.storage.tokens;"
        "slow = {'httpx', 'pydantic', 'tomlkit', 'keyring', 'platformdirs'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_variable_sets_the_path_of_the_configuration(home: Path) -> None:
    assert paths.config_file({"HOOKBOARD_CONFIG": "/x/y.toml"}) == Path("/x/y.toml")
    assert paths.config_file({"HOOKBOARD_CONFIG": "~/y.toml"}) == Path.home() / "y.toml"
    assert paths.config_file({"HOOKBOARD_CONFIG": "y.toml"}) == Path.cwd() / "y.toml"
    assert paths.config_file({"HOOKBOARD_CONFIG": ""}) == home / "config/hookboard/config.toml"
    assert paths.config_file({}) == home / "config/hookboard/config.toml"


def test_all_paths_are_listed_and_missing_ones_marked(home: Path) -> None:
    (home / "data/hookboard").mkdir(parents=True)
    report = dict(paths_report({}))
    assert report == {
        "configuration": f"{home}/config/hookboard/config.toml (not there yet)",
        "data": f"{home}/data/hookboard",
        "tokens": f"{home}/data/hookboard/tokens (not there yet)",
        "drafts": f"{home}/data/hookboard/drafts (not there yet)",
        "staged changes": f"{home}/data/hookboard/staged (not there yet)",
        "flags": f"{home}/data/hookboard/flags (not there yet)",
        "journal": f"{home}/data/hookboard/journal.sqlite (not there yet)",
    }


def test_a_pipe_as_the_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    assert read_startup_settings(tmp_path / "config.toml") == StartupSettings()


def test_a_path_that_cannot_be_read_is_not_called_missing(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    ((_what, words), *_rest) = paths_report({paths.CONFIG_VARIABLE: str(loop / "config.toml")})
    assert words.startswith(str(loop))
    assert "(cannot be read: too many levels of symbolic links)" in words
    ((_what, words), *_rest) = paths_report({paths.CONFIG_VARIABLE: str(tmp_path / "config.toml")})
    assert words.endswith("(not there yet)")

"""What the first picture reads of the configuration, and the paths in use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config.show import paths_report
from tui.config.startup import Glance, glance
from tui.storage import paths


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


def test_the_first_picture_knows_theme_mouse_and_keys(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "nord"\nmouse = false\n[keys]\nsave = "f2"\n', "utf-8")
    assert glance(file) == Glance("nord", False, {"save": "f2"})


@pytest.mark.parametrize("content", [b"", b"theme = ", b"\xff", b"theme = 3\nmouse = 1\nkeys = 2"])
def test_a_broken_file_gives_the_defaults(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    assert glance(file) == Glance(None, True, {})


def test_a_missing_file_and_a_directory_give_the_defaults(tmp_path: Path) -> None:
    assert glance(tmp_path / "none.toml") == glance(tmp_path) == Glance()


@given(content=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_content_stops_the_first_picture(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "glance.toml"
    file.write_bytes(content)
    assert isinstance(glance(file).mouse, bool)


def test_the_first_picture_waits_for_no_library() -> None:
    code = (
        "import sys, tui.config.startup, tui.storage.paths, tui.storage.tokens;"
        "slow = {'pydantic', 'tomlkit', 'keyring', 'platformdirs'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_configuration_is_where_the_variable_says(home: Path) -> None:
    assert paths.config_file({"HOOKBOARD_CONFIG": "/x/y.toml"}) == Path("/x/y.toml")
    assert paths.config_file({"HOOKBOARD_CONFIG": "~/y.toml"}) == Path.home() / "y.toml"
    assert paths.config_file({"HOOKBOARD_CONFIG": "y.toml"}) == Path.cwd() / "y.toml"
    assert paths.config_file({"HOOKBOARD_CONFIG": ""}) == home / "config/hookboard/config.toml"
    assert paths.config_file({}) == home / "config/hookboard/config.toml"


def test_every_path_is_listed_and_says_when_it_is_not_there(home: Path) -> None:
    (home / "data/hookboard").mkdir(parents=True)
    report = dict(paths_report({}))
    assert report == {
        "configuration": f"{home}/config/hookboard/config.toml (not there yet)",
        "data": f"{home}/data/hookboard",
        "tokens": f"{home}/data/hookboard/tokens (not there yet)",
        "drafts": f"{home}/data/hookboard/drafts (not there yet)",
        "flags": f"{home}/data/hookboard/flags (not there yet)",
        "journal": f"{home}/data/hookboard/journal.sqlite (not there yet)",
    }


def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    assert glance(tmp_path / "config.toml") == Glance()

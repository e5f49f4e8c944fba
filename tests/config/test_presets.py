"""``[presets.NAME]`` in the configuration: what it may say, its mistakes, and how it is shown."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.config.test_load import problems, read
from tui.config.show import show

QUIET = """
[presets.quiet-here]
off = ["presenceUpdate", "PRESENCE_UPDATE"]
[presets."só mensagens"]
on = ["messagesUpsert"]
rest = "off"
"""


def test_a_preset_names_flags_and_what_becomes_of_the_rest(tmp_path: Path) -> None:
    found = read(tmp_path, QUIET).settings.presets
    assert found["quiet-here"].off == ["presenceUpdate", "PRESENCE_UPDATE"]
    assert (found["quiet-here"].on, found["quiet-here"].rest) == ([], "keep")
    assert found["só mensagens"].rest == "off"


@pytest.mark.parametrize(
    "lines, said",
    [
        ('rest = "maybe"', 'FILE: presets.x.rest must be keep, on or off | For example: rest = "k'),
        ('on = "messagesUpsert"', "FILE: presets.x.on must be a list of flags | Write it as ["),
        ("on = [1]", 'FILE: presets.x.on.0 must be text | Put it in quotes: "…"'),
        ("", "FILE: presets.x changes no flag | Give it on, off or rest."),
        ('of = ["a"]', "FILE: presets.x.of is not a setting | Did you mean off?"),
        ("events = []", "FILE: presets.x.events is not a setting | There are: on, off, rest."),
        (
            'on = ["a", "b"]\noff = ["b"]',
            "FILE: presets.x has b both in on and in off | Take one of them out.",
        ),
    ],
)
def test_a_mistake_in_a_preset_is_named_with_its_key(tmp_path: Path, lines: str, said: str) -> None:
    (problem,) = problems(tmp_path, f"[presets.x]\n{lines}\n")
    assert problem.startswith(said)


def test_a_preset_has_a_name_that_can_be_shown(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, '[presets."a\\u001b"]\nrest = "on"\n')
    assert "must be a name of 1 to 64 printable characters" in problem


def test_show_writes_presets_as_they_are_in_force(tmp_path: Path) -> None:
    shown = show(read(tmp_path, QUIET))
    assert tomllib.loads(shown)["presets"] == {
        "quiet-here": {"on": [], "off": ["presenceUpdate", "PRESENCE_UPDATE"], "rest": "keep"},
        "só mensagens": {"on": ["messagesUpsert"], "off": [], "rest": "off"},
    }
    assert 'off = ["presenceUpdate", "PRESENCE_UPDATE"] # file' in shown.splitlines()
    assert 'rest = "keep" # default' in shown.splitlines()

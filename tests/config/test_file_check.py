"""What the configuration file may say, and what a person may type for a profile."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from tests.config.test_load import PLANTED, problems
from tui.config.file_check import make_profile
from tui.config.profiles import PresetTable, Profile, Settings
from tui.model.user_error import UserError


@pytest.mark.parametrize(
    "text, made",
    [
        ("", Settings),
        ('[profiles.a]\nurl = "https://a"\n', Profile),
        ("[presets.a]\n", PresetTable),
    ],
)
def test_the_file_may_say_all_that_the_settings_hold(
    tmp_path: Path, text: str, made: type[Settings | Profile | PresetTable]
) -> None:
    [found] = problems(tmp_path, f"{text}wibble = 1\n")
    names = ", ".join(one.name for one in fields(made) if one.name != "given")
    assert found.endswith(f"wibble is not a setting | There are: {names}.")


def test_typed_fields_are_checked_one_by_one() -> None:
    with pytest.raises(UserError) as caught:
        make_profile("loja", {"url": f"https://u:{PLANTED}@h", "business": "a b\n/"})
    assert [(found.key, found.problem) for found in caught.value.problems] == [
        ("url", "has a user or password in it"),
        ("business", "must be an id without slashes or control characters"),
    ]
    with pytest.raises(UserError, match="name must be a name of 1 to 64"):
        make_profile(" ", {"url": "https://h"})
    assert make_profile("loja", {"url": "https://h/"}).url == "https://h"

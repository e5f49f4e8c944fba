"""Marks left by editors and shells: byte order marks in files, quotation marks in tokens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config.load import load
from tui.config.overrides import Overrides
from tui.config.save import remember_kind
from tui.config.startup import read_startup_settings
from tui.model.user_error import UserError
from tui.storage.paths import CONFIG_VARIABLE
from tui.storage.tokens import checked

MARK = b"\xef\xbb\xbf"
FILE = b'theme = "textual-light"\r\n[profiles.loja]\r\nurl = "https://api.example"\r\n'


def test_a_file_with_a_byte_order_mark_is_read_and_written(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(MARK + FILE)
    env = {CONFIG_VARIABLE: str(path)}
    assert load(Overrides(), env).settings.theme == "textual-light"
    assert read_startup_settings(path).theme == "textual-light"
    remember_kind(path, "loja", "https://api.example", "codechat-v1")
    assert load(Overrides(), env).settings.profiles["loja"].api == "codechat-v1"


@pytest.mark.parametrize("quoted", ['"KEY"', "'KEY'", "`KEY`", ' "KEY"\n'])
def test_a_token_in_quotation_marks_is_refused(quoted: str) -> None:
    with pytest.raises(UserError) as caught:
        checked(quoted, "HOOKBOARD_TOKEN")
    assert caught.value.message == "HOOKBOARD_TOKEN gives a token in quotation marks"
    assert "KEY" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("token", ['"', 'a"b', '"a', "a'"])
def test_a_single_quotation_mark_belongs_to_the_token(token: str) -> None:
    assert checked(token, "the test").reveal() == token

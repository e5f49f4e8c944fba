"""A profile with a mistake: refused only where it is used, and reported where it is shown."""

import tomllib
from pathlib import Path

import pytest

from tui.config.load import Config, check_settings, faults_of, load
from tui.config.overrides import Overrides
from tui.config.show import show
from tui.model.text import clean
from tui.model.user_error import UserError

ONE_WRONG = """
default = "loja"
[profiles.loja]
url = "https://loja.example"
[profiles.remote]
"""
FAULTS = ['url = "http://10.255.255.1:8400"', "url = 1", "wibble = 1", 'api = "x"', ""]


def read(tmp_path: Path, text: str, profile: str | None = None, url: str | None = None) -> Config:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    return load(Overrides(profile, url), {"HOOKBOARD_CONFIG": str(file)})


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_profile_is_refused_only_where_it_is_used(tmp_path: Path, fault: str) -> None:
    text = ONE_WRONG + fault
    config = read(tmp_path, text)
    config.check()
    assert config.settings.profiles["loja"].url == "https://loja.example"
    assert list(config.faults) == ["remote"]
    with pytest.raises(UserError, match=r"config\.toml: profiles\.remote\."):
        read(tmp_path, text, "remote").check()
    with pytest.raises(UserError, match=r"config\.toml: profiles\.remote\."):
        read(tmp_path, text, "remote", url="https://other.example").check()
    with pytest.raises(UserError, match="several profiles and no default: loja, remote"):
        read(tmp_path, text.replace('default = "loja"', ""))


def test_a_profile_over_http_is_listed_but_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    values = tomllib.loads(ONE_WRONG + FAULTS[0])
    assert list(check_settings(values, file).profiles) == ["loja", "remote"]
    assert list(faults_of(values, file)) == ["remote"]


@pytest.mark.parametrize("chosen", ["loja", "remote"])
@pytest.mark.parametrize("fault", FAULTS)
def test_show_explains_above_a_profile_why_it_cannot_be_used(
    tmp_path: Path, fault: str, chosen: str
) -> None:
    lines = show(read(tmp_path, ONE_WRONG + fault, chosen)).splitlines()
    assert tomllib.loads("\n".join(lines))["profiles"]["loja"]["url"] == "https://loja.example"
    at = lines.index("# cannot be used:")
    assert lines[at - 1].removeprefix("# ") == "[profiles.remote]"
    assert lines[at + 1].startswith(f"# {tmp_path}/config.toml: profiles.remote.")
    assert lines[at + 2].startswith("# ")
    assert lines.count("# cannot be used:") == 1


def test_show_cleans_a_faulty_name(tmp_path: Path) -> None:
    shown = show(read(tmp_path, '[profiles."a\\u001b[2J"]\nurl = "https://a"'))
    assert "\x1b" not in shown
    assert '# [profiles."a␛[2J"]' in shown.splitlines()
    assert "# profile in use: a␛[2J" in shown.splitlines()


def test_a_number_that_is_too_long_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has a number that is too long"):
        read(tmp_path, f"x = {'9' * 5000}")


@pytest.mark.parametrize(
    "command, shown_as",
    [
        ("\"curl -H 'apikey: s3cr3t' https://h\"", "curl ••••"),
        ('["sh", "-c", "echo s3cr3t"]', ["sh", "••••", "••••"]),
        ('"get-token"', "get-token"),
    ],
)
def test_show_hides_the_arguments_of_a_token_command(
    tmp_path: Path, command: str, shown_as: object
) -> None:
    text = f'[profiles.a]\nurl = "https://a"\ntoken_command = {command}\n'
    shown = show(read(tmp_path, text))
    assert "s3cr3t" not in shown
    assert tomllib.loads(shown)["profiles"]["a"]["token_command"] == shown_as


def test_show_escapes_control_characters_and_is_still_toml(tmp_path: Path) -> None:
    nasty = "a\u009b2J\u202eb\u2066\u007f"
    escaped = "".join(f"\\u{ord(one):04x}" for one in nasty)
    text = f'theme = "{escaped}"\n[keys]\n"{escaped}" = "{escaped}"\n'
    shown = show(read(tmp_path, text))
    assert clean(shown.replace("\n", "")) == shown.replace("\n", "")
    assert tomllib.loads(shown)["theme"] == nasty
    assert tomllib.loads(shown)["keys"] == {nasty: nasty}

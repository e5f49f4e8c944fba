"""Flags, environment and file: which of them decides, the profile in use, mistakes in words."""

import itertools
import tomllib
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config.load import Config, load, read_only_asked
from tui.config.overrides import Overrides
from tui.config.show import show
from tui.model.server_kind import Api
from tui.model.user_error import UserError

PLANTED = "planted-secret-7f3a"
TWO = """
default = "loja"
theme = "nord"
[profiles.loja]
url = "https://file.example"
business = "file"
[profiles.atacado]
url = "https://atacado.example"
"""


def read(tmp_path: Path, text: str, flags: Overrides | None = None, **env: str) -> Config:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    return load(flags or Overrides(), {"HOOKBOARD_CONFIG": str(file), **env})


def problems(tmp_path: Path, text: str, flags: Overrides | None = None, **env: str) -> list[str]:
    """Return every problem as `message | hint`, the path of the file shortened to FILE."""
    with pytest.raises(UserError) as caught:
        read(tmp_path, text, flags, **env).check()
    lines = [f"{found.message} | {found.hint}" for found in caught.value.problems]
    assert all(len(line.splitlines()) == 1 for line in lines)
    assert all(found.hint for found in caught.value.problems)
    return [line.replace(str(tmp_path / "config.toml"), "FILE") for line in lines]


SOURCES = list(itertools.product([True, False], repeat=3))


@pytest.mark.parametrize("flag, variable, file", SOURCES)
@pytest.mark.parametrize("key", ["business", "url", "api"])
def test_flags_beat_the_environment_beats_the_file(
    tmp_path: Path, key: str, flag: bool, variable: bool, file: bool
) -> None:
    said = {"flag": "flag", "env": "env", "file": "file", "other": "other"}
    if key == "url":
        said = {name: f"https://{name}.example" for name in said}
    if key == "api":
        said |= {"flag": "codechat-v1", "env": "codechat-go", "file": "evolution-v2"}
    text = '[profiles.loja]\nurl = "https://other.example"\n'
    if file:
        text = text.replace("other.example", "file.example")
        text += 'business = "file"\napi = "evolution-v2"\n'
    flags = Overrides("loja", **({key: said["flag"]} if flag else {}))  # type: ignore[arg-type]
    env = {f"HOOKBOARD_{key.upper()}": said["env"]} if variable else {}

    config = read(tmp_path, text, flags, **env)

    value = getattr(config.settings.profiles["loja"], key)
    nothing = {
        "business": ("", "default"),
        "api": ("auto", "default"),
        "url": (said["other"], "file"),
    }[key]
    expected = (
        (said["flag"], f"--{key}")
        if flag
        else (said["env"], f"HOOKBOARD_{key.upper()}")
        if variable
        else (said["file"], "file")
        if file
        else nothing
    )
    assert (value, config.origin("profiles", "loja", key)) == expected


@pytest.mark.parametrize(
    "flag, variable, saved, effective, origin",
    [
        (True, "0", "false", True, "--read-only"),
        (False, "1", "false", True, "HOOKBOARD_READ_ONLY"),
        (False, "no", "true", False, "HOOKBOARD_READ_ONLY"),
        (False, "", "true", True, "file"),
        (False, "", None, False, "default"),
    ],
)
def test_read_only_comes_from_the_strongest_source(
    tmp_path: Path, flag: bool, variable: str, saved: str | None, effective: bool, origin: str
) -> None:
    text = '[profiles.a]\nurl = "https://a"\n' + (f"read_only = {saved}\n" if saved else "")
    config = read(tmp_path, text, Overrides(read_only=flag), HOOKBOARD_READ_ONLY=variable)
    assert config.settings.profiles["a"].read_only is effective
    assert config.origin("profiles", "a", "read_only") == origin


def test_read_only_needs_no_configured_server() -> None:
    assert read_only_asked(Overrides(read_only=True), {})
    assert read_only_asked(Overrides(), {"HOOKBOARD_READ_ONLY": "yes"})
    assert not read_only_asked(Overrides(), {"HOOKBOARD_READ_ONLY": "0"})
    assert not read_only_asked(Overrides(), {})
    with pytest.raises(UserError, match="HOOKBOARD_READ_ONLY must be 1 or 0"):
        read_only_asked(Overrides(), {"HOOKBOARD_READ_ONLY": "perhaps"})


def test_theme_and_mouse_flags_beat_the_file(tmp_path: Path) -> None:
    config = read(tmp_path, TWO, Overrides(theme="dracula", no_mouse=True))
    assert (config.settings.theme, config.origin("theme")) == ("dracula", "--theme")
    assert (config.settings.mouse, config.origin("mouse")) == (False, "--no-mouse")
    assert read(tmp_path, TWO).settings.theme == "nord"


def test_variables_of_other_programs_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("THEME", "MOUSE", "DEFAULT", "KEYS", "PROFILES"):
        monkeypatch.setenv(name, "planted")
    assert read(tmp_path, TWO).settings.theme == "nord"


@pytest.mark.parametrize(
    "text, flag, variable, chosen",
    [
        (TWO, "atacado", "loja", "atacado"),
        (TWO, None, "atacado", "atacado"),
        (TWO, None, None, "loja"),
        ('[profiles.only]\nurl = "https://a"', None, None, "only"),
        ('theme = "nord"', None, None, None),
        ("", None, None, None),
    ],
)
def test_the_profile_is_the_one_named_or_the_default_or_the_only_one(
    tmp_path: Path, text: str, flag: str | None, variable: str | None, chosen: str | None
) -> None:
    env = {"HOOKBOARD_PROFILE": variable} if variable else {}
    assert read(tmp_path, text, Overrides(profile=flag), **env).profile == chosen


def test_an_address_without_a_profile_is_named_after_its_host(tmp_path: Path) -> None:
    config = read(tmp_path, TWO, HOOKBOARD_URL="https://Api.example:8443/x/", HOOKBOARD_API="auto")
    assert config.profile == "api.example"
    assert config.saved is None
    assert config.settings.profiles["api.example"].url == "https://api.example:8443/x"


def test_several_profiles_and_no_default_asks_which(tmp_path: Path) -> None:
    text = TWO.replace('default = "loja"', "")
    assert problems(tmp_path, text) == [
        "FILE has several profiles and no default: loja, atacado | "
        'Choose with --profile NAME, or add default = "NAME" at the top of the file.'
    ]


def test_an_unknown_profile_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    assert problems(tmp_path, TWO, Overrides(profile="lojja")) == [
        "--profile names a profile that does not exist: lojja | "
        "Did you mean loja? There are: loja, atacado."
    ]
    [line] = problems(tmp_path, TWO, HOOKBOARD_PROFILE="\x1b[2J")
    assert line.startswith("HOOKBOARD_PROFILE names a profile that does not exist: ␛[2J | There")
    [line] = problems(tmp_path, 'default = "x"')
    assert (
        line == "FILE: default names a profile that does not exist: x | FILE has no profiles yet."
    )


def test_no_file_and_no_configuration_at_all_are_no_error(tmp_path: Path) -> None:
    assert load(Overrides(), {"HOOKBOARD_CONFIG": str(tmp_path / "none")}).profile is None
    assert load(Overrides(), {"HOOKBOARD_CONFIG": "/dev/null"}).profile is None


def test_a_linked_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "dotfiles.toml").write_text(TWO, "utf-8")
    (tmp_path / "config.toml").symlink_to(tmp_path / "dotfiles.toml")
    assert load(Overrides(), {"HOOKBOARD_CONFIG": f"{tmp_path}/config.toml"}).profile == "loja"


@pytest.mark.parametrize(
    "line, message",
    [
        ('token_comand = "x"', ".token_comand is not a setting | Did you mean token_command?"),
        (f'token = "{PLANTED}"', ".token is not a setting | Tokens are not kept in this file"),
        ('wibble = "x"', ".wibble is not a setting | There are: url, business"),
        (
            'api = "evolution"',
            ".api must be one of auto, codechat-v2, codechat-v1, codechat-go, ev",
        ),
        ("api = 1", ".api must be text"),
        ("at_once = 0", ".at_once must be a whole number from 1 to 64 | For example: at_once = 8"),
        (
            "timeout = 0",
            ".timeout must be a whole number from 1 to 3600 | For example: timeout = 15",
        ),
        ("timeout = 3601", ".timeout must be a whole number from 1 to 3600"),
        ("timeout = 1.5", ".timeout must be a whole number from 1 to 3600"),
        ('timeout = "60"', ".timeout must be a whole number from 1 to 3600"),
        ("at_once = 65", ".at_once must be a whole number from 1 to 64"),
        ("at_once = 8.0", ".at_once must be a whole number from 1 to 64"),
        ("at_once = true", ".at_once must be a whole number from 1 to 64"),
        ('at_once = "8"', ".at_once must be a whole number from 1 to 64"),
        ('read_only = "yes"', ".read_only must be true or false"),
        ("business = 7", ".business must be text"),
        ('business = "a/b"', ".business must be an id"),
        ("token_command = 7", ".token_command must be text or a list of texts"),
        ("token_command = [7]", ".token_command must be text or a list of texts"),
        ("token_command = []", ".token_command names no program"),
        ('token_command = [""]', ".token_command names no program"),
        ('token_command = "pass \'x"', ".token_command has a quotation mark"),
    ],
)
def test_a_mistake_in_a_profile_is_named_with_file_and_key(
    tmp_path: Path, line: str, message: str
) -> None:
    [found] = problems(tmp_path, f'[profiles.loja]\nurl = "https://a"\n{line}\n')
    assert found.startswith(f"FILE: profiles.loja{message}")


@pytest.mark.parametrize(
    "text, message",
    [
        ("profiles = 3", "FILE: profiles must be a table"),
        ("profiles.loja = 3", "FILE: profiles.loja must be a table"),
        ("[profiles.loja]", "FILE: profiles.loja.url is missing"),
        ('[profiles."a.b"]', 'FILE: profiles."a.b".url is missing'),
        ('[profiles."a\\u001b"]\nurl="https://a"', 'FILE: profiles."a␛" must be a name'),
        ('url = "https://a"', "FILE: url is not a setting | It belongs to a profile"),
        ('Theme = "x"', "FILE: Theme is not a setting | Did you mean theme?"),
        ("keys.save = 2", "FILE: keys.save must be text"),
        ("mouse = 'no'", "FILE: mouse must be true or false"),
        ("a b", "FILE is not valid TOML: Expected '=' after a key"),
        ("a = " + "[" * 5000, "FILE is nested too deeply"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_key(
    tmp_path: Path, text: str, message: str
) -> None:
    [found] = problems(tmp_path, text)
    assert found.startswith(message)


def test_all_mistakes_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    text = 'theme = 1\n[profiles.a]\nurl = "x"\nwibble = 1\n[profiles.b]\n'
    assert len(problems(tmp_path, text)) == 4


def test_a_mistake_outside_the_file_is_named_by_its_flag_or_variable(tmp_path: Path) -> None:
    [found] = problems(tmp_path, TWO, Overrides(url="nowhere"))
    assert found.startswith("--url must start with https:// or http://")
    found, other = problems(tmp_path, TWO, HOOKBOARD_URL="x", HOOKBOARD_API=PLANTED)
    assert found.startswith("HOOKBOARD_URL must start")
    assert other.startswith("HOOKBOARD_API must be one of auto, codechat-v2")


def test_http_to_another_machine_must_be_allowed_in_the_profile(tmp_path: Path) -> None:
    text = '[profiles."shop.example"]\nurl = "http://10.0.0.5"\n'
    assert problems(tmp_path, text) == [
        'FILE: profiles."shop.example".url is http: others on the network could read the token | '
        'Use https, or allow it: insecure_http = true under [profiles."shop.example"] in FILE.'
    ]
    read(tmp_path, text + "insecure_http = true\n").check()
    [found] = problems(tmp_path, text, Overrides(url="http://10.0.0.6"))
    assert found.endswith(
        '| Use https, or allow it: this url and insecure_http = true under [profiles."10.0.0.6"] '
        "in FILE."
    )


def test_insecure_http_and_token_command_hold_for_the_profiles_server_only(tmp_path: Path) -> None:
    text = (
        '[profiles.loja]\nurl = "http://10.0.0.5"\ninsecure_http = true\ntoken_command = "pass x"\n'
    )
    [found] = problems(tmp_path, text, Overrides("loja", url="http://10.0.0.6"))
    assert found.startswith("--url is http: others on the network")
    config = read(tmp_path, text, Overrides("loja", url="https://10.0.0.6"))
    assert config.settings.profiles["loja"].token_command is None
    same = read(
        tmp_path, text, Overrides("loja", url="http://10.0.0.5/v2"), HOOKBOARD_URL="https://other"
    )
    assert same.settings.profiles["loja"].token_command == "pass x"


def test_the_kind_of_a_profile_holds_for_its_server_only(tmp_path: Path) -> None:
    text = '[profiles.loja]\nurl = "https://a.example"\napi = "codechat-v1"\n'

    def kind(url: str | None = None, api: Api | None = None) -> str:
        flags = Overrides("loja", url=url, api=api)
        return read(tmp_path, text, flags).settings.profiles["loja"].api

    assert kind() == "codechat-v1"
    assert kind(url="https://b.example") == "auto"
    assert kind(url="https://b.example", api="codechat-go") == "codechat-go"


def test_files_that_cannot_be_read_are_reported(tmp_path: Path) -> None:
    def message(path: Path) -> str:
        with pytest.raises(UserError) as caught:
            load(Overrides(), {"HOOKBOARD_CONFIG": str(path)})
        return caught.value.message

    (tmp_path / "latin.toml").write_bytes(b'theme = "\xe7"')
    assert message(tmp_path / "latin.toml").endswith("latin.toml is not UTF-8 text")
    assert message(tmp_path).endswith("is not a file")
    assert "could not be read: file name too long" in message(tmp_path / ("x" * 300))


@given(
    value=st.sampled_from([f'"{PLANTED}"', f'["{PLANTED}"]', f'{{x="{PLANTED}"}}', PLANTED]),
    key=st.sampled_from(["url", "api", "read_only", "token", "password", "nothing"]),
    place=st.sampled_from(["", "[keys]\n", "[profiles.p]\n", '[profiles.p]\nurl="https://p"\n']),
)
def test_no_error_repeats_a_value(
    tmp_path_factory: pytest.TempPathFactory, value: str, key: str, place: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "planted.toml"
    file.write_text(f"{place}{key} = {value}\n", "utf-8")
    report = ""
    try:
        load(Overrides(), {"HOOKBOARD_CONFIG": str(file)}).check()
    except UserError as error:
        report = "".join(traceback.format_exception(error))
        report += "".join(f"{found!r} {found.hint}" for found in error.problems)
    assert PLANTED not in report


def test_show_says_where_each_value_came_from(tmp_path: Path) -> None:
    text = TWO + 'token_command = ["pass", "show x"]\n[keys]\nsave = "f2"\n'
    shown = show(read(tmp_path, text, Overrides(read_only=True), HOOKBOARD_BUSINESS="env"), "there")
    assert tomllib.loads(shown)["profiles"]["loja"] == {
        "url": "https://file.example",
        "business": "env",
        "api": "auto",
        "at_once": 8,
        "timeout": 15,
        "read_only": True,
        "insecure_http": False,
        "production": False,
    }
    for line in (
        f"# file: {tmp_path}/config.toml",
        "# profile in use: loja",
        "# token: there",
        'default = "loja" # file',
        "mouse = true # default",
        'save = "f2" # file',
        'url = "https://file.example" # file',
        'business = "env" # HOOKBOARD_BUSINESS',
        "read_only = true # --read-only",
        "# token_command is not set (default)",
        'token_command = ["pass", "••••"] # file',
    ):
        assert line in shown.splitlines()


def test_show_names_the_timeout_and_its_origin(tmp_path: Path) -> None:
    text = TWO + "timeout = 60\n"
    assert "timeout = 60 # file" in show(read(tmp_path, text)).splitlines()
    given = show(read(tmp_path, text, Overrides(timeout=90))).splitlines()
    assert "timeout = 90 # --timeout" in given
    assert "timeout = 15 # default" in show(read(tmp_path, TWO)).splitlines()


def test_show_without_any_configuration_is_still_toml(tmp_path: Path) -> None:
    shown = show(read(tmp_path, ""))
    assert tomllib.loads(shown) == {"mouse": True, "keys": {}}
    assert "# profile in use: none" in shown


def test_a_user_in_an_address_is_refused_without_the_password(tmp_path: Path) -> None:
    flags = Overrides(url=f"https://bob:{PLANTED}@api.example")
    (problem,) = problems(tmp_path, "", flags)
    assert "Basic auth" in problem
    assert PLANTED not in problem

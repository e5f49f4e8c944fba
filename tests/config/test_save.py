"""Saving a profile into the configuration file."""

import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config.file_check import make_profile
from tui.config.profiles import NAME_LENGTH, Profile
from tui.config.save import remember_kind, save_profile
from tui.model.text import clean
from tui.model.user_error import UserError

COMMENTED = """\
# our servers
default = "loja"   # the shop

[keys]
save = "f2" # as in the old program

[profiles.loja]
# behind the proxy
url = "https://loja.example"   # new since May
token_command = "pass show loja"

[profiles.atacado]
url = "https://atacado.example"
"""


def profile(**fields: object) -> Profile:
    return make_profile("name", {"url": "https://new.example", **fields})


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_profile_makes_a_private_file_in_a_private_directory(tmp_path: Path) -> None:
    file = tmp_path / "hookboard" / "config.toml"
    save_profile(file, "api.example.com", profile(business="b1"), make_default=True)
    assert tomllib.loads(file.read_text("utf-8")) == {
        "default": "api.example.com",
        "profiles": {"api.example.com": {"url": "https://new.example", "business": "b1"}},
    }
    assert file.read_text("utf-8").startswith("# Hookboard. Tokens are not kept here")
    assert (mode(file), mode(file.parent)) == (0o600, 0o700)


def test_comments_order_and_other_settings_stay(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED, "utf-8")
    file.chmod(0o644)
    save_profile(file, "loja", profile(read_only=True))
    assert file.read_text("utf-8") == COMMENTED.replace(
        '"https://loja.example"', '"https://new.example"'
    ).replace('show loja"\n', 'show loja"\nread_only = true\n')
    assert mode(file) == 0o600


def test_a_new_profile_is_added_below_and_may_become_the_default(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED, "utf-8")
    save_profile(file, "filial", profile(), make_default=True)
    text = file.read_text("utf-8")
    assert text == (
        COMMENTED.replace('default = "loja"', 'default = "filial"')
        + '\n[profiles.filial]\nurl = "https://new.example"\n'
    )


def test_a_setting_given_as_none_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED, "utf-8")
    save_profile(file, "loja", profile(token_command=None, api="auto"))
    assert tomllib.loads(file.read_text("utf-8"))["profiles"]["loja"] == {
        "url": "https://new.example",
        "api": "auto",
    }


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# only a comment",
        'theme = "nord"',
        "[keys]\n",
        "[profiles]\n",
        'profiles.old.url = "https://old"\n',
        'profiles = {old = {url = "https://old"}}\n',
        '[profiles]\nold = {url = "https://old"}\n',
        '[profiles.old]\r\nurl = "https://old"\r\n',
        '[profiles.old]\nurl = "https://old"\n[keys]\nsave = "f2"\n[profiles.b]\nurl = "https://b"',
    ],
)
def test_a_profile_is_saved_in_every_notation_of_toml(tmp_path: Path, before: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(before, "utf-8", newline="")
    expected = tomllib.loads(before)
    expected["default"] = "new"
    expected.setdefault("profiles", {})["new"] = {"url": "https://new.example"}
    save_profile(file, "new", profile(), make_default=True)
    assert tomllib.loads(file.read_text("utf-8")) == expected


@given(
    name=st.text(min_size=1, max_size=NAME_LENGTH).filter(
        lambda name: bool(name.strip()) and clean(name) == name
    ),
    business=st.text(max_size=20).filter(lambda text: clean(text) == text and "/" not in text),
    command=st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=3),
)
def test_a_saved_profile_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, name: str, business: str, command: list[str]
) -> None:
    file = tmp_path_factory.mktemp("save") / "config.toml"
    saved = profile(business=business, token_command=command)
    save_profile(file, name, saved)
    save_profile(file, name[:-1] + ("b" if name[-1] == "a" else "a"), profile())
    read = tomllib.loads(file.read_text("utf-8"))["profiles"]
    assert len(read) == 2
    assert make_profile(name, read[name]) == saved


@pytest.mark.parametrize(
    "before", [b"a b", b"\xff", b"wibble = 1", b"[profiles]\na = 1\n[keys]\nx = 1"]
)
def test_a_file_with_a_mistake_is_refused_and_unchanged(tmp_path: Path, before: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(before)
    with pytest.raises(UserError):
        save_profile(file, "new", profile())
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("other", ['url = "http://10.0.0.5"', "url = 1", "wibble = 1"])
def test_mistakes_in_another_profile_are_kept_and_do_not_matter(tmp_path: Path, other: str) -> None:
    file = tmp_path / "config.toml"
    before = f'[profiles.other]\n{other}\n[profiles.a]\nurl = "https://a"\n'
    file.write_text(before, "utf-8")
    save_profile(file, "new", profile())
    after = before + '\n[profiles.new]\nurl = "https://new.example"\n'
    assert file.read_text("utf-8") == after
    remember_kind(file, "a", "https://a", "codechat-v1")
    assert 'api = "codechat-v1"' in file.read_text("utf-8")


def test_an_unusable_profile_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    with pytest.raises(UserError, match="is http: others on the network"):
        save_profile(file, "new", profile(url="http://10.0.0.5"))
    assert not file.exists()


def test_an_unusable_name_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    with pytest.raises(UserError, match="must be a name of 1 to 64"):
        save_profile(file, "a\nb", profile())
    assert not file.exists()


@pytest.mark.parametrize(
    "before, after",
    [
        (
            '[profiles.a]\nurl = "https://a"  # ours\n\n# the other\n[profiles.b]\nurl = "https://b"',
            '[profiles.a]\nurl = "https://a"  # ours\nNEW\n\n# the other\n[profiles.b]\n'
            'url = "https://b"',
        ),
        ('[profiles.a]\nurl = "https://a"', '[profiles.a]\nurl = "https://a"\nNEW\n'),
        (
            '[profiles.a]\napi = "auto"\nurl = "https://a"\n',
            '[profiles.a]\nNEW\nurl = "https://a"\n',
        ),
        (
            '[profiles.a]\nurl = "https://a/"\napi = "auto" # it changes\n[keys]\n',
            '[profiles.a]\nurl = "https://a/"\napi = "codechat-v1" # it changes\n[keys]\n',
        ),
        ('profiles.a.url = "https://a"\n', 'profiles.a.url = "https://a"\nprofiles.a.NEW\n'),
        (
            '[profiles]\na = {url = "https://a"}\n',
            '[profiles]\na = {url = "https://a",api = "codechat-v1"}\n',
        ),
    ],
)
def test_a_detected_kind_is_written_into_the_profile(
    tmp_path: Path, before: str, after: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(before, "utf-8")
    remember_kind(file, "a", "https://a", "codechat-v1")
    line = 'api = "codechat-v1" # detected by Hookboard; "auto" detects it again'
    assert file.read_text("utf-8") == after.replace("NEW", line)
    assert tomllib.loads(file.read_text("utf-8"))["profiles"]["a"]["api"] == "codechat-v1"


@pytest.mark.parametrize(
    "before",
    [
        '[profiles.a]\nurl = "https://a"\napi = "evolution-v2"\n',
        '[profiles.a]\nurl = "https://moved"\n',
        '[profiles.b]\nurl = "https://a"\n',
        "",
    ],
)
def test_a_detected_kind_is_not_written_where_the_file_has_changed(
    tmp_path: Path, before: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(before, "utf-8")
    remember_kind(file, "a", "https://a", "codechat-v1")
    assert file.read_text("utf-8") == before


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text(COMMENTED, "utf-8")
    file = tmp_path / "config.toml"
    file.symlink_to(kept)
    save_profile(file, "filial", profile())
    assert file.is_symlink()
    assert "filial" in kept.read_text("utf-8")


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(UserError, match="could not be written"):
        save_profile(tmp_path / "file" / "config.toml", "new", profile())


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(UserError, match="is not a file"):
        save_profile(tmp_path / "config.toml", "new", profile())
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


SAVES = """
import sys
from pathlib import Path
from tui.config.file_check import make_profile
from tui.config.save import save_profile

print("ready", flush=True)
sys.stdin.readline()
for count in range(25):
    name = f"{sys.argv[2]}-{count}"
    save_profile(Path(sys.argv[1]), name, make_profile(name, {"url": "https://new.example"}))
"""


def test_two_programs_that_save_at_once_lose_no_profile(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    command = [sys.executable, "-c", SAVES, str(file)]
    pipe = subprocess.PIPE
    both = [
        subprocess.Popen([*command, name], stdin=pipe, stdout=pipe, text=True)
        for name in ("one", "two")
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.communicate("go\n", timeout=60)
        assert process.returncode == 0
    saved = tomllib.loads(file.read_text("utf-8"))["profiles"]
    assert saved.keys() == {f"{name}-{count}" for name in ("one", "two") for count in range(25)}


def test_a_new_profile_replaces_no_other(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(COMMENTED, "utf-8")
    with pytest.raises(UserError, match="has a profile loja already"):
        save_profile(file, "loja", profile(), is_new=True)
    assert file.read_text("utf-8") == COMMENTED
    save_profile(file, "filial", profile(), is_new=True)
    assert "filial" in file.read_text("utf-8")

"""The sources of a token: their order, and what each refuses."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from tests.storage.credentials_support import (
    PLANTED,
    URL,
    LockedKeyring,
    MemoryKeyring,
    NullKeyring,
    found,
)
from tui.model.secret import Secret
from tui.model.user_error import UserError
from tui.storage.tokens import (
    Found,
    TokenSources,
    find_token,
    store_token,
    token_path,
)


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    before, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def no_backend() -> KeyringBackend:
    """Return the back end that the library falls back to where there is none."""
    return NoKeyring()  # type: ignore[no-untyped-call]


@pytest.fixture(params=[no_backend, LockedKeyring, NullKeyring])
def no_keyring(request: pytest.FixtureRequest) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(request.param())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "hookboard" / "tokens"


def secret_file(path: Path, text: str = PLANTED, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def printing(token: str) -> list[str]:
    return [sys.executable, "-c", f"print({token!r})"]


def refusal(sources: TokenSources, **env: str) -> UserError:
    with pytest.raises(UserError) as caught:
        find_token(sources, {**os.environ, **env}, stdin=io.BytesIO(PLANTED.encode() + b" x"))
    assert PLANTED not in f"{caught.value!r} {caught.value.hint}"
    return caught.value


def test_each_source_is_tried_only_when_those_before_have_no_token(
    tmp_path: Path, tokens: Path, memory: MemoryKeyring
) -> None:
    file = secret_file(tmp_path / "given", "from-flag\n")
    kept = secret_file(token_path("loja", URL), "from-file\n")
    memory.set_password("hookboard", "loja@loja.example", "from-keyring")

    def sources(token_file: str | None = None, command: list[str] | None = None) -> TokenSources:
        return TokenSources("loja", URL, token_file, command, saved_url=URL)

    variable = {"HOOKBOARD_TOKEN": " from-env "}
    command = printing("from-command")
    by = "the token command of profile loja"
    assert found(sources("-", command), **variable) == ("from-stdin", "standard input")
    flag = found(sources(str(file), command), **variable)
    assert flag == ("from-flag", f"--token-file {file}")
    assert found(sources(None, command), **variable) == ("from-env", "HOOKBOARD_TOKEN")
    assert found(sources(None, command)) == ("from-command", by)
    assert memory.asked == 0
    assert found(sources()) == ("from-keyring", "the keyring")
    memory.kept.clear()
    assert found(sources()) == ("from-file", f"the file {kept}")
    kept.unlink()
    assert found(sources()) == ("", "no token kept for profile loja")


@pytest.mark.usefixtures("no_keyring")
def test_without_a_working_keyring_the_file_is_used(tokens: Path) -> None:
    place = store_token("loja", URL, Secret(PLANTED))
    assert place.file == tokens / "loja@loja.example"
    assert place.refusal in ("", "the keyring refuses (OSError)")
    assert str(place).startswith(f"the file {place.file}")
    assert found(TokenSources("loja", URL, saved_url=URL))[0] == PLANTED
    assert (tokens / "loja@loja.example").stat().st_mode & 0o777 == 0o600
    assert tokens.stat().st_mode & 0o777 == 0o700


def test_a_stored_token_is_found_again(tokens: Path, memory: MemoryKeyring) -> None:
    secret_file(token_path("loja", URL), "an-old-one")
    assert str(store_token("loja", URL, Secret(PLANTED))) == "the keyring"
    assert memory.kept == {("hookboard", "loja@loja.example"): PLANTED}
    assert list(tokens.iterdir()) == []
    assert found(TokenSources("loja", URL, saved_url=URL)) == (PLANTED, "the keyring")


@pytest.mark.usefixtures("no_keyring")
def test_a_tokens_directory_that_others_could_read_becomes_private(tokens: Path) -> None:
    tokens.mkdir(parents=True)
    tokens.chmod(0o755)
    store_token("loja", URL, Secret(PLANTED))
    assert tokens.stat().st_mode & 0o777 == 0o700


def test_tokens_of_one_profile_are_kept_apart_by_host() -> None:
    names = {
        token_path(profile, url).name
        for profile in ("loja", "a/../b", "ç")
        for url in (URL, "https://loja.example:8443", "https://other.example")
    }
    assert len(names) == 9
    assert not any("/" in name for name in names)


@pytest.mark.usefixtures("tokens")
def test_a_stored_token_is_never_used_for_another_server(memory: MemoryKeyring) -> None:
    elsewhere = "https://evil.example"
    for url in (URL, elsewhere):
        store_token("loja", url, Secret(PLANTED))
    asked = memory.asked
    sources = TokenSources("loja", elsewhere, None, printing(PLANTED), saved_url=URL)
    token, why = found(sources)
    assert (token, memory.asked) == ("", asked)
    assert why == "none: the token of profile loja is for https://loja.example only"
    assert found(sources, HOOKBOARD_TOKEN="given") == ("given", "HOOKBOARD_TOKEN")
    plain = TokenSources("loja", "http://loja.example", saved_url=URL)
    assert found(plain)[0] == ""
    assert found(TokenSources("loja", f"{URL}/prefix", saved_url=URL))[0] == PLANTED


@pytest.mark.usefixtures("tokens", "memory")
def test_a_server_that_is_not_saved_has_no_kept_token() -> None:
    store_token("loja", URL, Secret(PLANTED))
    assert found(TokenSources("loja", URL)) == ("", "no token given")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_token_file_that_others_can_read_is_refused_with_the_remedy(
    tmp_path: Path, tokens: Path, memory: MemoryKeyring, mode: int
) -> None:
    given = secret_file(tmp_path / "my token", mode=mode)
    error = refusal(TokenSources("loja", URL, str(given)))
    assert error.message == f"{given} can be read by other users"
    assert error.hint == f"Run: chmod 600 '{given}'"
    kept = secret_file(token_path("loja", URL), mode=mode)
    error = refusal(TokenSources("loja", URL, saved_url=URL))
    assert error.hint == f"Run: chmod 600 {kept}"
    kept.chmod(0o600)
    assert found(TokenSources("loja", URL, saved_url=URL))[0] == PLANTED


def test_missing_and_unreadable_token_files_are_refused_with_the_reason(tmp_path: Path) -> None:
    missing = refusal(TokenSources("loja", URL, str(tmp_path / "none")))
    assert missing.message == f"--token-file {tmp_path}/none does not exist"
    directory = refusal(TokenSources("loja", URL, str(tmp_path)))
    assert directory.message == f"{tmp_path} could not be read: is a directory"
    binary = tmp_path / "binary"
    binary.touch(0o600)
    binary.write_bytes(b"\xff\xfe")
    assert refusal(TokenSources("loja", URL, str(binary))).message.endswith("is not text")


def test_a_token_file_may_be_a_pipe() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"from-pipe\n")
    os.close(writer)
    try:
        assert found(TokenSources("loja", URL, f"/dev/fd/{reader}"))[0] == "from-pipe"
    finally:
        os.close(reader)


def test_a_link_to_a_private_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(secret_file(tmp_path / "real"))
    assert found(TokenSources("loja", URL, str(tmp_path / "link")))[0] == PLANTED


def test_standard_input_that_is_a_terminal_is_not_waited_for() -> None:
    leader, terminal = os.openpty()
    try:
        with (
            open(terminal, "rb", buffering=0, closefd=False) as stdin,
            pytest.raises(UserError, match="standard input is not a pipe or a file"),
        ):
            find_token(TokenSources("loja", URL, "-"), {}, stdin=stdin)
    finally:
        os.close(leader)
        os.close(terminal)


@pytest.mark.usefixtures("tokens", "memory")
def test_no_source_accepts_a_text_that_cannot_be_a_token(memory: MemoryKeyring) -> None:
    saved = {"saved_url": URL}
    assert refusal(TokenSources("loja", URL, "-")).message.startswith("standard input gives")
    by_variable = refusal(TokenSources("loja", URL), HOOKBOARD_TOKEN=f"{PLANTED} x")
    assert by_variable.message.startswith("HOOKBOARD_TOKEN gives")
    by_command = refusal(TokenSources("loja", URL, None, printing(f"{PLANTED} x"), **saved))
    assert by_command.message.startswith("the token command of profile loja gives")
    memory.set_password("hookboard", "loja@loja.example", f"{PLANTED} x")
    assert refusal(TokenSources("loja", URL, **saved)).message.startswith("the keyring gives")
    with pytest.raises(UserError, match="the token gives"):
        store_token("loja", URL, Secret(f"{PLANTED} x"))


@pytest.mark.usefixtures("no_keyring")
def test_a_folder_that_cannot_be_written_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(blocked))
    with pytest.raises(UserError, match="could not be written: ") as caught:
        store_token("loja", URL, Secret(PLANTED))
    assert PLANTED not in f"{caught.value!r} {caught.value.hint}"


def test_a_found_token_is_masked_when_it_is_printed() -> None:
    assert PLANTED not in repr(Found(Secret(PLANTED), "HOOKBOARD_TOKEN"))


def test_a_token_from_the_environment_imports_no_keyring() -> None:
    code = (
        "import sys; from tui.storage.tokens import TokenSources, find_token;"
        "sources = TokenSources('a', 'https://a', saved_url='https://a');"
        "find_token(sources, {'HOOKBOARD_TOKEN': 'x'});"
        "print('keyring' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.usefixtures("no_keyring")
@pytest.mark.parametrize("profile", ["店" * 28, "🏪" * 64, "loja"])
def test_a_profile_of_any_name_has_a_token_file(tokens: Path, profile: str) -> None:
    long = f"https://{'h' * 63}.example"
    for url in (URL, long):
        store_token(profile, url, Secret(PLANTED))
        assert found(TokenSources(profile, url, saved_url=url))[0] == PLANTED
    assert len(list(tokens.iterdir())) == 2


@pytest.mark.usefixtures("no_keyring")
def test_a_tokens_directory_behind_a_link_keeps_its_mode(tokens: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    tokens.parent.mkdir(parents=True, exist_ok=True)
    tokens.symlink_to(shared)
    store_token("loja", URL, Secret(PLANTED))
    assert shared.stat().st_mode & 0o777 == 0o755

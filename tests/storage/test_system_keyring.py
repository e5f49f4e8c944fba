"""A keyring that is locked, refuses or never answers, and other sources that may not answer."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.storage.credentials_support import (
    PLANTED,
    URL,
    LockedKeyring,
    SilentKeyring,
    found,
    using,
)
from tui.model.secret import Secret
from tui.model.user_error import UserError
from tui.storage import system_keyring
from tui.storage.blocking_calls import Waiting
from tui.storage.tokens import Found, TokenSources, find_token, store_token


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "hookboard" / "tokens"


def test_waiting_for_a_keyring_has_a_limit_and_the_keyring_is_named(
    tokens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_keyring, "SECONDS", 0.05)
    sources = TokenSources("loja", URL, saved_url=URL)
    with using(SilentKeyring()):
        none = "no token kept for profile loja; the keyring did not answer within 0.05 s"
        assert found(sources) == ("", none)
        place = f"the file {tokens}/loja@loja.example (the keyring did not answer within 0.05 s)"
        assert str(store_token("loja", URL, Secret(PLANTED))) == place
        assert found(sources)[0] == PLANTED


@pytest.mark.usefixtures("tokens")
def test_a_keyring_that_is_locked_is_named() -> None:
    with using(LockedKeyring()):
        said = found(TokenSources("loja", URL, saved_url=URL))
    assert said == ("", "no token kept for profile loja; the keyring is locked")


@pytest.mark.usefixtures("tokens")
@pytest.mark.parametrize(
    "command, said",
    [
        (None, "no token kept for profile loja; the keyring was skipped"),
        (["sleep", "600"], "no token: you did not wait for the token command of profile loja"),
    ],
)
def test_a_source_that_does_not_answer_can_be_skipped(command: list[str] | None, said: str) -> None:
    waiting = Waiting()
    answer: list[Found] = []
    sources = TokenSources("loja", URL, command=command, saved_url=URL)
    search = threading.Thread(
        target=lambda: answer.append(find_token(sources, os.environ, waiting=waiting))
    )
    with using(SilentKeyring()):
        search.start()
        while not waiting.skip():
            pass
        search.join()
    assert [(one.token, one.source) for one in answer] == [(None, said)]


def test_waiting_for_a_pipe_that_nobody_writes_to_has_a_limit(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UserError, match=r"pipe gave nothing within 0\.05 s"):
        find_token(TokenSources("loja", URL, str(pipe)), {}, seconds=0.05)

"""A keyring that never answers blocks neither the keys nor quitting."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment
from tests.e2e.steps import give_token
from tests.e2e.terminal import AT_REST, Terminal

BACKEND = """
import threading
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1

    def get_password(self, service, username):
        threading.Event().wait()

    set_password = delete_password = get_password
"""


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    """An environment with a keyring that never answers."""
    (home / "silent_keyring.py").write_text(BACKEND)
    return environment(home, PYTHON_KEYRING_BACKEND="silent_keyring.Keyring", PYTHONPATH=str(home))


@pytest.fixture
def saved(served: Served, home: Path) -> None:
    """A profile without a token: the keyring is asked for it."""
    told = served.told
    (home / "config.toml").write_text(
        f'[profiles.loja]\nurl = "{told.url}"\nbusiness = "{told.business}"\napi = "codechat-v2"\n'
    )


def keep_waiting(home: Path, seconds: float) -> None:
    """Set inside the process how long it waits for a keyring."""
    (home / "sitecustomize.py").write_text(
        f"from tui.storage import system_keyring\nsystem_keyring.SECONDS = {seconds}\n"
    )


@pytest.mark.usefixtures("saved")
def test_quitting_works_while_the_keyring_is_waited_for(env: dict[str, str]) -> None:
    with Terminal([HOOKBOARD], env=env, size=(80, 24)) as terminal:
        terminal.wait_for("Waiting for the keyring.")
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.modes == AT_REST


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize("command", [["list"], ["config", "check"]], ids=["list", "check"])
def test_a_command_says_that_it_waits_and_ends_at_ctrl_c(
    env: dict[str, str], command: list[str]
) -> None:
    with Terminal([HOOKBOARD, *command], env=env, size=(80, 24)) as terminal:
        terminal.wait_for("waiting for the keyring…")
        terminal.press("ctrl+c")
        assert terminal.wait() == 130


@pytest.mark.usefixtures("saved")
def test_an_error_replaces_what_was_waited_for(env: dict[str, str], home: Path) -> None:
    keep_waiting(home, 1)
    with Terminal([HOOKBOARD, "list"], env=env, size=(120, 40)) as terminal:
        terminal.wait_for("waiting for the keyring…")
        assert terminal.wait() == 4
        assert terminal.text().startswith("hookboard: There is no token for profile loja")


@pytest.mark.usefixtures("saved")
def test_a_token_can_be_typed_while_waiting(env: dict[str, str], served: Served) -> None:
    with Terminal([HOOKBOARD], env=env, size=(80, 24)) as terminal:
        terminal.wait_for("^t: enter a token instead of waiting")
        give_token(terminal, served.sandbox.token)
        terminal.wait_for("12 instances")
        assert "Waiting for" not in terminal.text()
        terminal.press("q")
        assert terminal.wait() == 0


def test_a_first_start_does_not_wait_for_the_keyring(
    env: dict[str, str], home: Path, served: Served
) -> None:
    keep_waiting(home, 600)
    told = served.told
    with Terminal([HOOKBOARD], env=env, size=(80, 24)) as terminal:
        terminal.wait_for_field("Server")
        terminal.paste(told.url)
        terminal.go_to("Token")
        terminal.paste(told.token)
        terminal.wait_for("•")
        terminal.press("enter")
        terminal.wait_for_field("Name")
        terminal.press("enter")
        terminal.wait_for_field("Business")
        terminal.paste(told.business)
        terminal.wait_for(told.business)
        terminal.press("ctrl+s")
        terminal.wait_for("12 instances")
        terminal.press("q")
        assert terminal.wait() == 0
        assert "ended before the token was saved" in terminal.text()
    assert told.url in (home / "config.toml").read_text()


@pytest.mark.usefixtures("saved")
def test_after_its_deadline_the_keyring_is_named(env: dict[str, str], home: Path) -> None:
    keep_waiting(home, 0.5)
    with Terminal([HOOKBOARD], env=env, size=(120, 40)) as terminal:
        terminal.wait_for("answer within 0.5 s")
        terminal.press("q")
        assert terminal.wait() == 0

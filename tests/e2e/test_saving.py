"""A webhook edited in the terminal, and the server's copy after the save."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment, sandbox_process
from tests.e2e.steps import edit_first_webhook, give_token, retype, switch_flags
from tests.e2e.terminal import Terminal
from tui.sandbox.codechat_v2.bodies import FlagMode
from tui.sandbox.codechat_v2.tokens import Tokens


class ExpiredTokens(Tokens):
    """Issues instance tokens that have already expired, unless a lifetime is given."""

    def sign(self, instance_id: str, issued: int, expires: int | None = None) -> str:
        return super().sign(instance_id, issued, issued + 60 if expires is None else expires)


@pytest.mark.parametrize(
    "mode, writes",
    [
        ("put", ["PUT 201"]),
        ("patch", ["PUT 201", "PATCH 200"]),
        ("reject", ["PUT 400", "PUT 201", "PATCH 200"]),
    ],
)
def test_a_save_is_stored_whichever_way_the_server_saves_flags(
    served: Served, board: Terminal, mode: FlagMode, writes: list[str]
) -> None:
    served.sandbox.flags = mode
    before = served.webhook()
    edit_first_webhook(board)
    board.type(" novo")
    board.wait_for("crm novo")
    board.go_to("URL")
    retype(board, "URL", "https://new.example/hook")
    switch_flags(board, 2)
    board.wait_for("4 changes, not saved")
    board.press("ctrl+s")
    board.wait_for("Saved 4 changes")
    after = served.webhook()
    assert (after["name"], after["url"]) == ("crm novo", "https://new.example/hook")
    switched = {key for key, on in after["WebhookEvents"].items() if on is False} - {
        key for key, on in before["WebhookEvents"].items() if on is False
    }
    assert switched == {"messagesSet", "messagesUpsert"}
    assert after["headers"] == before["headers"]
    assert served.writes == writes


def test_a_save_is_stored_by_a_sandbox_in_another_process(home: Path) -> None:
    with (
        sandbox_process(home, "--instances", "3") as told,
        Terminal([HOOKBOARD], env=environment(home, **told.variables)) as terminal,
    ):
        terminal.wait_for("3 instances")
        edit_first_webhook(terminal)
        terminal.type("2")
        terminal.wait_for("1 change, not saved")
        terminal.press("ctrl+s")
        terminal.wait_for("Saved 1 change")
        terminal.press("escape")
        terminal.wait_for("3 instances")
        terminal.press("r")
        terminal.wait_for("crm2")


def test_a_url_without_scheme_is_reported_beside_the_field_and_not_sent(
    served: Served, board: Terminal
) -> None:
    edit_first_webhook(board)
    board.go_to("URL")
    retype(board, "URL", "crm.example/hook")
    board.go_to("Name", "shift+tab")
    board.press("ctrl+s")
    board.wait_for_field("URL")
    board.wait_for("✗")
    below = board.below("crm.example/hook")
    assert "✗" in below
    assert "http" in below
    assert served.writes == []
    assert "crm.example" not in served.webhook()["url"]


def test_a_message_of_the_server_is_shown_beside_its_field(served: Served, board: Terminal) -> None:
    edit_first_webhook(board)
    board.go_to("URL")
    retype(board, "URL", "https://crm.example:0/hook")
    board.go_to("Name", "shift+tab")
    board.press("ctrl+s")
    board.wait_for_field("URL")
    board.wait_for_line("✗", "url must be a URL address")
    assert "✗" in board.below("https://crm.example:0/hook")
    assert "1 change, not saved" in board.text()
    assert served.writes == ["PUT 400"]


def test_from_a_wrong_token_to_a_saved_webhook_without_starting_again(
    served: Served, home: Path
) -> None:
    wrong = served.told.variables | {"HOOKBOARD_TOKEN": "not-the-token-4711"}
    with Terminal([HOOKBOARD], env=environment(home, **wrong), size=(80, 24)) as terminal:
        screen = terminal.wait_for("answered 401")
        assert "HOOKBOARD_TOKEN" in screen
        give_token(terminal, served.sandbox.token)
        terminal.wait_for("12 instances")
        edit_first_webhook(terminal)
        terminal.type("2")
        terminal.wait_for("1 change, not saved")
        terminal.press("ctrl+s")
        terminal.wait_for("Saved 1 change")
        for token in ("not-the-token-4711", served.sandbox.token):
            assert token.encode() not in terminal.output
    assert served.webhook()["name"] == "crm2"


def test_a_save_refused_for_its_token_works_with_another(served: Served, home: Path) -> None:
    sandbox = served.sandbox
    key = sandbox.store.setting("key")
    sandbox.tokens = ExpiredTokens(sandbox.business_id, sandbox.token, key)
    env = environment(home, **served.told.variables)
    with Terminal([HOOKBOARD], env=env, size=(80, 24)) as terminal:
        terminal.wait_for("12 instances")
        edit_first_webhook(terminal)
        terminal.go_to("URL")
        retype(terminal, "URL", "https://kept.example/hook")
        terminal.press("ctrl+s")
        screen = terminal.wait_for("answered 401")
        assert "loja-norte" in screen
        assert "expired" in screen
        assert "https://kept.example/hook" in screen
        assert served.writes == []
        soon = datetime.now(UTC) + timedelta(hours=1)
        fresh = sandbox.instance_jwt(served.instance_id("loja-norte"), expires=soon)
        give_token(terminal, fresh)
        terminal.wait_for("Saved 1 change")
    assert served.webhook()["url"] == "https://kept.example/hook"
    assert served.writes == ["PUT 201"]


def test_a_save_succeeds_when_the_server_is_back(served: Served, board: Terminal) -> None:
    edit_first_webhook(board)
    board.type("2")
    board.wait_for("1 change, not saved")
    served.stop()
    board.press("ctrl+s")
    screen = board.wait_for("Not saved")
    assert "could not be reached" in screen
    assert "crm2" in screen
    assert "1 change, not saved" in screen
    served.start()
    board.press("ctrl+s")
    board.wait_for("Saved 1 change")
    assert served.webhook()["name"] == "crm2"


@pytest.mark.parametrize("how", ["--read-only", "HOOKBOARD_READ_ONLY"])
def test_read_only_is_shown_and_sends_no_writes(served: Served, home: Path, how: str) -> None:
    command: list[str | Path] = [HOOKBOARD]
    variables = served.told.variables
    if how.startswith("--"):
        command.append(how)
    else:
        variables[how] = "1"
    with Terminal(command, env=environment(home, **variables), size=(80, 24)) as terminal:
        assert "READ ONLY" in terminal.wait_for("12 instances")
        edit_first_webhook(terminal)
        terminal.type("2")
        terminal.wait_for("nothing can be changed")
        assert "READ ONLY" in terminal.text()
        assert "no changes" in terminal.text()
        terminal.press("ctrl+s")
        terminal.wait_for("nothing can be saved")
    assert served.writes == []
    assert served.webhook()["name"] == "crm"


def test_a_token_and_enter_sent_at_once_are_handled_in_order(served: Served, home: Path) -> None:
    wrong = served.told.variables | {"HOOKBOARD_TOKEN": "not-the-token-4711"}
    with Terminal([HOOKBOARD], env=environment(home, **wrong), size=(80, 24)) as terminal:
        terminal.wait_for("answered 401")
        terminal.press("ctrl+t")
        terminal.wait_for_field("Token")
        terminal.type(f"{served.sandbox.token}\r")
        terminal.wait_for("12 instances")

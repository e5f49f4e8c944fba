"""The first start on a machine where nothing is configured, and the second."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment
from tests.e2e.steps import quit_program, retype
from tests.e2e.terminal import Terminal


def start(home: Path) -> Terminal:
    return Terminal([HOOKBOARD], env=environment(home), size=(80, 24))


def type_token(terminal: Terminal, token: str) -> None:
    """Type a token into its field, replacing the old text."""
    if "•" in terminal.wait_for_field("Token"):
        terminal.press("ctrl+u")
        terminal.wait_for("•", gone=True)
    terminal.type(token)
    terminal.wait_for_field("Token", "•" * min(len(token), 40))


def test_a_server_is_set_up_and_used_at_the_next_start(served: Served, home: Path) -> None:
    token = served.sandbox.token
    with start(home) as terminal:
        terminal.wait_for("Connect to a server")
        terminal.wait_for_field("Server")
        terminal.type("127.0.0.1")
        terminal.wait_for("127.0.0.1")
        terminal.press("ctrl+s")
        terminal.wait_for("must not be empty")
        assert "✗" in terminal.below("  Server ")
        assert "✗" in terminal.below("  Token ")
        assert served.requests == []

        terminal.wait_for_field("Server")
        retype(terminal, "Server", served.url)
        terminal.go_to("Token")
        type_token(terminal, "wrong")
        terminal.press("enter")
        terminal.wait_for_field("Name")
        terminal.press("enter")
        terminal.wait_for_field("Business")
        terminal.type("no-such-business")
        terminal.wait_for("no-such-business")
        terminal.press("enter")
        terminal.wait_for("answered 401")
        assert "✗" in terminal.below("  Token ")

        type_token(terminal, token)
        terminal.press("ctrl+s")
        terminal.wait_for("answered 404")
        assert "✗" in terminal.below("  Business ")

        terminal.wait_for_field("Business")
        retype(terminal, "Business", served.sandbox.business_id)
        terminal.press("ctrl+s")
        terminal.wait_for("12 instances")
        assert quit_program(terminal) == 0
        assert token.encode() not in terminal.output

    config = home / "config.toml"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert served.sandbox.business_id in config.read_text(encoding="utf-8")
    assert token not in config.read_text(encoding="utf-8")
    kept = [path for path in home.rglob("tokens/*") if path.is_file()]
    assert [path.read_text(encoding="ascii").strip() for path in kept] == [token]
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(kept[0].parent.stat().st_mode) == 0o700

    with start(home) as terminal:
        terminal.wait_for("12 instances")
        assert b"Connect to a server" not in terminal.output
        assert quit_program(terminal) == 0


def test_an_unreachable_server_is_reported_beside_the_url(home: Path) -> None:
    with start(home) as terminal:
        terminal.wait_for("Connect to a server")
        terminal.wait_for_field("Server")
        terminal.type("http://127.0.0.1:1")
        terminal.go_to("Token")
        type_token(terminal, "t")
        terminal.press("ctrl+s")
        terminal.wait_for("could not be reached")
        assert "could not be reached" in terminal.below("  Server ")
        assert list(home.iterdir()) == []


def test_leaving_the_first_start_saves_nothing(home: Path) -> None:
    with start(home) as terminal:
        terminal.wait_for("Connect to a server")
        terminal.press("escape")
        assert terminal.wait() == 0
    assert list(home.iterdir()) == []

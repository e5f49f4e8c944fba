"""The bytes sent to a terminal: text and the program's sequences, none from a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.programs import HOOKBOARD, Told, environment
from tests.e2e.terminal import Terminal
from tests.robustness.hostile.mirror import Mirror, mirrored, record
from tests.robustness.hostile.texts import EVERY, MADE, ODD, foreign, sequences
from tui.sandbox.serve import running

SHORT = [text for text in EVERY if len(text) < 5_000]
PLANTED = sequences([*ODD, *EVERY])


def check(terminal: Terminal) -> None:
    assert not foreign(bytes(terminal.output))
    assert not [one for one in PLANTED if one in terminal.output]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_no_text_of_a_server_reaches_the_terminal_as_a_command(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    mirror = Mirror(*(record(number, text) for number, text in enumerate(ODD)))
    mirror.records.append(record(len(ODD), "loja", flags=SHORT))
    hook = mirror.hook(len(ODD))
    hook["headers"] = dict.fromkeys(SHORT, "v")
    with mirrored(mirror) as sandbox, running(sandbox) as url:
        told = Told(url, sandbox.business_id, sandbox.token)
        env = environment(tmp_path, **told.variables)
        log = tmp_path / "log"
        with Terminal([HOOKBOARD, "--log-file", log], env=env, size=size) as terminal:
            terminal.wait_for(f"{len(mirror.records)} instances")
            for _ in ODD:
                terminal.press("down")
            terminal.wait_for("Webhooks of loja")
            terminal.press("tab", "enter")
            terminal.wait_for("no changes")
            terminal.wait_for_field("Name")
            through_the_editor(terminal, mirror, hook)
            press(terminal, "ctrl+q", "unsaved change")
            terminal.press("d")
            assert terminal.wait() == 0
            check(terminal)
        assert not foreign(log.read_bytes())


def through_the_editor(terminal: Terminal, mirror: Mirror, hook: dict[str, object]) -> None:
    """Visit the flags, the review, both sides of a conflict and every kind of error."""
    terminal.press("tab", "tab", "tab", "i")
    terminal.wait_for("changes, not saved")
    for _ in range(40):
        terminal.press("down")
    terminal.press("f3")
    terminal.wait_for("F3", gone=True)
    for _ in range(40):
        terminal.send(b"\x1b[6~")
    terminal.press("y")
    terminal.wait_for("clipboard")
    terminal.press("escape")
    terminal.wait_for("F3")
    for text in MADE[:-2]:
        mirror.error = (400, {"message": [text, f"url {text}", f"name {text}"], "error": text})
        press(terminal, "ctrl+r", "answered 400")
        mirror.error = None
        hook["url"] = text
        press(terminal, "ctrl+r", "Changed on the server")


def press(terminal: Terminal, key: str, said: str) -> None:
    """Press a key and wait for words in the output: drawing all of it is too slow for pyte."""
    before = terminal.mark
    terminal.press(key)
    terminal.wait_for_bytes(said.encode(), since=before)

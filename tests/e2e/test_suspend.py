"""Suspending the program to the shell and resuming it."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment
from tests.e2e.steps import edit_first_webhook
from tests.e2e.terminal import Terminal


def test_ctrl_z_suspends_and_fg_redraws(served: Served, home: Path) -> None:
    told = environment(home, PS1="at the shell> ", **served.told.variables)
    with Terminal(["/bin/sh", "-i"], env=told, size=(80, 24)) as terminal:
        terminal.wait_for("at the shell>")
        terminal.type(f"{HOOKBOARD}\r")
        terminal.wait_for("12 instances")
        edit_first_webhook(terminal)
        terminal.type("x")
        terminal.wait_for_field("Name", "crmx")
        terminal.press("ctrl+z")
        terminal.wait_for("Stopped")
        assert 1049 not in terminal.modes
        assert 25 in terminal.modes
        (draft,) = (home / ".local/share/hookboard/drafts").glob("*.json")
        assert "crmx" in draft.read_text(encoding="utf-8")
        terminal.type("fg\r")
        terminal.wait_for_field("Name", "crmx")
        terminal.wait_for("1 change, not saved")
        terminal.type("y")
        terminal.wait_for_field("Name", "crmxy")
        terminal.press("ctrl+s")
        terminal.wait_for("Saved 1 change")
        terminal.press("ctrl+q")
        terminal.wait_for("at the shell>")


def test_the_list_alone_is_painted_again_too(served: Served, home: Path) -> None:
    told = environment(home, PS1="at the shell> ", **served.told.variables)
    with Terminal(["/bin/sh", "-i"], env=told, size=(80, 24)) as terminal:
        terminal.wait_for("at the shell>")
        terminal.type(f"{HOOKBOARD}\r")
        terminal.wait_for("12 instances")
        terminal.press("ctrl+z")
        terminal.wait_for("Stopped")
        terminal.type("fg\r")
        terminal.wait_for("12 instances")
        terminal.press("j")
        terminal.wait_for_line("▸", "loja-sul")
        terminal.press("ctrl+q")
        terminal.wait_for("at the shell>")


def test_ctrl_z_without_a_shell_is_reported_and_stays(home: Path) -> None:
    with Terminal([HOOKBOARD, "--demo"], env=environment(home), size=(80, 24)) as terminal:
        terminal.wait_for("12 instances")
        terminal.press("ctrl+z")
        terminal.wait_for("There is no shell to go back to")
        terminal.press("j")
        terminal.wait_for_line("▸", "loja-sul")

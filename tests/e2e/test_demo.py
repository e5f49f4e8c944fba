"""``hookboard --demo``, and the terminal after it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.programs import HOOKBOARD, environment
from tests.e2e.steps import edit_first_webhook, quit_program, retype, switch_flags
from tests.e2e.terminal import AT_REST, Terminal

SIZES = [(80, 24), (120, 40)]
STYLE = re.compile(rb"\x1b\[([\d;]+)m")


def is_colour(style: bytes) -> bool:
    """Whether a style sets a colour; 39 and 49 are the terminal's default."""
    numbers = (int(number) for number in re.findall(rb"\d+", style))
    return any(number >= 30 and number not in (39, 49) for number in numbers)


def demo(home: Path, *options: str, size: tuple[int, int] = (80, 24), **env: str) -> Terminal:
    return Terminal([HOOKBOARD, "--demo", *options], env=environment(home, **env), size=size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
def test_a_webhook_is_changed_and_shown_changed(
    home: Path, size: tuple[int, int], theme: str
) -> None:
    with demo(home, "--theme", theme, size=size) as terminal:
        terminal.wait_for("12 instances")
        terminal.wait_for_line("▸", "crm", "18/20")
        edit_first_webhook(terminal)
        terminal.go_to("URL")
        retype(terminal, "URL", "https://new.example/hook")
        switch_flags(terminal, 2)
        terminal.wait_for("3 changes, not saved")
        terminal.press("ctrl+s")
        terminal.wait_for("Saved 3 changes")
        terminal.press("escape")
        terminal.wait_for("12 instances")
        terminal.wait_for_line("▸", "crm", "16/20")
        terminal.wait_for("https://new.example/hook")
        assert quit_program(terminal) == 0
    assert list(home.iterdir()) == []


def test_quitting_restores_the_terminal(home: Path) -> None:
    with demo(home) as terminal:
        terminal.wait_for("12 instances")
        assert terminal.modes > {1049, 1000, 2004}, "the alternate screen, the mouse, the paste"
        terminal.press("q")
        assert terminal.wait() == 0
        assert terminal.modes == AT_REST
        assert terminal.settings_now == terminal.settings
        assert terminal.output.count(b"\x1b[<u") == len(
            re.findall(rb"\x1b\[>\d+u", terminal.output)
        )
        assert terminal.text().strip() == ""


def test_no_mouse_leaves_the_mouse_to_the_terminal(home: Path) -> None:
    with demo(home, "--no-mouse") as terminal:
        terminal.wait_for("12 instances")
        assert not terminal.modes & {1000, 1002, 1003, 1006, 1015}


def test_quitting_asks_about_unsaved_changes(home: Path) -> None:
    with demo(home) as terminal:
        terminal.wait_for("12 instances")
        edit_first_webhook(terminal)
        terminal.type("2")
        terminal.wait_for("1 change, not saved")
        terminal.press("ctrl+q")
        terminal.wait_for("keep editing")
        terminal.press("enter")
        terminal.wait_for("keep editing", gone=True)
        terminal.wait_for_line("Name", "crm2")
        terminal.press("escape")
        terminal.wait_for("discard 1 change")
        terminal.press("d")
        terminal.wait_for("crm2", gone=True)
        terminal.wait_for("12 instances")


@pytest.mark.parametrize("term", ["xterm", "screen", "vt220"])
def test_other_terminals_show_the_same(home: Path, term: str) -> None:
    with demo(home, TERM=term, COLORTERM="") as terminal:
        terminal.wait_for("12 instances")
        terminal.wait_for_line("▸", "crm", "18/20")
        assert quit_program(terminal) == 0


def test_without_colour_everything_is_shown_in_words(home: Path) -> None:
    with demo(home, NO_COLOR="1") as terminal:
        terminal.wait_for("12 instances")
        edit_first_webhook(terminal)
        terminal.go_to("URL")
        switch_flags(terminal, 1)
        screen = terminal.wait_for("1 change, not saved")
        assert "*[ ] messagesSet" in screen
        assert "▸" in screen
        styles = set(STYLE.findall(terminal.bytes_since(0)))
        assert {style for style in styles if is_colour(style)} == set()


def test_resizing_while_editing_keeps_what_was_typed(home: Path) -> None:
    with demo(home) as terminal:
        terminal.wait_for("12 instances")
        edit_first_webhook(terminal)
        terminal.type("-kept")
        terminal.wait_for("crm-kept")
        terminal.resize(50, 15)
        screen = terminal.wait_for("needs 60×18; this is 50×15")
        assert "crm-kept" not in screen
        terminal.resize(120, 40)
        terminal.wait_for("crm-kept")
        screen = terminal.wait_for("needs 60×18", gone=True)
        assert "1 change, not saved" in screen
        terminal.type("!")
        terminal.wait_for("crm-kept!")


def test_the_filter_finds_by_url_and_escape_shows_all(home: Path) -> None:
    with demo(home) as terminal:
        terminal.wait_for("12 instances")
        terminal.press("/")
        terminal.wait_for_field("Instances")
        terminal.type("typebot")
        screen = terminal.wait_for("2 of 12 instances")
        assert "quiosque-aeroporto" in screen
        assert "suporte-ti" not in screen
        terminal.press("escape")
        terminal.wait_for("12 instances")
        terminal.wait_for("loja-norte")

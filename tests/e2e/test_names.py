"""Long, strange and hostile names in the terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment
from tests.e2e.steps import edit_first_webhook
from tests.e2e.terminal import Terminal
from tui.sandbox.sample import sample

LONG = "armazém " * 25
EMOJI = "café 🛒🇧🇷👩‍💻 fim"
HEBREW = "חנות צפון"
MARKUP = "[red]sale[/red] [/] [@click=app.quit]x[/] [link="
ESCAPES = "a\x1b]0;owned\x07b\x1b[31mred\x1b[2Jc\x9b5md\u202eesrever"
NAMES = {"long": LONG, "emoji": EMOJI, "hebrew": HEBREW, "markup": MARKUP, "escapes": ESCAPES}


def fill(served: Served) -> None:
    """Replace the list by instances with these names, each with a webhook of the same name."""
    ((instance, (webhook, *_)), *_) = sample(1)
    store = served.sandbox.store
    with store.transaction():
        store.add(
            (
                replace(instance, id=f"id-{kind}", name=name),
                [replace(webhook, id=f"hook-{kind}", instance_id=f"id-{kind}", name=name)],
            )
            for kind, name in NAMES.items()
        )


def test_strange_names_are_shown_as_text_and_run_nothing(served: Served, home: Path) -> None:
    fill(served)
    env = environment(home, **served.told.variables)
    with Terminal([HOOKBOARD], env=env, size=(120, 40)) as terminal:
        terminal.wait_for("17 instances")
        terminal.press("end")
        screen = terminal.wait_for("Webhooks of a␛")
        assert "armazém armazém" in screen
        assert "fim" in terminal.line_with("café")
        assert HEBREW in screen
        assert "[red]sale[/red]" in screen
        edit_first_webhook(terminal)
        assert "a␛]0;owned" in terminal.line_with("Name")
        terminal.press("escape")
        terminal.wait_for("17 instances")
        terminal.press("up")
        terminal.wait_for("Webhooks of [red]sale[/red]")
        edit_first_webhook(terminal)
        terminal.press("escape")
        terminal.wait_for("17 instances")
        for sequence in ("\x1b]0;", "\x1b[31m", "\x1b[2J", "\x9b", "\u202e", "owned\x07"):
            assert sequence.encode() not in terminal.output, repr(sequence)


def test_a_name_of_200_characters_leaves_the_rest_of_its_row_in_place(
    served: Served, home: Path
) -> None:
    fill(served)
    env = environment(home, **served.told.variables)
    with Terminal([HOOKBOARD], env=env, size=(80, 24)) as terminal:
        terminal.wait_for("17 instances")
        terminal.press("end")
        terminal.wait_for("Webhooks of a␛")
        row = terminal.wait_for_line("● open", "armazém armazém", "…")
        other = terminal.wait_for_line("● open", "marketing-promo")
        assert row.index("1 webhook, on") == other.index("1 webhook, on")

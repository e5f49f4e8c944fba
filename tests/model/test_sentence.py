"""Sentences that name commands: with their keys on a screen, left out where there are no keys."""

from __future__ import annotations

import pytest

from tui.model.sentence import Sentence, Wording, joined


def on_screen(words: Wording) -> str:
    return words if isinstance(words, str) else words.filled(lambda command: f"<{command}>")


def test_the_keys_of_commands_are_filled_in() -> None:
    assert on_screen(Sentence("{save} saves, {flag.all} turns all on.")) == (
        "<save> saves, <flag.all> turns all on."
    )


def test_values_are_filled_in_beside_keys() -> None:
    said = Sentence("{name} has no webhook. {new} makes one.", {"name": "loja"})
    assert on_screen(said) == "loja has no webhook. <new> makes one."


@pytest.mark.parametrize(
    "hostile", ["{save}", "{name}", "{", "}", "{}", "{0}", "\\g<0>", "{{save}}"]
)
def test_braces_from_outside_are_shown_as_they_came(hostile: str) -> None:
    inner = Sentence("{name}: {save}", {"name": hostile})
    assert on_screen(inner) == f"{hostile}: <save>"
    assert on_screen(joined(hostile, inner)) == f"{hostile} {hostile}: <save>"
    assert str(joined(hostile, inner)) == hostile


def test_empty_sentences_are_left_out_when_joined() -> None:
    assert on_screen(joined("", Sentence("{save} saves."), "", "Kept.")) == "<save> saves. Kept."
    assert on_screen(joined()) == ""


@pytest.mark.parametrize(
    "words, without_keys",
    [
        (Sentence("{save} tries again."), ""),
        (
            Sentence("Your changes are kept. {save} tries again. Or wait."),
            "Your changes are kept. Or wait.",
        ),
        (Sentence("{n} rows differ.", {"n": "3"}), "3 rows differ."),
        (joined("Try again.", Sentence("{save} saves."), "Kept."), "Try again. Kept."),
    ],
)
def test_without_keys_sentences_that_name_commands_are_left_out(
    words: Sentence, without_keys: str
) -> None:
    assert str(words) == without_keys

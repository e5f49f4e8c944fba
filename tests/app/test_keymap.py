"""The ``[keys]`` of the configuration: both notations, and the problems in them."""

from __future__ import annotations

import pytest

from tui.app.commands import COMMANDS, Scope, commands_in
from tui.app.key_names import key_label, parse_key
from tui.app.keymap import read_keymap


@pytest.mark.parametrize(
    "text, key",
    [
        ("^s", "ctrl+s"),
        ("^S", "ctrl+s"),
        ("ctrl+s", "ctrl+s"),
        ("Ctrl+S", "ctrl+s"),
        ("F3", "f3"),
        ("f3", "f3"),
        ("esc", "escape"),
        ("del", "delete"),
        ("pgup", "pageup"),
        ("↑", "up"),
        ("?", "question_mark"),
        ("/", "slash"),
        ("slash", "slash"),
        ("-", "minus"),
        ("+", "plus"),
        ("^", "circumflex_accent"),
        ("G", "G"),
        ("shift+g", "G"),
        ("ç", "ç"),
        (" space ", "space"),
        ("shift+tab", "shift+tab"),
        ("ctrl+f5", "ctrl+f5"),
        ("alt+x", "alt+x"),
    ],
)
def test_a_key_is_understood_in_both_notations(text: str, key: str) -> None:
    assert parse_key(text) == key


@pytest.mark.parametrize("text", ["", "ctrl+", "f99", "control+s", "save", "^ß", "ctrl+ß", "aa"])
def test_a_text_that_is_no_key_is_none(text: str) -> None:
    assert parse_key(text) is None


def test_the_label_of_every_key_is_understood() -> None:
    keys = [key.strip() for one in COMMANDS for key in one.keys.split(",")]
    assert [parse_key(key) for key in keys] == keys
    assert [parse_key(key_label(key)) for key in keys] == keys


def test_other_saves_follow_save_unless_they_are_bound() -> None:
    keys = read_keymap({"save": "^d,F2", "conflict.save": "f9"}).keys
    assert keys == {
        "save": "ctrl+d,f2",
        "review.save": "ctrl+d,f2",
        "conflict.save": "f9",
        "connect": "ctrl+d,f2",
        "dialog.accept": "ctrl+d,f2",
        "history.undo": "ctrl+d,f2",
        "plan.apply": "ctrl+d,f2",
    }


def test_all_commands_on_the_key_of_save_follow_it() -> None:
    same = {one.id for one in COMMANDS if one.keys == "ctrl+s"}
    assert {one.id for one in COMMANDS if one.follows == "save"} == same - {"save"}


@pytest.mark.parametrize(
    "configured, said",
    [
        ({"sav": "f2"}, ["[keys] there is no command “sav”"]),
        ({"edit": "ctrl+ß"}, ["[keys] edit: there is no key “ctrl+ß”"]),
        ({"edit": "f99,f4"}, ["[keys] edit: there is no key “f99”"]),
        ({"save": "e"}, ["[keys] save: e does not work in text fields"]),
        ({"save": "^k"}, ["[keys] save: ^k does not work in text fields"]),
        ({"help": "?"}, ["[keys] help: ? does not work in text fields"]),
        ({"edit": "n"}, ["[keys] edit and new both use n"]),
        ({"drafts": "k"}, ["[keys] drafts and row.up both use k"]),
        ({"reread": "^s"}, ["[keys] save and reread both use ^s"]),
        ({"edit": "f1"}, ["[keys] edit and help both use F1"]),
        ({"save": "e,f2"}, []),
        ({"quit": "^k"}, []),
        ({"reread": "^m"}, ["[keys] reread: most terminals send ^m as enter"]),
        ({"reread": "ctrl+i"}, ["[keys] reread: most terminals send ^i as tab"]),
        ({"reread": "^["}, ["[keys] reread: most terminals send ^[ as esc"]),
        ({"save": "ctrl+shift+s"}, ["[keys] save: most terminals send ^shift+s as ^s"]),
        ({"save": "^m,F2"}, []),
        ({"save": "ctrl+shift+f2"}, []),
        ({"edit": "x", "new": "e"}, []),
        ({"filter": "f", "review": "f2", "close": "f"}, []),
        ({}, []),
    ],
)
def test_problems_are_reported(configured: dict[str, str], said: list[str]) -> None:
    assert list(read_keymap(configured).problems) == said


@pytest.mark.parametrize(
    "scope", sorted({one.scope for one in COMMANDS} - {"everywhere", "focus", "dialog"})
)
def test_a_key_that_a_command_shares_with_help_is_reported_in_every_place(scope: Scope) -> None:
    first = next(commands_in(scope)).id
    assert f"[keys] {first} and help both use F1" in read_keymap({first: "f1"}).problems


@pytest.mark.parametrize(
    "configured, said",
    [
        ({"run.try-again": "y"}, "[keys] run.try-again and run.copy both use y"),
        ({"run.leave-as-is": "j"}, "[keys] row.down and run.leave-as-is both use j"),
        ({"history.whole": "r"}, "[keys] history.whole and history.refresh both use r"),
        ({"changes.refresh": "q"}, "[keys] changes.refresh and close both use q"),
        ({"members.copy": "g"}, "[keys] row.first and members.copy both use g"),
        ({"conflict.all-mine": "k"}, "[keys] row.up and conflict.all-mine both use k"),
    ],
)
def test_a_shared_key_is_reported_on_the_screens_of_runs_and_history(
    configured: dict[str, str], said: str
) -> None:
    assert list(read_keymap(configured).problems) == [said]


def test_a_command_without_a_valid_key_keeps_its_default() -> None:
    assert read_keymap({"edit": "f99"}).keys == {}
    assert read_keymap({"edit": "f99,^e"}).keys == {"edit": "ctrl+e"}

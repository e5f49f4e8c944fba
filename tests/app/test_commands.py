"""The table of commands, on whose ids and keys people rely."""

from __future__ import annotations

from typing import get_args

import pytest
from rich.cells import cell_len
from textual.binding import Binding

from tui.app.commands import COMMANDS, Scope, bindings, command, commands_in, unknown_ids
from tui.app.key_names import key_label

SCOPES: tuple[Scope, ...] = get_args(Scope)
TOGETHER: tuple[tuple[Scope, ...], ...] = (
    *((scope, "everywhere") for scope in SCOPES if scope != "everywhere"),
    ("dashboard", "rows", "everywhere"),
    ("editor", "grid", "everywhere"),
    ("editor", "toggle", "everywhere"),
)
"""Places whose keys work at the same time."""


def keys(scopes: tuple[Scope, ...]) -> list[str]:
    return [key for one in commands_in(*scopes) for key in one.keys.split(",")]


def test_ids_of_commands_are_unique() -> None:
    ids = [one.id for one in COMMANDS]
    assert len(set(ids)) == len(ids)
    assert all(command(one.id) is one for one in COMMANDS)


def test_every_command_has_keys_texts_and_an_action() -> None:
    for one in COMMANDS:
        assert all(one.keys.split(",")), one.id
        assert "" not in (one.label.strip(), one.help.strip(), one.action.strip()), one.id
        assert one.scope in SCOPES, one.id
        assert len(one.help) <= 60, one.id


HELP_CELLS = 54
"""Cells for the text of a command on the help screen, at 80 columns."""


def test_the_help_of_a_command_fits_into_80_columns() -> None:
    assert [one.help for one in COMMANDS if cell_len(one.help) > HELP_CELLS] == []


@pytest.mark.parametrize("scopes", TOGETHER, ids=lambda scopes: "+".join(scopes))
def test_no_key_runs_two_commands_in_one_place(scopes: tuple[Scope, ...]) -> None:
    bound = keys(scopes)
    assert sorted(bound) == sorted(set(bound))


def test_no_letter_is_bound_where_text_is_typed() -> None:
    typed_into: tuple[Scope, ...] = ("editor", "connect", "dialog")
    letters = [key for key in keys(typed_into) if len(key) == 1]
    assert letters == []


@pytest.mark.parametrize(
    "scopes, promised",
    [
        (("focus", "everywhere"), "question_mark f1 ctrl+p ctrl+t ctrl+q tab shift+tab"),
        (("dashboard", "rows"), "up down left right h j k l enter e slash r y q escape"),
        (("editor",), "ctrl+s f3 ctrl+r escape"),
        (("grid",), "up down left right space a n i u"),
        (("toggle",), "space"),
    ],
)
def test_documented_keys_are_bound(scopes: tuple[Scope, ...], promised: str) -> None:
    assert set(promised.split()) <= set(keys(scopes))


def test_bindings_come_from_the_table() -> None:
    bound = [one for one in bindings("dashboard", "everywhere") if isinstance(one, Binding)]
    assert [(one.id, one.key, one.action) for one in bound] == [
        (one.id, one.keys, one.action) for one in commands_in("dashboard", "everywhere")
    ]


def test_an_id_that_names_no_command_is_found() -> None:
    assert unknown_ids({"save": "f2", "sav": "f2", "": "x"}) == ["sav", ""]


def test_an_unknown_command_is_an_error() -> None:
    with pytest.raises(KeyError):
        command("sav")


@pytest.mark.parametrize(
    "key, shown",
    [("ctrl+s", "^s"), ("f3", "F3"), ("escape", "esc"), ("question_mark", "?"), ("slash", "/")],
)
def test_labels_of_keys_are_short(key: str, shown: str) -> None:
    assert key_label(key) == shown


def test_one_letter_quits_from_the_dashboard_only() -> None:
    quits = [one for one in COMMANDS if one.action == "app.quit"]
    assert [one.scope for one in quits if len(one.keys) == 1] == ["dashboard"]

"""The keys that commands are bound to now, as hints and the key bar name them."""

from __future__ import annotations

import pytest

from tests.app.test_commands import TOGETHER
from tui.app.bound_keys import key_bar_commands, key_labels
from tui.app.commands import Scope, command


def test_a_rebound_key_is_shown() -> None:
    save = command("save")
    assert key_labels(save, {}) == ("^s",)
    assert key_labels(save, {"save": "f2, ctrl+w"}) == ("F2", "^w")


@pytest.mark.parametrize("scopes", TOGETHER, ids=lambda scopes: "+".join(scopes))
@pytest.mark.parametrize("typing", [False, True])
def test_the_key_bar_names_each_key_once(scopes: tuple[Scope, ...], typing: bool) -> None:
    shown = key_bar_commands(scopes, {}, typing=typing)
    named = [key for _, key in shown]
    assert len(set(named)) == len(named)
    assert all(one.in_key_bar and key in key_labels(one, {}) for one, key in shown)


def test_on_typing_screens_the_key_bar_names_no_key_that_types() -> None:
    named = [key for _, key in key_bar_commands(("editor", "everywhere"), {}, typing=True)]
    assert [key for key in named if len(key) == 1] == []


def test_the_key_bar_leaves_out_commands_that_are_not_offered() -> None:
    shown = key_bar_commands(("editor",), {}, lambda one: one.id != "save")
    assert [one.id for one, _ in shown] == ["review", "reread", "back"]

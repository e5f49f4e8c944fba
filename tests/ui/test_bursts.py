"""Keys that come faster than they are worked off, as a slow line delivers them, and ctrl+c."""

from __future__ import annotations

import pytest

from tests.ui.support import hook, terminal

FIRST = "messagesSet"
"""The flag the grid's cursor begins on."""


@pytest.mark.parametrize(
    "keys, left",
    [
        (["ctrl+u", "n", "e", "w"], "new"),
        (["x", "backspace", "y"], "crmy"),
        (["backspace", "backspace", "backspace", "x"], "x"),
        (["left", "left", "x", "right", "y"], "cxrym"),
        (["home", "x", "end", "y"], "xcrmy"),
        (["home", "delete", "x"], "xrm"),
        (["home", "right", "ctrl+k", "x"], "cx"),
        (["space", "a", "ctrl+w", "b"], "crm b"),
        (["space", "a", "ctrl+left", "b"], "crm ba"),
        (["shift+home", "x"], "x"),
        (["shift+left", "ctrl+x", "home", "ctrl+v"], "mcr"),
    ],
    ids=lambda keys: "-".join(keys) if isinstance(keys, list) else "",
)
async def test_keys_that_change_a_text_work_in_the_order_they_are_pressed(
    keys: list[str], left: str
) -> None:
    async with terminal() as at:
        await at.edit()
        await at.burst(*keys)
        assert at.field("name").value == left


async def test_every_field_gets_the_keys_that_were_pressed_for_it() -> None:
    async with terminal() as at:
        before = hook(at.sandbox)
        await at.edit()
        await at.burst("ctrl+u", "a", "tab", "backspace", "tab", "space", "tab", "space", "ctrl+s")
        await at.sees("Saved 4 changes.")
        saved = hook(at.sandbox)
        assert (saved.name, saved.url, saved.enabled) == ("a", before.url[:-1], False)
        assert [flag for flag, on in saved.flags.items() if on != before.flags[flag]] == [FIRST]


async def test_escape_in_a_burst_asks_for_what_was_typed_before_it() -> None:
    async with terminal() as at:
        await at.edit()
        await at.burst("x", "backspace", "y", "escape")
        await at.sees("crm has 1 change that nobody has saved.")
        await at.press("e")
        assert at.field("name").value == "crmy"


async def test_a_filter_typed_and_mended_in_one_go_is_the_one_that_counts() -> None:
    async with terminal() as at:
        await at.press("slash")
        await at.burst(*"xyz", "ctrl+u", *"n9", "backspace", "8", "enter")
        await at.sees("3 of 12 instances")
        await at.stands_on("instances")


async def test_a_token_typed_mended_and_entered_in_one_go_is_the_one_that_is_used() -> None:
    async with terminal(token="wrong-token", loaded=False) as at:
        await at.sees("answered 401")
        await at.press("ctrl+t")
        await at.stands_on("token")
        await at.burst(*"oops", "ctrl+u", *at.sandbox.token, "x", "backspace", "enter")
        await at.sees("12 instances")
        assert at.banner == ""


async def test_a_key_of_ones_own_for_everywhere_goes_before_the_fields() -> None:
    async with terminal(keys={"quit": "ctrl+k"}) as at:
        await at.edit()
        await at.burst("x", "home", "ctrl+k")
        await at.sees("crm has 1 change that nobody has saved.")
        await at.press("e")
        assert at.field("name").value == "crmx"


async def test_ctrl_c_copies_what_is_selected_in_a_field() -> None:
    async with terminal() as at:
        await at.edit()
        await at.burst("shift+home", "ctrl+c", "end", "y")
        assert at.app.clipboard == "crm"
        assert at.field("name").value == "crmy"
        assert at.toasts == []


@pytest.mark.parametrize("keys, said", [({}, "^q quits."), ({"quit": "f10"}, "F10 quits.")])
@pytest.mark.parametrize("editor", [False, True], ids=["dashboard", "editor"])
async def test_ctrl_c_with_nothing_selected_says_how_to_quit(
    keys: dict[str, str], said: str, editor: bool
) -> None:
    async with terminal(keys=keys) as at:
        if editor:
            await at.edit()
        await at.press("ctrl+c")
        assert at.toasts == [said]
        assert at.app.return_code is None


async def test_ctrl_c_on_hidden_text_copies_nothing_and_says_how_to_quit() -> None:
    async with terminal() as at:
        await at.press("ctrl+t")
        await at.stands_on("token")
        await at.press(*"secret", "shift+home", "ctrl+c")
        assert at.app.clipboard == ""
        assert at.toasts == ["^q quits."]

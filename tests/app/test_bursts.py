"""Keys that come faster than they are handled, as over a slow line, and ctrl+c."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.app.support import Terminal, hook, terminal

FIRST = "messagesSet"
"""The flag on which the grid's cursor starts."""


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
        await at.sees("crm has 1 unsaved change.")
        await at.press("e")
        assert at.field("name").value == "crmy"


async def test_a_filter_typed_and_corrected_in_one_burst_applies() -> None:
    async with terminal() as at:
        await at.press("slash")
        await at.burst(*"xyz", "ctrl+u", *"n9", "backspace", "8", "enter")
        await at.sees("3 of 12 instances")
        await at.stands_on("instances")


async def test_a_token_typed_corrected_and_entered_in_one_burst_is_used() -> None:
    async with terminal(token="wrong-token", loaded=False) as at:
        await at.sees("answered 401")
        await at.press("ctrl+t")
        await at.stands_on("token")
        await at.burst(*"oops", "ctrl+u", *at.sandbox.token, "x", "backspace", "enter")
        await at.sees("12 instances")
        assert at.banner == ""


async def test_own_keys_of_commands_everywhere_come_before_fields() -> None:
    async with terminal(keys={"quit": "ctrl+k"}) as at:
        await at.edit()
        await at.burst("x", "home", "ctrl+k")
        await at.sees("crm has 1 unsaved change.")
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


URL = "https://n8n.example.com/webhook/3f2a"


@pytest.mark.parametrize("pasted", [URL, "quit", "q w e r t y", f"{URL}\r", "line\rquit\rquit\r"])
@pytest.mark.parametrize("where", ["dashboard", "grid", "dialog", "requests"])
async def test_an_unmarked_paste_runs_no_commands(pasted: str, where: str) -> None:
    async with terminal() as at:
        await go_to(at, where)
        await at.settle()  # the scrollbar of the list comes last
        before, flags = at.rows, hook(at.sandbox).flags
        await at.reads(pasted)
        await at.hears(f"{len(pasted)} characters came at once, like a paste")
        assert at.app.return_code is None
        at.app.clear_notifications()
        await at.until(lambda: at.rows == before, "nothing else is to be seen")
        assert hook(at.sandbox).flags == flags


async def go_to(at: Terminal, where: str) -> None:
    """Go to a place without a text field."""
    await at.sees("updated 2 d ago")
    await at.settle()  # the scrollbar comes with the layout, after the rows
    match where:
        case "grid":
            await at.edit()
            await at.press("tab", "tab", "tab")
        case "dialog":
            await at.edit()
            await at.press("x", "escape")
            await at.sees("unsaved change")
        case "requests":
            await at.press("ctrl+l")
            await at.sees("Requests made in this run")


async def test_the_end_of_a_long_unmarked_paste_belongs_to_it() -> None:
    async with terminal() as at:
        await at.reads(URL, "q")
        assert at.app.return_code is None
        assert len(at.toasts) == 1


@pytest.mark.parametrize(
    "keys, row",
    [("jjjjjjjjjjjjjjjj", "suporte-ti"), ("jjjk", "quiosque-aeroporto"), ("Gk", "loja-campinas")],
)
async def test_held_keys_in_one_read_move_the_cursor(keys: str, row: str) -> None:
    async with terminal() as at:
        await at.reads(keys)
        await at.until(lambda: at.row(row).startswith(" ▸"), f"the cursor is on {row}")
        assert at.toasts == []


async def test_movements_and_a_command_typed_ahead_are_both_done() -> None:
    async with terminal() as at:
        await at.reads("jjkkgGge")
        await at.until(lambda: type(at.app.screen).__name__ == "EditorScreen", "the editor")


async def test_moving_and_quitting_typed_ahead_quits() -> None:
    async with terminal() as at:
        await at.reads("jjq")
        await at.until(lambda: at.app.return_code == 0, "it quits")


async def test_a_filter_typed_ahead_with_its_key_is_a_filter() -> None:
    async with terminal() as at:
        await at.reads("/crm.loja.com.br/hooks")
        assert at.one(Input, "#filter").value == "crm.loja.com.br/hooks"


async def test_an_unmarked_paste_goes_into_a_field() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("ctrl+u")
        await at.reads("pedidos do Norte")
        assert at.field("name").value == "pedidos do Norte"


@pytest.mark.parametrize("keys", [{}, {"filter": "f"}, {"quit": "x"}, {"filter": "f", "quit": "/"}])
async def test_a_key_that_opens_a_field_or_quits_is_text_inside_a_field(
    keys: dict[str, str],
) -> None:
    async with terminal(keys=keys) as at:
        await at.press(keys.get("filter", "slash"))
        await at.burst(*"br/hooks-fx/?q")
        assert at.one(Input, "#filter").value == "br/hooks-fx/?q"
        assert at.app.return_code is None


async def test_a_marked_paste_without_a_text_field_is_refused() -> None:
    async with terminal() as at:
        await at.paste("quit")
        await at.hears("Nothing was pasted: no text field has the focus.")
        assert at.app.return_code is None

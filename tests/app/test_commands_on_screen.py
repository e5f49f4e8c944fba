"""Help, palette, key bar, and own keys."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.app.support import hook, terminal
from tui.app.bound_keys import key_labels
from tui.app.commands import COMMANDS, Scope, commands_in
from tui.app.key_names import key_label, parse_key
from tui.app.screens.help import TITLES, HelpScreen


async def help_of(scopes: tuple[Scope, ...], keys: dict[str, str], *, editor: bool) -> None:
    async with terminal(size=(120, 60), keys=keys) as at:
        if editor:
            await at.edit()
        await at.press("f1")
        await at.sees("esc closes this")
        for command in commands_in(*scopes, "everywhere"):
            assert " ".join(key_labels(command, keys)) in at.row(command.help), command.id
        await at.press("escape")
        await at.loses("esc closes this")


async def test_help_lists_every_command_of_the_dashboard_with_its_keys() -> None:
    await help_of(("dashboard", "rows"), {}, editor=False)


async def test_help_lists_every_command_of_the_editor_with_its_keys() -> None:
    await help_of(("editor", "grid"), {}, editor=True)


async def test_help_shows_the_keys_as_they_are_bound_now() -> None:
    await help_of(("editor", "grid"), {"save": "f2", "flag.all": "x,y"}, editor=True)


async def test_help_has_a_title_for_every_place() -> None:
    assert set(TITLES) == set(get_args(Scope))
    assert all(words[0].isupper() for words in TITLES.values())


async def test_help_keeps_keys_and_words_apart_however_many_keys_there_are() -> None:
    keys = {"toggle": "f2,f3,f4,f5,f6,f7,f8,f9"}
    async with terminal(keys=keys) as at:
        at.app.push_screen(HelpScreen(("connect", "choice", "toggle")))
        await at.sees("Choices", "Switches")
        assert "→ l space enter  " in at.row("Choose the next option")
        assert "F8 F9  Turn the switch on or off" in at.picture


async def test_help_can_be_scrolled_to_its_end_in_a_small_terminal() -> None:
    async with terminal() as at:
        await at.press("question_mark")
        await at.sees("Dashboard")
        assert "esc closes this" not in at.words
        await at.press("end")
        await at.sees("Quit; asks if there are unsaved changes", "esc closes this")


async def test_the_palette_lists_and_runs_the_commands_of_the_dashboard() -> None:
    async with terminal() as at:
        before = len(at.cable.requests)
        await at.press("ctrl+p")
        await at.sees("Edit (e)", "Filter (/)", "Read the list again")
        await at.press(*"refresh")
        await at.sees("Refresh (r)")
        await at.loses("Filter (/)")
        await at.press("enter")
        await at.until(lambda: len(at.cable.requests) > before, "the list was read again")


async def test_the_palette_in_the_editor_saves() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "ctrl+p", *"save")
        await at.sees("Save (^s)")
        await at.press("enter")
        await at.sees("Saved 1 change.")
        assert hook(at.sandbox).name == "crmx"


async def test_read_only_offers_no_command_that_writes() -> None:
    async with terminal(read_only=True, size=(120, 60)) as at:
        for keys, offered, not_offered in (
            ((), ("Edit (e)", "Copy (y)"), ("New (n)", "Delete (")),
            (("enter", "enter"), ("Review (F3)", "Read again (^r)"), ("Save (",)),
            (("f3",), ("Copy as curl (y)",), ("Save (",)),
        ):
            await at.press(*keys, "ctrl+p")
            await at.sees(*offered)
            assert [words for words in not_offered if words in at.words] == []
            await at.press("escape")
            await at.loses(offered[0])


async def test_read_only_offers_no_save_in_the_key_bar() -> None:
    async with terminal(read_only=True) as at:
        await at.edit()
        assert at.rows[-1].startswith(" F3 Review  ^r Read again")
        await at.press("x", "ctrl+s")
        await at.sees("READ ONLY: nothing can be saved here.")
        await at.press("f3")
        await at.sees("The request")
        assert at.rows[-1].startswith(" y Copy as curl")


async def test_the_palette_can_be_left() -> None:
    async with terminal() as at:
        await at.press("ctrl+p")
        await at.sees("Edit (e)")
        await at.press("escape")
        await at.loses("Edit (e)")
        await at.stands_on("instances")


async def test_own_keys_work_and_are_shown_and_the_old_ones_do_nothing() -> None:
    async with terminal(keys={"edit": "f4", "row.down": "n", "save": "f5"}) as at:
        assert "F4 Edit" in at.rows[-1]
        await at.press("j", "e")
        assert at.row("loja-norte").startswith(" ▸")
        await at.press("n", "f4")
        await at.sees("loja-sul › crm", "F5 Save")
        await at.until(lambda: at.focused == "name", "the form is ready")
        await at.press("x", "ctrl+s")
        await at.sees("1 change, not saved")
        await at.press("f5")
        await at.sees("Saved 1 change.")


async def test_the_old_key_of_a_rebound_quit_does_nothing() -> None:
    async with terminal(keys={"quit": "f10"}) as at:
        await at.press("ctrl+q")
        assert at.app.return_code is None
        await at.press("f10")
        await at.until(lambda: at.app.return_code == 0, "it quit")


async def test_an_unknown_id_in_keys_is_reported() -> None:
    async with terminal(keys={"edit": "f4", "edti": "f5"}) as at:
        await at.sees("In the configuration:", "[keys] there is no command “edti”")
        await at.press("f4")
        await at.sees("loja-norte › crm")


async def test_a_click_in_the_key_bar_runs_the_command() -> None:
    async with terminal() as at:
        await at.pilot.click(offset=(at.rows[-1].index("Filter"), 23))
        await at.stands_on("filter")


async def test_the_key_bar_cuts_no_command_in_the_middle() -> None:
    labels = {command.label for command in COMMANDS}
    async with terminal() as at:
        for keys in ((), ("enter", "enter"), ("f3",)):
            await at.press(*keys)
            for width in (60, 80, 120):
                await at.resize(width, 24)
                shown = [item.split(" ", 1)[1] for item in at.rows[-1].strip().split("  ")]
                assert shown
                assert set(shown) <= labels


@pytest.mark.parametrize("save", ["^g", "f2"])
async def test_every_save_has_the_key_of_save(save: str) -> None:
    key = parse_key(save)
    assert key is not None
    async with terminal(keys={"save": f"{save},F9"}) as at:
        await at.edit()
        await at.press("x", "f3")
        await at.sees(f"{key_label(key)} Save")
        await at.press("f9")
        await at.sees("Saved 1 change.")
        assert hook(at.sandbox).name == "crmx"


async def test_problems_of_keys_are_reported_at_the_start() -> None:
    async with terminal(keys={"save": "e", "edit": "f99", "new": "r"}) as at:
        await at.sees("[keys] edit: there is no key “f99”")
        await at.sees("[keys] save: e does not work in text fields")
        await at.sees("[keys] new and refresh both use r")

"""Changing the marked webhooks of the board by the form and by presets; nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.app.board_desk import board_of, opened
from tests.app.support import Terminal, terminal
from tui.app.screens.board.change_dialog import ChangeScreen
from tui.app.screens.preset_picker import PresetScreen
from tui.core.patch.presets import Preset
from tui.model.webhook import Values


async def change_form(at: Terminal) -> None:
    """Mark all rows and open the form."""
    await opened(at)
    await at.press("M", "e")
    await at.until(lambda: isinstance(at.app.screen, ChangeScreen), "the form is open")


def wanted(at: Terminal) -> list[Values]:
    return [target.wanted for target in board_of(at).staging.all]


async def test_another_host_is_staged_for_those_that_have_the_old_one() -> None:
    async with terminal() as at:
        sent = len(at.cable.requests)
        await change_form(at)
        await at.sees("Change 23 webhooks", "crm.loja.com.br", "in 5 of 23")
        await at.press(*"new.example:8443", "ctrl+s")
        await at.sees("Staged in 5 of 23 webhooks.")
        assert {values.url.split("/")[2] for values in wanted(at)} == {"new.example:8443"}
        await at.press("u")
        await at.loses("staged:")
        assert len(at.cable.requests) == sent


async def test_how_many_have_the_old_host_is_counted_as_it_is_typed() -> None:
    async with terminal() as at:
        await change_form(at)
        await at.sees("in 5 of 23")
        await at.press("shift+tab", *"x")
        await at.sees("in 0 of 23")
        await at.press("backspace")
        await at.sees("in 5 of 23")


async def test_errors_stand_beside_their_fields_and_nothing_is_staged() -> None:
    async with terminal() as at:
        await change_form(at)
        await at.press("ctrl+s")
        await at.sees("enter at least one change")
        await at.press("tab", *"https://{instance}.example/in", "enter")
        await at.sees("only after the host")
        assert at.focused == "url"
        await at.press("ctrl+u", *"https://h/{name}", "enter")
        await at.sees("{name} is not known")
        await at.press("ctrl+u", *"https://h/{instance}", "shift+tab", *"h", "ctrl+s")
        await at.sees("another host or another URL, not both")
        await at.press("escape")
        await at.loses("New host")
        assert not wanted(at)


async def test_a_url_is_filled_in_for_each_webhook() -> None:
    async with terminal() as at:
        await change_form(at)
        await at.press("tab", *"https://new.example/{instance}/{webhook}", "ctrl+s")
        await at.sees("Staged in 23 of 23 webhooks.")
        assert wanted(at)[0].url == "https://new.example/loja-norte/crm"
        assert any("dep%C3%B3sito" in values.url for values in wanted(at))


async def test_on_and_a_preset_are_staged_together() -> None:
    async with terminal() as at:
        await change_form(at)
        await at.press("tab", "tab", "right", "tab", "right", "right", "ctrl+s")
        await at.sees("Staged in 23 of 23 webhooks.")
        assert all(values.enabled and not values.flags_on for values in wanted(at))
        await at.press("u")
        await at.loses("staged:")


async def test_a_preset_says_what_it_would_change_and_the_first_is_like_this_one() -> None:
    async with terminal() as at:
        table = await opened(at)
        await at.press("m", "m", "m", "g", "p")
        await at.until(lambda: isinstance(at.app.screen, PresetScreen), "presets are offered")
        await at.sees(
            "Preset of flags for 3 webhooks", "like loja-norte › crm", "2 turned off, in 1 of 3"
        )
        await at.press("enter")
        await at.sees("Staged in 1 of 3 webhooks.")
        (first,) = [row for row in board_of(at).chosen if row.id == table.key]
        assert first.webhook
        on = {flag for flag, is_on in first.webhook.flags.items() if is_on}
        for values in wanted(at):
            assert {flag for flag, is_on in values.flags.items() if is_on} == on & {*values.flags}


@pytest.mark.parametrize("keys", ["p", ("e", "tab", "tab", "tab", "right")], ids=["picker", "form"])
async def test_a_long_name_of_a_preset_leaves_room_for_its_effect(keys: Sequence[str]) -> None:
    async with terminal() as at:
        assert at.app.session
        long = Preset("um nome de preset muito comprido", on=("messagesUpsert",), rest="off")
        at.app.session.own_presets = (long,)
        await opened(at)
        await at.press("M", *keys)
        await at.sees("um nome", "5 turned on, 219 off, in 22 of 23")


async def test_without_marks_there_is_nothing_to_change() -> None:
    async with terminal() as at:
        await opened(at)
        for key in "ep":
            await at.press(key)
            await at.sees("No webhook is marked.")


async def test_a_read_only_server_allows_no_changes() -> None:
    async with terminal(read_only=True) as at:
        await opened(at)
        await at.press("M", "e")
        await at.sees("READ ONLY: nothing can be changed here.")

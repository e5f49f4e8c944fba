"""Filtering as one types, and sending texts to the clipboard."""

from __future__ import annotations

from tests.ui.support import Terminal, change, hook, terminal
from tui.sandbox.server import open_sandbox


def listed(at: Terminal) -> list[str]:
    """Return the names of the instances the list shows."""
    return [at.store[key].name for key in at.store.visible]


async def test_the_filter_finds_by_name_id_number_webhook_and_url_in_any_case() -> None:
    async with terminal() as at:
        for typed, found in (
            ("SUL", ["loja-sul"]),
            ("01KE7J0N", ["loja-sul"]),
            ("900001003", ["quiosque-aeroporto"]),
            ("typebot", ["quiosque-aeroporto", "central-atendimento"]),
            ("bi.loja.com", ["central-atendimento"]),
            ("Aurora zona", ["loja-norte", "loja-sul"]),
        ):
            await at.press("slash")
            await at.paste(typed)
            await at.sees(f"{len(found)} of 12 instances")
            assert listed(at) == found
            await at.press("escape")


async def test_the_list_follows_each_letter_and_enter_goes_into_it() -> None:
    async with terminal() as at:
        await at.press("slash", "n")
        await at.sees("10 of 12 instances")
        await at.press("8")
        await at.sees("3 of 12 instances")
        await at.press("enter")
        await at.stands_on("instances")
        await at.press("j", "j")
        assert at.row("loja-centro").startswith(" ▸")


async def test_down_goes_from_the_filter_into_the_list() -> None:
    async with terminal() as at:
        await at.press("slash", "c", "e", "n", "down")
        await at.stands_on("instances")
        assert listed(at) == ["central-atendimento", "loja-centro"]


async def test_escape_clears_the_filter_and_the_cursor_stays_on_its_instance_in_sight() -> None:
    async with terminal(open_sandbox(instances=60)) as at:
        await at.press("slash", *"0040", "enter")
        await at.sees("1 of 60 instances", "Webhooks of loja-0040")
        await at.press("escape")
        await at.sees("60 instances")
        assert at.row("▸").split()[3] == "loja-0040"
        assert "Webhooks of loja-0040" in at.words


async def test_escape_leaves_an_empty_filter() -> None:
    async with terminal() as at:
        await at.press("slash")
        await at.stands_on("filter")
        await at.press("escape")
        await at.stands_on("instances")


async def test_a_filter_that_matches_nothing_says_what_was_looked_for_and_how_to_go_on() -> None:
    async with terminal() as at:
        await at.press("slash", *"zzz")
        await at.sees("No instance matches “zzz”.", "esc clears the filter.", "0 of 12 instances")
        assert "18 of 20 flags on" not in at.words
        await at.press("escape")
        await at.sees("Webhooks of loja-norte")


async def test_letters_that_are_commands_go_into_the_filter() -> None:
    async with terminal() as at:
        await at.press("slash", *"eqry?")
        await at.sees("No instance matches “eqry?”.")


async def test_the_filter_survives_a_refresh_and_takes_what_arrives_new() -> None:
    async with terminal() as at:
        await at.press("slash", *"crm2", "enter")
        await at.sees("0 of 12 instances")
        change(at.sandbox, hook(at.sandbox, "loja-sul"), name="crm2")
        await at.press("r")
        await at.sees("1 of 12 instances", "Webhooks of loja-sul")


async def test_the_filter_survives_a_visit_to_the_editor() -> None:
    async with terminal() as at:
        await at.press("slash", *"sul", "enter", "enter", "enter")
        await at.sees("loja-sul › crm")
        await at.press("escape")
        await at.sees("1 of 12 instances")


async def test_one_of_four_things_is_sent_to_the_terminals_clipboard() -> None:
    async with terminal() as at:
        first = hook(at.sandbox)
        address = f"/api/v2/instance/{first.instance_id}/webhook/{first.id}"
        for key, text in {
            "u": "https://crm.loja.com.br/hooks/whatsapp/entrada",
            "w": first.id,
            "i": first.instance_id,
            "c": 'curl -H "Authorization: Bearer $HOOKBOARD_TOKEN" http://sandbox.test' + address,
        }.items():
            await at.press("y")
            await at.sees("Copy", "the webhook's URL", "the token stays out")
            await at.press(key)
            await at.loses("the token stays out")
            assert at.app.clipboard == text
        assert len(at.toasts) == 4
        assert all("Sent to the terminal's clipboard" in toast for toast in at.toasts)


async def test_enter_in_the_copy_dialog_takes_the_row_under_the_cursor() -> None:
    async with terminal() as at:
        await at.press("y", "down", "enter")
        await at.hears("the webhook's id")
        assert at.app.clipboard == hook(at.sandbox).id


async def test_escape_from_the_copy_dialog_copies_nothing() -> None:
    async with terminal() as at:
        await at.press("y", "escape")
        await at.loses("the webhook's URL")
        assert at.app.clipboard == ""
        assert at.toasts == []


async def test_of_an_instance_without_webhooks_only_its_id_can_be_copied() -> None:
    async with terminal() as at:
        await at.press("slash", *"outlet", "enter", "y")
        await at.sees("the instance's id")
        assert "the webhook's URL" not in at.words


async def test_a_text_too_long_for_terminals_is_not_copied_and_that_is_said() -> None:
    async with terminal() as at:
        change(at.sandbox, url="https://crm.loja.com.br/" + "x" * 80_000)
        await at.press("r")
        await at.until(
            lambda: len(at.cable.sent("POST")) == 2 and not at.store.loading, "read again"
        )
        await at.press("y", "u")
        await at.hears("Not copied: 80,024 bytes are more than terminals take.")
        assert at.app.clipboard == ""

"""Filtering as one types, and sending texts to the clipboard."""

from __future__ import annotations

import pytest

from tests.app.kinds import ONE_WEBHOOK, board
from tests.app.support import Terminal, change, hook, terminal
from tui.app.widgets.found_text import MATCH_MARK
from tui.app.widgets.instance_table import InstanceTable
from tui.app.widgets.webhook_table import WebhookTable
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.kinds import open_kind


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


async def test_escape_clears_the_filter_and_keeps_the_cursor_in_view() -> None:
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


async def test_a_filter_without_matches_is_quoted_with_the_way_out() -> None:
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


async def test_the_filter_survives_a_refresh_and_applies_to_new_rows() -> None:
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


def found(at: Terminal) -> list[str]:
    """Return the rows marked as found, of both panes."""
    return [row for row in at.rows if MATCH_MARK in row]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_found_webhook_is_marked_in_both_panes_and_under_the_cursor(
    size: tuple[int, int],
) -> None:
    async with terminal(size=size) as at:
        await at.press("slash", *"bi.loja.com")
        await at.sees("1 of 12 instances", "Webhooks of central-atendimento")
        marks = "".join(found(at)).count(MATCH_MARK)
        assert marks == 2, at.picture
        webhook = at.one(WebhookTable).webhook
        assert webhook is not None
        assert "bi.loja.com" in webhook.url
        # In sight, also where the beginning of the address has to give way for it.
        assert "bi.loja.com"[: 8 if size[0] == 80 else 4] in "".join(found(at))
        await at.press("escape")
        await at.sees("12 instances")
        assert found(at) == []


async def test_a_refresh_and_a_move_by_hand_leave_the_cursor_where_it_is() -> None:
    async with terminal(size=(120, 40)) as at:
        await at.press("slash", *"bi.loja.com", "enter", "enter")
        await at.stands_on("webhooks")
        await at.press("home")
        here = at.one(WebhookTable).key
        await at.press("r")
        await at.until(
            lambda: len(at.cable.sent("POST")) == 2 and not at.store.loading, "read again"
        )
        assert at.one(WebhookTable).key == here
        assert "".join(found(at)).count(MATCH_MARK) == 2


async def test_matches_are_underlined_also_under_the_cursor() -> None:
    async with terminal() as at:
        await at.press("slash", *"SUL", "enter")
        await at.sees("1 of 12 instances")
        y = next(y for y, row in enumerate(at.rows) if "loja-sul" in row and "▸" in row)
        strip = at.app.screen._compositor.render_strips()[y]
        assert [each.text for each in strip if each.style and each.style.underline] == ["sul"]


async def test_typing_a_filter_goes_to_the_first_instance_that_is_found() -> None:
    async with terminal() as at:
        await at.press("end", "slash", *"loja-")
        await at.until(lambda: at.one(InstanceTable).key == at.store.visible[0], "the first")


@pytest.mark.parametrize("kind", ONE_WEBHOOK)
async def test_where_an_instance_has_one_webhook_its_row_is_marked(kind: str) -> None:
    with open_kind(kind) as server:
        async with board(server) as at:
            await at.press("slash", *"deposito")
            await at.sees("1 of 12 instances")
            (row,) = found(at)
            assert "deposito" in row


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
            await at.sees("Copy", "the webhook's URL", "without the token")
            await at.press(key)
            await at.loses("without the token")
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


async def test_without_webhooks_only_the_instances_id_can_be_copied() -> None:
    async with terminal() as at:
        await at.press("slash", *"outlet", "enter", "y")
        await at.sees("the instance's id")
        assert "the webhook's URL" not in at.words


async def test_a_text_too_long_for_terminals_is_not_copied() -> None:
    async with terminal() as at:
        change(at.sandbox, url="https://crm.loja.com.br/" + "x" * 80_000)
        await at.press("r")
        await at.until(
            lambda: len(at.cable.sent("POST")) == 2 and not at.store.loading, "read again"
        )
        await at.press("y", "u")
        await at.hears("Not copied: 80,024 bytes are more than terminals accept.")
        assert at.app.clipboard == ""

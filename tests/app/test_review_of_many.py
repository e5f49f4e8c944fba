"""The review of a plan for many webhooks: what it shows, and what is typed before it is applied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.app.fleet import fleet, moved, planned, review, turned_off
from tests.app.support import hook
from tui.model.webhook import Values


async def test_equal_changes_are_one_row_and_questions_are_apart() -> None:
    def switched_off(values: Values) -> Values:
        return replace(turned_off(moved(values)), enabled=False)

    async with fleet() as at:
        review(at, planned(at, switched_off, 3))
        await at.sees("to 3 webhooks", "3 × URL", "Look at these", "would be turned off")
        await at.sees("requests")
        assert at.cable.sent("PUT") == []


async def test_what_deserves_a_look_is_in_view_above_many_changes() -> None:
    def all_off(values: Values) -> Values:
        return replace(values, flags=dict.fromkeys(values.flags, False), enabled=True)

    async with fleet() as at:
        review(at, planned(at, all_off))
        await at.sees("Look at these", "would be on without a flag on", "Changes")
        first, last = at.picture.index("without a flag on"), at.picture.index("on → off")
        assert first < last
        await at.press("down", "down", "up", "up", "up")
        assert "without a flag on" in at.row("▸")
        await at.press("down")
        assert "→" in at.row("▸")


async def test_the_webhooks_of_a_group_are_listed() -> None:
    async with fleet() as at:
        review(at, planned(at, moved, 2))
        await at.sees("2 × ")
        await at.press("enter")
        await at.sees("loja-norte › crm", "2 webhooks")
        await at.press("escape")
        await at.sees("2 × ")


async def test_it_is_applied_and_its_end_is_shown() -> None:
    async with fleet() as at:
        review(at, planned(at, moved, 2))
        await at.sees("to 2 webhooks")
        await at.press("ctrl+s")
        await at.sees("2 of 2 in", "saved 2", "loja-norte › crm")
        assert hook(at.sandbox).url == "https://new.example/hook"
        await at.press("escape")
        await at.sees("12 instances", "Instances")


async def test_a_large_plan_is_applied_once_its_number_is_typed() -> None:
    async with fleet() as at:
        of = planned(at)
        count = len(of.rows)
        review(at, of)
        await at.sees(f"to {count} webhooks")
        await at.press("ctrl+s")
        await at.sees(f"Change {count} webhooks?", f"Type {count}.")
        await at.press("1", "enter")
        await at.stands_on("confirm-number")
        assert at.cable.sent("PUT") == []
        await at.sees(f"✗ Type {count}.")
        await at.retype(str(count))
        await at.loses(f"✗ Type {count}.")
        await at.press("enter")
        await at.sees(f"{count} of {count} in")


async def test_in_production_the_profile_is_typed() -> None:
    async with fleet(production=True) as at:
        review(at, planned(at, moved, 2))
        await at.sees("to 2 webhooks", "PRODUCTION")
        await at.press("ctrl+s")
        await at.sees("Change 2 webhooks in PRODUCTION?", "Type the profile's name: loja.")
        await at.press("ctrl+s")
        await at.sees("Type loja.")
        await at.press("escape")
        await at.sees("to 2 webhooks")
        await at.press("ctrl+s")
        await at.sees("in PRODUCTION?")
        await at.press(*"loja", "enter")
        await at.sees("2 of 2 in")


async def test_a_read_only_server_is_not_changed() -> None:
    async with fleet(read_only=True) as at:
        review(at, planned(at, moved, 2))
        await at.sees("to 2 webhooks")
        assert "Apply" not in at.picture
        await at.press("ctrl+s")
        await at.sees("READ ONLY: nothing can be changed here.")


async def test_a_plan_without_rows_says_so() -> None:
    async with fleet() as at:
        review(at, planned(at, lambda values: values, 2))
        await at.sees("2 webhooks have these values already")
        await at.press("ctrl+s")
        await at.sees("There is nothing to apply.")


async def test_the_plan_is_copied_as_text() -> None:
    async with fleet() as at:
        review(at, planned(at, moved, 2))
        await at.sees("to 2 webhooks")
        await at.press("y")
        await at.hears("the plan")
        assert "loja-norte › crm: URL" in at.app.clipboard


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_row_under_the_cursor_is_shown_whole(size: tuple[int, int]) -> None:
    async with fleet(size=size) as at:
        review(at, planned(at, lambda values: replace(moved(values), enabled=False), 6))
        await at.sees("Look at these")
        await at.press("end")
        await at.sees("4 webhooks would be turned off: loja-norte › crm, loja-norte › auditoria,")

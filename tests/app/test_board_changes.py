"""Marking rows on the board, and staging changes for them; nothing is sent."""

from __future__ import annotations

import pytest

from tests.app.board_desk import board_of, opened, rows_of
from tests.app.fleet import fleet
from tests.app.support import hook, terminal


async def test_space_on_a_flag_stages_it_for_that_row() -> None:
    async with terminal() as at:
        table = await opened(at)
        sent = len(at.cable.requests)
        await at.press("l", "space")
        await at.sees("off staged, was on", "staged: 1 change in 1", "off staged in 1")
        (target,) = board_of(at).staging.all
        assert target.wanted.flags == {**target.base.flags, table.columns.flags[0]: False}
        await at.press("space")
        await at.loses("staged: 1 change in 1")
        assert not board_of(at).staging.all
        assert len(at.cable.requests) == sent


async def test_space_on_the_name_and_m_mark_rows() -> None:
    async with terminal() as at:
        table = await opened(at)
        await at.press("space")
        await at.sees("1 marked")
        assert table.cursor == 0
        await at.press("m", "m")
        assert table.cursor == 2
        assert [board_of(at).visible.index(row.id) for row in board_of(at).chosen] == [1]


async def test_keys_that_come_at_once_mark_the_rows_they_were_pressed_on() -> None:
    async with terminal() as at:
        await opened(at)
        await at.press("m", "j", "m", "j", "m")
        assert [board_of(at).visible.index(row.id) for row in board_of(at).chosen] == [0, 2, 4]


async def test_a_range_is_marked_as_the_cursor_moves() -> None:
    async with terminal() as at:
        await opened(at)
        await at.press("j", "v", "j", "j")
        await at.sees("3 marked")
        await at.press("v", "j", "j")
        await at.sees("3 marked")
        await at.press("v", "G", "escape")
        await at.sees("3 marked")


async def test_a_column_is_staged_for_all_that_are_marked_and_shown() -> None:
    async with terminal() as at:
        await opened(at)
        await at.press("M", "slash", *"sul", "enter", "l", "n")
        await at.sees("21 hidden · staged: 1 change in 1", "21 marked webhooks are hidden")
        chosen = board_of(at).chosen
        assert 0 < len(chosen) < len(board_of(at).marks)
        changed = {target.key for target in board_of(at).staging.all}
        assert changed <= {row.key for row in chosen}
        await at.press("u")
        await at.until(lambda: not board_of(at).staging.all, "the step is taken back whole")
        await at.press("u")
        await at.sees("There is no staged change to take back.")


async def test_equal_flags_are_marked_together() -> None:
    async with terminal() as at:
        await opened(at)
        await at.press("equals_sign")
        board = board_of(at)
        alike = {tuple(row.webhook.flags.items()) for row in board.chosen if row.webhook}
        assert len(alike) == 1
        assert len(board.marks) > 1


@pytest.mark.parametrize(
    "keys, said",
    [
        (("a",), "This is not a flag. → goes to the flags."),
        (("l", "a"), "No webhook is marked. m marks one, M marks all shown."),
        (("M", "slash", *"nothing", "enter", "l", "n"), "All marked webhooks are hidden"),
        (("slash", *"no-webhook-like-this", "enter", "m"), "There is no webhook here."),
    ],
)
async def test_what_cannot_be_done_is_said(keys: tuple[str, ...], said: str) -> None:
    async with terminal() as at:
        await opened(at)
        await at.press(*keys)
        await at.sees(said)
        assert not board_of(at).staging.all


async def test_an_instance_without_a_webhook_cannot_be_marked() -> None:
    async with terminal() as at:
        await opened(at)
        await at.press("slash", *"outlet", "enter", "space")
        await at.sees("outlet-br101 has no webhook. enter makes one.")
        assert len(board_of(at).marks) == 0


async def test_a_read_only_server_takes_no_staged_changes() -> None:
    async with terminal(read_only=True) as at:
        await opened(at)
        for keys in (("l", "space"), ("M", "n")):
            await at.press(*keys)
            await at.sees("READ ONLY: nothing can be changed here.")
        assert not board_of(at).staging.all


async def test_marks_and_staged_changes_outlive_the_board() -> None:
    async with terminal() as at:
        await opened(at)
        await at.press("m", "l", "space")
        await at.sees("staged: 1 change in 1")
        await at.press("escape")
        await at.sees("Webhooks of")
        await opened(at)
        await at.sees("1 marked · staged: 1 change in 1")
        assert rows_of(at)


async def test_what_is_staged_is_reviewed_and_applied() -> None:
    async with fleet() as at:
        table = await opened(at)
        flag = table.columns.flags[0]
        await at.press("l", "space", "f3")
        await at.sees("1 change to loja-norte", f"{flag} on → off")
        await at.press("ctrl+s")
        await at.sees("1 of 1 in", "saved 1")
        await at.press("escape")
        await at.until(lambda: not board_of(at).staging.all, "what was saved is not staged")
        await at.sees("Instance", "off")
        assert hook(at.sandbox).flags[flag] is False


async def test_without_staged_changes_there_is_nothing_to_review() -> None:
    async with terminal() as at:
        await opened(at)
        await at.press("ctrl+s")
        await at.sees("Nothing is staged yet. space on a flag stages it.")

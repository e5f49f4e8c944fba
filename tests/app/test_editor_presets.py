"""Presets in the editor's grid: chosen from a list, undone as one change, saved like any other."""

from __future__ import annotations

from tests.app.test_editor_grid import grid
from tui.app.screens.editor.screen import EditorScreen


async def test_a_preset_is_one_change_that_can_be_undone() -> None:
    async with grid() as flags:
        before = flags.on
        await flags.at.press("p")
        await flags.at.stands_on("_Choices")
        assert flags.at.shows("Preset of flags for crm")
        await flags.at.press("down", "enter")
        await flags.at.sees("nothing: 18 turned off")
        assert flags.on == set()
        await flags.at.press("u")
        assert flags.on == before


async def test_the_list_says_what_each_would_change() -> None:
    async with grid() as flags:
        await flags.at.press("p")
        await flags.at.sees("everything")
        row = next(row for row in flags.at.rows if "▸" in row)
        assert "2 turned on" in row
        await flags.at.press("end")
        await flags.at.sees("off, the rest as it is")


async def test_what_changes_nothing_is_said() -> None:
    async with grid() as flags:
        before = flags.on
        await flags.at.press("p", "enter")
        await flags.at.sees("everything: ")
        await flags.at.press("p", "enter")
        await flags.at.sees("everything: changes nothing.")
        await flags.at.press("u")
        assert flags.on == before


async def test_going_back_changes_nothing() -> None:
    async with grid() as flags:
        before = flags.on
        await flags.at.press("p", "down", "escape")
        await flags.at.stands_on("FlagGrid")
        assert flags.on == before


async def test_a_read_only_server_offers_none() -> None:
    async with grid(read_only=True) as flags:
        await flags.at.press("p")
        await flags.at.sees("READ ONLY: nothing can be changed here.")
        assert isinstance(flags.at.app.screen, EditorScreen)

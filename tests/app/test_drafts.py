"""Drafts: unsaved changes are on disk whatever happens, and are removed by a save."""

from __future__ import annotations

import asyncio
import errno
import os

import pytest

from tests.app.desk import Desk
from tests.app.support import URL, change, terminal
from tui.app.screens import autosave
from tui.app.screens.drafts.watcher import UNREADABLE
from tui.app.screens.editor.autosave import NO_DRAFT
from tui.storage.drafts import Drafts

MINE = "https://crm.loja.com.br/mine"


# on disk


async def test_typed_changes_are_written_as_a_draft(desk: Desk) -> None:
    async with desk.start() as at:
        assert desk.files == []
        await desk.typed(at, "xy")
        assert len(desk.files) == 1
        assert desk.free == (), "an edit under way is nobody else's"
        assert at.cable.sent("PUT") == []


async def test_the_draft_has_the_last_key_when_the_program_ends(desk: Desk) -> None:
    async with desk.start() as at:
        await desk.typed(at, "x")
        await at.press("y", "tab")
        await at.retype(MINE)
        await at.press("tab", "space")
        at.app.write_all_drafts()
    (kept,) = desk.kept
    assert (kept["values"]["name"], kept["values"]["url"]) == ("crmxy", MINE)
    assert (kept["values"]["enabled"], kept["base"]["name"]) == (False, "crm")


async def test_a_crash_keeps_what_was_typed_a_moment_ago(desk: Desk) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    async def crash() -> None:
        async with desk.start() as at:
            await desk.typed(at, "x")
            await at.press("y")
            at.app.call_later(fail)
            await at.until(lambda: at.app.return_code, "it ended")

    with pytest.raises(ZeroDivisionError):
        await crash()
    assert desk.names == ["crmxy"]


async def test_undoing_every_change_removes_the_draft(desk: Desk) -> None:
    async with desk.start() as at:
        await desk.typed(at, "x")
        await at.press("backspace")
        await at.until(lambda: not desk.files, "there is no draft")
        await at.press("y")
        await at.until(lambda: desk.files, "there is one again")


async def test_a_saved_edit_leaves_no_draft(desk: Desk) -> None:
    async with desk.start() as at:
        await desk.typed(at, "x")
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.")
        await at.until(lambda: not desk.files, "the draft is gone")
        await at.press("y", "ctrl+s", "escape")
        await at.sees("12 instances")
        await at.until(lambda: not desk.files, "the draft is gone")


async def test_a_save_that_fails_leaves_the_draft(desk: Desk) -> None:
    async with desk.start() as at:
        await desk.typed(at, "x")
        at.cable.cut = True
        await at.press("ctrl+s")
        await at.sees("Not saved.")
        at.app.write_all_drafts()
    assert desk.names == ["crmx"]


async def test_the_draft_keeps_a_decided_conflict(desk: Desk) -> None:
    async with desk.start() as at:
        await desk.typed(at, "x")
        change(at.sandbox, name="theirs")
        await at.press("ctrl+r")
        await at.sees("0 of 1 decided")
        await at.press("right", "ctrl+s")
        await at.sees("Decided. Nothing is saved yet")
        at.app.write_all_drafts()
    (kept,) = desk.kept
    assert (kept["base"]["name"], kept["values"]["name"]) == ("theirs", "crmx")


async def test_without_a_folder_for_drafts_none_is_offered() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "escape")
        await at.sees("discard 1 change")
        assert "keep as a draft" not in at.words


# leaving


async def test_escape_offers_to_keep_to_discard_and_to_go_on(desk: Desk) -> None:
    async with desk.start() as at:
        await desk.typed(at, "x")
        await at.press("escape")
        await at.sees("keep editing", "keep as a draft, for another time", "discard 1 change")
        await at.press("e")
        await at.sees("1 change, not saved")
        assert at.field("name").value == "crmx"


@pytest.mark.parametrize("leave", ["escape", "ctrl+q"])
@pytest.mark.parametrize("answer, kept", [("p", ["crmx"]), ("d", [])])
async def test_leaving_does_what_was_answered(
    desk: Desk, leave: str, answer: str, kept: list[str]
) -> None:
    async with desk.start() as at:
        await desk.typed(at, "x")
        await at.press(leave)
        await at.sees("crm has 1 unsaved change.")
        await at.press(answer)
        await at.until(
            lambda: at.app.return_code == 0 or "12 instances" in at.top, "the editor is left"
        )
    assert [each.values.name for each in desk.free] == kept
    assert len(desk.files) == len(kept)


async def test_a_draft_kept_on_leaving_is_counted_marked_and_offered(desk: Desk) -> None:
    async with desk.start() as at:
        assert "draft" not in at.top
        await desk.typed(at, "x")
        await at.press("escape", "p")
        await at.until(lambda: " 1 draft " in at.top, "the draft is counted")
        assert "on *crm" in at.row("▸ on ")
        await desk.open(at)


# two at once


async def test_two_programs_do_not_take_each_others_drafts(desk: Desk) -> None:
    typed, looked = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with desk.start() as at:
            await desk.typed(at, "a")
            typed.set()
            await looked.wait()
            assert at.field("name").value == "crma"

    async def second() -> None:
        await typed.wait()
        async with desk.start() as at:
            assert "draft" not in at.top
            await at.edit()
            await at.press("b")
            await at.until(lambda: len(desk.files) == 2, "each has its own")
            await at.press("escape", "p")
            await at.until(lambda: " 1 draft " in at.top, "only what is left is counted")
            looked.set()

    await asyncio.gather(first(), second())
    assert desk.names == ["crma", "crmb"]


async def test_a_draft_taken_by_another_program_is_reported_and_left_alone(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        await desk.open(at)
        elsewhere = Drafts(desk.folder)
        taken = elsewhere.take(elsewhere.free(URL).records[0])
        assert taken is not None
        await at.press("o")
        await at.hears("Another Hookboard has that draft now.")
        await at.until(lambda: "draft" not in at.top, "it is not counted any more")
        assert len(desk.files) == 1
        taken.discard()


# a disk that is full, a folder that cannot be


async def test_a_folder_that_cannot_be_made_is_reported_and_editing_goes_on(
    desk: Desk,
) -> None:
    async with desk.start() as at:
        desk.folder.write_text("in the way")
        await at.edit()
        await at.press("x")
        await at.sees("No draft is kept:", "Your changes are only in memory.")
        assert NO_DRAFT in at.top
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.")
        await at.until(lambda: NO_DRAFT not in at.top, "there is nothing to keep")
        await at.press("y")
        await at.sees("No draft is kept:", "1 change, not saved")
        assert NO_DRAFT in at.top
        await at.press("escape", "p")
        await at.sees("The draft cannot be kept:", "1 change, not saved")
        assert at.field("name").value == "crmxy"
    assert desk.folder.read_text() == "in the way"


async def test_a_full_disk_is_reported_and_the_draft_is_written_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = True

    def sync(descriptor: int) -> None:
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(autosave, "AGAIN", 0.05)
    async with desk.start() as at:
        await at.edit()
        await at.press("x")
        await at.sees("No draft is kept:", "o space left on device")
        assert desk.files == []
        await at.press("y")
        await at.until(lambda: "crmxy" in at.picture, "one goes on")
        assert NO_DRAFT in at.top
        full = False
        await at.until(lambda: desk.files, "the draft is on disk without another key")
        await at.until(lambda: NO_DRAFT not in at.top, "that is over")
    assert desk.names == ["crmxy"]


async def test_an_unreadable_folder_is_marked_as_long_as_it_lasts(desk: Desk) -> None:
    desk.folder.write_text("in the way")
    async with desk.start() as at:
        await at.hears("Drafts cannot be read:")
        assert UNREADABLE in at.top
        desk.folder.unlink()
        await at.edit()
        await at.press("escape")
        await at.until(lambda: UNREADABLE not in at.top, "it can be read again")


async def test_a_disk_that_hangs_does_not_block_keys(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, writing, on = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def sync(descriptor: int) -> None:
        loop.call_soon_threadsafe(writing.set)
        asyncio.run_coroutine_threadsafe(on.wait(), loop).result()

    async with desk.start() as at:
        await at.edit()
        monkeypatch.setattr(os, "fsync", sync)
        await at.press("x")
        await writing.wait()
        await at.press("y", "tab", "tab", "space")
        await at.sees("2 changes, not saved")
        monkeypatch.undo()
        on.set()
        await at.until(lambda: not at.working("draft"), "it is written")


async def test_a_foreign_file_among_the_drafts_is_reported_and_kept(desk: Desk) -> None:
    desk.folder.mkdir()
    (desk.folder / "notes.txt").write_text("mine")
    async with desk.start() as at:
        await at.hears("notes.txt is not a draft")
        await at.press("r")
        await at.sees("12 instances")
    assert desk.files == ["notes.txt"]

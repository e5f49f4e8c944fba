"""The journal beside the screens: lists and saves are noted, and trouble with it is said once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.app.support import URL, Terminal, change, hook, terminal
from tui.app.screens.dashboard import list_loader
from tui.model.row_outcome import RowOutcome
from tui.storage.journal import Entry, Journal, Origin, WebhookRef, worker


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_loader, "NOTE_AFTER", 0.0)


async def entries(at: Terminal, journal: Journal) -> tuple[Entry, ...]:
    webhook = hook(at.sandbox)
    return await journal.history(WebhookRef(URL, webhook.instance_id, webhook.id, "", ""))


async def becomes(look: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what is done in the journal's thread."""
    async with asyncio.timeout(60):
        while not await look():  # noqa: ASYNC110 (there is nothing to wait for)
            await asyncio.sleep(0.01)


async def test_lists_and_saves_are_noted(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    async with terminal(journal=journal) as at:

        async def noted(number: int) -> bool:
            return len(await entries(at, journal)) == number

        await becomes(lambda: noted(1))
        change(at.sandbox, name="theirs")
        await at.press("r")
        await becomes(lambda: noted(2))
        await at.press("tab", "enter")
        await at.sees("no changes")
        await at.press("x", "ctrl+s")
        await at.sees("Saved 1 change")
        await becomes(lambda: noted(3))
        mine, theirs, first = await entries(at, journal)
        assert [one.origin for one in (theirs, first)] == [Origin.OTHERS, Origin.FIRST_SEEN]
        assert (mine.origin, mine.outcome) == (Origin.EDITOR, RowOutcome.SAVED)


async def test_trouble_with_the_journal_is_said_once_and_nothing_else_fails(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    journal = Journal(tmp_path / "file" / "journal.sqlite")
    async with terminal(journal=journal) as at:
        await at.until(lambda: any("journal.sqlite" in one for one in at.toasts), "it is said")
        at.app.clear_notifications()
        await at.press("r")
        await at.until(lambda: not at.working("note"), "the list was compared")
        await at.press("tab", "enter")
        await at.sees("no changes")
        await at.press("x", "ctrl+s")
        await at.sees("Saved 1 change")
        assert not any("journal.sqlite" in one for one in at.toasts)


async def test_a_mark_stands_at_the_top_as_long_as_nothing_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "IDLE_SECONDS", 0.0)  # the file is opened for each piece of work
    path = tmp_path / "data" / "journal.sqlite"
    journal = Journal(path)
    async with terminal(journal=journal) as at:
        await at.press("tab", "enter")
        await at.sees("no changes")
        await at.until(lambda: path.exists() and not at.working("note"), "the list is noted")
        assert "NO HISTORY" not in at.top
        await journal.close()
        path.rename(path.with_name("old"))
        path.mkdir()
        await at.press("x", "ctrl+s")
        await at.until(lambda: "NO HISTORY" in at.top, "the mark in the editor")
        await at.until(lambda: any("journal.sqlite" in one for one in at.toasts), "it is said")
        await at.press("y")
        await at.sees("1 change, not saved")
        assert "NO HISTORY" in at.top
        await at.press("backspace", "escape")
        await at.until(lambda: "NO HISTORY" in at.top and "12 instances" in at.top, "dashboard")
        await at.until(lambda: not at.working("note"), "nothing else is noted")
        path.rmdir()
        await at.press("e")
        await at.sees("no changes")
        await at.press("z", "ctrl+s")
        await at.until(lambda: "NO HISTORY" not in at.top, "the mark is gone")

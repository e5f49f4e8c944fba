"""The journal beside the screens: lists and saves are noted, and trouble with it is said once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.app.support import URL, Terminal, change, hook, terminal
from tui.app.screens.dashboard import list_loader
from tui.model.row_outcome import RowOutcome
from tui.storage.journal import Entry, Journal, Origin, WebhookRef


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

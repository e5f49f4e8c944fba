"""What changed on the server: the list of all webhooks' changes, and a deleted one made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.support import Terminal, change, hook, terminal
from tui.app.screens.dashboard import list_loader
from tui.storage.journal import Journal


@pytest.fixture(autouse=True)
def noted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_loader, "NOTE_AFTER", 0.0)


async def read_again(at: Terminal) -> None:
    """Read the list again, and wait until it was compared with the journal."""
    await at.press("r")
    await at.until(lambda: at.store.loaded and not at.store.loading, "the list was read")
    await at.until(lambda: not at.working("note"), "the list was compared")


async def test_changes_of_all_webhooks_are_listed_and_lead_to_the_history() -> None:
    async with terminal(journal=Journal(None)) as at:
        await read_again(at)
        change(at.sandbox, name="theirs")
        change(at.sandbox, hook(at.sandbox, "loja-sul"), url="https://theirs.example/")
        await read_again(at)
        await at.press("C")
        await at.sees("2 changes", "loja-norte › theirs", "loja-sul › crm", "by others")
        await at.press("enter")
        await at.sees("History", "2 states kept")
        await at.press("escape")
        await at.sees("2 changes")
        await at.press("escape")
        await at.sees("12 instances")


async def test_a_deleted_webhook_is_found_there_and_made_again() -> None:
    async with terminal(journal=Journal(None)) as at:
        await read_again(at)
        gone = hook(at.sandbox)
        at.sandbox.store.delete(gone)
        await read_again(at)
        await at.press("C")
        await at.sees("loja-norte › crm", "deleted")
        await at.press("enter")
        await at.sees("2 states kept")
        await at.until(lambda: not at.working("history"), "the history was read")
        await at.press("ctrl+s")
        await at.sees("would be created")
        await at.press("ctrl+s")
        await at.sees("1 of 1 in")
        names = [one.name for one in at.sandbox.store.webhooks(gone.instance_id)]
        assert sorted(names) == ["auditoria", "crm"]
        await at.press("escape")
        await at.sees("It is made again without its headers")


async def test_nothing_changed_is_said() -> None:
    async with terminal(journal=Journal(None)) as at:
        await at.press("C")
        await at.sees("Nothing changed in the last 30 days.")
        await at.press("enter", "escape")
        await at.sees("12 instances")


async def test_a_journal_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with terminal(journal=Journal(tmp_path / "file" / "journal.sqlite")) as at:
        await at.press("C")
        await at.sees("The changes cannot be read:", "journal.sqlite")

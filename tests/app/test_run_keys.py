"""The keys of a run: those that work in the state it is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.fleet import fleet, moved, planned
from tests.app.run_desk import answering, begun, cut_off, refused, server_error
from tests.app.support import Terminal
from tui.app.screens.dashboard import list_loader
from tui.storage.journal import Journal


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_loader, "NOTE_AFTER", 0.0)


def keys_of(at: Terminal) -> str:
    """Return the line of keys at the bottom."""
    return " ".join(at.rows[-1].split())


async def test_the_keys_are_those_that_work_in_the_state_of_the_run() -> None:
    async with fleet() as at:
        at.cable.answer = answering(1, refused())
        of = planned(at, moved, 3)
        at.cable.hold()
        await begun(at, of)
        await at.sees("0 of 3")
        running = "enter Open y Copy esc Stop q Leave ? Help ^p Commands ^q Quit"
        await at.until(lambda: keys_of(at) == running, "it goes")
        at.cable.release()
        await at.sees("The first webhook was not saved.")
        assert keys_of(at).startswith("c Go on enter Open y Copy esc Stop q Leave")
        held = at.cable.hold()
        await at.press("c", "escape")
        await at.sees("Stopping")
        assert keys_of(at).startswith("enter Open y Copy esc Back q Leave")
        held.set()
        at.cable.release()
        await at.sees("3 of 3 in", "saved 2")
        assert keys_of(at).startswith("enter Open U Put back w Report y Copy esc Back ? Help")


async def test_the_key_to_try_again_says_how_many_rows_it_is_for() -> None:
    async with fleet() as at:
        of = planned(at, moved, 3)
        held = at.cable.hold()
        await begun(at, of)
        await at.sees("0 of 3")
        await at.press("escape")
        held.set()
        at.cable.release()
        await at.sees("not reached 2", "r Try 2 again")


async def test_a_run_that_was_cut_off_is_not_tried_again_beside_itself(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    await cut_off(path)
    async with fleet(journal=Journal(path)) as at:
        await at.sees("^g shows it")
        await at.press("ctrl+g")
        await at.sees("This run was cut off.", "c Go on d Leave as it is enter Open")
        await at.press("r")
        await at.settle()
        assert at.cable.sent("PUT") == []
        assert "This run was cut off." in at.banner


async def test_a_run_whose_retry_wrote_offers_to_put_it_back(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with fleet(journal=Journal(path)) as at:
        at.cable.answer = answering(1, server_error())
        await begun(at, planned(at, moved, 1))
        await at.sees("1 of 1 in", "not saved 1")
        assert "U Put back" not in keys_of(at)
        await at.press("r")
        await at.sees("✓ saved")
        await at.press("escape")
        await at.sees("not saved 1", "U Put back")
    async with fleet(journal=Journal(path)) as at:
        await at.press("R")
        await at.sees("2 runs")
        await at.press("down")
        await at.sees("not saved 1")
        await at.press("enter")
        await at.sees("1 of 1 in", "U Put back")

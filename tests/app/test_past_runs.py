"""The list of runs: what is listed, opened, and said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.fleet import fleet, opened, planned, review
from tests.app.run_desk import begun
from tests.app.support import Terminal, terminal
from tui.core.history.history import past_runs
from tui.core.plan.target_record import record_of
from tui.core.run.journal import lock_folder
from tui.storage.journal import Journal, Origin
from tui.storage.run_lock import only_run


async def carry_out(at: Terminal, most: int) -> None:
    """Review a plan, apply it, and go back from its end."""
    review(at, planned(at, most=most))
    await at.sees("Apply")
    await at.press("ctrl+s")
    await at.sees(f"{most} of {most} in")
    await at.press("escape")
    await at.sees("12 instances")


async def test_a_run_is_listed_with_its_outcomes_and_opened() -> None:
    async with fleet() as at:
        await carry_out(at, 2)
        (run,) = await past_runs(opened(at))
        await at.press("R")
        await at.sees("1 run", f"Run {run.id}", "saved 2")
        assert "2 webhooks" in at.row("you, board")
        await at.press("enter")
        await at.sees("2 of 2 in", "loja-norte › crm")
        await at.press("escape")
        await at.sees("1 run")


async def test_a_run_of_another_program_is_opened_from_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with fleet(journal=Journal(path)) as at:
        await carry_out(at, 2)
    async with fleet(journal=Journal(path)) as at:
        await at.press("R")
        await at.sees("1 run", "saved 2")
        await at.press("enter")
        await at.sees("2 of 2 in", "loja-norte › crm", "URL")


@pytest.mark.parametrize("key", ["r", "U"])
async def test_a_read_only_start_writes_nothing_of_an_earlier_run(tmp_path: Path, key: str) -> None:
    path = tmp_path / "journal.sqlite"
    async with fleet(journal=Journal(path)) as at:
        await carry_out(at, 2)
    async with fleet(journal=Journal(path), read_only=True) as at:
        await at.press("R")
        await at.sees("1 run", "saved 2")
        await at.press("enter")
        await at.sees("2 of 2 in")
        await at.press(key)
        await at.sees("READ ONLY: nothing can be changed here.", "2 of 2 in")


async def test_a_run_that_was_cut_off_does_not_go_on_read_only(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with fleet(journal=Journal(path)) as at:
        session, of = opened(at), planned(at, most=2)
        assert session.journal is not None
        key = session.journal_key
        records = [record_of(row.target, key, place) for place, row in enumerate(of.rows)]
        await session.journal.begin_run(key, Origin.BOARD, records)
    async with fleet(journal=Journal(path), read_only=True) as at:
        await at.press("R")
        await at.sees("cut off")
        await at.press("enter")
        await at.sees("This run was cut off.")
        await at.press("c")
        await at.sees("READ ONLY: nothing can be changed here.", "not reached 2")


async def test_a_run_that_was_killed_is_marked() -> None:
    async with fleet() as at:
        session, of = opened(at), planned(at, most=2)
        assert session.journal is not None
        key = session.journal_key
        records = [record_of(row.target, key, place) for place, row in enumerate(of.rows)]
        await session.journal.begin_run(key, Origin.BOARD, records)
        await at.press("R")
        await at.sees("cut off", "not reached 2")


async def test_a_run_under_way_in_another_program_can_only_be_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with fleet(journal=Journal(path)) as at:
        session = opened(at)
        assert session.journal is not None
        key, of = session.journal_key, planned(at, most=2)
        records = [record_of(row.target, key, place) for place, row in enumerate(of.rows)]
        run = await session.journal.begin_run(key, Origin.BOARD, records)
        async with only_run(lock_folder(session.journal), key, needs_file=True):
            await at.press("R")
            await at.sees("under way")
            await at.press("enter")
            await at.sees("Another Hookboard is carrying this run out.", "still to come 2")
            assert "again" not in at.rows[-1]
            await at.press("r", "U", "w")
            await at.settle()
            assert at.cable.sent("PUT") == []
            await at.press("escape")
            await at.sees("under way")
        await session.journal.end_run(run)
        await at.press("enter")
        await at.sees("not reached 2", "r Try 2 again")
        assert not at.banner


async def test_a_killed_run_is_no_other_programs_while_one_goes_here(tmp_path: Path) -> None:
    async with fleet(journal=Journal(tmp_path / "journal.sqlite")) as at:
        session, of = opened(at), planned(at, most=2)
        assert session.journal is not None
        key = session.journal_key
        records = [record_of(row.target, key, place) for place, row in enumerate(of.rows)]
        killed = await session.journal.begin_run(key, Origin.BOARD, records)
        at.cable.hold()
        await begun(at, planned(at, most=1))
        await at.sees("0 of 1")
        await at.press("q", "R")
        await at.sees("2 runs")
        assert "cut off" in at.row(killed)
        assert "under way" in at.row("1 webhook ")
        await at.press("down")
        await at.press("enter")
        await at.sees("This run was cut off.", "c Go on")
        at.cable.release()
        await at.hears("The run on loja has ended.")


async def test_the_list_opens_from_the_history_too() -> None:
    async with fleet() as at:
        await at.press("H")
        await at.sees("History")
        await at.press("R")
        await at.sees("There was no run on this server yet.")
        await at.press("escape")
        await at.sees("History")


async def test_without_a_journal_there_is_no_run() -> None:
    async with terminal() as at:
        await at.press("R")
        await at.sees("There was no run on this server yet.")


@pytest.mark.parametrize("key", ["R", "r"])
async def test_a_journal_that_cannot_be_read_is_said(tmp_path: Path, key: str) -> None:
    (tmp_path / "file").touch()
    async with terminal(journal=Journal(tmp_path / "file" / "journal.sqlite")) as at:
        await at.press("R", *key)
        await at.sees("The runs cannot be read:", "journal.sqlite")

"""Flags of another version of the server: offered, marked, and left out of a save."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.kinds import board, change, go_to, in_editor, open_editor, stored
from tests.app.support import Terminal
from tui.api.adapters.evolution_v2 import FLAGS
from tui.app.widgets.flag_grid import FlagGrid
from tui.sandbox.evolution_v2.records import DROPPED_EVENT
from tui.sandbox.evolution_v2.server import EvolutionV2, open_evolution_v2

OLD, ALL = "loja-centro", "central-atendimento"
NEW_FLAG = "MESSAGING_HISTORY_SET"
NEW = "https://new.example/in"
REFUSED = f"does not accept {DROPPED_EVENT}."


@pytest.fixture
def server() -> Iterator[EvolutionV2]:
    """An Evolution 2.4.0 with the sample data."""
    with open_evolution_v2(release="2.4.0") as sandbox:
        yield sandbox


async def save_is_refused(at: Terminal, instance: str = OLD) -> None:
    await open_editor(at, instance)
    await at.retype(NEW)
    await at.press("ctrl+s")
    await at.sees(REFUSED, "Nothing was saved", "leave it out, save")


async def on_the_grid(at: Terminal) -> None:
    while at.focused != "FlagGrid":
        await at.press("tab")


async def to_the_refused_flag(at: Terminal) -> None:
    """Put the cursor on the flag that has no group, at the end of the grid."""
    await on_the_grid(at)
    await at.press("home", *["down"] * 20)
    assert at.one(FlagGrid).flag == DROPPED_EVENT


async def test_a_flag_of_a_later_version_is_offered_where_no_webhook_has_it(
    server: EvolutionV2,
) -> None:
    change(server, OLD, events=["CALL"])
    async with board(server) as at:
        await open_editor(at, "loja-norte")
        await at.sees("/32 on", f"[ ] {NEW_FLAG}")
        await on_the_grid(at)
        await at.press("a")
        await at.sees("Flags 32/32 on, all that are known")
        await at.press("ctrl+s")
        await at.sees("✓ Saved")
    assert NEW_FLAG in stored(server, "loja-norte")["events"]


async def test_a_refused_flag_is_named_left_out_and_the_save_goes_on(server: EvolutionV2) -> None:
    before = stored(server, OLD)["events"]
    assert DROPPED_EVENT in before
    async with board(server) as at:
        await save_is_refused(at)
        await at.press("l")
        await at.sees("✓ Saved", "no changes")
        await at.loses(DROPPED_EVENT)
    after = stored(server, OLD)
    assert after["url"] == NEW
    assert set(after["events"]) == set(before) - {DROPPED_EVENT}


async def test_going_on_editing_shows_the_refused_flag_and_why(server: EvolutionV2) -> None:
    async with board(server) as at:
        await save_is_refused(at)
        await at.press("e")
        await at.sees(f"▸![x] {DROPPED_EVENT}")
        await at.sees(f"{DROPPED_EVENT}: ! the server does not accept it: turn it off to save")
        await at.press("space", "ctrl+s")
        await at.sees("✓ Saved 2 changes.")
    assert DROPPED_EVENT not in stored(server, OLD)["events"]


async def test_the_next_save_asks_first_and_all_skips_refused_flags(
    server: EvolutionV2, tmp_path: Path
) -> None:
    async with board(server, home=tmp_path) as at:
        await save_is_refused(at)
        await at.press("escape")
        await at.loses("leave it out")
    async with board(server, home=tmp_path) as at:
        go_to(at, OLD)
        await at.press("enter", "o")
        await in_editor(at)
        await to_the_refused_flag(at)
        await at.sees(f"![x] {DROPPED_EVENT}")
        at.cable.requests.clear()
        await at.press("ctrl+s")
        await at.sees(REFUSED, "An earlier save was refused because of it.", "try to save with it")
        assert at.cable.sent("POST") == []
        await at.press("e")
        await at.press("a")
        await at.sees(f"*[ ] {DROPPED_EVENT}")
        await at.press("home")
        await at.sees("Flags 32/33 on, all that are known")
        await at.press("ctrl+s")
        await at.sees("✓ Saved")
    assert len(stored(server, OLD)["events"]) == 32


async def test_no_changes_ask_nothing(server: EvolutionV2) -> None:
    async with board(server) as at:
        await save_is_refused(at)
        await at.press("e")
        await at.sees("1 change, not saved")
        server.release = "2.3.6"
        await at.press(*["shift+tab"] * 4)
        await at.retype(stored(server, OLD)["url"])
        await at.sees("no changes")
        await at.press("ctrl+s")
        await at.sees("No changes: nothing was sent.")


async def test_a_flag_that_became_known_is_not_reported_as_a_change(server: EvolutionV2) -> None:
    async with board(server, at_once=1) as at:
        await open_editor(at, "loja-norte")
        await at.sees("/33 on", "no changes")
        assert "Changed on the server" not in at.picture


async def test_a_new_webhook_warns_that_evolution_may_hide_one(
    server: EvolutionV2,
) -> None:
    async with board(server) as at:
        go_to(at, "outlet-br101")
        await at.sees("No webhook.", "Evolution also shows none for an instance that it has not")
        await at.press("n")
        await in_editor(at)
        await at.sees("Evolution also shows none for an instance that it has not loaded")


def offered(at: Terminal, instance: str) -> set[str]:
    """Return the flags that the list has of an instance's webhook."""
    rows = (at.store[key] for key in at.store.ids)
    return {
        flag
        for row in rows
        if row.name == instance
        for hook in row.webhooks or ()
        for flag in hook.flags
    }


def flag_counts(at: Terminal) -> set[int]:
    """Return the numbers of flags that the rows of the list are counted by."""
    rows = (at.store[key].webhooks or () for key in at.store.ids)
    return {len(webhook.flags) for webhooks in rows for webhook in webhooks}


async def test_all_rows_count_flags_known_from_the_last_row(server: EvolutionV2) -> None:
    change(server, "loja-sul", events=["CALL", NEW_FLAG])
    change(server, OLD, events=["CALL"])
    async with board(server) as at:
        await at.until(lambda: flag_counts(at) == {len(FLAGS) + 1}, "every row has the new flag")
        await at.sees(f"/{len(FLAGS) + 1}")
        await at.loses(f"/{len(FLAGS)} ")


async def test_all_rows_count_flags_known_from_a_refused_save(server: EvolutionV2) -> None:
    async with board(server) as at:
        await save_is_refused(at)
        await at.press("l")
        await at.sees("✓ Saved", "no changes")
        await at.press("escape")
        await at.until(lambda: DROPPED_EVENT not in offered(at, "depósito"), "it is gone")
        await at.sees("4/32")
        await at.loses("4/33")

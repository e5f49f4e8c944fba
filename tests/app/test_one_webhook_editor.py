"""The editor on an Evolution server: its switches, and the flags that the server forgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.kinds import board, change, in_editor, open_editor, stored
from tests.app.support import Terminal
from tui.app.widgets.flag_grid import FlagGrid
from tui.sandbox.evolution_v2.server import EvolutionV2, open_evolution_v2

SHOP = "loja-norte"
FORGETS = "Evolution forgets the flags of a webhook that is off."


@pytest.fixture
def server() -> Iterator[EvolutionV2]:
    """An Evolution server with the sample data."""
    with open_evolution_v2() as sandbox:
        yield sandbox


async def tab_to(at: Terminal, name: str) -> None:
    """Go to a field of the form."""
    while at.focused != name:
        await at.press("tab")


async def switch(at: Terminal, *names: str) -> None:
    """Turn switches of the form over."""
    for name in names:
        await tab_to(at, name)
        await at.press("space")


async def turn_off(at: Terminal, instance: str = SHOP) -> None:
    """Save a webhook as off, from the dashboard."""
    await open_editor(at, instance)
    await switch(at, "enabled")
    await at.press("ctrl+s")
    await at.sees(FORGETS)
    await at.press("s")
    await at.sees("✓ Saved 1 change.", "no changes")


# switches besides


async def test_options_are_switches_with_words_and_marks(server: EvolutionV2) -> None:
    async with board(server) as at:
        await open_editor(at, SHOP)
        assert "byEvents [ ] off" in at.picture
        await switch(at, "byEvents")
        await at.sees("* byEvents [x] on: each event to an address of its own")
        await switch(at, "base64")
        await at.sees("* base64 [x] on: media inside the event", "2 changes, not saved")
        await at.press("space")
        await at.sees("1 change, not saved")
        assert " * base64" not in at.picture


async def test_options_are_reviewed_saved_and_listed(
    server: EvolutionV2,
) -> None:
    before = stored(server, SHOP)
    async with board(server) as at:
        await open_editor(at, SHOP)
        await switch(at, "byEvents")
        await at.press("f3")
        await at.sees("byEvents off → on", f"POST http://sandbox.test/webhook/set/{SHOP}")
        await at.press("end")
        await at.sees('"byEvents": true', '"base64": false')
        await at.press("ctrl+s")
        await at.sees("✓ Saved 1 change.", "no changes")
        await at.press("escape")
        await at.sees("12 instances", "byEvents on, base64 off")
    after = stored(server, SHOP)
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"webhookByEvents", "updatedAt"}


async def test_an_option_others_changed_is_kept_beside_a_conflict_and_reported(
    server: EvolutionV2,
) -> None:
    async with board(server) as at:
        await open_editor(at, SHOP)
        await at.retype("https://mine.example/in")
        await switch(at, "byEvents")
        change(server, SHOP, url="https://theirs.example/in", webhookBase64=True)
        await at.press("ctrl+s")
        await at.sees("0 of 1 decided", "https://theirs.example/in", "https://mine.example/in")
        await at.sees("Also changed on the server, and kept: base64 off → on")
        await at.press("right", "ctrl+s")
        await at.sees("✓ Saved 2 changes.", "no changes")
        await at.sees("base64 [x] on", "byEvents [x] on")
    saved = stored(server, SHOP)
    assert saved["url"] == "https://mine.example/in"
    assert saved["webhookByEvents"] is True
    assert saved["webhookBase64"] is True


async def test_an_option_others_changed_meanwhile_is_named_after_the_save(
    server: EvolutionV2,
) -> None:
    async with board(server) as at:
        await open_editor(at, SHOP)
        await switch(at, "byEvents")
        change(server, SHOP, webhookBase64=True)
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.", "Changed by others meanwhile, and kept: base64 off → on.")
    assert stored(server, SHOP)["webhookBase64"] is True


# flags that are never sent


async def test_a_flag_that_is_never_sent_is_described_so(server: EvolutionV2) -> None:
    async with board(server) as at:
        await open_editor(at, SHOP)
        await tab_to(at, "FlagGrid")
        at.one(FlagGrid).flag = "GROUP_UPDATE"
        await at.sees("GROUP_UPDATE: never sent: Evolution looks for GROUPS_UPDATE instead")


async def test_a_save_with_only_such_flags_on_asks_first(server: EvolutionV2) -> None:
    change(server, SHOP, events=["CONTACTS_SET", "GROUP_UPDATE"])
    async with board(server) as at:
        await open_editor(at, SHOP)
        await switch(at, "byEvents")
        await at.press("ctrl+s")
        await at.sees("The server never sends the flags that are on: nothing will be sent to it.")
        await at.press("s")
        await at.sees("✓ Saved 1 change.")


# turning off and on


async def test_turning_off_asks_with_the_reason_and_the_first_answer_is_to_stay(
    server: EvolutionV2,
) -> None:
    before = stored(server, SHOP)
    async with board(server) as at:
        await open_editor(at, SHOP)
        await switch(at, "enabled")
        await at.press("ctrl+s")
        await at.sees(FORGETS, "puts them back when it is turned on here.")
        await at.press("enter")
        await at.sees("1 change, not saved")
        assert at.cable.sent("POST") == []
    assert stored(server, SHOP) == before


async def test_flags_the_server_forgot_stay_on_the_screen_and_come_back(
    server: EvolutionV2,
) -> None:
    events = stored(server, SHOP)["events"]
    async with board(server) as at:
        await turn_off(at)
        assert stored(server, SHOP)["events"] == []
        await at.sees("Flags 18/31 on", "The server forgets the flags of a webhook that is off;")
        await at.sees("these are kept on this machine.")
        await at.press("escape")
        await at.sees("12 instances", "off 18/31")
        await at.press("r", "enter")
        await in_editor(at)
        await switch(at, "enabled")
        await at.press("ctrl+s")
        await at.sees("✓ Saved 1 change.")
        await at.loses("The server forgets")
    assert stored(server, SHOP)["events"] == events


async def test_flags_come_back_in_the_next_run_too(server: EvolutionV2, tmp_path: Path) -> None:
    events = stored(server, SHOP)["events"]
    async with board(server, home=tmp_path) as at:
        await turn_off(at)
    async with board(server, home=tmp_path) as at:
        assert "off 18/31" in " ".join(at.row(SHOP).split())
        await open_editor(at, SHOP)
        await switch(at, "enabled")
        await at.press("ctrl+s")
        await at.sees("✓ Saved 1 change.")
    assert stored(server, SHOP)["events"] == events


async def test_flags_forgotten_by_the_server_must_be_chosen_again(server: EvolutionV2) -> None:
    async with board(server) as at:
        await open_editor(at, "loja-campinas")
        await at.sees("The server forgot its flags when it was turned off;", "choose them before")
        await switch(at, "enabled")
        await at.press("ctrl+s")
        await at.sees("Flags: Evolution reads an empty list as all flags;")
        await at.stands_on("FlagGrid")
        await at.press("space", "ctrl+s")
        await at.sees("✓ Saved 2 changes.")
    assert stored(server, "loja-campinas")["events"] == ["MESSAGES_SET"]


def damage_kept_flags(home: Path) -> Path:
    """Cut the end off the file of kept flags, and return its path."""
    (file,) = home.glob("flags/*.json")
    file.write_bytes(file.read_bytes()[:-9])
    return file


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_damaged_file_of_kept_flags_is_named_whole(
    server: EvolutionV2, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.chdir(tmp_path)
    home = Path("home")  # the path has the same length on every machine
    async with board(server, home=home, size=size) as at:
        await turn_off(at)
    file = damage_kept_flags(home)
    async with board(server, home=home, size=size) as at:
        await open_editor(at, SHOP)
        await at.press("escape")
        await at.sees("The file of kept flags is damaged:")

        def pane() -> str:
            return "".join(row.split("│")[-1].strip() for row in at.rows)

        await at.until(lambda: str(file) in pane(), "the path is shown to its end")


async def test_no_flag_on_is_refused_with_the_grid_in_focus(
    server: EvolutionV2,
) -> None:
    before = stored(server, SHOP)
    async with board(server) as at:
        await open_editor(at, SHOP)
        await tab_to(at, "FlagGrid")
        await at.press("n", "shift+tab", "ctrl+s")
        await at.sees("✗ Flags: Evolution reads an empty list as all flags; turn one on")
        await at.stands_on("FlagGrid")
        await at.sees("18 changes, not saved")
        assert at.cable.sent("POST") == []
    assert stored(server, SHOP) == before


# leaving


async def test_leaving_names_the_instance_and_its_draft_is_offered_by_it(
    server: EvolutionV2, tmp_path: Path
) -> None:
    async with board(server, home=tmp_path) as at:
        await open_editor(at, SHOP)
        await switch(at, "byEvents")
        await at.press("escape")
        await at.sees(f"The webhook of {SHOP} has 1 unsaved change.", "byEvents")
        await at.press("p")
        await at.until(lambda: " 1 draft " in at.top, "the draft is counted")
        assert f"*{SHOP}" in at.row(SHOP)
        await at.press("enter")
        await at.sees(f"The webhook of {SHOP} has a draft with 1 change, kept")
        await at.press("o")
        await in_editor(at)
        await at.sees("* byEvents [x] on", "1 change, not saved")


async def test_the_words_under_the_form_are_complete_at_any_width(server: EvolutionV2) -> None:
    async with board(server, size=(120, 40)) as at:
        await open_editor(at, "loja-campinas")
        words = "The server forgot its flags when it was turned off; choose them before turning"
        await at.sees(f"{words} it on.")
        for width in (80, 60):
            await at.resize(width, 24)
            await at.sees(f"{words} it on.")
        await tab_to(at, "FlagGrid")
        await at.sees("MESSAGES_SET: ")
        assert "forgot" not in at.picture


async def test_words_for_a_flag_replace_a_longer_note_in_place(
    server: EvolutionV2,
) -> None:
    async with board(server) as at:
        await turn_off(at)
        assert [row.strip() for row in at.rows[-3:-1]][1] == "machine."
        await tab_to(at, "FlagGrid")
        assert [row.partition(":")[0] for row in at.rows[-3:-1]] == [" MESSAGES_SET", ""]
        await at.press("shift+tab")
        assert at.rows[-2] == " machine."

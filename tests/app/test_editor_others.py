"""Changes of other users during an edit: merged, asked about, or kept."""

from __future__ import annotations

from typing import Any

from tests.app.support import Terminal, change, hook, terminal

THEIRS = "https://crm.loja.com.br/hooks/theirs"
MINE = "https://crm.loja.com.br/hooks/mine"


async def conflict(at: Terminal, **theirs: Any) -> None:
    """Change the URL here and on the server, and save."""
    await at.edit()
    change(at.sandbox, url=THEIRS, **theirs)
    await at.press("x", "tab")
    await at.retype(MINE)
    await at.press("tab", "tab", "ctrl+s")
    await at.sees("Nothing was saved. Choose which value to keep; the save then continues.")


async def test_changes_since_the_list_are_reported_when_the_editor_opens() -> None:
    async with terminal() as at:
        change(at.sandbox, url=THEIRS)
        await at.edit()
        await at.sees("Changed on the server since it was read: URL", "no changes")
        assert at.field("url").value == THEIRS
        await at.press("escape")
        await at.sees("12 instances", "hooks/theirs")


async def test_other_fields_changed_by_others_are_kept_and_reported() -> None:
    async with terminal() as at:
        await at.edit()
        change(at.sandbox, url=THEIRS, flags={"newJwt": True})
        await at.press("x", "ctrl+s")
        await at.sees("✓ Saved 1 change.", "Changed by others meanwhile, and kept: URL")
        await at.sees("newJwt off → on", "no changes")
        assert at.field("url").value == THEIRS
        saved = hook(at.sandbox)
        assert (saved.name, saved.url, saved.flags["newJwt"]) == ("crmx", THEIRS, True)


async def test_the_same_change_by_others_is_no_conflict() -> None:
    async with terminal() as at:
        await at.edit()
        change(at.sandbox, name="crmx")
        await at.press("x", "ctrl+s")
        await at.sees("no changes")
        assert at.cable.sent("PUT") == []


async def test_taking_the_servers_keeps_the_other_changes() -> None:
    async with terminal() as at:
        await conflict(at, flags={"newJwt": True})
        await at.press("left", "ctrl+s")
        await at.sees("Saved 1 change.", "no changes")
        saved = hook(at.sandbox)
        assert (saved.name, saved.url, saved.flags["newJwt"]) == ("crmx", THEIRS, True)


async def test_taking_mine_writes_over_the_servers() -> None:
    async with terminal() as at:
        await conflict(at)
        assert hook(at.sandbox).url == THEIRS
        await at.press("right", "ctrl+s")
        await at.sees("Saved 2 changes.", "no changes")
        assert (hook(at.sandbox).name, hook(at.sandbox).url) == ("crmx", MINE)


async def test_reading_again_takes_the_changes_of_others_and_keeps_mine() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x")
        change(at.sandbox, url=THEIRS, flags={"messagesSet": False})
        await at.press("ctrl+r")
        await at.sees("Changed on the server since it was read:", "1 change, not saved")
        assert (at.field("name").value, at.field("url").value) == ("crmx", THEIRS)
        assert "[ ] messagesSet" in at.picture


async def test_reading_again_asks_about_conflicts_and_saves_nothing() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x")
        change(at.sandbox, name="theirs", url=THEIRS)
        await at.press("ctrl+r")
        await at.sees("Choose which value to keep; nothing is saved yet.")
        await at.sees("Also changed on the server, and kept:")
        await at.press("right", "ctrl+s")
        await at.sees("Decided. Nothing is saved yet; ^s saves.", "1 change, not saved")
        assert (at.field("name").value, at.field("url").value) == ("crmx", THEIRS)
        assert at.cable.sent("PUT") == []


async def test_a_failed_reread_says_why_and_keeps_the_edit() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x")
        at.sandbox.store.delete(hook(at.sandbox))
        await at.press("ctrl+r")
        await at.sees("sandbox.test answered 404", "1 change, not saved")
        assert at.field("name").value == "crmx"
        await at.press("ctrl+s")
        await at.sees("Not saved. sandbox.test answered 404")
        assert at.field("name").value == "crmx"


async def test_a_flag_the_server_gained_meanwhile_becomes_a_switch() -> None:
    async with terminal() as at:
        await at.edit()
        change(at.sandbox, flags={"labelEdit": False})
        await at.press("tab", "tab", "tab", "down")
        await at.press("ctrl+r")
        await at.sees("Flags 18/21 on", "[ ] labelEdit")
        assert "▸ [x] messagesUpsert" in at.picture


async def test_a_late_answer_from_before_a_save_is_ignored() -> None:
    async with terminal() as at:
        older = at.cable.hold()
        await at.press("enter", "enter")
        await at.until(lambda: at.cable.sent("GET"), "it is read again")
        at.cable.pass_on()
        await at.press("x", "ctrl+s")
        await at.sees("Saved 1 change.")
        older.set()
        await at.until(lambda: not at.working("reread"), "the older answer is done with")
        await at.settle()
        assert at.field("name").value == "crmx"
        assert at.top.endswith("no changes")

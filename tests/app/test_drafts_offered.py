"""Drafts at the next start: counted, marked, offered, and merged with the server's values."""

from __future__ import annotations

import threading

import pytest

from tests.app.desk import Desk
from tests.app.support import change, hook, terminal
from tui.storage.drafts import Drafts
from tui.storage.user_data import UserData

THEIRS = "https://crm.loja.com.br/theirs"


async def test_the_next_start_counts_and_marks_it(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        await at.until(lambda: " 1 draft " in at.top, "the draft is counted")
        assert "*crm" in at.row("18/20")
        assert "*" not in at.row("on  ")


async def test_opening_it_merges_it_with_what_the_server_has_now(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        change(at.sandbox, url=THEIRS, flags={"newJwt": True})
        await desk.open(at)
        await at.sees(
            "crm has a draft with 1 change",
            "name",
            "open the draft, merged with what the server has now",
        )
        await at.press("o")
        await at.sees("Changed on the server since it was read: URL", "1 change, not saved")
        assert (at.field("name").value, at.field("url").value) == ("crmx", THEIRS)
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.")
        await at.until(lambda: not desk.files, "the draft is gone")
        saved = hook(at.sandbox)
        assert (saved.name, saved.url, saved.flags["newJwt"]) == ("crmx", THEIRS, True)
        await at.press("escape")
        await at.until(lambda: "draft" not in at.top, "no draft is counted")


async def test_opening_it_asks_where_both_changed_one_field(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        change(at.sandbox, name="theirs")
        await desk.open(at)
        await at.press("o")
        await at.sees("0 of 1 decided", "was crm", "server theirs", "yours crmx")
        await at.press("escape")
        await at.sees("1 change, not saved")
        assert at.field("name").value == "crmx"
        await at.press("ctrl+s")
        await at.sees("0 of 1 decided")
        await at.press("right", "ctrl+s")
        await at.sees("Saved 1 change.")
        assert hook(at.sandbox).name == "crmx"


async def test_a_draft_whose_save_succeeded_has_nothing_left_to_save(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        change(at.sandbox, name="crmx")
        await desk.open(at)
        await at.press("o")
        await at.until(lambda: not desk.files, "the draft is gone")
        await at.sees("no changes")


async def test_a_draft_opened_again_and_kept_is_one_draft(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        await desk.open(at)
        await at.press("o")
        await at.sees("1 change, not saved")
        await at.press("y", "escape", "p")
        await at.until(lambda: " 1 draft " in at.top, "the draft is counted")
    assert [each.values.name for each in desk.free] == ["crmxy"]


async def test_starting_from_the_servers_leaves_the_draft(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        await desk.open(at)
        await at.press("s")
        await at.sees("no changes")
        assert at.field("name").value == "crm"
        await at.press("escape")
        await at.sees("12 instances")
    assert [each.values.name for each in desk.free] == ["crmx"]


async def test_a_webhook_opened_before_drafts_were_looked_for_is_offered_its_draft(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.leave_draft()
    opens = threading.Event()
    monkeypatch.setattr(UserData, "open", lambda _data: opens.wait(60))
    try:
        async with desk.start() as at:
            await desk.open(at)
            opens.set()
            await at.press("d")
            await at.sees("no changes")
    finally:
        opens.set()
    assert desk.files == []


async def test_discarding_it_starts_from_the_servers(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        await desk.open(at)
        await at.press("d")
        await at.sees("no changes")
        assert at.field("name").value == "crm"
        assert desk.files == []


async def test_closing_the_offer_opens_nothing_and_loses_nothing(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        await desk.open(at)
        await at.press("escape")
        await at.loses("has a draft")
        assert "12 instances" in at.top
    assert [each.values.name for each in desk.free] == ["crmx"]


async def test_several_drafts_of_one_webhook_are_offered_newest_first(desk: Desk) -> None:
    await desk.leave_draft("a")
    async with desk.start() as at:
        await desk.open(at)
        await at.press("s")
        await at.sees("no changes")
        await at.press("b", "c", "escape", "p")
        await at.until(lambda: " 2 drafts " in at.top, "both are counted")
        await desk.open(at)
        await at.press("s", "o")
        await at.sees("1 change, not saved")
        assert at.field("name").value == "crma"


async def test_a_draft_of_another_server_is_neither_counted_nor_offered(desk: Desk) -> None:
    await desk.leave_draft()
    async with terminal(desk.sandbox(), drafts=Drafts(desk.folder)) as at:
        assert at.app.session is not None
        at.app.session.url = "http://other.test"
        at.app.use(at.app.session)
        await at.sees("12 instances")
        await at.until(lambda: "draft" not in at.top, "none is counted")
        await at.edit()
        assert at.top.endswith("no changes")

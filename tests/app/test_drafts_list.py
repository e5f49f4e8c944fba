"""The list of drafts: showing, opening, copying and discarding them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.app.desk import Desk
from tests.app.support import NOW, URL, Terminal, terminal
from tests.app.test_hostile_text import FORBIDDEN, HOSTILE
from tui.app.screens.drafts.screen import DraftsScreen
from tui.core.store import Store
from tui.model.instance import Instance
from tui.model.webhook import Webhook
from tui.storage.drafts import Draft, Drafts

Answers = list[Draft | None]
AGES = {"loja-norte": timedelta(hours=3), "loja-sul": timedelta(hours=50)}


def instance(at: Terminal, name: str = "loja-norte") -> Instance:
    return next(at.store[key] for key in at.store.visible if at.store[key].name == name)


def keep(desk: Desk, of: Instance, hook: Webhook | None = None, **values: Any) -> None:
    """Leave a draft of an instance's first webhook; ``flags`` are added to its own."""
    webhook = hook or (of.webhooks or ())[0]
    if flags := values.pop("flags", None):
        values["flags"] = {**webhook.flags, **flags}
    under_way = Drafts(desk.folder).begin(URL, of, webhook)
    under_way.note(webhook.values, replace(webhook.values, **values))
    under_way.leave()


async def show(at: Terminal, desk: Desk) -> Answers:
    """Open the list of free drafts of a given age; the list that is returned gets its answer."""
    assert at.app.session is not None
    answers: Answers = []
    kept = [(draft, AGES.get(draft.instance_name, timedelta())) for draft in desk.free]
    drafts = [replace(draft, kept_at=NOW - length) for draft, length in kept]
    drafts.sort(key=lambda draft: draft.kept_at, reverse=True)
    at.app.push_screen(DraftsScreen(at.app.session, tuple(drafts)), answers.append)
    await at.sees("Saved drafts")
    return answers


@asynccontextmanager
async def listed(desk: Desk, **values: Any) -> AsyncIterator[tuple[Terminal, Answers]]:
    """Open the list with one draft in it, of the first webhook."""
    async with desk.start() as at:
        keep(desk, instance(at), **(values or {"name": "crmx"}))
        yield at, await show(at, desk)


async def test_it_lists_instance_webhook_changes_and_age(desk: Desk) -> None:
    async with desk.start() as at:
        keep(desk, instance(at), name="crmx")
        keep(desk, instance(at, "loja-sul"), url="https://a.b/c", enabled=False)
        await show(at, desk)
        assert at.top.endswith("2 drafts")
        for name, row in (
            ("loja-norte", "▸ loja-norte crm 1 change 3 h ago"),
            ("loja-sul", "loja-sul crm 2 changes 2 d ago"),
        ):
            assert " ".join(at.row(f"{name}  ").split()) == row


async def test_the_changes_of_the_draft_under_the_cursor_are_shown_with_values(
    desk: Desk,
) -> None:
    url = "https://crm.loja.com.br/hooks/new"
    async with desk.start() as at:
        keep(desk, instance(at), url=url, enabled=False, flags={"newJwt": True})
        keep(desk, instance(at, "loja-sul"), name="sul")
        await show(at, desk)
        was = (instance(at).webhooks or ())[0].url
        await at.sees("loja-norte › crm", "kept 3 h ago")
        await at.sees(was, f"→ {url}", "enabled on → off", "newJwt off → on")
        await at.press("down")
        await at.sees("loja-sul › crm", "kept 2 d ago", "name crm → sul")


async def test_enter_answers_the_draft_under_the_cursor(desk: Desk) -> None:
    async with listed(desk) as (at, answers):
        await at.press("enter")
        await at.until(lambda: answers, "the screen answers")
        assert [answer.file for answer in answers if answer] == [each.file for each in desk.free]


async def test_escape_opens_nothing_and_loses_nothing(desk: Desk) -> None:
    async with listed(desk) as (at, answers):
        await at.press("escape")
        await at.until(lambda: answers, "the screen answers")
        assert answers == [None]
        assert len(desk.free) == 1


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (200, 60)])
@pytest.mark.parametrize("whole", [False, True], ids=["webhook", "instance"])
async def test_a_draft_of_a_deleted_webhook_is_marked_and_can_only_be_copied(
    desk: Desk, whole: bool, size: tuple[int, int]
) -> None:
    async with desk.start() as at:
        there = instance(at)
        hook = replace((there.webhooks or ())[0], id="w-gone")
        keep(desk, replace(there, id="i-gone") if whole else there, hook, url="https://mine.test/x")
        await at.resize(*size)
        answers = await show(at, desk)
        assert ("gone from the server" if size[0] >= 80 else "gone") in at.row("▸")
        await at.sees("kept 3 h ago, gone from the server", "→ https://mine.test/x")
        await at.press("enter")
        await at.sees("loja-norte › crm is gone from the server", "y copies")
        assert answers == []
        await at.press("y")
        await at.hears("the changes of the draft")
        assert at.app.clipboard.splitlines() == [
            f"loja-norte › crm, {URL}, kept 2026-06-15 09:00 UTC",
            f"URL: {hook.url} → https://mine.test/x",
        ]


async def test_a_draft_can_be_opened_when_webhooks_were_not_listed(desk: Desk) -> None:
    async with desk.start() as at:
        keep(desk, instance(at), name="crmx")
        at.store.replace(replace(instance(at), webhooks=None))
        answers = await show(at, desk)
        assert "gone" not in at.words
        await at.press("enter")
        await at.until(lambda: answers, "the screen answers")


async def test_the_draft_of_a_new_webhook_is_not_marked_as_gone(desk: Desk) -> None:
    async with desk.start() as at:
        new = Webhook("", "", "", enabled=True, flags={"newJwt": False})
        keep(desk, instance(at), new, name="first", url="https://mine.test/x")
        answers = await show(at, desk)
        assert at.row("▸").split()[:3] == ["▸", "loja-norte", "first"]
        await at.sees("https://mine.test/x")
        assert "(empty)" not in at.picture
        await at.press("enter")
        await at.until(lambda: answers, "the screen answers")


async def test_before_the_whole_list_is_read_no_draft_is_marked_as_gone(
    desk: Desk,
) -> None:
    async with listed(desk) as (at, answers):
        assert at.app.session is not None
        at.app.session.store = Store()
        await at.resize(81, 24)
        await at.loses("gone")
        await at.press("enter")
        await at.sees("The instance of this draft is not known yet")
        assert answers == []


async def test_discarding_asks_and_only_its_own_key_discards(desk: Desk) -> None:
    async with listed(desk) as (at, _):
        for answer in ("enter", "escape", "n", "d"):
            await at.press("d")
            await at.sees("Discard the draft of loja-norte › crm?", "name: crmx")
            await at.press(answer, "escape")
            await at.loses("Discard the draft of")
            assert len(desk.free) == 1
            if not isinstance(at.app.screen, DraftsScreen):
                await show(at, desk)


async def test_a_discarded_draft_is_gone_and_the_others_stay(desk: Desk) -> None:
    async with desk.start() as at:
        keep(desk, instance(at), name="crmx")
        keep(desk, instance(at, "loja-sul"), name="sul")
        await show(at, desk)
        first = at.row("▸").split()[1]
        await at.press("d", "x")
        await at.until(lambda: at.top.endswith("1 draft"), "one is left")
        assert [draft.instance_name for draft in desk.free] != [first]
        assert first not in at.picture
        await at.press("d", "x")
        await at.sees("No draft.")
        assert at.top.endswith("0 drafts")
        assert desk.files == []


async def test_a_draft_opened_by_another_program_is_not_discarded(desk: Desk) -> None:
    async with listed(desk) as (at, _):
        theirs = Drafts(desk.folder).take(desk.free[0])
        assert theirs is not None
        await at.press("d", "x")
        await at.hears("Another Hookboard has that draft now.")
        await at.sees("open elsewhere")
        theirs.leave()
        assert [draft.values.name for draft in desk.free] == ["crmx"]


async def test_a_folder_that_has_become_unreadable_is_reported(desk: Desk, tmp_path: Path) -> None:
    async with listed(desk) as (at, _):
        desk.folder.rename(tmp_path / "elsewhere")
        desk.folder.write_text("")
        await at.press("d", "x")
        await at.hears("The draft cannot be taken over")
        await at.sees("The drafts cannot be read", "crmx")


async def test_without_a_draft_it_says_so_and_no_key_does_anything(desk: Desk) -> None:
    async with desk.start() as at:
        answers = await show(at, desk)
        await at.sees("No draft.", "0 drafts")
        await at.press("enter", "d", "y", "down")
        assert isinstance(at.app.screen, DraftsScreen)
        assert (answers, at.toasts, at.app.clipboard) == ([], [], "")


async def test_many_changes_can_be_scrolled(desk: Desk) -> None:
    async with desk.start() as at:
        flags = (instance(at).webhooks or ())[0].flags
        keep(desk, instance(at), name="x", flags={flag: not on for flag, on in flags.items()})
        await show(at, desk)
        last = list(flags)[-1]
        assert last not in at.picture
        await at.press("tab", "end")
        await at.sees(f"{last} off → on")
        await at.press("y")
        await at.until(lambda: last in at.app.clipboard, "it is copied")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_in_a_draft_is_plain_text_on_screen_and_clipboard(
    desk: Desk, text: str
) -> None:
    hook = Webhook(text, text, text, enabled=True, flags={text: True})
    async with terminal(desk.sandbox(), drafts=Drafts(desk.folder)) as at:
        keep(desk, Instance(text, text), hook, name=f"1{text}", url=f"2{text}", flags={text: False})
        await show(at, desk)
        await at.sees("gone")
        await at.press("y", "enter", "d")
        await at.sees("Discard the draft")
        assert not FORBIDDEN.search(at.picture)
        assert not any(FORBIDDEN.search(line) for line in at.app.clipboard.splitlines())
        assert all(strip.cell_length <= 80 for strip in at.app.screen._compositor.render_strips())
        await at.press("x")
        await at.sees("No draft.")
        assert at.app.return_code is None


async def test_an_edit_that_is_open_in_another_program_is_listed_and_not_offered(
    desk: Desk,
) -> None:
    async with desk.start() as one:
        await one.edit()
        await one.press("x")
        await one.until(lambda: desk.files, "it is on disk")
        async with desk.start() as two:
            await two.sees("1 elsewhere")
            await two.press("D")
            await two.sees("loja-norte", "open elsewhere", "crmx")
            await two.press("enter")
            await two.sees("Another Hookboard on this machine has loja-norte › crm open.")
            await two.press("d")
            await two.sees("It is free when that one ends")
            await two.press("escape")
            await two.edit()
            await two.hears("Another Hookboard is editing this webhook: name,")
        assert one.field("name").value == "crmx"

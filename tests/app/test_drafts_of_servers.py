"""Drafts of other servers: counted at the top, listed by server, opened where they belong."""

from __future__ import annotations

import pytest

from tests.app.kinds import in_editor
from tests.app.office import Office, switch
from tests.app.support import Terminal
from tui.app.screens.dashboard.screen import Dashboard
from tui.app.screens.editor.screen import EditorScreen
from tui.app.widgets.instance_table import InstanceTable
from tui.storage.drafts import Drafts
from tui.storage.paths import drafts_dir


async def open_first(at: Terminal) -> None:
    """Open the first webhook of the list in front."""
    await at.until(lambda: at.one(InstanceTable).key, "there is a row")
    await at.press("e")
    await at.until(lambda: isinstance(at.app.screen, EditorScreen), "the editor")
    await at.until(lambda: not at.working("reread"), "it was read again")


async def leave_draft(office: Office, name: str = "filial", typed: str = "x") -> None:
    """Edit the first webhook of a server, and leave with the edit kept as a draft."""
    async with office.start(drafts=True) as at:
        if name != "loja":
            await switch(at, name, "3 instances")
        await open_first(at)
        await at.press(typed, "escape", "p")
        await at.sees("1 draft")


@pytest.fixture
async def drafted(office: Office) -> Office:
    """A machine on which an edit of the other server was left unsaved."""
    await leave_draft(office)
    return office


async def list_drafts(at: Terminal) -> None:
    await at.press("D")
    await at.sees("Saved drafts")


async def test_the_draft_of_a_server_that_was_not_opened_is_counted_and_opened_there(
    drafted: Office,
) -> None:
    async with drafted.start(drafts=True) as at:
        await at.sees("1 draft")
        assert "*" not in at.picture
        await list_drafts(at)
        assert at.row("1 change").split()[:2] == ["▸", "filial"]
        await at.press("enter")
        await at.sees("filial · ", "1 change, not saved")
        assert isinstance(at.app.screen, EditorScreen)
        assert at.field("name").value == "crmx"
        assert at.app.session is not None
        assert at.app.session.profile == "filial"
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.")
        await at.press("escape")
        await at.sees("3 instances")
        await switch(at, "loja", "12 instances")
        await at.until(lambda: "draft" not in at.top, "none is left")


async def test_drafts_are_counted_beside_each_server_in_the_list_of_servers(
    drafted: Office,
) -> None:
    async with drafted.start(drafts=True) as at:
        await at.press("ctrl+o")
        await at.sees("not opened yet, 1 draft")
        assert "filial" in at.row("1 draft")


async def test_drafts_of_this_server_come_first_each_under_the_name_of_its_server(
    drafted: Office,
) -> None:
    await leave_draft_on_both(drafted)
    async with drafted.start(drafts=True) as at:
        await at.sees("2 drafts")
        await list_drafts(at)
        rows = [row.split() for row in at.rows if "1 change" in row]
        assert [row[1 if row[0] == "▸" else 0] for row in rows] == ["loja", "filial"]
        await at.press("enter")
        await at.sees("loja · ", "1 change, not saved")


async def leave_draft_on_both(office: Office) -> None:
    async with office.start(drafts=True) as at:
        await open_first(at)
        await at.press("y", "escape", "p")
        await at.sees("2 drafts")


async def test_without_a_profile_the_server_is_connected_to_and_the_draft_opens(
    drafted: Office,
) -> None:
    drafted.write(drafted.profile("loja").replace(drafted.url, "http://sandbox.test"))
    async with drafted.start(drafts=True) as at:
        await at.sees("1 draft")
        await list_drafts(at)
        await at.sees("127.0.0.1", "no profile")
        await at.press("enter")
        await at.stands_on("token")
        assert at.field("url").value == drafted.url
        await at.paste(drafted.filial.token)
        at.field("business").input.focus()
        await at.paste(drafted.filial.business_id)
        await at.press("ctrl+s")
        await in_editor(at)
        await at.until(lambda: at.field("name").value == "crmx", "the draft")


async def test_the_list_of_servers_has_addresses_known_only_from_drafts(drafted: Office) -> None:
    drafted.write(drafted.profile("loja").replace(drafted.url, "http://sandbox.test"))
    async with drafted.start(drafts=True) as at:
        await at.press("ctrl+o")
        await at.sees("2 servers", "no profile, 1 draft")
        await at.press("end", "enter")
        await at.stands_on("token")
        assert at.field("url").value == drafted.url


async def test_a_server_at_another_address_does_not_get_the_draft(drafted: Office) -> None:
    drafted.write(drafted.profile("loja").replace(drafted.url, "http://sandbox.test"))
    async with drafted.start(drafts=True) as at:
        await at.sees("1 draft")
        await list_drafts(at)
        await at.press("enter")
        await at.stands_on("token")
        for name, text in {
            "url": drafted.url.replace("127.0.0.1", "localhost"),
            "token": drafted.filial.token,
            "business": drafted.filial.business_id,
        }.items():
            at.field(name).input.focus()
            await at.retype(text)
        await at.press("ctrl+s")
        await at.sees("3 instances")
        await at.until(lambda: not at.working("load"), "the list is there")
        assert isinstance(at.app.screen, Dashboard)
        assert len(Drafts(drafts_dir()).free(drafted.url).records) == 1


async def test_one_of_several_profiles_for_an_address_is_chosen(drafted: Office) -> None:
    drafted.write(drafted.profile("filial"), drafted.profile("filial-2"))
    async with drafted.start(drafts=True) as at:
        await at.sees("1 draft")
        await list_drafts(at)
        await at.press("enter")
        await at.sees("Several profiles are for http://127.0.0.1")
        await at.press("2")
        await at.sees("filial-2 · ", "1 change, not saved")


async def test_a_draft_is_not_opened_over_an_edit_that_is_open_there(drafted: Office) -> None:
    async with drafted.start(drafts=True) as at:
        await switch(at, "filial", "3 instances")
        await at.press("n")
        await in_editor(at)
        await at.press("z")
        await switch(at, "loja", "12 instances")
        assert "elsewhere" not in at.top, "an edit of this program is in no other"
        await list_drafts(at)
        await at.press("enter")
        await at.hears("The draft is still in the list of drafts.")
        await at.sees("new webhook")
        assert at.field("name").value == "z"


async def test_where_the_server_does_not_answer_the_draft_stays(drafted: Office) -> None:
    drafted.write(drafted.profile("filial", command="echo wrong"))
    async with drafted.start(drafts=True) as at:
        await at.sees("1 draft")
        await list_drafts(at)
        await at.press("enter")
        await at.sees("answered 401")
        await at.hears("is still in the list of drafts")
        assert len(Drafts(drafts_dir()).free(drafted.url).records) == 1
        await list_drafts(at)
        assert at.row_list("#drafts").key

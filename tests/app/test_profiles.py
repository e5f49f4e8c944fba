"""Several servers in one run: their list, and the state that each keeps."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.app.office import PRODUCTION, Office, switch
from tests.app.support import change, hook
from tui.app.screens.dashboard.screen import Dashboard
from tui.app.sessions import FIRST_MODE
from tui.app.widgets.instance_table import InstanceTable


async def test_the_list_shows_the_state_of_each_server(office: Office) -> None:
    office.write(office.profile("loja"), office.profile("filial", "read_only = true\n"))
    async with office.start() as at:
        await at.press("ctrl+o")
        await at.sees("2 servers", "not opened yet")
        assert "● loja" in at.row("12 instances")
        assert "READ ONLY" in at.row("not opened yet")
        assert "codechat-v2" in at.row("not opened yet")
        await at.press("escape")
        await switch(at, "filial", "3 instances")
        assert "READ ONLY" in at.top
        await at.press("ctrl+o")
        await at.sees("2 servers")
        assert "● filial" in at.row("3 instances")
        assert "●" not in at.row("12 instances")


async def test_servers_of_one_host_are_told_apart_by_their_ports(office: Office) -> None:
    office.write(office.profile("loja"), office.profile("evolution-do-norte", PRODUCTION))
    async with office.start() as at:
        await at.press("ctrl+o")
        await at.sees("2 servers", "not opened yet")
        assert f" {urlsplit(office.url).netloc} " in at.row("not opened yet")


async def test_a_row_fits_the_screen_where_names_are_short(office: Office) -> None:
    more_than_a_screen = [office.profile(f"s{number}") for number in range(30)]
    office.write(office.profile("loja"), *more_than_a_screen)
    async with office.start() as at:
        await at.press("ctrl+o")
        await at.sees("31 servers", "not opened yet")


async def test_an_edit_is_as_it_was_after_a_look_at_another_server(office: Office) -> None:
    async with office.start() as at:
        await at.edit()
        await at.press("x", "tab", "tab", "space")
        await at.sees("2 changes, not saved")
        editor = at.picture
        await switch(at, "filial", "3 instances")
        await at.press("ctrl+o")
        await at.sees("1 edit open")
        assert "loja" in at.row("1 edit open")
        await at.press("escape")
        await switch(at, "loja", "2 changes, not saved")
        assert at.picture == editor
        assert at.field("name").value == "crmx"
        await at.stands_on("enabled")
        await at.press("ctrl+s")
        await at.sees("Saved 2 changes.")
        assert hook(office.loja).name == "crmx"


async def test_filter_and_cursor_of_each_server_stay(office: Office) -> None:
    async with office.start() as at:
        await at.press("slash", *"loja")
        await at.press("enter", "down")
        await at.sees("of 12 instances")
        here = at.one(InstanceTable).key
        before = at.picture
        await switch(at, "filial", "3 instances")
        await at.press("down", "down")
        there = at.one(InstanceTable).key
        await switch(at, "loja", "of 12 instances")
        await at.until(lambda: at.picture == before, "it looks as it did")
        assert at.one(InstanceTable).key == here
        await switch(at, "filial", "3 instances")
        assert at.one(InstanceTable).key == there


async def test_a_screen_behind_follows_a_new_size(office: Office) -> None:
    async with office.start(size=(120, 40)) as at:
        await at.edit()
        await switch(at, "filial", "3 instances")
        await at.resize(80, 24)
        await switch(at, "loja", "no changes")
        await at.press("escape")
        await at.sees("12 instances")
        await at.until(lambda: at.app.screen.has_class("-narrow"), "it knows that it is narrow")
        below = "── Webhooks of loja-norte"
        await at.until(lambda: any(row.startswith(below) for row in at.rows), "a pane is below")


async def test_quitting_asks_for_the_edit_on_another_server(office: Office) -> None:
    async with office.start() as at:
        await at.edit()
        await at.press("x")
        await switch(at, "filial", "3 instances")
        await at.press("ctrl+q")
        await at.sees("crm has 1 unsaved change.")
        await at.press("e")
        await at.loses("unsaved change")
        assert at.field("name").value == "crmx"
        assert at.app.return_code is None
        await switch(at, "filial", "3 instances")
        await at.press("ctrl+q")
        await at.sees("crm has 1 unsaved change.")
        await at.press("d")
        await at.until(lambda: at.app.return_code is not None, "it quit")
        assert at.app.return_code == 0


async def test_decisions_before_a_cancelled_quit_hold(office: Office) -> None:
    async with office.start() as at:
        await at.edit()
        await at.press("x")
        await switch(at, "filial", "3 instances")
        await at.sees("Webhooks of loja-norte")
        await at.press("e")
        await at.sees("no changes")
        await at.press("y", "f3")
        await at.sees("The request")
        await at.press("ctrl+q")
        await at.sees("crm has 1 unsaved change.")
        await at.press("d")
        await at.sees("crmx", "crm has 1 unsaved change.")
        await at.press("e")
        await at.sees("1 change, not saved")
        assert at.field("name").value == "crmx"
        await switch(at, "filial", "3 instances")
        assert hook(office.filial).name == "crm"


async def test_a_conflict_is_asked_about_on_the_screens_of_its_own_server(office: Office) -> None:
    async with office.start() as at:
        await at.edit()
        await at.press("x")
        change(office.loja, name="theirs")
        at.cable.hold()
        await at.press("ctrl+s")
        await at.sees("saving…")
        await switch(at, "filial", "3 instances")
        at.cable.release()
        await at.until(
            lambda: len(at.app.get_screen_stack(FIRST_MODE)) == 3, "the conflict is found"
        )
        assert "3 instances" in at.top
        await switch(at, "loja", "theirs")
        await at.sees("crmx")
        assert "filial" not in at.top


async def test_a_failing_token_command_is_reported_on_the_list(office: Office) -> None:
    office.write(office.profile("loja"), office.profile("filial", command="false"))
    async with office.start() as at:
        await at.edit()
        await at.press("x", "ctrl+o")
        await at.sees("not opened yet")
        await at.press("down", "enter")
        await at.sees("filial could not be opened:", "failed (exit status 1)", "not opened yet")
        await at.press("escape")
        await at.sees("1 change, not saved")
        office.write(office.profile("loja"), office.profile("filial"))
        await switch(at, "filial", "3 instances")


async def test_a_server_that_refuses_its_token_is_told_apart_in_the_list(office: Office) -> None:
    office.write(office.profile("loja"), office.profile("filial", command="echo wrong"))
    async with office.start() as at:
        await switch(at, "filial", "answered 401")
        await at.press("ctrl+o")
        await at.sees("12 instances")
        assert "filial" in at.row("answered 401")


async def test_a_token_typed_for_one_server_is_not_the_others(office: Office) -> None:
    async with office.start() as at:
        await switch(at, "filial", "3 instances")
        await at.press("ctrl+t")
        await at.sees("Another token for profile filial")
        await at.paste("wrong")
        await at.press("enter")
        await at.sees("answered 401")
        await switch(at, "loja", "12 instances")
        asked = len(at.cable.requests)
        await at.press("r")
        await at.until(lambda: len(at.cable.requests) > asked, "the list is read again")
        await at.sees("12 instances")
        assert not at.banner


async def test_the_environment_applies_to_the_first_server_only(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("URL", "BUSINESS", "TOKEN"):
        monkeypatch.setenv(f"HOOKBOARD_{name}", "http://127.0.0.1:1")
    async with office.start() as at:
        await switch(at, "filial", "3 instances")


async def test_a_run_that_writes_nothing_writes_nothing_elsewhere(office: Office) -> None:
    async with office.start(read_only=True) as at:
        await switch(at, "filial", "3 instances")
        assert "READ ONLY" in at.top


async def test_a_profile_added_meanwhile_is_in_the_list(office: Office) -> None:
    async with office.start() as at:
        await at.press("ctrl+o")
        await at.sees("2 servers")
        await at.press("ctrl+o")
        await at.sees("12 instances", "Webhooks of")
        office.write(office.profile("loja"), office.profile("filial"), office.profile("nova"))
        await at.press("ctrl+o")
        await at.sees("3 servers", "nova")


async def test_a_broken_configuration_is_reported_and_open_servers_stay(office: Office) -> None:
    async with office.start() as at:
        office.config.write_text("[profiles")
        await at.press("ctrl+o")
        await at.sees("is not valid TOML", "1 server", "12 instances")


async def test_without_a_configuration_the_list_says_so(office: Office) -> None:
    office.config.unlink()
    async with office.start() as at:
        await at.press("ctrl+o")
        await at.sees("No server is saved in", "n connects to one and saves it", "1 server")


async def test_the_demo_has_no_other_server(office: Office) -> None:
    async with office.start(demo=True) as at:
        await at.press("ctrl+o")
        await at.sees("This is the demo", "1 server")
        await at.press("n")
        await at.sees("The demo has one server")


async def test_another_server_is_connected_saved_and_switched_to(office: Office) -> None:
    async with office.start() as at:
        await at.press("ctrl+o")
        await at.sees("2 servers")
        await at.press("n")
        await at.sees("Connect to a server")
        texts = {"url": office.url, "business": office.filial.business_id, "name": "filial"}
        for name, text in {**texts, "token": office.filial.token}.items():
            at.field(name).input.focus()
            await at.retype(text)
        await at.press("ctrl+s")
        await at.sees("is the name of another profile. Choose another.")
        await at.retype("nova")
        await at.press("ctrl+s")
        await at.sees("3 instances")
        assert at.top.startswith(" hookboard  nova")
        assert "[profiles.nova]" in office.config.read_text()
        await at.press("ctrl+o")
        await at.sees("3 servers")
        assert "● nova" in at.row("3 instances")


async def test_a_screen_finished_in_the_background_closes_once_in_front(
    office: Office,
) -> None:
    async with office.start() as at:
        await at.edit()
        editor = at.app.screen
        await switch(at, "filial", "3 instances")
        editor.dismiss(None)
        await at.press("down")
        assert "3 instances" in at.top
        await switch(at, "loja", "12 instances")
        assert not editor.is_running


async def test_a_message_about_a_server_in_the_background_names_it(office: Office) -> None:
    async with office.start() as at:
        dashboard = at.app.screen
        assert isinstance(dashboard, Dashboard)

        async def say() -> None:
            at.app.say("Something is done.")

        dashboard.start(say, "done")
        await at.hears("Something is done.")
        assert at.toasts == ["Something is done."]
        await switch(at, "filial", "3 instances")
        dashboard.start(say, "done")
        await at.hears("loja: Something is done.")

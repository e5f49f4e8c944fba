"""A server in production: its word on every screen, and a question before a save."""

from __future__ import annotations

from tests.app.office import PRODUCTION, Office, switch
from tests.app.support import change, hook


async def test_saving_in_production_asks_by_name_and_not_by_a_second_key(office: Office) -> None:
    question = "Save 2 changes to loja-norte › crm in PRODUCTION (profile loja)?"
    async with office.start(production=True) as at:
        await at.edit()
        await at.press("x", "tab", "tab", "space")
        for again in ("enter", "escape", "e"):
            await at.press("ctrl+s")
            await at.sees(question, "name crm → crmx. enabled on → off.", "go on editing")
            await at.press("ctrl+s", again)
            await at.loses("in PRODUCTION (")
            assert at.cable.sent("PUT") == []
        await at.press("ctrl+s")
        await at.sees(question)
        await at.press("s")
        await at.sees("Saved 2 changes.")
        assert hook(office.loja).name == "crmx"


async def test_in_production_a_doubt_is_part_of_the_same_question(office: Office) -> None:
    async with office.start(production=True) as at:
        await at.edit()
        await at.press("tab", "tab", "tab", "n", "ctrl+s")
        await at.sees("in PRODUCTION (profile loja)?", "nothing will be sent to it", "more; F3")
        await at.press("s")
        await at.sees("Saved 18 changes.")


async def test_production_is_shown_on_every_screen_of_a_narrow_terminal(office: Office) -> None:
    async with office.start(size=(60, 18), production=True) as at:
        assert "PRODUCTION" in at.top
        await at.press("ctrl+l")
        await at.sees("Requests made")
        assert "PRODUCTION" in at.top
        await at.press("enter")
        await at.sees("1 request")
        assert "PRODUCTION" in at.top
        await at.press("escape", "escape", "question_mark")
        await at.sees("Dashboard")
        assert "PRODUCTION" in at.top
        await at.press("escape", "D")
        await at.sees("No draft.")
        assert "PRODUCTION" in at.top
        await at.press("escape", "ctrl+o")
        await at.sees("enter Switch")
        assert "PRODUCTION" in at.top
        assert "PRODUCTION" in at.row("12 instances")
        await at.press("escape")
        await at.edit()
        assert "PRODUCTION" in at.top
        await at.press("x", "f3")
        await at.sees("The request")
        assert "PRODUCTION" in at.top
        await at.press("escape")
        change(office.loja, name="theirs")
        await at.press("ctrl+r")
        await at.sees("theirs", "Choose which value")
        assert "PRODUCTION" in at.top


async def test_profile_and_name_stay_beside_production_in_the_editor(office: Office) -> None:
    """Where there is no room for the host, the profile says which server it is."""
    async with office.start(production=True) as at:
        await at.edit()
        await at.press("x")
        await at.sees("1 change, not saved")
        for width in (80, 60):
            await at.resize(width, 24)
            assert at.top.startswith(" loja · loja-norte › crm ")
            assert (" · sandbox.test " in at.top) == (width == 80)
            assert at.top.endswith("PRODUCTION  1 change, not saved")


async def test_only_the_server_in_production_asks(office: Office) -> None:
    office.write(office.profile("loja"), office.profile("filial", PRODUCTION))
    async with office.start() as at:
        await at.edit()
        await at.press("x", "ctrl+s")
        await at.sees("Saved 1 change.")
        await switch(at, "filial", "3 instances")
        await at.sees("Webhooks of loja-norte")
        assert "PRODUCTION" in at.top
        await at.press("e")
        await at.sees("no changes")
        await at.press("y", "ctrl+s")
        await at.sees("in PRODUCTION (profile filial)?")

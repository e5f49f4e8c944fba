"""Small and large terminals, and terminals that change their size."""

from __future__ import annotations

from tests.ui.support import terminal

SIZES = ((60, 18), (80, 24), (120, 40), (200, 60))
SMALL = "Hookboard needs 60×18; this is 59×17."


async def test_a_terminal_too_small_says_what_is_needed_and_nothing_else() -> None:
    async with terminal(size=(59, 17), loaded=False) as at:
        await at.sees(SMALL)
        assert at.words == SMALL


async def test_back_from_too_small_the_form_is_as_it_was() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "tab", "y")
        before = at.rows
        for size in ((59, 24), (80, 17), (20, 5), (1, 1)):
            await at.resize(*size)
            await at.resize(80, 24)
            await at.until(lambda: at.rows == before, "the picture is the one before")
            await at.stands_on("url")
        await at.press("z")
        assert at.field("url").value.endswith("yz")


async def test_the_dashboard_keeps_its_cursor_and_its_pane_through_sizes() -> None:
    async with terminal() as at:
        await at.press("G", "l")
        for size in ((60, 18), (59, 17), (120, 40), (99, 24), (80, 24)):
            await at.resize(*size)
        assert at.row("suporte-ti").startswith(" ▸")
        await at.stands_on("webhooks")


async def test_panes_stand_side_by_side_from_100_columns() -> None:
    async with terminal(size=(99, 30)) as at:
        assert "Webhooks of" not in at.rows[1]
        await at.resize(100, 30)
        await at.until(lambda: "Webhooks of loja-norte" in at.rows[1], "the panes are in a row")


async def test_everything_needed_is_on_the_screen_at_every_size() -> None:
    async with terminal() as at:
        for size in SIZES:
            await at.resize(*size)
            await at.sees("loja", "12 instances", "Webhooks of loja-norte", "18/20", "Edit")
            await at.sees("https://crm.loja.com.br/hooks/whatsapp/entrada", "18 of 20 flags on")
            await at.sees("presenceUpdate", "newJwt", "authorization (hidden), x-team: vendas")
            await at.sees("updated 2 d ago")
        await at.edit()
        for size in SIZES:
            await at.resize(*size)
            await at.sees("loja-norte › crm", "Name", "URL", "Enabled", "Flags 18/20", "^s Save")
        await at.press("x", "escape")
        for size in SIZES:
            await at.resize(*size)
            await at.sees("keep editing", "discard 1 change", "esc goes back")


async def test_messages_beside_a_field_are_wrapped_anew_when_the_terminal_narrows() -> None:
    async with terminal(size=(120, 30)) as at:
        await at.edit()
        await at.press("tab")
        await at.retype("https://example.com/" + "x" * 500)
        await at.press("ctrl+s")
        await at.sees("at most 500 are allowed")
        await at.resize(60, 30)
        await at.sees("at most 500 are allowed")

"""Small and large terminals, and terminals that change their size."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.app.desk import Desk
from tests.app.kinds import board, go_to
from tests.app.support import change, hook, terminal
from tui.app.widgets.frame import TopLine
from tui.app.widgets.line_widget import Span
from tui.app.widgets.place import fit_place
from tui.app.widgets.row_list import RowList
from tui.model.place import Place
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.kinds import open_kind

HOST = "api.loja.com.br:8084"

SIZES = ((60, 18), (80, 24), (120, 40), (200, 60))
SMALL = "Hookboard needs 60×18; this is 59×17."


async def test_a_too_small_terminal_shows_only_the_needed_size() -> None:
    async with terminal(size=(59, 17), loaded=False) as at:
        await at.sees(SMALL)
        assert at.words == SMALL


@pytest.mark.parametrize("size", [(59, 24), (80, 17)])
async def test_too_small_keys_clicks_and_pastes_do_nothing(size: tuple[int, int]) -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x")
        value, before = at.field("name").value, hook(at.sandbox)
        await at.resize(*size)
        await at.press("y", "tab", "space", "escape", "ctrl+s", "f3", "ctrl+c")
        await at.reads("abcdef\r")
        await at.paste("pasted")
        await at.pilot.click(offset=(20, 4))
        await at.resize(80, 24)
        await at.sees("1 change, not saved")
        await at.stands_on("name")
        assert at.field("name").value == value
        assert hook(at.sandbox) == before
        await at.press("y")
        assert at.field("name").value == value + "y"


async def test_too_small_a_dialog_is_covered_and_does_not_answer() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "escape")
        await at.sees("discard 1 change")
        await at.resize(59, 17)
        await at.until(lambda: at.words == SMALL, "the dialog is covered")
        await at.press("d", "enter")
        await at.resize(80, 24)
        await at.sees("discard 1 change")


async def test_too_small_the_palette_is_closed() -> None:
    async with terminal() as at:
        await at.press("ctrl+p")
        await at.sees("Search for commands")
        await at.resize(59, 17)
        await at.until(lambda: at.words == SMALL, "the palette is gone")


@pytest.mark.parametrize("keys, quit_", [({}, "ctrl+q"), ({"quit": "f10"}, "f10")])
async def test_too_small_the_program_can_be_quit(keys: dict[str, str], quit_: str) -> None:
    async with terminal(keys=keys) as at:
        await at.resize(59, 17)
        await at.press("q")
        assert at.app.return_code is None
        await at.press(quit_)
        await at.until(lambda: at.app.return_code == 0, "it quits")


async def test_quitting_in_a_too_small_terminal_keeps_drafts(desk: Desk) -> None:
    async with desk.start() as at:
        await at.edit()
        await at.press("x")
        await at.resize(59, 17)
        await at.press("ctrl+q")
        await at.until(lambda: at.app.return_code == 0, "it quits")
        assert at.app.exit_message == "hookboard: unsaved changes are kept as drafts."
    assert desk.names == ["crmx"]


async def test_quitting_in_a_too_small_terminal_stays_if_no_draft_is_kept() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x")
        await at.resize(59, 17)
        await at.press("ctrl+q")
        await at.hears("There are unsaved changes. Make the terminal larger, then quit.")
        assert at.app.return_code is None


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


async def test_messages_beside_a_field_are_wrapped_again_when_the_terminal_narrows() -> None:
    async with terminal(size=(120, 30)) as at:
        await at.edit()
        await at.press("tab")
        await at.retype("https://example.com/" + "x" * 500)
        await at.press("ctrl+s")
        await at.sees("at most 500 are allowed")
        await at.resize(60, 30)
        await at.sees("at most 500 are allowed")


@pytest.mark.parametrize(
    "place, shown",
    [
        (
            Place("loja", HOST, instance="sul", webhook="crm"),
            "hookboard  loja · sul › crm · api.loja.com.br:8084",
        ),
        (
            Place("producao", HOST, instance="a · b, c · d", webhook="webhook"),
            "producao · a · b, c · d › webhook · api.loja.com.br:8…",
        ),
        (
            Place("producao", HOST, instance="quiosque-aeroporto", webhook="mensagens-crm"),
            "producao · quiosque-aero… › mensagens-crm · api.loja.…",
        ),
        (
            Place("p" * 20, "h" * 50, instance="loja-norte", webhook="crm"),
            "pppppppppppppppppppp · loja-norte › crm · hhhhhhhhhhh…",
        ),
        (
            Place("p" * 20, HOST, instance="i" * 100, webhook="w" * 100),
            "ppppppp… · iiiiiiiii… › wwwwwwwwwwwwwwww… · api.loja.…",
        ),
        (
            Place("loja", HOST, instance="日本" * 50_000, webhook="日本"),
            "loja · 日本日本日本日本日本日本日… › 日本 · api.loja.…",
        ),
        (Place("loja", HOST, kind="codechat-v2"), f"hookboard  loja · codechat-v2 · {HOST}"),
        (Place("loja", "h" * 40, kind="codechat-v2"), f"loja · {'h' * 40}"),
        (Place("first start"), "hookboard  first start"),
    ],
)
async def test_the_important_parts_of_the_top_line_are_cut_last(place: Place, shown: str) -> None:
    async with terminal() as at:
        line = at.one(TopLine)
        line.show(place=place, marks=((" PRODUCTION ", "production"),), count="no changes")
        await at.settle()
        assert at.top.split("  PRODUCTION")[0].strip() == shown
        assert at.top.endswith(" PRODUCTION  no changes")


@pytest.mark.parametrize("length", range(30, 46))
async def test_the_place_is_separated_from_the_count(length: int) -> None:
    async with terminal() as at:
        line = at.one(TopLine)
        line.show(place=Place("p" * length, HOST), count="no changes")
        await at.settle()
        assert at.top.endswith("  no changes")


@pytest.mark.parametrize("width", [80, 100, 120])
async def test_inactive_is_not_cut(width: int) -> None:
    async with terminal(size=(width, 40)) as at:
        assert " inactive " in at.row("inacti")


@pytest.mark.parametrize("cells", range(4, 60))
def test_the_name_of_the_webhook_is_cut_last(cells: int) -> None:
    place = Place("loja", HOST, instance="loja-norte", webhook="crm")
    said = fit_place(place, cells)
    assert cell_len(said) <= cells
    assert said.endswith("crm") or "› crm ·" in said


@pytest.mark.parametrize("width", [80, 100, 120])
async def test_options_and_addresses_of_a_webhook_are_not_broken_in_the_middle(width: int) -> None:
    with open_kind("evolution-v2") as server:
        async with board(server, size=(width, 40)) as at:
            await at.sees("byEvents off", "base64 on")
            go_to(at, "loja-norte")
            await at.sees("Webhook of loja-norte")
            below = [row.partition("│")[2] or row for row in at.rows]
            assert any(row.endswith("/entrada") or row.strip() == "entrada" for row in below)


@pytest.mark.parametrize("width", [80, 100, 120])
async def test_a_long_name_leaves_room_for_the_address_and_cuts_no_label(
    width: int,
) -> None:
    sandbox = open_sandbox()
    name, url = "notificacoes-do-atendimento-central-da-loja", "https://n8n.example.com/webhook/in"
    change(sandbox, name=name, url=url)
    async with terminal(sandbox, size=(width, 40)) as at:
        await at.sees("18 of 20 flags on")
        row = at.row("18/20")
        assert "notificacoes" in row
        assert "https://" in row
        assert not row.endswith("2 …")


async def test_a_line_without_room_shows_that_it_is_cut() -> None:
    async with terminal() as at:
        line = at.one(TopLine)
        line.show(count="much longer than there is room for, at the right of the line " * 2)
        await at.settle()
        assert at.top.endswith("…")
        assert len(at.top) == 80


async def test_a_webhook_in_full_fits_under_the_list() -> None:
    sandbox = open_sandbox()
    change(
        sandbox, flags={flag: number % 2 == 0 for number, flag in enumerate(hook(sandbox).flags)}
    )
    async with terminal(sandbox) as at:
        await at.sees("10 of 20 flags on", "updated")
        assert at.rows[-7].startswith(" crm  enabled; ")
        assert at.rows[-2].strip().startswith("updated")


class LongRows(RowList):
    """Rows that are longer than any screen."""

    def row(self, key: str) -> tuple[Span, ...]:
        return ((key * 100, "text"),)


@pytest.mark.parametrize("count, cells", [(2, 80), (100, 79)])
async def test_a_row_that_is_cut_ends_with_an_ellipsis_beside_the_scrollbar(
    count: int, cells: int
) -> None:
    async with terminal() as at:
        rows = LongRows()
        await at.app.screen.mount(rows, before=0)
        rows.show_rows([f"row {number} " for number in range(count)])
        await at.until(lambda: rows.render_line(1).text[:cells].endswith("…"), "it is cut")
        assert rows.show_vertical_scrollbar == (count > 2)

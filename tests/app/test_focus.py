"""The mark beside the field in focus, on every form, with and without colours."""

from __future__ import annotations

from functools import partial

import pytest
from rich.color import Color
from textual.widget import Widget

from tests.app.kinds import board, open_editor
from tests.app.support import Cable, Terminal, started, terminal
from tui.app.app import HookboardApp
from tui.app.widgets.line_widget import CURSOR_MARK
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.kinds import open_kind
from tui.storage.tokens import TokenPlace

FORM_KINDS = ("codechat-v2", "codechat-v1", "codechat-go", "evolution-v2")


def focused(at: Terminal) -> Widget:
    assert at.app.focused is not None
    return at.app.focused


def marked_rows(at: Terminal) -> list[int]:
    """Return the rows with a mark; behind a dialog there are others."""
    front = at.app.screen.query("#form, .dialog").first().region
    columns = slice(front.x, front.right)
    return [y for y in range(front.y, front.bottom) if CURSOR_MARK in at.rows[y][columns]]


def has_left(at: Terminal, widget: Widget) -> bool:
    return focused(at) is not widget


async def walk(at: Terminal) -> int:
    """Go once round a form; on each stop only the row in focus is marked. Return the stops."""
    first, stops = focused(at), 0
    while stops == 0 or focused(at) is not first:
        assert stops < 20, "tab goes round"
        here = focused(at)
        (row,) = marked_rows(at)
        assert row in range(here.region.y, here.region.bottom), at.picture
        await at.press("tab")
        await at.until(partial(has_left, at, here), "the focus moves")
        stops += 1
    return stops


@pytest.mark.parametrize("kind", FORM_KINDS)
async def test_the_field_in_focus_is_the_only_one_marked_in_the_editor(kind: str) -> None:
    with open_kind(kind) as server:
        async with board(server) as at:
            await open_editor(at, "loja-norte", "e")
            assert await walk(at) == {"codechat-v2": 4, "evolution-v2": 5}.get(kind, 3)


async def test_the_field_in_focus_is_the_only_one_marked_on_the_connect_screen() -> None:
    sandbox = open_sandbox()
    async with started(HookboardApp(lambda: None), sandbox, Cable(sandbox.app)) as at:
        await at.sees("Connect to a server")
        assert await walk(at) >= 6


async def test_the_field_in_focus_is_the_only_one_marked_in_the_token_dialog() -> None:
    async with terminal(keep_token=lambda _: TokenPlace()) as at:
        await at.press("ctrl+t")
        await at.sees("Another token")
        assert await walk(at) == 2


@pytest.mark.parametrize("theme", [*HookboardApp(lambda: None).available_themes, "no colours"])
async def test_the_focused_label_looks_different_in_every_theme(
    theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if theme == "no colours":
        monkeypatch.setenv("NO_COLOR", "1")
    async with terminal() as at:
        if theme != "no colours":
            at.app.theme = theme
        await at.edit()
        assert look(at, "name") != look(at, "url")
        before = look(at, "name")
        await at.press("tab")
        assert look(at, "url") == before != look(at, "name")


def look(at: Terminal, field: str) -> tuple[Color | None, bool | None]:
    """Return how a field's label is drawn: its background, and whether it is reversed."""
    row = at.field(field).region.y
    style = next(iter(at.app.screen._compositor.render_strips()[row])).style
    assert style is not None
    return style.bgcolor, style.reverse


async def test_the_filter_in_focus_is_marked() -> None:
    async with terminal() as at:
        assert at.rows[1].count(CURSOR_MARK) == 0
        await at.press("slash")
        assert at.rows[1].count(CURSOR_MARK) == 1
        await at.press("escape")
        assert at.rows[1].count(CURSOR_MARK) == 0


async def test_a_changed_field_in_focus_has_both_marks() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x")
        assert at.row("Name").startswith(f"{CURSOR_MARK}* Name")
        await at.press("tab")
        assert at.row("Name").startswith(" * Name")


async def test_the_keys_of_the_grid_are_named_only_while_they_work() -> None:
    async with terminal() as at:
        await at.edit()
        assert "a all" not in at.row("Flags 18/20")
        await at.press("shift+tab")
        await at.stands_on("FlagGrid")
        assert "a all   n none   i invert   p preset   u undo" in at.row("Flags 18/20")

"""Pastes into one-line fields: joined, stripped or refused as a whole, and always reported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.widgets import Input

from tests.app.support import Terminal, hook, terminal

BROKEN = "https://n8n.example.com/webhook/3f2a-\n4b1d-9e3e\n"
WHOLE = "https://n8n.example.com/webhook/3f2a-4b1d-9e3e"
JOINED = "Pasted: 2 lines were joined into one. Check it."


@pytest.mark.parametrize("pasted", [BROKEN, f"\r\n{BROKEN}", BROKEN.replace("\n", "\r\n  ")])
async def test_a_broken_url_is_saved_whole(pasted: str) -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("tab")
        await at.retype(pasted)
        await at.hears(JOINED)
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.")
        assert hook(at.sandbox).url == WHOLE


async def open_filter(at: Terminal) -> None:
    await at.press("slash")


async def open_token(at: Terminal) -> None:
    await at.press("ctrl+t")
    await at.stands_on("token")


async def open_url(at: Terminal) -> None:
    await at.edit()
    await at.press("tab", "ctrl+u")


async def open_name(at: Terminal) -> None:
    await at.edit()
    await at.press("ctrl+u")


async def open_palette(at: Terminal) -> None:
    await at.press("ctrl+p")
    await at.sees("Search for commands")


Opening = Callable[[Terminal], Awaitable[None]]


def value(at: Terminal) -> str:
    focused = at.app.focused
    assert isinstance(focused, Input)
    return focused.value


@pytest.mark.parametrize("opening", [open_filter, open_token, open_url])
async def test_pasted_line_breaks_are_joined(opening: Opening) -> None:
    async with terminal() as at:
        await opening(at)
        await at.paste("3f2a-\n4b1d-9e3e\n")
        await at.hears(JOINED)
        assert value(at) == "3f2a-4b1d-9e3e"


@pytest.mark.parametrize("opening", [open_filter, open_token, open_url, open_name, open_palette])
async def test_white_space_around_a_paste_is_removed(opening: Opening) -> None:
    async with terminal() as at:
        await opening(at)
        await at.paste("\n  crm  \n")
        await at.hears("Pasted without the white space around it.")
        assert value(at) == "crm"


@pytest.mark.parametrize("opening", [open_filter, open_token, open_url])
async def test_quotation_marks_around_a_paste_are_removed(opening: Opening) -> None:
    async with terminal() as at:
        await opening(at)
        await at.paste('"3f2a-4b1d",\n')
        await at.hears('Pasted without the " " around it.')
        assert value(at) == "3f2a-4b1d"


@pytest.mark.parametrize("opening", [open_filter, open_token, open_url, open_name, open_palette])
@pytest.mark.parametrize("pasted", ["one line\nand another\n", "\n", "a\x1b[31mb", "caf\ufffd"])
async def test_a_paste_that_cannot_be_a_value_is_refused(opening: Opening, pasted: str) -> None:
    async with terminal() as at:
        await opening(at)
        await at.paste(pasted)
        await at.hears("Nothing was pasted: it")
        assert value(at) == ""


@pytest.mark.parametrize("opening", [open_name, open_palette])
async def test_two_lines_are_refused_as_a_name(opening: Opening) -> None:
    async with terminal() as at:
        await opening(at)
        await at.paste("crm\nnorte")
        await at.hears("Nothing was pasted: it has 2 lines, and this field takes one.")
        assert value(at) == ""


async def test_a_copied_request_is_not_put_into_a_field_by_ctrl_v() -> None:
    async with terminal() as at:
        await at.edit()
        at.app.copy_to_clipboard("curl \\\n  -X PUT")
        await at.press("ctrl+v")
        await at.hears("Nothing was pasted: it has 2 lines, and this field takes one.")
        assert at.field("name").value == "crm"


async def test_a_paste_replaces_the_selection() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("shift+home")
        await at.paste("pedidos")
        assert at.field("name").value == "pedidos"
        assert at.toasts == []

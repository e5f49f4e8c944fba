"""A CodeChat v1 webhook with flags never chosen: all events are sent, and the screens say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.app.kinds import board, go_to, open_editor
from tests.app.support import Terminal
from tui.sandbox.codechat_v1.server import CodeChatV1, open_codechat_v1

LOADED, STORED = "central-atendimento", "loja-campinas"
"""Two of the sample that never had flags: in the server's memory, and not."""


@pytest.fixture
def server() -> Iterator[CodeChatV1]:
    """A CodeChat v1 server with the sample data."""
    with open_codechat_v1() as sandbox:
        yield sandbox


def events(server: CodeChatV1, instance: str) -> object:
    """Return the flags as the server keeps them."""
    document = server.documents.get(instance)
    assert document is not None
    return document["Webhook"]["events"]


async def save_another_address(at: Terminal, instance: str) -> None:
    """Open a webhook, type at the end of its URL, and save."""
    await open_editor(at, instance)
    await at.press("end", "x", "ctrl+s")
    await at.sees("✓ Saved" if instance == STORED else "Saved 1 change", "no changes")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_list_and_detail_count_all_as_on(server: CodeChatV1, size: tuple[int, int]) -> None:
    async with board(server, size=size) as at:
        for instance in (LOADED, STORED):
            go_to(at, instance)
            rows = [row for row in at.picture.splitlines() if instance in row]
            assert any(" 22/22 " in row for row in rows)
            await at.sees("all 22 flags on, never chosen", "No flag was ever chosen")


async def test_the_editor_shows_all_on_and_asks_nothing(server: CodeChatV1) -> None:
    async with board(server) as at:
        await open_editor(at, LOADED)
        await at.sees("Flags 22/22 on, never chosen", "[x] messagesUpsert")
        assert "[ ] " not in at.picture.partition("Flags")[2]


async def test_saving_the_address_chooses_no_flags(server: CodeChatV1) -> None:
    async with board(server) as at:
        await save_another_address(at, STORED)
        assert events(server, STORED) is None
        await at.sees("Flags 22/22 on, never chosen")


async def test_where_the_server_requires_flags_all_stay_on_and_it_says_so(
    server: CodeChatV1,
) -> None:
    async with board(server) as at:
        await save_another_address(at, LOADED)
        await at.sees("it stored all of them as on")
        assert events(server, LOADED) == dict.fromkeys(server.flags, True)
        assert "never chosen" not in at.picture


async def test_turning_one_off_keeps_the_others_on(server: CodeChatV1) -> None:
    async with board(server) as at:
        await open_editor(at, STORED)
        while at.focused != "FlagGrid":
            await at.press("tab")
        await at.press("space")
        await at.sees("Flags 21/22 on")
        assert "never chosen" not in at.picture.partition("Flags")[2].partition("\n")[0]
        await at.press("f3")
        await at.sees("on → off", "those not named here stay on")
        await at.press("ctrl+s")
        await at.sees("✓ Saved 1 change.", "no changes")
        stored = events(server, STORED)
        assert isinstance(stored, dict)
        assert (len(stored), sum(stored.values())) == (22, 21)
        await at.press("escape")
        await at.sees("12 instances")
        assert " 21/22 " in at.row(f" {STORED} ")


async def test_review_says_that_no_flag_is_sent(server: CodeChatV1) -> None:
    async with board(server) as at:
        await open_editor(at, STORED)
        await at.press("end", "x", "f3")
        await at.sees("none is sent: the server goes on sending every event")
        assert '"events"' not in at.picture

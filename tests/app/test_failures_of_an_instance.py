"""An error of one instance names the instance on the screen, with the server's sentence."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.app.kinds import ONE_WEBHOOK, board, go_to, in_editor, open_editor
from tests.app.support import Answering, Terminal, terminal
from tui.model.server_kind import KINDS
from tui.sandbox.codechat_go.server import open_codechat_go
from tui.sandbox.kinds import open_kind

SHOP = "loja-norte"
WORDS = "the replica is read only"
STATUSES = [404, 500, 503]


def failing(status: int, method: str) -> Answering:
    """Answer requests about one instance with an error; the list comes from the server."""

    def answer(request: Request) -> Response | None:
        is_list = request.url.path.endswith(("/search", "/fetchInstances"))
        if is_list or request.method != method:
            return None
        body = {"statusCode": status, "error": "Error", "message": [WORDS]}
        return JSONResponse(body, status)

    return answer


async def names_it(at: Terminal, status: int) -> None:
    """Wait for the banner that names the instance, and has the server's sentence."""
    await at.until(lambda: f"answered {status} for {SHOP}" in said(at), "the instance")
    assert f"The server says: “{WORDS}”" in said(at)


def said(at: Terminal) -> str:
    return " ".join(at.banner.split())


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("kind", ONE_WEBHOOK)
async def test_a_read_that_fails_in_the_editor(kind: str, status: int) -> None:
    with open_kind(kind) as server:
        async with board(server) as at:
            at.cable.answer = failing(status, "GET")
            await open_editor(at, SHOP)
            await names_it(at, status)
            await at.press("ctrl+r")
            await names_it(at, status)


@pytest.mark.parametrize("status", STATUSES)
async def test_a_read_that_fails_in_the_editor_of_v2(status: int) -> None:
    async with terminal() as at:
        at.cable.answer = failing(status, "GET")
        go_to(at, SHOP)
        await at.press("tab", "enter")
        await in_editor(at)
        await names_it(at, status)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("kind", ONE_WEBHOOK)
async def test_a_write_that_fails(kind: str, status: int) -> None:
    with open_kind(kind) as server:
        async with board(server) as at:
            await open_editor(at, SHOP)
            method = "POST" if kind == "evolution-v2" else "PUT"
            at.cable.answer = failing(status, method)
            await at.press("end", "x", "ctrl+s")
            await names_it(at, status)


async def test_a_failed_read_for_the_row_under_the_cursor() -> None:
    with open_kind("evolution-v2", instances=3) as server:
        answer = failing(500, "GET")
        async with board(server, answer=answer, whole=False) as at:
            await at.sees("The webhooks of 3 instances could not be read.")
            below = " ".join(" ".join(at.rows[-8:]).split())
            assert f"answered 500 for {SHOP}" in below
            assert WORDS in below


async def test_a_name_go_cannot_route_is_reported_as_the_servers_limit() -> None:
    with open_codechat_go() as server:
        async with board(server) as at:
            await open_editor(at, "depósito")
            await at.until(lambda: "answered 403 for depósito" in said(at), "the name")
            assert "The token is not the reason." in said(at)
            assert "The server says: “Acesso negado.”" in said(at)
            await at.press("end", "x", "ctrl+s")
            await at.until(lambda: "Not saved" in said(at), "the save")
            assert "The token is not the reason." in said(at)
            assert "another token" not in said(at)


def test_every_kind_is_tried() -> None:
    assert {*ONE_WEBHOOK, "codechat-v2"} == set(KINDS)

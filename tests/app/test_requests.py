"""The requests screen: the list, one request in full, and no secrets."""

from __future__ import annotations

import pytest
from starlette.responses import Response

from tests.app.support import terminal
from tui.sandbox.codechat_v2.server import open_sandbox


async def test_all_sent_requests_are_listed_and_no_others() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "ctrl+s")
        await at.sees("Saved 1 change")
        await at.press("ctrl+l")
        await at.sees("Requests made in this run", "5 requests")
        methods = [word for row in at.rows for word in row.split() if word in METHODS]
        assert methods == ["GET", "PUT", "GET", "GET", "POST"]


METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


async def test_a_request_in_full_has_body_and_answer_and_no_secret() -> None:
    with open_sandbox() as sandbox:
        async with terminal(sandbox) as at:
            await at.edit()
            await at.press("x", "ctrl+s")
            await at.sees("Saved 1 change")
            await at.press("ctrl+l", "down", "enter")
            await at.sees("PUT", '"name": "crmx"', "authorization", "201")
            await at.press("y")
            await at.hears("secrets masked")
            assert "Bearer ••••" in at.app.clipboard
            assert sandbox.token not in at.app.clipboard
            await at.press("escape", "escape")
            await at.sees("Name", "crmx")


async def test_a_request_without_an_answer_is_listed_with_the_reason() -> None:
    async with terminal() as at:
        at.cable.cut = True
        await at.press("r")
        made = at.app.session
        assert made is not None
        await at.until(lambda: len(made.request_log) == 2, "the request has failed")
        await at.press("ctrl+l")
        await at.sees("✗")
        await at.press("enter")
        await at.sees("no answer")


async def test_a_redirect_is_listed_with_where_it_goes_and_no_secret() -> None:
    async with terminal() as at:
        location = "https://sso.example/login?next=planted-secret"
        at.cable.answer = lambda _: Response(status_code=302, headers={"location": location})
        await at.press("r")
        await at.sees("a redirect to https://sso.example/login")
        await at.press("ctrl+l")
        await at.sees("302", "→ https://sso.example/login?…")
        await at.press("enter")
        await at.sees("302: to https://sso.example/login?…, which was not followed")
        assert "planted-secret" not in at.picture


@pytest.mark.parametrize(
    "status, headers, token", [(401, {}, True), (403, {"cf-mitigated": "challenge"}, False)]
)
async def test_another_token_is_offered_only_where_it_may_help(
    status: int, headers: dict[str, str], token: bool
) -> None:
    async with terminal(loaded=False) as at:
        at.cable.answer = lambda _: Response("<p>no</p>", status, headers)
        await at.sees("The list could not be read.", "r tries again")
        assert ("enter another token" in at.words) is token


async def test_the_command_with_the_token_is_copied_only_when_confirmed() -> None:
    with open_sandbox() as sandbox:
        async with terminal(sandbox) as at:
            await at.edit()
            await at.press("x", "f3", "Y")
            await at.sees("Copy the command with the token")
            await at.press("enter")
            await at.loses("Copy the command with the token")
            assert "curl" not in at.app.clipboard
            await at.press("Y", "c")
            await at.hears("with its secrets")
            assert "Authorization: Bearer ey" in at.app.clipboard
            assert '"crmx"' in at.app.clipboard

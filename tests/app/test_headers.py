"""The values of a webhook's headers: hidden, and shown on request."""

from __future__ import annotations

import pytest

from tests.app.kinds import board, go_to
from tests.app.kinds import change as replaced
from tests.app.support import change, terminal
from tui.sandbox.evolution_v2.server import EvolutionV2, open_evolution_v2

SECRET = "hunter2-of-the-crm"
HEADERS = {
    "x-vercel-protection-bypass": SECRET,
    "senha": SECRET,
    "X-Passphrase": SECRET,
    "CF-Access-Client-Id": SECRET,
    "x-team": "vendas",
}


async def test_values_are_hidden_unless_harmless_and_shown_for_one_webhook_on_request() -> None:
    async with terminal(size=(120, 40)) as at:
        change(at.sandbox, headers=HEADERS)
        await at.press("r")
        await at.sees("senha (hidden)", "CF-Access-Client-Id (hidden)", "x-team: vendas")
        assert SECRET not in at.picture
        await at.press("v")
        await at.sees(f"senha: {SECRET}", f"X-Passphrase: {SECRET}", "Its headers are shown")
        await at.press("v")
        await at.sees("senha (hidden)")
        assert SECRET not in at.picture


async def test_more_headers_than_fit_are_counted() -> None:
    async with terminal(size=(80, 24)) as at:
        change(at.sandbox, headers=dict.fromkeys("abcdefgh", SECRET))
        await at.press("r")
        await at.sees("a (hidden)")
        await at.press("v")
        await at.sees(f"c: {SECRET}", "… 5 more lines; a taller terminal shows them")


async def test_they_are_hidden_again_on_the_next_webhook_and_stay_so() -> None:
    async with terminal(size=(120, 40)) as at:
        change(at.sandbox, headers=HEADERS)
        await at.press("r")
        await at.sees("senha (hidden)")
        await at.press("v")
        await at.sees(SECRET)
        await at.press("j")
        await at.loses(SECRET)
        await at.press("k")
        await at.sees("senha (hidden)")
        assert SECRET not in at.picture


async def test_where_every_webhook_has_the_same_id_only_one_is_shown() -> None:
    with open_evolution_v2() as evolution:
        for instance in ("loja-norte", "suporte-ti"):
            replaced(evolution, instance, headers=HEADERS)
        await _only_one_is_shown(evolution)


async def _only_one_is_shown(evolution: EvolutionV2) -> None:
    async with board(evolution, size=(120, 40)) as at:
        go_to(at, "loja-norte")
        await at.sees("senha (hidden)")
        await at.press("v")
        await at.sees(f"senha: {SECRET}")
        go_to(at, "suporte-ti")
        await at.sees("Webhook of suporte-ti", "senha (hidden)")
        assert SECRET not in at.picture


async def test_the_review_and_the_requests_hide_and_show_the_same() -> None:
    async with terminal(size=(120, 50)) as at:
        change(at.sandbox, headers=HEADERS)
        await at.edit()
        await at.press("x", "f3")
        await at.sees('"x-team": "vendas"', '"senha": ••••')
        assert SECRET not in at.picture
        await at.press("escape", "ctrl+s")
        await at.sees("Saved 1 change")
        await at.press("ctrl+l", "enter")
        await at.sees('"x-team": "vendas"', '"senha": ••••')
        assert SECRET not in at.picture


async def test_a_webhook_without_headers_says_so() -> None:
    async with terminal() as at:
        change(at.sandbox, headers=None)
        await at.press("r")
        await at.sees("no headers")
        await at.press("v")
        await at.sees("There are no headers here.")


@pytest.mark.parametrize(
    "url, said",
    [
        ("https://crm.example/in ", "must not have white space"),
        ("https://n8n.example/webhook-test/3f2a", "n8n's test address"),
    ],
)
async def test_a_stored_url_that_cannot_work_is_reported_when_opened(url: str, said: str) -> None:
    async with terminal(size=(120, 40)) as at:
        change(at.sandbox, url=url)
        await at.press("r")
        await at.sees(said)
        await at.edit()
        await at.sees(said)

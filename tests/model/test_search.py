"""Finding the words of a filter in instances and their webhooks."""

from __future__ import annotations

import pytest

from tui.model.instance import Instance
from tui.model.search import pieces, webhooks_found, words_of
from tui.model.webhook import Webhook

CRM = Webhook("1", "crm", "https://crm.loja.com.br/in", enabled=True, flags={})
BOT = Webhook("2", "bot", "https://typebot.loja.com.br/crm", enabled=True, flags={})
SHOP = Instance("id", "loja-sul", webhooks=(CRM, BOT))


@pytest.mark.parametrize(
    "typed, found",
    [
        ("", set()),
        ("sul", set()),
        ("CRM", {"1", "2"}),
        ("typebot", {"2"}),
        ("sul typebot", {"2"}),
        ("crm typebot", {"2"}),
        ("/in typebot", {"1", "2"}),
        ("loja", {"1", "2"}),
    ],
)
def test_webhooks_with_the_words_that_the_instance_lacks_are_found(
    typed: str, found: set[str]
) -> None:
    assert webhooks_found(SHOP, words_of(typed)) == found


@pytest.mark.parametrize(
    "text, typed, broken",
    [
        ("loja-sul", "SUL", [("loja-", False), ("sul", True)]),
        ("Straße", "ss", [("Stra", False), ("ß", True), ("e", False)]),
        ("aXa", "a x", [("aXa", True)]),
        ("", "x", []),
    ],
)
def test_a_text_is_split_into_matches_and_the_rest(
    text: str, typed: str, broken: list[tuple[str, bool]]
) -> None:
    assert pieces(text, words_of(typed)) == broken

"""Values of a webhook and of an instance."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from tests.support import ANY_TEXT, VALUES, hook
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.webhook import Values, readable


@given(ANY_TEXT)
def test_an_unedited_text_goes_back_as_it_came(text: str) -> None:
    raw: dict[str, str] = {}
    webhook = hook(name=readable(text, raw, "name"), raw=raw)
    assert webhook.wire_text("name", webhook.name) == text


@given(ANY_TEXT, ANY_TEXT)
def test_an_edited_text_is_sent_as_it_was_typed(text: str, typed: str) -> None:
    raw: dict[str, str] = {}
    webhook = hook(url=readable(text, raw, "url"), raw=raw)
    sent = webhook.wire_text("url", clean(typed))
    assert clean(sent) == clean(typed)
    assert raw or sent == clean(typed)


@given(VALUES)
def test_a_webhook_takes_values_and_gives_them_back(values: Values) -> None:
    webhook = hook(headers={"x": "y"}).with_values(values)
    assert webhook.values == values
    assert (webhook.id, webhook.headers) == ("w1", {"x": "y"})
    assert webhook.flags_on == values.flags_on == list(values.flags.values()).count(True)


def test_a_saved_webhook_replaces_the_one_with_its_id() -> None:
    first, second = hook(), hook("audit", id="w2", enabled=False)
    instance = Instance("i", "loja", webhooks=(first, second))
    renamed = replace(first, name="crm 2")
    assert instance.with_webhook(renamed).webhooks == (renamed, second)
    assert instance.webhook("w2") == second
    assert instance.enabled_webhooks == 1


def test_a_webhook_that_is_new_to_the_instance_comes_last() -> None:
    instance = Instance("i", "loja", webhooks=(hook(),))
    assert instance.with_webhook(hook(id="w2")).webhooks == (hook(), hook(id="w2"))
    assert Instance("i", "loja").with_webhook(hook()).webhooks == (hook(),)


def test_an_instance_whose_webhooks_are_not_known_has_none() -> None:
    unknown = Instance("i", "loja")
    assert (unknown.webhook("w1"), unknown.enabled_webhooks) == (None, 0)


def test_a_repr_shows_neither_headers_nor_unknown_properties() -> None:
    secret = {"authorization": "Bearer s3cr3t"}
    shown = repr(hook(headers=secret, extra=secret, extra_events=secret))
    assert "s3cr3t" not in shown
    assert "crm" in shown

"""What is typed for a patch: templates that no webhook can use, texts that are no host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.patch.check import host_error, template_error
from tui.core.patch.patch import UrlTemplate
from tui.model.capabilities import ANY_SERVER, Capabilities
from tui.model.validation import MAX_URL, url_error

NAMELESS = Capabilities(names=False)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "must not be empty"),
        ("crm.example/in", "must begin with http"),
        ("https://h/{instance}/{name}", "{name} is not known: write {instance} or {webhook}"),
        ("https://h/{Instance}", "{Instance} is not known"),
        ("https://h/{}", "{} is not known"),
        ("https://{instance}.example/in", "only after the host"),
        ("https://{instance}@h/in", "only after the host"),
        ("https://h:{instance}/in", "only after the host"),
        ("https://h{instance}?a", "only after the host"),
        ("{instance}", "only after the host"),
        ("{instance}/in", "only after the host"),
        ("http{instance}://h/in", "only after the host"),
        (f"https://h/{{instance}}/{'x' * MAX_URL}", "at most 500"),
    ],
)
def test_templates_that_no_webhook_can_use(text: str, said: str) -> None:
    error = template_error(UrlTemplate(text), ANY_SERVER)
    assert error
    assert said in error


@pytest.mark.parametrize(
    "text",
    [
        "https://h/in",
        "https://h/{instance}",
        "https://h:8080/{instance}/{webhook}?of={instance}#{webhook}",
        "https://h?of={instance}",
        "https://h#{instance}",
        "https://h/a{b",
    ],
)
def test_templates_that_webhooks_can_use(text: str) -> None:
    assert template_error(UrlTemplate(text), ANY_SERVER) is None


def test_a_webhook_without_a_name_cannot_give_it() -> None:
    error = template_error(UrlTemplate("https://h/{webhook}"), NAMELESS)
    assert error
    assert "leave {webhook} out" in error
    assert template_error(UrlTemplate("https://h/{instance}"), NAMELESS) is None


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_name_gets_into_the_host(instance: str, webhook: str) -> None:
    template = UrlTemplate("https://crm.example/{instance}?x={webhook}")
    assert template_error(template, ANY_SERVER) is None
    url = template.filled(instance, webhook)
    assert url.startswith("https://crm.example/")
    assert url_error(url) is None


@pytest.mark.parametrize("text", ["crm.example", "crm.example:8080", "n8n", "[::1]:80", "10.0.0.1"])
def test_hosts(text: str) -> None:
    assert host_error(text) is None


@pytest.mark.parametrize(
    "text, said",
    [
        ("https://crm.example", "without https://"),
        ("crm.example/in", "without a path"),
        ("crm example", "not a host"),
        ("crm.example:99999", "not a host"),
        ("", "not a host"),
    ],
)
def test_texts_that_are_not_a_host(text: str, said: str) -> None:
    error = host_error(text)
    assert error
    assert said in error

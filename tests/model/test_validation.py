"""Checking an edit before anything is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import VALUES, hook
from tui.model.address import is_loopback
from tui.model.capabilities import Capabilities
from tui.model.validation import MAX_URL, check, url_error, url_warning
from tui.model.webhook import Values, Webhook

SPACE = "the URL must not have white space or control characters in it"
BEGINNING = "the URL must begin with http:// or https://"
TWO_SCHEMES = (
    "https://https://host/y",
    "https://http://host/y",
    "HTTPS://HTTP://host/y",
    "https:https://host/y",
    "https:///https://host/y",
    "https://https:/host/y",
    "https://https//host/y",
    "https://https:host/y",
    "https://https%3A%2F%2Fhost/y",
    "https%3a//https://host/y",
    "https://user:word@https://host/y",
    "https://ftp://host/y",
    "https://n8n.example://host/y",
)
NOT_TWO_SCHEMES = (
    "https://proxy.example/https://host/y",
    "https://proxy.example/?url=https://host/y",
    "https://proxy.example/?url=https%3A%2F%2Fhost",
    "http://http:8080/y",
    "http://https/y",
    "https://https.example//y",
    "https://a.example:443//y",
)
LONGEST = "https://a.example/" + "x" * (MAX_URL - len("https://a.example/"))


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.loja.com.br/hooks/whatsapp?a=1&b=%20#x",
        "http://n8n:5678/x",
        "http://host_with_underscore/x",
        "HTTPS://UPPER.EXAMPLE/x",
        "https://[2001:db8::1]:8443/x",
        "http://[::1]/x",
        "http://192.168.0.10:80",
        "https://user:password@a.example/x",
        "https://n8n.example/webhook-test/abc",
        "https://é.example/ação",
        "https://a.example:65535/",
        *NOT_TWO_SCHEMES,
        LONGEST,
    ],
)
def test_a_url_that_events_can_be_sent_to_is_allowed(url: str) -> None:
    assert url_error(url) is None


@pytest.mark.parametrize(
    "url, words",
    [
        ("", "the URL must not be empty"),
        ("n8n.example/webhook", BEGINNING),
        ("localhost:3000/x", BEGINNING),
        ("//a.example/x", BEGINNING),
        ("/webhook", BEGINNING),
        ("javascript:alert(1)", BEGINNING),
        ("mailto:a@b.example", BEGINNING),
        ("javascript://a.example/%0aalert(1)", "the scheme javascript:// is not supported"),
        ("ftp://a.example/x", "the scheme ftp:// is not supported; use http:// or https://"),
        ("https://", "the URL names no host"),
        ("https:///x", "the URL names no host"),
        ("https:a.example", "the URL names no host"),
        ("https://:8080/x", "the URL names no host"),
        *((two, "the URL begins with two schemes: take one of them out") for two in TWO_SCHEMES),
        ("https://user@/x", "the URL names no host"),
        ("https://a.example:65536/", "the URL is not well-formed"),
        ("https://a.example:port/", "the URL is not well-formed"),
        ("https://[2001:db8::1/x", "the URL is not well-formed"),
        ("https://[not-an-address]/x", "the URL is not well-formed"),
        (" https://a.example", SPACE),
        ("https://a.example/x ", SPACE),
        ("https://a.example/a b", SPACE),
        ("https://a.example/\u00a0", SPACE),
        ("https://a.example/\n", SPACE),
        ("https://a.example/\x00", SPACE),
        ("https://a.example/\x1b[2J", SPACE),
        ("https://a.example/\x85", SPACE),
        ("https://a.example/\u202e", SPACE),
        ("https://a.example/\u200b", SPACE),
        ("https://a.example/\ufffd", SPACE),
        ("https://a.example/␛", SPACE),
        (LONGEST + "x", f"the URL has 501 characters; at most {MAX_URL} are allowed"),
    ],
)
def test_a_wrong_url_is_refused_with_the_reason(url: str, words: str) -> None:
    error = url_error(url)
    assert error is not None
    assert error.startswith(words)


@pytest.mark.parametrize(
    "url, words",
    [
        ("https://user:password@a.example/x", "credentials in the URL"),
        ("https://user@a.example/x", "credentials in the URL"),
        ("https://n8n.example/webhook-test/abc", "/webhook-test/ is n8n's test address"),
        ("https://localhost/x", "localhost is the server's own machine"),
        ("http://LOCALHOST:3000/x", "localhost is the server's own machine"),
        ("http://127.0.0.1:3000/x", "127.0.0.1 is the server's own machine"),
        ("http://[::1]:3000/x", "::1 is the server's own machine"),
        ("http://a.example/x", "http to a public host"),
        ("http://8.8.8.8/x", "http to a public host"),
        ("http://[2606:4700::1111]/x", "http to a public host"),
    ],
)
def test_a_doubtful_url_gets_a_warning_and_is_not_refused(url: str, words: str) -> None:
    warning = url_warning(url)
    assert warning is not None
    assert warning.startswith(words)
    checked = check(hook(url=url).values)
    assert (checked.errors, checked.warnings) == ({}, {"url": warning})


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.loja.com.br/in",
        "http://n8n:5678/x",
        "http://10.0.0.7/x",
        "http://[fd00::7]/x",
        "http://printer.local/x",
        "http://api.internal:8080/x",
        "https://a.example/?next=/webhook-test/",
        "https://a.example/user:password@x",
        "not a URL",
        "https://[broken",
    ],
)
def test_a_good_url_and_a_wrong_one_get_no_warning(url: str) -> None:
    assert url_warning(url) is None


@given(st.text(max_size=MAX_URL + 2) | st.text("htps:/@[]%?#. \n\u202eé").map("https://".__add__))
def test_any_text_is_allowed_or_refused_with_one_line(url: str) -> None:
    error = url_error(url)
    assert error is None or (error.isprintable() and error.startswith("the "))
    if error is None:
        assert not any(each.isspace() for each in url)
        assert len(url) <= MAX_URL
        assert url.lower().startswith(("http://", "https://"))
    url_warning(url)


@pytest.mark.parametrize("name", ["", " ", "\t\u3000"])
def test_an_empty_name_is_refused(name: str) -> None:
    assert check(hook(name=name).values).errors == {"name": "the name must not be empty"}


def test_all_wrong_fields_are_refused_at_once() -> None:
    assert check(hook(name="", url="").values).errors.keys() == {"name", "url"}


def test_a_wrong_value_that_the_server_already_has_gets_only_a_warning() -> None:
    base = hook(name="", url="ftp://old.example").values
    checked = check(replace(base, enabled=False), base)
    assert checked.errors == {}
    assert checked.warnings.keys() == {"name", "url"}


def test_a_wrong_value_of_the_server_must_be_right_once_it_is_edited() -> None:
    base = hook(name="", url="ftp://old.example").values
    touched = replace(base, name="  ", url="ftp://new.example")
    assert check(touched, base).errors.keys() == {"name", "url"}


@given(VALUES)
def test_only_an_enabled_webhook_with_every_flag_off_raises_a_question(values: Values) -> None:
    asks = values.enabled and bool(values.flags) and not any(values.flags.values())
    assert (check(values).question is not None) == asks


NEEDS_A_FLAG = Capabilities(no_flags="none means all", off_forgets="the flags are forgotten")


@given(VALUES)
def test_no_flag_on_is_refused_where_the_server_needs_one(values: Values) -> None:
    none_on = values.enabled and bool(values.flags) and not any(values.flags.values())
    checked = check(values, values, NEEDS_A_FLAG)
    assert checked.errors.get("flags") == ("none means all" if none_on else None)
    assert checked.question is None


@pytest.mark.parametrize("before", [hook(), hook(enabled=False), None])
@pytest.mark.parametrize("enabled", [True, False])
def test_disabling_asks_once_where_the_server_forgets_the_flags(
    before: Webhook | None, enabled: bool
) -> None:
    base = before.values if before else None
    disables = not enabled and (base is None or base.enabled)
    question = check(hook(enabled=enabled).values, base, NEEDS_A_FLAG).question
    assert question == ("the flags are forgotten" if disables else None)


def test_a_name_is_not_required_where_webhooks_have_none() -> None:
    nameless = hook(name="").values
    assert check(nameless, None, Capabilities(names=False)).errors == {}
    assert "name" in check(nameless).errors


@pytest.mark.parametrize("host", ["localhost", "api.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_is_recognised(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "10.0.0.1", "::2", "n8n", ""])
def test_another_machine_is_not_mistaken_for_this_one(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("mark", ["\ufffd", "\u241b"])
def test_a_name_with_a_mark_of_the_cleaning_is_refused(mark: str) -> None:
    values = Values(f"crm {mark}", "https://crm.example/in", True, {"messagesSet": True})
    assert "take it out" in check(values).errors["name"]
    assert "take it out" in check(values, replace(values, name="crm")).errors["name"]
    assert "name" not in check(replace(values, name=f"{mark} crm"), values).errors

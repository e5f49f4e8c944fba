"""Deciding which values of a webhook's headers may be shown."""

from __future__ import annotations

import pytest

from tui.model.secret_names import is_harmless, is_secret_name, looks_secret


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "x-api-key",
        "X-Auth-Token",
        "Cookie",
        "client_secret",
        "PASSWORD",
        "x-hub-signature",
    ],
)
def test_a_header_named_like_a_secret_is_hidden_with_any_value(name: str) -> None:
    assert is_secret_name(name)
    assert looks_secret(name, "1")


@pytest.mark.parametrize(
    "value",
    [
        "Bearer x",
        "basic dXNlcjpw",
        "eyJhbGciOiJIUzI1NiJ9.e30.c",
        "3f786850e387550fdab836ed7e6dc881de23001b",
        None,
        1,
        {"nested": "value"},
        ["value"],
    ],
)
def test_a_value_that_looks_like_a_secret_is_hidden_under_any_name(value: object) -> None:
    assert looks_secret("x-extra", value)


@pytest.mark.parametrize(
    "name, value",
    [
        ("x-team", "vendas"),
        ("content-type", "application/json"),
        ("x-tenant", "loja-norte"),
        ("", ""),
    ],
)
def test_an_ordinary_property_is_shown(name: str, value: str) -> None:
    assert not looks_secret(name, value)


@pytest.mark.parametrize(
    "name, value",
    [
        ("x-team", "vendas"),
        ("X-Tenant", "loja-norte"),
        ("Content-Type", "application/json; charset=utf-8"),
        ("accept-language", "pt-BR"),
        ("x-appVersion", "1.2"),
        ("X-Source", "n8n"),
        ("x-unidade", "São Paulo"),
        ("x-store", ""),
    ],
)
def test_a_header_of_harmless_name_and_value_is_shown(name: str, value: str) -> None:
    assert is_harmless(name, value)


@pytest.mark.parametrize(
    "name",
    [
        "x-vercel-protection-bypass",
        "senha",
        "X-Senha",
        "X-Passphrase",
        "CF-Access-Client-Id",
        "x-pin",
        "chave",
        "x-signature",
        "X-Webhook",
        "x-hook-code",
        "x-team-x9",
        "anything",
        "",
        "-",
        "x-téam",
    ],
)
def test_a_header_whose_name_is_not_known_as_harmless_is_hidden(name: str) -> None:
    assert is_harmless(name, "vendas") == (name == "X-Webhook")


@pytest.mark.parametrize(
    "value",
    [
        "hunter2x9q",
        "Bearer abc",
        "4711-0815",
        "ab12-cd34-ef56",
        "3f786850e387550fdab836ed7e6dc881de23001b",
        "Bearer-of-a-very-long-word-that-goes-on-and-on-and-on-and-on-and-on",
        "correct/horse/battery/staple/and/a/half/dozen/more/words/here",
        "aGVsbG8gd29ybGQ",
        "a=b&c=d",
        "https://user:pass@host/",
        1,
        None,
        ["vendas"],
        {"a": "vendas"},
    ],
)
def test_a_header_whose_value_is_not_known_as_harmless_is_hidden(value: object) -> None:
    assert not is_harmless("x-team", value)

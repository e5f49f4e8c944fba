"""Which values of a webhook's headers may be shown."""

from __future__ import annotations

import pytest

from tui.model.headers import is_secret_name, looks_secret


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
def test_a_header_named_like_a_secret_is_hidden_whatever_it_holds(name: str) -> None:
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
def test_an_ordinary_header_is_shown(name: str, value: str) -> None:
    assert not looks_secret(name, value)

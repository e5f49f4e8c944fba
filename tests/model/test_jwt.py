"""Reasons for a refused token, as far as its claims show them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ANY_TEXT, through_json
from tui.model.jwt import Wanted, diagnose, read_claims
from tui.model.secret import Secret
from tui.model.text import clean

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
INSTANCE = Wanted("loja-norte", ("01KE", "loja-norte"))
BUSINESS = Wanted()


def token(**claims: Any) -> Secret:
    """Return a real JWT, signed by a library, with these claims."""
    return Secret(jwt.encode(claims, "k" * 32, "HS256"))


def part(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def at(hours: float) -> int:
    return int((NOW + timedelta(hours=hours)).timestamp())


@pytest.mark.parametrize(
    "claims, wanted, said",
    [
        ({"exp": at(-3)}, INSTANCE, "it expired 3 h ago"),
        ({"exp": at(-72)}, BUSINESS, "it expired 3 d ago"),
        ({"exp": at(0)}, INSTANCE, "it expired 0 s ago"),
        ({"nbf": at(2)}, INSTANCE, "it is not valid for another 2 h"),
        ({"instanceName": "loja-sul"}, INSTANCE, "it belongs to another instance (loja-sul)"),
        ({"instanceId": "02XY"}, INSTANCE, "it belongs to another instance (02XY)"),
        (
            {"instanceName": "loja-sul"},
            BUSINESS,
            "it is the token of an instance (loja-sul), not the business token",
        ),
        ({"exp": at(-3), "instanceName": "loja-sul"}, INSTANCE, "it expired 3 h ago"),
    ],
)
def test_the_claims_show_why_a_token_is_refused(
    claims: dict[str, Any], wanted: Wanted, said: str
) -> None:
    assert diagnose(token(**claims), wanted, NOW) == said


@pytest.mark.parametrize(
    "claims, wanted",
    [
        ({}, INSTANCE),
        ({"exp": at(3), "nbf": at(-3), "instanceName": "loja-norte"}, INSTANCE),
        ({"instanceId": "01KE"}, INSTANCE),
        ({"instanceId": "other", "instanceName": "loja-norte"}, INSTANCE),
        ({"sub": "g-t", "businessId": "b1"}, BUSINESS),
        ({"exp": True, "nbf": None}, INSTANCE),
        ({"exp": "1", "instanceName": 7}, INSTANCE),
        ({"exp": 1e300, "nbf": -1e300}, INSTANCE),
    ],
)
def test_a_token_whose_claims_are_right_is_not_blamed(
    claims: dict[str, Any], wanted: Wanted
) -> None:
    assert diagnose(token(**claims), wanted, NOW) is None


@pytest.mark.parametrize("text", ["", "opaque-4711", "a.b", "a.b.c", "a.b.c.d.e", "é.é.é"])
def test_a_token_that_is_no_jwt_is_blamed_only_for_an_instance(text: str) -> None:
    assert diagnose(Secret(text), INSTANCE, NOW) == "it is not a JWT"
    assert diagnose(Secret(text), BUSINESS, NOW) is None


@pytest.mark.parametrize(
    "claims",
    [b"[]", b"7", b'"x"', b"\xff\xfe\xfd", b"{", b"[" * 100_000, b'{"exp": ' + b"9" * 5000],
)
def test_broken_claims_are_not_read(claims: bytes) -> None:
    assert read_claims(Secret(f"h.{part(claims)}.s")) is None


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
def test_a_broken_time_in_the_claims_explains_nothing(number: str) -> None:
    claims = part(f'{{"exp": {number}, "nbf": {number}}}'.encode())
    secret = Secret(f"h.{claims}.s")
    assert diagnose(secret, INSTANCE, NOW) is None


def test_a_hostile_instance_name_in_a_token_is_shown_clean_and_short() -> None:
    hostile = "a\x1b[2J\u202e" + "x" * 1000
    said = diagnose(token(instanceName=hostile), INSTANCE, NOW)
    assert said is not None
    assert said.isprintable()
    assert "a␛[2J" in said
    assert len(said) < 100


@given(ANY_TEXT.filter(bool))
def test_an_instance_is_recognised_by_its_cleaned_name(name: str) -> None:
    claims = part(json.dumps({"instanceName": name}).encode("ascii"))
    listed = clean(through_json(name))
    wanted = Wanted(listed, ("01KE", listed))
    if wanted.instance:
        assert diagnose(Secret(f"h.{claims}.s"), wanted, NOW) is None


@given(ANY_TEXT, st.sampled_from([INSTANCE, BUSINESS]))
def test_the_diagnosis_of_any_token_ends_without_an_error(text: str, wanted: Wanted) -> None:
    inner = part(text.encode("utf-8", "surrogatepass"))
    for secret in (Secret(text), Secret(f"h.{inner}.s"), Secret(f"{text}.{text}.{text}")):
        said = diagnose(secret, wanted, NOW)
        assert said is None or said.isprintable()


def test_the_diagnosis_never_shows_the_token() -> None:
    secret = token(exp=at(-1), instanceName="loja-sul")
    said = diagnose(secret, INSTANCE, NOW) or ""
    assert not [one for one in secret.reveal().split(".") if one in said]

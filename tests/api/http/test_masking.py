"""Secrets are masked in bodies of any shape, whole or truncated."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ANY_TEXT
from tui.api.http.masking import SHORTEST, mask, secrets_in
from tui.api.http.secret_spelling import SHORTEST_END
from tui.model.secret import MASK, Secret
from tui.model.text import clean

HARMLESS = "vendas-norte"
"""A value that is no secret and must stay readable."""
HIDDEN = "HUNTER2}]\\ of the crm"
"""A secret that only its key shows to be one."""
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJpbnN0YW5jZUlkIjoiMSJ9.c2ln"

BODIES: dict[str, Any] = {
    "by its name": {"apiToken": HIDDEN, "team": HARMLESS},
    "among headers": {"headers": {"x-team": HIDDEN, "x-other": HIDDEN}, "team": HARMLESS},
    "headers as a list": {"headers": [{"name": HIDDEN, "value": HIDDEN}], "team": HARMLESS},
    "an object by its name": {"Auth": {"authId": 1, "deep": [{"x": HIDDEN}]}, "team": HARMLESS},
    "a list by its name": {"tokens": [HIDDEN, [HIDDEN]], "team": HARMLESS},
    "after a list by its name": [{"secret": [], "team": HARMLESS}, {"team": HARMLESS}],
    "JSON in a string": {"message": json.dumps({"password": HIDDEN, "team": HARMLESS})},
    "JSON in JSON in a string": {
        "message": [json.dumps({"data": json.dumps({"headers": {"x": HIDDEN}, "team": HARMLESS})})]
    },
    "a name with quotes and escapes": {'my "auth\n': HIDDEN, "team": HARMLESS},
    "a scheme": {"message": f"got Bearer {JWT} of {HARMLESS}"},
    "a scheme and no JWT": {"message": f"Authorization was Basic dXNlcjpwYXNz, of {HARMLESS}"},
    "a JWT inside a word": {"message": f"token_{JWT} of {HARMLESS}"},
    "a password in a URL": {"url": f"https://crm:s3cr3t-pa55@{HARMLESS}.example/in"},
    "a token in a query": {"url": f"https://{HARMLESS}.example/in?a=1&access_token=s3cr3t-pa55#x"},
}
SECRETS = (HIDDEN, json.dumps(HIDDEN)[1:-1], "HUNTER2", JWT, "dXNlcjpwYXNz", "s3cr3t-pa55")


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("indent", [None, 2])
def test_a_secret_is_masked_and_other_values_stay(body: Any, indent: int | None) -> None:
    shown = mask(json.dumps(body, indent=indent))
    assert not [secret for secret in SECRETS if secret in shown]
    assert HARMLESS in shown


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_truncated_anywhere_shows_no_part_of_a_secret(body: Any) -> None:
    text = json.dumps(body)
    assert not [cut for cut in range(len(text)) if "HUNTER2" in mask(text[:cut])]


def test_keys_are_not_masked() -> None:
    headers = {"x-team": "vendas", "authorization": "b", "senha": "vendas"}
    body = {"headers": headers, "enabled": True, "newJwt": False}
    shown = mask(json.dumps(body))
    assert shown == (
        f'{{"headers": {{"x-team": "vendas", "authorization": {MASK}, "senha": {MASK}}}, '
        '"enabled": true, "newJwt": false}'
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"headers": [{"x-team": "vendas"}]}',
        '{"headers": {"a": {"x-team": "vendas"}}}',
        '{"token": {"x-team": "vendas"}}',
        '{"auth": {"headers": {"x-team": "vendas"}}}',
        '{"headers": {"x-team": ["vendas"]}}',
        '{"headers": {"x-team": "venda',
    ],
)
def test_only_harmless_values_of_a_headers_object_are_shown(text: str) -> None:
    assert "venda" not in mask(text)


def test_an_error_keeps_its_words() -> None:
    said = '{"message": ["url must be a URL address"], "error": "Bad Request", "statusCode": 400}'
    assert mask(said) == said


@pytest.mark.parametrize(
    "text",
    [
        "upstream said: Authorization: s3cr3t-pa55",
        "x-api-key=s3cr3t-pa55; retry",
        "<p>https://admin:s3cr3t-pa55@db.example/</p>",
        "BEARER s3cr3t-pa55",
    ],
)
def test_a_value_after_a_secrets_name_is_masked_in_plain_text(text: str) -> None:
    assert "s3cr3t-pa55" not in mask(text)


TOKEN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)


@given(TOKEN, ANY_TEXT, ANY_TEXT)
def test_a_known_secret_is_masked_everywhere(token: str, before: str, after: str) -> None:
    for text in (before + token + after, json.dumps({"message": before + token + after})):
        shown = mask(text, Secret(token))
        assert token not in shown
        assert json.dumps(token)[1:-1] not in shown


@pytest.mark.parametrize("length", range(SHORTEST_END, 24))
def test_the_beginning_of_a_known_secret_is_masked_where_a_body_is_truncated(length: int) -> None:
    token = "abcdefghijklmnopqrstuvwxyz"
    assert mask(f'{{"message": "it was {token[:length]}', Secret(token)).endswith(f"was {MASK}")


@pytest.mark.parametrize("body", [{"headers": {}}, {"webhook": {"headers": {}}}])
def test_secrets_in_the_headers_of_a_request_are_found(body: Any) -> None:
    headers = body.get("headers", body.get("webhook", {}).get("headers"))
    headers |= {"x-team": HARMLESS, "x-pin": "1" * (SHORTEST - 1), "Authorization": "Bearer abcdef"}
    assert {one.reveal() for one in secrets_in(body)} == {"Bearer abcdef", "abcdef"}


@pytest.mark.parametrize("body", [None, "headers", ["headers"], {"headers": "x"}])
def test_a_request_without_headers_of_a_webhook_has_no_secrets(body: object) -> None:
    assert secrets_in(body) == ()


def test_a_secret_inside_another_does_not_unmask_it() -> None:
    assert mask("long-token-4711", Secret("token"), Secret("long-token-4711")) == MASK


def test_an_empty_token_masks_nothing() -> None:
    assert mask("all of this", Secret("")) == "all of this"


@given(ANY_TEXT)
def test_masked_text_is_clean_and_keeps_its_lines(text: str) -> None:
    shown = mask(text)
    assert shown.count("\n") == text.count("\n")
    assert all(clean(line) == line for line in shown.split("\n"))


@pytest.mark.parametrize(
    "piece", ['"', '"a', '{"', "{", "[", '"\\', "?key", "://:", "&token=", ":@", "eyJ", '\\"', "x-"]
)
def test_masking_a_hostile_body_is_fast(piece: str) -> None:
    text = piece * (16_384 // len(piece))
    begun = time.process_time()
    mask(text)
    assert time.process_time() - begun < 2  # backtracking takes minutes

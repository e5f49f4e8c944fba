"""Whatever a body looks like, whole or cut off: the secrets in it are covered."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ANY_TEXT
from tui.api.http.masking import mask
from tui.api.http.secret_spelling import SHORTEST_END
from tui.model.secret import MASK, Secret
from tui.model.text import clean

KEPT = "vendas-norte"
"""What is no secret, and has to stay legible."""
HIDDEN = "HUNTER2}]\\ of the crm"
"""What goes by a secret's name; nothing in its look betrays it."""
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJpbnN0YW5jZUlkIjoiMSJ9.c2ln"

BODIES: dict[str, Any] = {
    "by its name": {"apiToken": HIDDEN, "team": KEPT},
    "among headers": {"headers": {"x-team": HIDDEN, "x-other": HIDDEN}, "team": KEPT},
    "headers as a list": {"headers": [{"name": HIDDEN, "value": HIDDEN}], "team": KEPT},
    "an object by its name": {"Auth": {"authId": 1, "deep": [{"x": HIDDEN}]}, "team": KEPT},
    "a list by its name": {"tokens": [HIDDEN, [HIDDEN]], "team": KEPT},
    "after a list by its name": [{"secret": [], "team": KEPT}, {"team": KEPT}],
    "JSON in a string": {"message": json.dumps({"password": HIDDEN, "team": KEPT})},
    "JSON in JSON in a string": {
        "message": [json.dumps({"data": json.dumps({"headers": {"x": HIDDEN}, "team": KEPT})})]
    },
    "a name with quotes and escapes": {'my "auth\n': HIDDEN, "team": KEPT},
    "a scheme": {"message": f"got Bearer {JWT} of {KEPT}"},
    "a scheme and no JWT": {"message": f"Authorization was Basic dXNlcjpwYXNz, of {KEPT}"},
    "a JWT inside a word": {"message": f"token_{JWT} of {KEPT}"},
    "a password in a URL": {"url": f"https://crm:s3cr3t-pa55@{KEPT}.example/in"},
    "a token in a query": {"url": f"https://{KEPT}.example/in?a=1&access_token=s3cr3t-pa55#x"},
}
SECRETS = (HIDDEN, json.dumps(HIDDEN)[1:-1], "HUNTER2", JWT, "dXNlcjpwYXNz", "s3cr3t-pa55")


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("indent", [None, 2])
def test_a_secret_is_covered_and_what_is_none_stays(body: Any, indent: int | None) -> None:
    shown = mask(json.dumps(body, indent=indent))
    assert not [secret for secret in SECRETS if secret in shown]
    assert KEPT in shown


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_cut_off_anywhere_shows_no_part_of_what_goes_by_a_secret_name(body: Any) -> None:
    text = json.dumps(body)
    assert not [cut for cut in range(len(text)) if "HUNTER2" in mask(text[:cut])]


def test_names_stay_so_that_one_sees_what_was_sent() -> None:
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
def test_only_the_values_of_an_object_of_headers_are_shown(text: str) -> None:
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
def test_text_that_is_no_json_hides_what_follows_a_secrets_name(text: str) -> None:
    assert "s3cr3t-pa55" not in mask(text)


TOKEN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)


@given(TOKEN, ANY_TEXT, ANY_TEXT)
def test_a_known_secret_is_taken_out_wherever_it_stands(
    token: str, before: str, after: str
) -> None:
    for text in (before + token + after, json.dumps({"message": before + token + after})):
        shown = mask(text, Secret(token))
        assert token not in shown
        assert json.dumps(token)[1:-1] not in shown


@pytest.mark.parametrize("length", range(SHORTEST_END, 24))
def test_the_beginning_of_a_known_secret_is_covered_where_the_body_was_cut(length: int) -> None:
    token = "abcdefghijklmnopqrstuvwxyz"
    assert mask(f'{{"message": "it was {token[:length]}', Secret(token)).endswith(f"was {MASK}")


def test_a_secret_within_another_does_not_give_that_away() -> None:
    assert mask("long-token-4711", Secret("token"), Secret("long-token-4711")) == MASK


def test_no_token_at_all_covers_nothing() -> None:
    assert mask("all of this", Secret("")) == "all of this"


@given(ANY_TEXT)
def test_what_is_shown_of_any_text_is_clean_and_keeps_its_lines(text: str) -> None:
    shown = mask(text)
    assert shown.count("\n") == text.count("\n")
    assert all(clean(line) == line for line in shown.split("\n"))


@pytest.mark.parametrize(
    "piece", ['"', '"a', '{"', "{", "[", '"\\', "?key", "://:", "&token=", ":@", "eyJ", '\\"', "x-"]
)
def test_a_hostile_body_does_not_hold_the_mask_up(piece: str) -> None:
    text = piece * (16_384 // len(piece))
    begun = time.process_time()
    mask(text)
    assert time.process_time() - begun < 2  # some milliseconds; what backtracks takes minutes

"""A token that a server repeats is redacted in every spelling."""

from __future__ import annotations

import html
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.api.errors import ApiError
from tui.api.http.auth import Credential
from tui.api.http.client import Http
from tui.api.http.exchange import Exchange
from tui.api.http.request import Request
from tui.api.http.secret_spelling import SHORTEST_END, redact
from tui.model.secret import MASK, Secret

TOKEN = "shop/t0k+n&<4711>=='\"%~$"
"""Contains characters that are escaped in JSON, in HTML and in addresses."""


def with_slashes(text: str) -> str:
    return json.dumps(text)[1:-1].replace("/", "\\/")


def as_codes(text: str) -> str:
    return "".join(f"\\u{ord(one):04X}" for one in text)


def as_entities(text: str) -> str:
    return "".join(f"&#{ord(one)};" for one in text)


def as_hex_entities(text: str) -> str:
    return "".join(f"&#X{ord(one):04x};" for one in text)


def as_percents(text: str) -> str:
    return "".join(f"%{ord(one):02x}" for one in text)


def some_codes(text: str) -> str:
    return "".join(one if one.isalnum() else f"\\u{ord(one):04x}" for one in text)


def with_codes_for_html(text: str) -> str:
    """Write JSON for an HTML page, as PHP and Go do."""
    written = as_json(text)
    return "".join(f"\\u{ord(one):04x}" if one in "<>&'" else one for one in written)


def as_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def in_address(text: str) -> str:
    return quote(text, safe="")


WAYS: tuple[Callable[[str], str], ...] = (
    str,
    as_json,
    with_slashes,
    as_codes,
    some_codes,
    with_codes_for_html,
    html.escape,
    as_entities,
    as_hex_entities,
    as_percents,
    in_address,
)
ONE_WAY = pytest.mark.parametrize("way", WAYS)
OTHERS = (str, as_json, with_slashes, with_codes_for_html, html.escape, in_address)
"""Encodings of a whole text, with the escapes in it."""
OTHER_WAY = pytest.mark.parametrize("other", OTHERS)
CHARACTERS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126), min_size=7, max_size=40
).filter(
    lambda token: not token.endswith("\\")  # may stay: it forms an escape with the next character
)


@ONE_WAY
@OTHER_WAY
def test_one_spelling_inside_another_is_redacted(
    way: Callable[[str], str], other: Callable[[str], str]
) -> None:
    assert redact(f"it was {other(way(TOKEN))}, not mine", Secret(TOKEN)) == (
        f"it was {MASK}, not mine"
    )


@given(CHARACTERS, st.sampled_from(WAYS), st.sampled_from(OTHERS))
def test_any_token_is_redacted(
    token: str, way: Callable[[str], str], other: Callable[[str], str]
) -> None:
    written = other(way(token))
    shown = redact(f"(( {written} ))", Secret(token))
    assert shown.replace("\\", "") == f"(( {MASK} ))"  # a backslash beside it may stay


@ONE_WAY
def test_its_beginning_is_redacted_where_the_text_is_truncated(way: Callable[[str], str]) -> None:
    written = way(TOKEN)
    begins = len(way(TOKEN[: SHORTEST_END + 1]))
    for cut in range(begins, len(written)):
        assert redact(f"it was {written[:cut]}", Secret(TOKEN)) == f"it was {MASK}"


@OTHER_WAY
def test_a_token_with_blanks_for_its_pluses_is_redacted(other: Callable[[str], str]) -> None:
    written = other(TOKEN.replace("+", " "))
    assert redact(f"it was {written}, not mine", Secret(TOKEN)) == f"it was {MASK}, not mine"


def test_other_text_stays() -> None:
    text = r"https://h/a%2Fb?x=1&amp;y \/ \u0041 &#43; shop/t0k it is"
    assert redact(text, Secret(TOKEN)) == text


@ONE_WAY
@pytest.mark.parametrize("status", [200, 400, 401, 404, 500])
async def test_an_error_does_not_repeat_the_token(way: Callable[[str], str], status: int) -> None:
    for content_type, body in (
        ("application/json", f'{{"message": ["url {as_json(way(TOKEN))} is odd"]}}'),
        ("application/json", f'{{"message": "{as_json(way(TOKEN))}'),
        ("text/html", f"<title>{html.escape(way(TOKEN))} was refused</title>"),
        ("text/plain", f"{way(TOKEN)} was refused"),
    ):
        answer = httpx.Response(status, content=body, headers={"content-type": content_type})
        http = to(answer)
        try:
            await http.send(READ)
        except ApiError as error:
            assert_redacted(repr((error.what, error.to_do, error.said, vars(error))))
        for exchange in http.request_log:
            assert_redacted(exchange.answer_text + exchange.trouble)


async def test_other_texts_of_a_server_do_not_repeat_the_token() -> None:
    for answer in (
        httpx.Response(200, content=json.dumps({TOKEN: 1})[:-1] + f", {json.dumps(TOKEN)}: 2}}"),
        httpx.Response(200, headers={"content-encoding": TOKEN}, stream=httpx.ByteStream(b"[]")),
        httpx.Response(302, headers={"location": f"https://h.example/{in_address(TOKEN)}/in"}),
    ):
        http = to(answer)
        with pytest.raises(ApiError) as caught:
            await http.send(READ)
        assert_redacted(repr((caught.value.what, caught.value.to_do, caught.value.said)))
        assert_redacted("".join(repr(one) for one in http.request_log))


@ONE_WAY
def test_a_truncated_answer_does_not_show_the_token(
    way: Callable[[str], str],
) -> None:
    answer = ('{"a": "' + way(TOKEN)).encode()
    for cut in range(len(answer) - 30, len(answer) + 1):
        exchange = Exchange(
            at=datetime(2026, 1, 1, tzinfo=UTC),
            method="GET",
            url="https://h",
            status=200,
            seconds=0,
            sent_bytes=0,
            received_bytes=99_999,
            answer=answer[:cut],
            token=Secret(TOKEN),
        )
        assert_redacted(exchange.answer_text)


@pytest.mark.parametrize(
    "piece", ["\\", "%", "&", "%25", "&amp;", "\\u0026", "s", "sh", "shop/t", "&#0", "\\%"]
)
def test_redacting_a_hostile_text_is_fast(piece: str) -> None:
    text = piece * (256 * 1024 // len(piece))
    begun = time.process_time()
    redact(text, Secret(TOKEN))
    assert time.process_time() - begun < 10  # backtracking takes hours


READ = Request("GET", ("webhook",), Credential(Secret(TOKEN), "the token", "the test"))


def to(answer: httpx.Response) -> Http:
    return Http("https://h.example", "shop", transport=httpx.MockTransport(lambda _: answer))


def assert_redacted(shown: str) -> None:
    plain = shown
    for _ in range(3):
        plain = html.unescape(plain).replace("\\/", "/").replace("\\", "")
        assert "t0k+n&" not in plain, shown
        assert "<4711>" not in plain, shown

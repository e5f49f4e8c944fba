"""A token that a server repeats is covered, however the server writes it."""

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
"""Has what is escaped in JSON, in HTML and in addresses."""


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
    """Write JSON that may stand in a page, as PHP and Go do."""
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
"""What a text is put into whole, escapes and all."""
OTHER_WAY = pytest.mark.parametrize("other", OTHERS)
CHARACTERS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126), min_size=7, max_size=40
).filter(
    lambda token: not token.endswith("\\")  # that one may stay: it is an escape with what follows
)


@ONE_WAY
@OTHER_WAY
def test_one_way_of_writing_inside_another_is_covered(
    way: Callable[[str], str], other: Callable[[str], str]
) -> None:
    assert redact(f"it was {other(way(TOKEN))}, not mine", Secret(TOKEN)) == (
        f"it was {MASK}, not mine"
    )


@given(CHARACTERS, st.sampled_from(WAYS), st.sampled_from(OTHERS))
def test_any_token_is_covered(
    token: str, way: Callable[[str], str], other: Callable[[str], str]
) -> None:
    written = other(way(token))
    shown = redact(f"(( {written} ))", Secret(token))
    assert shown.replace("\\", "") == f"(( {MASK} ))"  # one before or behind it may stay


@ONE_WAY
def test_its_beginning_is_covered_where_the_text_was_cut(way: Callable[[str], str]) -> None:
    written = way(TOKEN)
    begins = len(way(TOKEN[: SHORTEST_END + 1]))
    for cut in range(begins, len(written)):
        assert redact(f"it was {written[:cut]}", Secret(TOKEN)) == f"it was {MASK}"


@OTHER_WAY
def test_a_plus_that_was_read_as_a_blank_hides_nothing(other: Callable[[str], str]) -> None:
    written = other(TOKEN.replace("+", " "))
    assert redact(f"it was {written}, not mine", Secret(TOKEN)) == f"it was {MASK}, not mine"


def test_what_is_no_secret_stays() -> None:
    text = r"https://h/a%2Fb?x=1&amp;y \/ \u0041 &#43; shop/t0k it is"
    assert redact(text, Secret(TOKEN)) == text


@ONE_WAY
@pytest.mark.parametrize("status", [200, 400, 401, 404, 500])
async def test_the_words_of_an_error_do_not_repeat_it(
    way: Callable[[str], str], status: int
) -> None:
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
            assert_covered(repr((error.what, error.to_do, error.said, vars(error))))
        for exchange in http.request_log:
            assert_covered(exchange.answer_text + exchange.trouble)


async def test_what_else_a_server_says_does_not_repeat_it() -> None:
    for answer in (
        httpx.Response(200, content=json.dumps({TOKEN: 1})[:-1] + f", {json.dumps(TOKEN)}: 2}}"),
        httpx.Response(200, headers={"content-encoding": TOKEN}, stream=httpx.ByteStream(b"[]")),
        httpx.Response(302, headers={"location": f"https://h.example/{in_address(TOKEN)}/in"}),
    ):
        http = to(answer)
        with pytest.raises(ApiError) as caught:
            await http.send(READ)
        assert_covered(repr((caught.value.what, caught.value.to_do, caught.value.said)))
        assert_covered("".join(repr(one) for one in http.request_log))


@ONE_WAY
def test_an_answer_that_is_too_long_to_be_kept_whole_shows_none_of_it(
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
        assert_covered(exchange.answer_text)


@pytest.mark.parametrize(
    "piece", ["\\", "%", "&", "%25", "&amp;", "\\u0026", "s", "sh", "shop/t", "&#0", "\\%"]
)
def test_a_hostile_text_does_not_hold_the_cover_up(piece: str) -> None:
    text = piece * (256 * 1024 // len(piece))
    begun = time.process_time()
    redact(text, Secret(TOKEN))
    assert time.process_time() - begun < 10  # some milliseconds; what backtracks takes hours


READ = Request("GET", ("webhook",), Credential(Secret(TOKEN), "the token", "the test"))


def to(answer: httpx.Response) -> Http:
    return Http("https://h.example", "shop", transport=httpx.MockTransport(lambda _: answer))


def assert_covered(shown: str) -> None:
    plain = shown
    for _ in range(3):
        plain = html.unescape(plain).replace("\\/", "/").replace("\\", "")
        assert "t0k+n&" not in plain, shown
        assert "<4711>" not in plain, shown

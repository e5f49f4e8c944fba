"""The errors and retries of the HTTP client, by the answers of servers."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ANY_TEXT, in_words, through_json
from tui.api.errors import (
    ApiError,
    BadAnswer,
    NoAnswer,
    NotFound,
    ReadOnly,
    Refused,
    ServerFailed,
    TryLater,
    Unauthorised,
    Unavailable,
    Unreachable,
)
from tui.api.http.auth import Credential
from tui.api.http.client import Http
from tui.api.http.request import Request
from tui.model.secret import Secret

TOKEN = "t0k3n-of-the-shop"
SHOP = Credential(Secret(TOKEN), "the business token", "HOOKBOARD_TOKEN")
READ = Request("GET", ("webhook",), SHOP)
SEARCH = Request("POST", ("search",), SHOP, {"page": 1}, only_reads=True)
WRITES = [Request(method, ("w",), SHOP, {}) for method in ("PUT", "PATCH", "POST", "DELETE")]


class Answers:
    """A server that gives these answers in turn, the last one for ever."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def http_to(server: Callable[[httpx.Request], httpx.Response], **options: Any) -> Http:
    return Http("https://h.example", "shop", transport=httpx.MockTransport(server), **options)


async def error_of(server: Answers, request: Request = READ, **options: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        await http_to(server, **options).send(request)
    return caught.value


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """End every wait at once, and return how long each would have been."""
    noted: list[float] = []
    sleep = asyncio.sleep

    async def pass_at_once(seconds: float) -> None:
        noted.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", pass_at_once)
    return noted


@pytest.mark.parametrize("status", [200, 201, 202, 299])
async def test_any_2xx_is_a_success(status: int) -> None:
    answer = await http_to(Answers(httpx.Response(status, json=[1]))).send(READ)
    assert (answer.status, answer.body) == (status, [1])
    assert (answer.sent.method, answer.sent.url) == ("GET", "https://h.example/webhook")


@pytest.mark.parametrize("content", [b"", b" \n"])
async def test_a_2xx_without_a_body_is_a_success(content: bytes) -> None:
    answer = await http_to(Answers(httpx.Response(204, content=content))).send(READ)
    assert answer.body is None


@pytest.mark.parametrize(
    "status, kind",
    [
        *((status, Refused) for status in (400, 402, 405, 409, 413, 422, 451)),
        *((status, Unauthorised) for status in (401, 403)),
        *((status, NotFound) for status in (404, 410)),
        (429, TryLater),
        *((status, ServerFailed) for status in (500, 501, 502, 504, 599)),
        (503, Unavailable),
        *((status, BadAnswer) for status in (300, 301, 302, 304, 307, 308)),
    ],
)
@pytest.mark.parametrize("write", WRITES, ids=lambda write: str(write.method))
async def test_a_write_raises_the_error_of_its_status_and_is_sent_once(
    write: Request, status: int, kind: type[ApiError]
) -> None:
    server = Answers(httpx.Response(status, headers={"retry-after": "1"}))
    error = await error_of(server, write)
    assert type(error) is kind
    assert error.sent is not None
    assert (error.sent.method, error.sent.status) == (write.method, status)
    assert error.applied_unknown
    assert len(server.requests) == 1


async def test_the_servers_words_are_in_the_error_by_field() -> None:
    body = {"statusCode": 400, "message": ["url must be a URL address", "No room", "newJwt is odd"]}
    server = Answers(httpx.Response(400, json=body))
    error = await error_of(server, WRITES[0], flags=lambda: frozenset({"newJwt"}))
    assert isinstance(error, Refused)
    assert error.fields == {"url": ("url must be a URL address",), "newJwt": ("newJwt is odd",)}
    assert error.said == ("No room",)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refusal_names_the_token_and_its_source(status: int) -> None:
    error = await error_of(Answers(httpx.Response(status, json={"message": "jwt expired"})))
    assert error.what == (
        f"h.example answered {status} to the business token (from HOOKBOARD_TOKEN), profile shop."
    )
    assert error.said == ("jwt expired",)


@pytest.mark.parametrize(
    "content",
    [
        b"not json",
        b"{",
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b"\x00\x01",
        b"<!doctype html><title>Hi</title>",
    ],
    ids=["text", "cut", "latin", "deep", "binary", "html"],
)
async def test_a_2xx_that_is_no_json_is_an_error(content: bytes) -> None:
    error = await error_of(Answers(httpx.Response(200, content=content)))
    assert isinstance(error, BadAnswer)
    assert error.what == "h.example answered 200 with something that is not JSON."


async def test_a_page_of_html_is_quoted_by_its_title() -> None:
    page = httpx.Response(200, html="<html><title>Welcome to nginx!</title><body>…</body></html>")
    error = await error_of(Answers(page))
    assert error.said == ("Welcome to nginx! (a page of HTML, not the API)",)


@pytest.mark.parametrize("request_", [READ, SEARCH], ids=["GET", "search"])
@pytest.mark.parametrize(
    "trouble",
    [
        *(httpx.Response(status) for status in (429, 502, 503, 504)),
        httpx.ConnectError("refused"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("closed"),
    ],
    ids=str,
)
async def test_a_read_is_retried_when_that_may_help(
    request_: Request, trouble: httpx.Response | Exception, waits: list[float]
) -> None:
    server = Answers(trouble, trouble, httpx.Response(200, json="there"))
    assert (await http_to(server).send(request_)).body == "there"
    assert len({request.content for request in server.requests}) == 1
    assert len(server.requests) == 3
    assert len(waits) == 2


async def test_a_read_is_sent_three_times_at_most(waits: list[float]) -> None:
    server = Answers(httpx.Response(503))
    assert isinstance(await error_of(server), ServerFailed)
    assert len(server.requests) == 3
    assert sum(waits) < 5


@pytest.mark.parametrize("status", [400, 401, 404, 500, 302])
async def test_a_read_is_not_retried_when_that_would_not_help(status: int) -> None:
    server = Answers(httpx.Response(status))
    await error_of(server)
    assert len(server.requests) == 1


async def test_a_retry_waits_as_long_as_the_server_asks(waits: list[float]) -> None:
    busy = httpx.Response(429, headers={"retry-after": "7"})
    await http_to(Answers(busy, httpx.Response(200, json=1))).send(READ)
    assert waits == [7.0]


async def test_a_retry_does_not_wait_an_hour(waits: list[float]) -> None:
    busy = httpx.Response(503, headers={"retry-after": "3600"})
    assert isinstance(await error_of(Answers(busy)), ServerFailed)
    assert sum(waits) <= 15


@pytest.mark.parametrize(
    "trouble, kind",
    [
        (httpx.ConnectError("refused"), Unreachable),
        (httpx.ConnectTimeout("late"), Unreachable),
        (httpx.PoolTimeout("busy"), Unreachable),
        (httpx.ProxyError("no"), Unreachable),
        (httpx.UnsupportedProtocol("gopher"), Unreachable),
        (httpx.InvalidURL("odd"), Unreachable),
        (httpx.ReadTimeout("late"), NoAnswer),
        (httpx.WriteTimeout("late"), NoAnswer),
        (httpx.ReadError("reset"), NoAnswer),
        (httpx.WriteError("reset"), NoAnswer),
        (httpx.CloseError("reset"), NoAnswer),
        (httpx.RemoteProtocolError("closed"), NoAnswer),
        (httpx.LocalProtocolError("odd"), NoAnswer),
        (httpx.DecodingError("bad gzip"), BadAnswer),
        (TimeoutError(), NoAnswer),
    ],
    ids=repr,
)
async def test_a_failed_write_tells_whether_it_may_have_arrived(
    trouble: Exception, kind: type[ApiError]
) -> None:
    server = Answers(trouble)
    error = await error_of(server, WRITES[0])
    assert type(error) is kind
    assert error.applied_unknown == (kind is not Unreachable)
    assert error.sent is not None
    assert error.sent.status is None
    assert "h.example" in error.what
    assert len(server.requests) == 1


async def test_a_bad_certificate_is_named_as_the_reason() -> None:
    trouble = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]")
    trouble.__cause__ = ssl.SSLCertVerificationError("[SSL: CERTIFICATE_VERIFY_FAILED]")
    error = await error_of(Answers(trouble), WRITES[0])
    assert "could not prove that it is h.example" in error.what
    assert "SSL_CERT_FILE" in in_words(error.to_do)


@pytest.mark.parametrize("write", WRITES, ids=lambda write: str(write.method))
async def test_read_only_sends_no_writes(write: Request) -> None:
    server = Answers(httpx.Response(200, json=1))
    assert isinstance(await error_of(server, write, read_only=True), ReadOnly)
    assert server.requests == []


@pytest.mark.parametrize("request_", [READ, SEARCH], ids=["GET", "search"])
async def test_read_only_reads_and_searches(request_: Request) -> None:
    server = Answers(httpx.Response(200, json=1))
    assert (await http_to(server, read_only=True).send(request_)).body == 1


@pytest.mark.parametrize("request_", [READ, SEARCH, *WRITES], ids=lambda one: str(one.method))
async def test_the_token_is_sent_in_its_header_only(request_: Request) -> None:
    server = Answers(httpx.Response(200, json=1))
    answer = await http_to(server).send(request_)
    (sent,) = server.requests
    assert sent.headers["authorization"] == f"Bearer {TOKEN}"
    rest = [value for name, value in sent.headers.multi_items() if name != "authorization"]
    assert TOKEN not in str(sent.url) + sent.content.decode() + "".join(rest)
    assert TOKEN not in repr((answer, request_))


@pytest.mark.parametrize("status", [302, 400, 401, 404, 429, 500])
async def test_no_error_has_the_token_in_its_text(status: int) -> None:
    echo = httpx.Response(status, json={"message": f"Bearer {TOKEN} is no good"})
    error = await error_of(Answers(echo), WRITES[0])
    assert TOKEN not in repr((error, vars(error)))


@pytest.mark.parametrize("token", [None, Secret("")])
async def test_without_a_token_nothing_is_sent(token: Secret | None) -> None:
    server = Answers(httpx.Response(200, json=1))
    nobody = Credential(token, "the business token", "no token given")
    error = await error_of(server, Request("GET", ("w",), nobody))
    assert isinstance(error, Unauthorised)
    what = "There is no token for profile shop to send to h.example (no token given)."
    assert error.what == what
    assert server.requests == []


@pytest.mark.parametrize(
    "text", ["two\nlines-of-it", "ação-t0k3n", "nul\x00-t0k3n", "\ud800-t0k3n"]
)
async def test_a_token_that_no_header_can_hold_is_neither_sent_nor_shown(text: str) -> None:
    server = Answers(httpx.Response(200, json=1))
    odd = Credential(Secret(text), "the business token", "a file")
    error = await error_of(server, Request("GET", ("w",), odd))
    assert isinstance(error, Unauthorised)
    what = (
        "Nothing was sent: a header cannot hold all characters of the business token (from a file)."
    )
    assert error.what == what
    assert server.requests == []


SEGMENTS = ANY_TEXT | st.text("./%?#&=\\ \n:@é", min_size=1)


@given(SEGMENTS.filter(lambda segment: segment not in ("", ".", "..")))
def test_any_id_is_one_segment_of_the_address(segment: str) -> None:
    http = Http("https://h.example/prefix/", "shop", transport=httpx.MockTransport(Answers()))
    raw = httpx.URL(http.url(("instance", segment, "webhook"))).raw_path
    assert raw.startswith(b"/prefix/instance/")
    assert raw.endswith(b"/webhook")
    middle = raw.removeprefix(b"/prefix/instance/").removesuffix(b"/webhook")
    assert b"/" not in middle
    assert unquote_to_bytes(middle) == segment.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("segment", ["", ".", ".."])
async def test_an_id_that_would_change_the_path_is_not_sent(segment: str) -> None:
    server = Answers(httpx.Response(200, json=1))
    error = await error_of(server, Request("PUT", ("instance", segment, "webhook"), SHOP, {}))
    assert isinstance(error, BadAnswer)
    assert server.requests == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | ANY_TEXT,
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    ).map(through_json)
)
def test_a_body_arrives_unchanged(body: object) -> None:
    server = Answers(httpx.Response(200, json=1))
    asyncio.run(http_to(server).send(Request("PUT", ("w",), SHOP, {"body": body})))
    (sent,) = server.requests
    assert sent.content.isascii()
    assert json.loads(sent.content) == {"body": body}

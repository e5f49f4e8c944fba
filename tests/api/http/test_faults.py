"""The HTTP client against sockets that refuse, drop, stall, flood and send nonsense."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import trustme

from tests.api.faulty_server import Talk, faulty, flood, raw, saying, stall, unused_url
from tests.support import in_words
from tui.api.errors import (
    ApiError,
    BadAnswer,
    NoAnswer,
    Refused,
    Sent,
    ServerFailed,
    Unreachable,
)
from tui.api.http.auth import Credential
from tui.api.http.client import Http
from tui.api.http.content import Bounds
from tui.api.http.error_mapping import transport_error
from tui.api.http.request import Answer, Request
from tui.api.http.timeouts import Timeouts
from tui.model.secret import Secret

TOKEN = "t0k3n-of-the-shop"
SHOP = Credential(Secret(TOKEN), "the business token", "the test")
READ = Request("GET", ("webhook",), SHOP)
WRITE = Request("PUT", ("webhook",), SHOP, {"name": "crm"})
BOTH = pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
JSON = "content-type: application/json"


@pytest.fixture(autouse=True)
def _no_waits_before_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    sleep = asyncio.sleep

    async def pass_at_once(seconds: float) -> None:
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", pass_at_once)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@asynccontextmanager
async def client(url: str, *, total: float = 40.0) -> AsyncIterator[Http]:
    http = Http(url, "shop", timeouts=Timeouts(total=total))
    try:
        yield http
    finally:
        await http.close()


async def send(url: str, request: Request, *, total: float = 40.0) -> Answer:
    async with client(url, total=total) as http:
        return await http.send(request)


async def error_of(url: str, request: Request = READ, *, total: float = 40.0) -> ApiError:
    with pytest.raises(ApiError) as caught:
        await send(url, request, total=total)
    assert TOKEN not in repr((caught.value, vars(caught.value)))
    return caught.value


@BOTH
async def test_a_closed_port_is_unreachable(request_: Request) -> None:
    url = unused_url()
    error = await error_of(url, request_)
    assert isinstance(error, Unreachable)
    assert error.what == f"{url.removeprefix('http://')} could not be reached: connection refused."
    assert not error.applied_unknown


async def test_a_retry_reaches_a_server_that_comes_back() -> None:
    async with faulty(raw(b""), saying("200 OK", b"[1]", JSON)) as server:
        assert (await send(server.url, READ)).body == [1]
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    "talk",
    [
        raw(b""),
        raw(b"HTTP/1.1 200 OK\r\n"),
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[1"),
        raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n[1"),
        raw(b"SSH-2.0-OpenSSH_9.7\r\n\r\n"),
    ],
    ids=["nothing", "half a head", "half a body", "half a chunk", "another protocol"],
)
async def test_a_write_with_a_lost_answer_may_have_arrived_and_is_not_retried(
    talk: Talk,
) -> None:
    async with faulty(talk) as server:
        error = await error_of(server.url, WRITE)
        assert isinstance(error, NoAnswer)
        assert error.applied_unknown
        assert len(server.requests) == 1


async def test_a_read_with_a_lost_answer_is_given_up_after_three_attempts() -> None:
    async with faulty(raw(b"")) as server:
        assert isinstance(await error_of(server.url), NoAnswer)
        assert len(server.requests) == 3


@BOTH
async def test_a_stalled_request_ends_at_the_total_timeout(request_: Request) -> None:
    async with faulty(stall) as server:
        async with asyncio.timeout(10):  # less than the read timeout
            error = await error_of(server.url, request_, total=0.3)
        assert isinstance(error, NoAnswer)
        assert error.applied_unknown
        assert "did not answer in time" in error.what
        assert len(server.requests) == 1


async def test_a_request_that_stalls_in_its_answer_ends_too() -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[1")
        await stall(reader, writer)

    async with faulty(half) as server:
        assert isinstance(await error_of(server.url, total=0.3), NoAnswer)


async def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.api.http.client.ANSWER", Bounds(2**20, 2**20))
    async with faulty(flood) as server:
        error = await error_of(server.url)
        assert isinstance(error, BadAnswer)
        assert "sent more than 1 MB and was cut off" in error.what
        await server.all_closed.wait()


async def test_a_compression_bomb_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.api.http.client.ANSWER", Bounds(2**20, 2**20))
    bomb = gzip.compress(b" " * 2**23)
    assert len(bomb) < 2**14
    async with faulty(saying("200 OK", bomb, "content-encoding: gzip")) as server:
        assert "was cut off" in (await error_of(server.url)).what


async def test_a_compressed_answer_is_read() -> None:
    packed = gzip.compress(b'{"name": "a\xc3\xa7\xc3\xa3o"}')
    async with faulty(saying("200 OK", packed, JSON, "content-encoding: gzip")) as server:
        assert (await send(server.url, READ)).body == {"name": "ação"}


@BOTH
async def test_an_answer_that_cannot_be_decompressed_is_an_error(request_: Request) -> None:
    async with faulty(saying("200 OK", b"not gzip", "content-encoding: gzip")) as server:
        error = await error_of(server.url, request_)
        assert isinstance(error, BadAnswer)
        assert "cannot be unpacked" in error.what
        assert len(server.requests) == 1


async def test_the_page_of_a_proxy_is_quoted() -> None:
    page = b"<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>"
    async with faulty(saying("502 Bad Gateway", page, "content-type: text/html")) as server:
        error = await error_of(server.url, WRITE)
        assert isinstance(error, ServerFailed)
        assert error.said == ("502 Bad Gateway (a page of HTML, not the API)",)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
@BOTH
async def test_a_redirect_is_not_followed_and_gets_no_token(request_: Request, status: str) -> None:
    async with (
        faulty(saying("200 OK", b"[]", JSON)) as elsewhere,
        faulty(saying(status, b"", f"location: {elsewhere.url}/webhook")) as server,
    ):
        error = await error_of(server.url, request_)
        assert isinstance(error, BadAnswer)
        assert f"a redirect to {elsewhere.url}/webhook" in error.what
        assert (len(server.requests), elsewhere.connections) == (1, 0)


async def test_a_write_is_not_retried_even_with_a_retry_after() -> None:
    busy = saying("503 Busy", b"", "retry-after: 0")
    async with faulty(busy, saying("200 OK", b"[]", JSON)) as server:
        assert isinstance(await error_of(server.url, WRITE), ServerFailed)
        assert len(server.requests) == 1


async def test_a_body_arrives_as_json_with_the_token_in_a_header() -> None:
    async with faulty(saying("201 Created", b"{}", JSON)) as server:
        await send(server.url, WRITE)
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
        assert head.startswith(b"PUT /webhook HTTP/1.1\r\n")
        assert f"\r\nauthorization: bearer {TOKEN}\r\n".encode() in head.lower()
        assert body == b'{"name": "crm"}'


async def test_a_refusal_over_a_socket_names_its_field() -> None:
    body = b'{"statusCode": 400, "message": ["url must be a URL address"]}'
    async with faulty(saying("400 Bad Request", body, JSON)) as server:
        error = await error_of(server.url, WRITE)
        assert isinstance(error, Refused)
        assert error.fields == {"url": ("url must be a URL address",)}


async def test_a_server_with_an_untrusted_certificate_gets_no_token() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with faulty(saying("200 OK", b"[]", JSON), tls=context) as server:
        error = await error_of(server.url, WRITE)
        assert isinstance(error, Unreachable)
        assert "could not prove that it is" in error.what
        assert server.requests == []


async def test_a_plain_text_answer_to_https_suggests_http() -> None:
    # A TLS handshake is no HTTP request, so the usual talk would not start.
    async def in_plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(5)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(in_plain, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        error = await error_of(f"https://{host}:{port}", WRITE)
    assert isinstance(error, Unreachable)
    assert error.what == f"{host}:{port} does not speak TLS on this port: it may be an http server."
    assert in_words(error.to_do).startswith("Check the URL: begin it with http://")
    assert not error.applied_unknown


@pytest.mark.parametrize("reason", ["WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"])
def test_every_openssl_error_for_plain_text_is_known(reason: str) -> None:
    below = ssl.SSLError(1, f"[SSL: {reason}]")
    below.reason = reason
    error = httpx.ConnectError("")
    error.__cause__ = below
    told = transport_error("a.example", error, Sent("GET", "https://a.example/"), 1.0)
    assert "does not speak TLS on this port" in told.what


async def test_ssl_cert_file_makes_a_private_authority_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    async with faulty(saying("200 OK", b"[1]", JSON), tls=context) as server:
        assert (await send(server.url, READ)).body == [1]


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
async def test_a_proxy_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str
) -> None:
    async with faulty(saying("200 OK", b"[1]", JSON)) as proxy:
        monkeypatch.setenv(variable, scheme + proxy.url.removeprefix("http://"))
        assert (await send("http://server.test", READ)).body == [1]
        assert proxy.requests[0].startswith(b"GET http://server.test/webhook HTTP/1.1\r\n")


async def test_a_server_in_no_proxy_is_connected_directly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with (
        faulty(saying("200 OK", b"[]", JSON)) as proxy,
        faulty(saying("200 OK", b"[1]", JSON)) as server,
    ):
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert (await send(server.url, READ)).body == [1]
        assert proxy.connections == 0


async def test_cancelled_requests_do_not_block_later_ones() -> None:
    async with faulty(saying("200 OK", b"[1]", JSON)) as server, client(server.url) as http:
        for turns in [*range(40)] * 8:  # each cancels at another step
            given_up = asyncio.create_task(http.send(READ))
            for _ in range(turns):
                await asyncio.sleep(0)
            given_up.cancel()
            await asyncio.gather(given_up, return_exceptions=True)
        async with asyncio.timeout(5):  # less than the wait for a free connection
            assert (await http.send(READ)).body == [1]


async def test_cancelled_and_cut_off_requests_are_logged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arrived = asyncio.Event()

    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await stall(reader, writer)

    monkeypatch.setattr("tui.api.http.client.ANSWER", Bounds(2**20, 2**20))
    async with faulty(stalls, flood) as server, client(server.url) as http:
        given_up = asyncio.create_task(http.send(WRITE))
        await arrived.wait()
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        with pytest.raises(BadAnswer):
            await http.send(WRITE)
        first, second = http.request_log
        assert (first.status, first.trouble) == (None, "cancelled")
        assert "was cut off" in second.trouble


async def test_only_the_beginning_of_an_error_body_is_read() -> None:
    async def endless_error(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 500 Oh\r\ncontent-type: text/plain\r\n\r\nout of memory\n")
        while True:
            writer.write(b"at x (y.js:1:2)\n" * 4096)
            await writer.drain()

    async with faulty(endless_error) as server, client(server.url) as http:
        with pytest.raises(ServerFailed) as caught:
            await http.send(WRITE)
        assert caught.value.said == ("out of memory",)

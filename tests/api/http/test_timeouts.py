"""Timeouts of requests and lists, and the log of each attempt."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import httpx
import pytest

from tests.api.faulty_server import Talk, faulty, raw, saying, stall
from tests.api.single_webhook_support import listed
from tests.support import in_words
from tui.api.connection import connect
from tui.api.errors import ApiError, NoAnswer
from tui.api.http.auth import Credential
from tui.api.http.client import Http
from tui.api.http.request import Request
from tui.api.http.timeouts import LIST_FACTOR, TIMEOUTS, Timeouts
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.server_kind import AUTO, KINDS, ServerKind
from tui.model.timeout import TIMEOUT
from tui.sandbox.kinds import open_kind
from tui.storage.server_memory import ServerMemory

SHOP = Credential(Secret("t0k3n-of-the-shop"), "the business token", "the test")
READ = Request("GET", ("webhook",), SHOP)
WRITE = Request("PUT", ("webhook",), SHOP, {"name": "crm"})
LIST = Request("GET", ("instances",), SHOP, unpaged=True)
PAGE = Request("POST", ("search",), SHOP, {"page": 1}, only_reads=True, paged=True)
JSON = "content-type: application/json"
BUSY = saying("503 Busy", b"", "retry-after: 0")
PATIENT = replace(TIMEOUTS, retry_total=0.1, retry_wait=0.02)
QUICK = replace(PATIENT, read=0.5)


def test_a_profile_without_a_timeout_has_the_defaults() -> None:
    assert Timeouts.of(TIMEOUT) == TIMEOUTS == Timeouts()


@pytest.mark.parametrize("seconds", [1, 15, 60, 3600])
def test_a_timeout_changes_the_read_and_total_timeouts(seconds: int) -> None:
    timeouts = Timeouts.of(seconds)
    assert timeouts.read == seconds
    assert timeouts.connect <= seconds
    assert timeouts.total > seconds + timeouts.retry_total
    assert timeouts.for_list.read == LIST_FACTOR * seconds
    assert timeouts.for_list.total == LIST_FACTOR * timeouts.total


@dataclass
class Late(httpx.AsyncBaseTransport):
    """A server that notes the read timeout of each request."""

    inner: httpx.AsyncBaseTransport
    waited: dict[str, float]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        kind = "list" if request.url.path.endswith(LISTING) else request.method
        self.waited[kind] = request.extensions["timeout"]["read"]
        return await self.inner.handle_async_request(request)


LISTING: tuple[str, ...] = ("/search", "/fetchInstances", "/instance")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("auto", [False, True], ids=["named", "found out"])
async def test_every_kind_gives_its_list_more_time_than_a_save(
    kind: ServerKind, auto: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_kind(kind) as sandbox:
        late = Late(httpx.ASGITransport(sandbox.app), {})
        monkeypatch.setattr(httpx, "ASGITransport", lambda app: late)
        connection = connect(
            "http://server.test",
            kind=AUTO if auto else kind,
            business=sandbox.business_id,
            profile="shop",
            token=Secret(sandbox.token),
            token_source="the test",
            in_process=sandbox.app,
            timeouts=Timeouts.of(7),
            memory=ServerMemory(None, "http://server.test"),
        )
        server = await connection.detect_adapter() if auto else connection.adapter(kind)
        instance: Instance = next(iter((await listed(server)).values()))
        (webhook, *_) = await server.webhooks(instance)
        await server.update(
            instance, webhook, webhook.values.with_value("url", "https://n.example")
        )
    assert late.waited.pop("list") == LIST_FACTOR * 7
    assert set(late.waited.values()) == {7}
    assert len(late.waited) >= 2


def after(seconds: float, body: bytes) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        await saying("200 OK", body, JSON)(reader, writer)

    return talk


@pytest.mark.parametrize("request_", [LIST, PAGE], ids=["whole", "page"])
async def test_a_list_slower_than_the_timeout_is_read(request_: Request) -> None:
    async with faulty(after(0.7, b"[1]")) as server:
        http = Http(server.url, "shop", timeouts=QUICK)
        assert (await http.send(request_)).body == [1]
        await http.close()


@pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
async def test_a_timeout_error_has_the_time_waited(
    request_: Request,
) -> None:
    async with faulty(stall) as server:
        http = Http(server.url, "shop", timeouts=Timeouts(read=1.05))
        with pytest.raises(NoAnswer) as caught:
            await http.send(request_)
        await http.close()
    assert re.search(r"did not answer in time \([1-9] s\)\.$", caught.value.what)
    assert "--timeout" in in_words(caught.value.to_do)


# attempts


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 (no event tells of it)
            await asyncio.sleep(0.01)


Noted = list[tuple[int, int | None]]


async def noted(request: Request, *talks: Talk) -> tuple[Noted, list[str]]:
    """Send a request; return attempt and status of each logged exchange, and the reasons."""
    async with faulty(*talks) as server:
        http = Http(server.url, "shop", timeouts=PATIENT)
        with suppress(ApiError):
            await http.send(request)
        await http.close()
        assert len(http.request_log) == len(server.requests)
        assert not http.request_log.pending
    return (
        [(one.attempt, one.status) for one in http.request_log],
        [one.trouble for one in http.request_log],
    )


async def test_each_attempt_of_a_read_is_logged() -> None:
    statuses, _ = await noted(READ, BUSY, BUSY, saying("200 OK", b"[1]", JSON))
    assert statuses == [(1, 503), (2, 503), (3, 200)]


async def test_an_attempt_without_an_answer_is_logged_with_the_reason() -> None:
    statuses, troubles = await noted(READ, raw(b""), saying("200 OK", b"[1]", JSON))
    assert statuses == [(1, None), (2, 200)]
    assert "disconnected" in troubles[0]
    assert troubles[1] == ""


async def test_the_last_attempt_has_the_final_answer() -> None:
    statuses, _ = await noted(READ, BUSY)
    assert statuses == [(1, 503), (2, 503), (3, 503)]


async def test_a_write_has_one_attempt() -> None:
    assert (await noted(WRITE, BUSY))[0] == [(1, 503)]


async def test_a_request_cancelled_between_attempts_is_logged() -> None:
    async with faulty(BUSY) as server:
        http = Http(server.url, "shop", timeouts=Timeouts(retry_wait=10.0))
        asked = asyncio.create_task(http.send(READ))
        await until(lambda: any(one._status for one in http.request_log.pending))
        asked.cancel()
        with suppress(asyncio.CancelledError):
            await asked
        (one,) = http.request_log
        await http.close()
    assert (one.status, one.trouble) == (503, "cancelled")


async def test_pending_requests_are_listed_with_their_limit() -> None:
    busy: list[bool] = []
    async with faulty(stall) as server:
        http = Http(server.url, "shop", timeouts=Timeouts(connect=0.05, read=30))
        http.request_log.watch(busy.append)
        first = asyncio.create_task(http.send(READ))
        await until(lambda: http.request_log.pending)
        second = asyncio.create_task(http.send(WRITE))
        await until(lambda: len(http.request_log.pending) == 2)
        oldest = next(iter(http.request_log.pending))
        assert (oldest.method, oldest.exchange.is_pending) == ("GET", True)
        await until(lambda: oldest.seconds > 0.05)
        assert oldest.limit == 30
        for task in (first, second):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        await http.close()
    assert busy == [True, False]
    assert not http.request_log.pending

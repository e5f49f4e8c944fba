"""Loading each instance's webhook: never too many at once, those in view first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from tests.api.single_webhook_support import adapter_at
from tui.api.adapters.single_webhook import SingleWebhookAdapter
from tui.api.errors import ApiError, NotFound, ServerFailed
from tui.core.store import Store
from tui.core.webhook_loader import GIVE_UP, WebhookLoader
from tui.sandbox.evolution_v2.server import open_evolution_v2

AT_ONCE = 4
MANY = 60


@dataclass
class Gate(httpx.AsyncBaseTransport):
    """A transport at which each read of a webhook waits until it may pass, and that counts them."""

    inner: httpx.AsyncBaseTransport
    waiting: list[asyncio.Future[int | None]] = field(default_factory=list)
    most: int = 0
    asked: list[str] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    open: bool = False
    status: int | None = None
    """The status of all answers while it is open; ``None`` for the server's own answers."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if not path.startswith("/webhook"):
            return await self.inner.handle_async_request(request)
        self.asked.append(path.rpartition("/")[2])
        waits = asyncio.get_running_loop().create_future()
        self.waiting.append(waits)
        self.most = max(self.most, len(self.waiting))
        self.arrived.set()
        if self.open:
            self.let(1, self.status)
        try:
            status = await waits
        finally:
            if waits in self.waiting:
                self.waiting.remove(waits)
        if status is not None:
            return httpx.Response(status)
        return await self.inner.handle_async_request(request)

    async def until(self, count: int) -> None:
        """Wait until ``count`` reads were requested in all."""
        while len(self.asked) < count:
            self.arrived.clear()
            await self.arrived.wait()

    def let(self, count: int, status: int | None = None) -> None:
        """Let the first ``count`` waiting reads pass, or answer them with ``status``."""
        for waits in self.waiting[:count]:
            self.waiting.remove(waits)
            waits.set_result(status)

    def let_all(self, status: int | None = None) -> None:
        """Let all waiting and all later reads pass."""
        self.open, self.status = True, status
        self.let(len(self.waiting), status)


@dataclass
class Bench:
    """A list of an Evolution server, and its loader."""

    gate: Gate
    server: SingleWebhookAdapter
    store: Store
    loader: WebhookLoader
    told: list[int]
    """The number of loaded instances at each call of ``on_read``."""

    @property
    def filled(self) -> list[str]:
        """The ids of the instances whose webhooks are known."""
        return [key for key in self.store.ids if self.store[key].webhooks is not None]

    async def read_list(self) -> None:
        self.store.begin()
        async for page in self.server.instances():
            self.store.add(page.instances, page.total)
        self.store.finish()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    with open_evolution_v2(instances=MANY) as sandbox:
        gate = Gate(httpx.ASGITransport(sandbox.app))
        server = adapter_at("evolution-v2", gate, token=sandbox.token)
        store, told = Store(), list[int]()
        loader = WebhookLoader(store, AT_ONCE, lambda _: told.append(len(opened.filled)))
        opened = Bench(gate, server, store, loader, told)
        await opened.read_list()
        yield opened


async def test_no_more_reads_run_than_the_limit_and_all_instances_are_loaded(bench: Bench) -> None:
    run = asyncio.create_task(bench.loader.run(bench.server))
    for asked in range(AT_ONCE, MANY):
        await bench.gate.until(asked)
        assert len(bench.gate.waiting) == AT_ONCE
        bench.gate.let(1)
    bench.gate.let_all()
    await run
    assert (bench.gate.most, len(bench.gate.asked)) == (AT_ONCE, MANY)
    assert len(set(bench.gate.asked)) == MANY
    assert bench.filled == list(bench.store.ids)
    assert bench.loader.failures == {}


async def test_on_read_is_called_for_each_instance(bench: Bench) -> None:
    bench.gate.let_all()
    await bench.loader.run(bench.server)
    assert bench.told == list(range(1, MANY + 1))
    assert not bench.loader.running


async def test_instances_in_view_come_before_the_rest(bench: Bench) -> None:
    ids = list(bench.store.ids)
    bench.loader.look_at(ids[30:40])
    run = asyncio.create_task(bench.loader.run(bench.server))
    await bench.gate.until(AT_ONCE)
    assert bench.gate.asked == ids[30:34]
    bench.loader.look_at(ids[50:55])
    bench.gate.let_all()
    await run
    assert bench.gate.asked[AT_ONCE:9] == ids[50:55]
    assert bench.gate.asked[9:] == [key for key in ids if key not in ids[30:34] + ids[50:55]]


async def test_an_instance_in_view_is_read_once(bench: Bench) -> None:
    bench.loader.look_at([*bench.store.ids, "gone", "gone"])
    bench.gate.let_all()
    await bench.loader.run(bench.server)
    assert len(bench.gate.asked) == MANY


async def test_a_few_failures_are_recorded_and_stop_nothing(bench: Bench) -> None:
    run = asyncio.create_task(bench.loader.run(bench.server))
    await bench.gate.until(AT_ONCE)
    failed = bench.gate.asked[:2]
    bench.gate.let(1, 500)
    bench.gate.let(1, 404)
    bench.gate.let_all()
    await run
    assert list(bench.loader.failures) == failed
    assert [type(error) for error in bench.loader.failures.values()] == [ServerFailed, NotFound]
    assert len(bench.filled) == MANY - 2


async def test_a_server_that_is_down_is_given_up(bench: Bench) -> None:
    bench.gate.let_all(500)
    await bench.loader.run(bench.server)
    assert GIVE_UP <= len(bench.gate.asked) < GIVE_UP + AT_ONCE
    assert bench.loader.failures.keys() == set(bench.store.ids)
    assert all(isinstance(error, ApiError) for error in bench.loader.failures.values())
    assert bench.filled == []


async def test_failures_that_are_not_in_a_row_do_not_end_the_loading(bench: Bench) -> None:
    run = asyncio.create_task(bench.loader.run(bench.server))
    for asked in range(AT_ONCE, MANY):
        await bench.gate.until(asked)
        bench.gate.let(1, 500 if asked % 3 else None)
    bench.gate.let_all()
    await run
    assert len(bench.gate.asked) == MANY
    assert len(bench.loader.failures) > GIVE_UP


async def test_a_cancelled_load_stops_at_once(bench: Bench) -> None:
    run = asyncio.create_task(bench.loader.run(bench.server))
    await bench.gate.until(AT_ONCE)
    began = bench.loader.running
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert (began, bench.loader.running) == (True, False)
    assert bench.gate.waiting == []
    assert len(bench.gate.asked) == AT_ONCE


async def test_loaded_webhooks_stay_through_a_refresh_until_they_are_read_again(
    bench: Bench,
) -> None:
    bench.gate.let_all()
    await bench.loader.run(bench.server)
    await bench.read_list()
    assert len(bench.filled) == MANY
    before, bench.gate.open = len(bench.gate.asked), False
    run = asyncio.create_task(bench.loader.run(bench.server))
    await bench.gate.until(before + AT_ONCE)
    assert len(bench.filled) == MANY
    bench.gate.let_all()
    await run
    assert len(bench.gate.asked) == before + MANY


async def test_an_instance_that_was_deleted_meanwhile_is_not_read(bench: Bench) -> None:
    run = asyncio.create_task(bench.loader.run(bench.server))
    await bench.gate.until(AT_ONCE)
    bench.store.begin()
    bench.store.add([bench.store[key] for key in list(bench.store.ids)[: MANY // 2]])
    bench.store.finish()
    bench.gate.let_all()
    await run
    assert len(bench.gate.asked) == MANY // 2
    assert len(bench.filled) == MANY // 2


async def test_instances_match_the_filter_as_their_webhooks_arrive(bench: Bench) -> None:
    bench.store.set_filter("crm.loja")
    assert list(bench.store.visible) == []
    run = asyncio.create_task(bench.loader.run(bench.server))
    await bench.gate.until(AT_ONCE)
    bench.gate.let(1)
    await bench.gate.until(AT_ONCE + 1)
    seen = list(bench.store.visible)
    bench.gate.let_all()
    await run
    matching = [
        key
        for key in bench.store.ids
        if any("crm.loja" in one.url for one in bench.store[key].webhooks or ())
    ]
    assert list(bench.store.visible) == matching
    assert len(seen) <= 1 < len(matching)


async def test_an_empty_list_sends_no_request() -> None:
    store = Store()
    server = adapter_at("evolution-v2", httpx.MockTransport(lambda _: httpx.Response(500)))
    loader = WebhookLoader(store, AT_ONCE, lambda _: None)
    await loader.run(server)
    assert (loader.failures, loader.running) == ({}, False)

"""Reading by instance or by page slows down where the server refuses requests, and goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from typing import Any, cast

import pytest

from tests.api.rate_limit import Rate
from tests.support import in_words
from tui.api import pace
from tui.api.connection import connect
from tui.api.errors import ApiError, AsksToWait, TryLater, Unavailable
from tui.core.session import Session
from tui.core.webhook_loader import WebhookLoader
from tui.model.secret import Secret
from tui.model.server_kind import ServerKind
from tui.sandbox.kinds import open_kind
from tui.sandbox.serve import running
from tui.storage.server_memory import ServerMemory

MANY = 80


class Reader:
    """A loader of all webhooks of a server behind a proxy with a rate limit."""

    def __init__(self, session: Session, rate: Rate) -> None:
        self.session, self.rate = session, rate
        self.server, self.store = session.server, session.store
        self.slowed: list[AsksToWait] = []
        self.told: list[str] = []
        self.loader = WebhookLoader(self.store, 8, self.told.append, self.slowed.append)

    @property
    def filled(self) -> int:
        return sum(self.store[key].webhooks is not None for key in self.store.ids)


@asynccontextmanager
async def reader(
    kind: ServerKind = "evolution-v2", many: int = MANY, page_size: int = 50, **limits: Any
) -> AsyncIterator[Reader]:
    """Read the list of a server on a socket."""
    with open_kind(kind, instances=many, page_size=page_size) as sandbox:
        rate = Rate(sandbox.app, **limits)
        cast(Any, sandbox).app = rate
        with running(sandbox) as url:
            connection = connect(
                url,
                kind=kind,
                business=sandbox.business_id,
                profile="shop",
                token=Secret(sandbox.token),
                token_source="the test",
                memory=ServerMemory(None, url),
            )
            session = Session(connection, "shop")
            here = Reader(session, rate)
            try:
                here.store.begin()
                async for page in session.instances(here.slowed.append):
                    here.store.add(page.instances, page.total)
                here.store.finish()
                yield here
            finally:
                await session.close()


@pytest.mark.parametrize("status", [429, 503])
async def test_a_rate_limit_costs_time_but_no_instance(status: int) -> None:
    many = MANY // 2
    async with reader(many=many, status=status, rate=30) as here:
        await here.loader.run(here.server)
        assert here.filled == many
        assert here.loader.failures == {}
        assert here.rate.refused
        assert len(here.rate.refused) < many / 2  # all requests slow down together
        assert sorted(here.rate.passed) == sorted(here.store.ids)
        (first,) = here.slowed
        assert isinstance(first, TryLater if status == 429 else Unavailable)
        assert not here.loader.is_slowed  # it has ended


@pytest.mark.parametrize("status", [429, 503])
async def test_a_rate_limit_costs_time_but_no_page_of_the_list(status: int) -> None:
    async with reader(
        "codechat-v2", page_size=2, part="/instance/search", status=status, rate=30, burst=5
    ) as here:
        assert len(here.store) == MANY
        assert here.rate.refused
        assert len(here.rate.refused) < MANY / 4  # all requests slow down together
        assert here.slowed
        assert isinstance(here.slowed[0], TryLater if status == 429 else Unavailable)


async def test_without_refusals_there_are_no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    async with reader(rate=1e9, burst=1e9) as here:
        monkeypatch.setattr(pace, "asyncio", None)  # a pause would fail
        await here.loader.run(here.server)
        assert here.filled == MANY
        assert not here.slowed


@pytest.mark.parametrize("status", [429, 503])
async def test_the_loader_waits_as_long_as_the_server_asks(status: int) -> None:
    async with reader(status=status, rate=50, headers={"retry-after": "1"}) as here:
        await here.loader.run(here.server)
        assert here.filled == MANY
        assert here.slowed[0].retry_after == 1
        # Running requests are refused too; after them nothing arrives for a second.
        arrived = here.rate.arrived
        longest = max(late - early for early, late in pairwise(arrived))
        assert longest > 0.9


async def test_a_stopped_loader_keeps_what_was_read_and_sends_nothing_more() -> None:
    async with reader(rate=20) as here:
        run = asyncio.create_task(here.loader.run(here.server))
        while not here.slowed:  # noqa: ASYNC110 (no event tells of it)
            await asyncio.sleep(0)
        assert here.loader.is_slowed
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run
        assert not here.loader.running
        assert 0 < here.filled < MANY
        assert here.loader.failures == {}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the slowest pace."""
    monkeypatch.setattr(pace, "FIRST", 0.001)
    monkeypatch.setattr(pace, "SLOWEST", 0.01)


@pytest.mark.usefixtures("quick")
async def test_an_instance_that_is_always_refused_fails_alone() -> None:
    async with reader(many=12, rate=1e9, burst=1e9) as here:
        ids = list(here.store.ids)
        here.loader.look_at(ids[:3])
        inner, always = here.rate.app, Rate(here.rate.app, rate=0, burst=0)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await (always if scope["path"].endswith(ids[0]) else inner)(scope, receive, send)

        here.rate.app = app
        await here.loader.run(here.server)
        assert list(here.loader.failures) == [ids[0]]
        assert here.filled == 11
        assert len(always.refused) == pace.REFUSALS
        assert here.rate.passed.index(ids[11]) < len(here.rate.passed) - pace.REFUSALS / 2


@pytest.mark.usefixtures("quick")
async def test_a_server_that_refuses_all_is_given_up_after_all_tries() -> None:
    async with reader(many=4, rate=0, burst=0) as here:
        await here.loader.run(here.server)
        assert here.loader.failures.keys() == set(here.store.ids)
        assert len(here.rate.refused) == 4 * pace.REFUSALS


@pytest.mark.usefixtures("quick")
async def test_a_page_that_is_always_refused_ends_the_list_after_all_tries() -> None:
    pages = reader("codechat-v2", page_size=40, part="/search", rate=0, burst=1)
    with pytest.raises(Unavailable):
        await pages.__aenter__()


async def test_too_long_a_wait_ends_the_list_with_its_reason() -> None:
    limit: dict[str, Any] = {"rate": 0, "burst": 3, "headers": {"retry-after": "3601"}}
    pages = reader("codechat-v2", page_size=10, part="/search", **limit)
    with pytest.raises(Unavailable) as failed:
        await asyncio.wait_for(pages.__aenter__(), 10)
    assert "1 h" in in_words(failed.value.to_do)


async def test_too_long_a_wait_ends_the_loading_with_its_reason() -> None:
    async with reader(rate=0, burst=3, headers={"retry-after": "3601"}) as here:
        async with asyncio.timeout(10):
            await here.loader.run(here.server)
        assert here.filled == 3
        assert len(here.loader.failures) == MANY - 3
        assert "1 h" in in_words(next(iter(here.loader.failures.values())).to_do)


@pytest.mark.parametrize("kind", ["codechat-v2", "codechat-v1", "codechat-go", "evolution-v2"])
async def test_only_a_paced_request_is_not_retried(kind: ServerKind) -> None:
    async with reader(kind, many=2, rate=0, burst=0) as here:
        instance = here.store[next(iter(here.store.ids))]
        asked = []
        for paced in (True, False):
            before = len(here.session.request_log)
            with pytest.raises(ApiError):
                await here.server.webhooks(instance, paced=paced)
            asked.append(len(here.session.request_log) - before)
        assert asked == [1, 3]


# the pace itself


async def test_refusals_at_the_same_time_count_once_and_answers_speed_up_again() -> None:
    here = pace.Pace()
    salvo = [await here.turn() for _ in range(8)]
    assert here._between == 0
    for sent in salvo:
        here.refused(sent)
    assert here._between == pace.FIRST
    later = await here.turn()
    here.answered(salvo[0])  # sent before the pace slowed down, so it does not count
    assert here._between == pace.FIRST
    here.refused(later)
    assert here._between == 2 * pace.FIRST
    answers = 0
    while here.is_slowed:
        here.answered(here._slowed_at)
        answers += 1
    assert 10 < answers < 200


def test_the_slowest_pace_speeds_up_soon() -> None:
    here = pace.Pace()
    for _ in range(20):
        here.refused(here._slowed_at + 1)
        here._slowed_at = 0.0
    assert here._between == pace.SLOWEST
    waited = 0.0
    while here._between > 0.2:
        here.answered(1.0)
        waited += here._between
    assert waited < 2 * pace.SLOWEST

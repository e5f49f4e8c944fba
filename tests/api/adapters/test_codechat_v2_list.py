"""The list of instances, page by page, also from servers that count wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import httpx
import pytest

from tests.support import SingleWebhookAdapter, instances, sandbox_server, sandbox_wire, server_at
from tui.api.adapters import codechat_v2
from tui.api.adapters.codechat_v2 import PAGES_AT_ONCE, CodeChatV2
from tui.api.errors import ApiError, BadAnswer, ServerFailed
from tui.api.port import Page
from tui.model.instance import Instance
from tui.sandbox.codechat_v2.server import open_sandbox

Pages = Callable[[int], Awaitable[dict[str, Any]]]
"""Returns a server's answer to a request for a page."""


def paged(pages: Pages, asked: list[int] | None = None) -> CodeChatV2:
    async def answer(request: httpx.Request) -> httpx.Response:
        number = json.loads(request.content)["page"]
        if asked is not None:
            asked.append(number)
        body = await pages(number)
        return httpx.Response(body.pop("status", 200), json=body)

    return server_at(httpx.MockTransport(answer))


def page_of(*ids: int, **page: Any) -> dict[str, Any]:
    records = [{"instanceId": f"i{number}", "name": f"n{number}"} for number in ids]
    return {"BusinessPage": {"records": records, **page}}


async def ids_of(server: CodeChatV2) -> list[str]:
    return [one.id async for page in server.instances() for one in page.instances]


async def read_into(arrived: list[Page], server: CodeChatV2) -> None:
    async for page in server.instances():
        arrived.append(page)


@pytest.mark.parametrize("number, page_size", [(0, 5), (1, 5), (5, 5), (23, 5), (23, 50), (60, 3)])
async def test_all_instances_come_in_the_servers_order(number: int, page_size: int) -> None:
    with open_sandbox(instances=number, page_size=page_size) as sandbox:
        wire = sandbox_wire(sandbox)
        pages = [page async for page in sandbox_server(sandbox, wire).instances()]
        names = [one.name for page in pages for one in page.instances]
        whole = sandbox_server(sandbox, sandbox_wire(sandbox))
        sandbox.page_size = 1000
        assert names == list(await instances(whole))
    assert len(names) == number
    assert {page.total for page in pages} == {number}
    assert len(wire.requests) == max(-(-number // page_size), 1)
    assert all(page.problems == () for page in pages)


async def test_an_instance_has_its_name_number_and_webhooks() -> None:
    with open_sandbox() as sandbox:
        found = (await instances(sandbox_server(sandbox, sandbox_wire(sandbox))))["loja-norte"]
    assert (found.state, found.connection) == ("active", "open")
    assert (found.number, found.push_name) == ("5511900001001", "Aurora Zona Norte")
    assert found.created_at is not None
    assert found.token is not None
    assert found.webhooks is not None
    crm, audit = found.webhooks
    assert (crm.name, crm.enabled, crm.flags_on, len(crm.flags)) == ("crm", True, 18, 20)
    assert crm.headers is not None
    assert audit.updated_at is not None


async def test_the_page_may_be_at_the_top_level() -> None:
    async def pages(number: int) -> dict[str, Any]:
        page: dict[str, Any] = page_of(number, totalPages=2, totalRecords=2)["BusinessPage"]
        return page

    assert await ids_of(paged(pages)) == ["i1", "i2"]


async def test_fewer_pages_than_announced_end_the_list() -> None:
    asked: list[int] = []

    async def pages(number: int) -> dict[str, Any]:
        return page_of(*([number] if number < 4 else []), totalPages=10**9, totalRecords=10**10)

    assert await ids_of(paged(pages, asked)) == ["i1", "i2", "i3"]
    assert max(asked) <= 4 + PAGES_AT_ONCE


async def test_an_endless_list_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(codechat_v2, "MAX_PAGES", 6)

    async def pages(number: int) -> dict[str, Any]:
        return page_of(number, totalPages=10**9)

    assert len(await ids_of(paged(pages))) == 6


async def test_the_number_of_pages_follows_from_the_number_of_records() -> None:
    async def pages(number: int) -> dict[str, Any]:
        return page_of(*{1: (1, 2), 2: (3, 4), 3: (5,)}[number], totalRecords=5)

    assert await ids_of(paged(pages)) == ["i1", "i2", "i3", "i4", "i5"]


@pytest.mark.parametrize("page", [{}, {"totalPages": None}, {"totalPages": 0, "totalRecords": 0}])
async def test_a_server_without_any_count_is_asked_once(page: dict[str, Any]) -> None:
    asked: list[int] = []

    async def pages(number: int) -> dict[str, Any]:
        return page_of(1, 2, **page)

    assert await ids_of(paged(pages, asked)) == ["i1", "i2"]
    assert asked == [1]


async def test_a_broken_record_is_named_and_does_not_hide_the_others() -> None:
    async def pages(number: int) -> dict[str, Any]:
        body = page_of(1, 3, totalPages=2)
        body["BusinessPage"]["records"][1:1] = [
            {"name": "without an id"},
            "not an instance",
            {
                "instanceId": "i2",
                "name": "loja",
                "Webhook": [{"name": "no id"}, {"webhookId": "w"}],
            },
        ]
        return body

    async with aclosing(paged(pages).instances()) as listing:
        page = await anext(listing)
    assert [one.id for one in page.instances] == ["i1", "i2", "i3"]
    assert [hook.id for hook in page.instances[1].webhooks or ()] == ["w"]
    assert page.problems == (
        "An instance was left out: instanceId is missing",
        "An instance was left out: it is no object",
        "A webhook of loja was left out: webhookId is missing",
    )


async def test_a_page_of_broken_records_alone_does_not_end_the_list() -> None:
    async def pages(number: int) -> dict[str, Any]:
        return (
            {"BusinessPage": {"records": [{}], "totalPages": 3}}
            if number == 2
            else page_of(number, totalPages=3)
        )

    assert await ids_of(paged(pages)) == ["i1", "i3"]


async def test_a_limited_number_of_pages_is_requested_at_once() -> None:
    running, most = 0, 0

    async def pages(number: int) -> dict[str, Any]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(3):
            await asyncio.sleep(0)
        running -= 1
        return page_of(number, totalPages=12)

    assert await ids_of(paged(pages)) == [f"i{number}" for number in range(1, 13)]
    assert most == PAGES_AT_ONCE


async def test_a_late_page_does_not_change_the_order() -> None:
    third = asyncio.Event()

    async def pages(number: int) -> dict[str, Any]:
        if number == 2:
            await third.wait()
        if number == 3:
            third.set()
        return page_of(number, totalPages=3)

    assert await ids_of(paged(pages)) == ["i1", "i2", "i3"]


async def test_leaving_the_list_cancels_its_requests() -> None:
    waiting: set[int] = set()
    stopped: set[int] = set()
    all_wait = asyncio.Event()

    async def pages(number: int) -> dict[str, Any]:
        if number > 2:
            waiting.add(number)
            if len(waiting) == PAGES_AT_ONCE - 1:
                all_wait.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                stopped.add(number)
                raise
        return page_of(number, totalPages=9)

    async with asyncio.timeout(10), aclosing(paged(pages).instances()) as listing:
        await anext(listing)
        await anext(listing)
        await all_wait.wait()
    assert waiting == stopped == {3, 4, 5}


async def test_a_page_that_fails_ends_the_list_after_those_before_it() -> None:
    async def pages(number: int) -> dict[str, Any]:
        return {"status": 500} if number == 3 else page_of(number, totalPages=6)

    arrived: list[Page] = []
    with pytest.raises(ServerFailed):
        await read_into(arrived, paged(pages))
    assert [one.id for page in arrived for one in page.instances] == ["i1", "i2"]


@pytest.mark.parametrize("body", [None, [], "text", {}, {"BusinessPage": None}, {"records": 1}])
async def test_an_answer_without_a_page_is_an_error(body: object) -> None:
    server = server_at(httpx.MockTransport(lambda _: httpx.Response(200, json=body)))
    with pytest.raises(BadAnswer, match="answered 200, but with no page of instances"):
        await ids_of(server)


async def test_the_webhooks_of_one_instance_can_be_read() -> None:
    with open_sandbox() as sandbox:
        server = sandbox_server(sandbox, sandbox_wire(sandbox))
        loja = (await instances(server))["loja-norte"]
        assert await server.webhooks(loja) == loja.webhooks
        assert loja.webhooks is not None
        assert await server.webhook(loja, loja.webhooks[1].id) == loja.webhooks[1]


@pytest.mark.parametrize("record", [{}, {"name": "no id"}, {"webhookId": "w", "enabled": "yes"}])
async def test_an_unreadable_webhook_is_an_error(record: object) -> None:
    answers = httpx.MockTransport(lambda _: httpx.Response(200, json=record))
    with pytest.raises(BadAnswer, match="but with no webhook"):
        await server_at(answers).webhook(Instance("i", "loja"), "w")
    with pytest.raises(ApiError, match="no list of webhooks"):
        await server_at(SingleWebhookAdapter({})).webhooks(Instance("i", "loja"))


async def test_a_list_of_webhooks_with_a_broken_one_is_an_error() -> None:
    answers = httpx.MockTransport(lambda _: httpx.Response(200, json=[{"webhookId": "w"}, {}]))
    with pytest.raises(BadAnswer, match="A webhook of loja was left out: webhookId is miss"):
        await server_at(answers).webhooks(Instance("i", "loja"))

"""Deleting a webhook: each way it can end is told from the others by what is left."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.saving_support import Desk, desk_at
from tui.api.errors import NoAnswer, NotFound, ReadOnly, ServerFailed, TryLater, Unauthorised
from tui.deleting import Deleted, Deletion, delete
from tui.model.secret import Secret

LATE = httpx.ReadTimeout("late")


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with desk_at("put") as opened:
        yield opened


async def delete_at(desk: Desk) -> Deleted:
    desk.wire.requests.clear()
    return await delete(desk.server, desk.instance, desk.base.id)


async def left(desk: Desk) -> list[str]:
    return [one.name for one in await desk.others.webhooks(desk.instance)]


async def test_it_is_gone_and_the_others_are_there(desk: Desk) -> None:
    done = await delete_at(desk)
    assert (done.outcome, done.error) == (Deletion.DELETED, None)
    assert done.webhooks is not None
    assert [one.name for one in done.webhooks] == ["auditoria"] == await left(desk)
    assert desk.wire.methods == ["DELETE", "GET"]


async def test_one_that_somebody_else_deleted_is_said_to_be_gone_before(desk: Desk) -> None:
    await desk.others.delete(desk.instance, desk.base.id)
    done = await delete_at(desk)
    assert done.outcome is Deletion.GONE_BEFORE
    assert isinstance(done.error, NotFound)
    assert done.webhooks is not None
    assert [one.name for one in done.webhooks] == ["auditoria"]


async def test_one_whose_answer_is_lost_is_deleted_after_all(desk: Desk) -> None:
    desk.wire.fail("DELETE", LATE, applied=True)
    done = await delete_at(desk)
    assert done.outcome is Deletion.DELETED_AFTER_ALL
    assert isinstance(done.error, NoAnswer)
    assert await left(desk) == ["auditoria"]
    assert desk.wire.methods == ["DELETE", "GET"]


@pytest.mark.parametrize("fault", [LATE, httpx.Response(500), httpx.Response(204)])
async def test_one_that_is_still_there_is_not_deleted_whatever_was_said(
    desk: Desk, fault: httpx.Response | Exception
) -> None:
    desk.wire.fail("DELETE", fault)
    done = await delete_at(desk)
    assert done.outcome is Deletion.NOT_DELETED
    assert done.webhooks is not None
    assert [one.name for one in done.webhooks] == ["crm", "auditoria"] == await left(desk)


@pytest.mark.parametrize(
    "status, kind", [(401, Unauthorised), (403, Unauthorised), (429, TryLater)]
)
async def test_a_refusal_is_not_looked_after(
    desk: Desk, status: int, kind: type[Exception]
) -> None:
    desk.wire.fail("DELETE", httpx.Response(status))
    done = await delete_at(desk)
    assert (done.outcome, done.webhooks) == (Deletion.NOT_DELETED, None)
    assert isinstance(done.error, kind)
    assert desk.wire.methods == ["DELETE"]


@pytest.mark.parametrize("fault", [LATE, httpx.Response(502), None])
async def test_when_what_is_left_cannot_be_read_that_is_said(
    desk: Desk, fault: httpx.Response | Exception | None
) -> None:
    desk.wire.fail("DELETE", fault)
    desk.wire.fail("GET", httpx.Response(500))
    done = await delete_at(desk)
    assert (done.outcome, done.webhooks) == (Deletion.UNKNOWN, None)
    assert isinstance(done.error, NoAnswer if fault is LATE else ServerFailed)


async def test_read_only_deletes_nothing() -> None:
    async with desk_at("put", read_only=True) as desk:
        done = await delete_at(desk)
        assert done.outcome is Deletion.NOT_DELETED
        assert isinstance(done.error, ReadOnly)
        assert desk.wire.methods == []
        assert await left(desk) == ["crm", "auditoria"]


async def test_a_wrong_token_deletes_nothing_and_a_right_one_does(desk: Desk) -> None:
    desk.server.use_token(Secret("wrong"), "the test", instance=desk.instance)
    assert (await delete_at(desk)).outcome is Deletion.NOT_DELETED
    assert desk.instance.token is not None
    desk.server.use_token(desk.instance.token, "the test", instance=desk.instance)
    assert (await delete_at(desk)).outcome is Deletion.DELETED

"""Deleting a webhook: each way it can end is told from the others by what is left."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.core.save_support import Desk, desk_at
from tui.api.errors import NoAnswer, NotFound, ReadOnly, ServerFailed, Unauthorised
from tui.core.delete import Deleted, Deletion, delete
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


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 429, 500])
async def test_whatever_was_answered_what_is_left_says_what_became_of_it(
    desk: Desk, status: int
) -> None:
    for applied in (False, True):
        desk.wire.fail("DELETE", httpx.Response(status), applied=applied)
        done = await delete_at(desk)
        gone = Deletion.GONE_BEFORE if status == 404 else Deletion.DELETED_AFTER_ALL
        assert done.outcome is (gone if applied else Deletion.NOT_DELETED)
        assert done.error is not None
        assert desk.wire.methods == ["DELETE", "GET"]


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 429, 500])
async def test_whatever_was_answered_it_is_not_known_where_what_is_left_cannot_be_read(
    desk: Desk, status: int
) -> None:
    desk.wire.fail("DELETE", httpx.Response(status), applied=True)
    desk.wire.fail("GET", httpx.ConnectTimeout("late"))
    done = await delete_at(desk)
    assert (done.outcome, done.webhooks) == (Deletion.UNKNOWN, None)


async def test_one_that_was_never_sent_is_not_deleted_and_nothing_is_read(desk: Desk) -> None:
    desk.wire.fail("DELETE", httpx.ConnectError("refused"))
    done = await delete_at(desk)
    assert (done.outcome, desk.wire.methods) == (Deletion.NOT_DELETED, ["DELETE"])


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
    done = await delete_at(desk)
    assert (
        done.outcome is Deletion.UNKNOWN
    )  # a proxy may have said so, and what is left is not told
    assert isinstance(done.error, Unauthorised)
    assert len(await left(desk)) == 2
    assert desk.instance.token is not None
    desk.server.use_token(desk.instance.token, "the test", instance=desk.instance)
    assert (await delete_at(desk)).outcome is Deletion.DELETED

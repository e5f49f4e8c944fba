"""Deleting a webhook: the remaining webhooks show how it ended."""

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


async def test_the_webhook_is_deleted_and_the_others_remain(desk: Desk) -> None:
    done = await delete_at(desk)
    assert (done.outcome, done.error) == (Deletion.DELETED, None)
    assert done.webhooks is not None
    assert [one.name for one in done.webhooks] == ["auditoria"] == await left(desk)
    assert desk.wire.methods == ["DELETE", "GET"]


async def test_a_webhook_that_somebody_else_deleted_was_gone_before(desk: Desk) -> None:
    await desk.others.delete(desk.instance, desk.base.id)
    done = await delete_at(desk)
    assert done.outcome is Deletion.GONE_BEFORE
    assert isinstance(done.error, NotFound)
    assert done.webhooks is not None
    assert [one.name for one in done.webhooks] == ["auditoria"]


async def test_a_deletion_whose_answer_is_lost_succeeded_after_all(desk: Desk) -> None:
    desk.wire.fail("DELETE", LATE, applied=True)
    done = await delete_at(desk)
    assert done.outcome is Deletion.DELETED_AFTER_ALL
    assert isinstance(done.error, NoAnswer)
    assert await left(desk) == ["auditoria"]
    assert desk.wire.methods == ["DELETE", "GET"]


@pytest.mark.parametrize("fault", [LATE, httpx.Response(500), httpx.Response(204)])
async def test_a_webhook_that_remains_is_not_deleted_in_spite_of_the_answer(
    desk: Desk, fault: httpx.Response | Exception
) -> None:
    desk.wire.fail("DELETE", fault)
    done = await delete_at(desk)
    assert done.outcome is Deletion.NOT_DELETED
    assert done.webhooks is not None
    assert [one.name for one in done.webhooks] == ["crm", "auditoria"] == await left(desk)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 429, 500])
async def test_after_any_answer_the_remaining_webhooks_show_the_outcome(
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
async def test_after_any_answer_the_outcome_is_unknown_where_reading_fails(
    desk: Desk, status: int
) -> None:
    desk.wire.fail("DELETE", httpx.Response(status), applied=True)
    desk.wire.fail("GET", httpx.ConnectTimeout("late"))
    done = await delete_at(desk)
    assert (done.outcome, done.webhooks) == (Deletion.UNKNOWN, None)


async def test_a_request_that_was_never_sent_deletes_nothing_and_nothing_is_read(
    desk: Desk,
) -> None:
    desk.wire.fail("DELETE", httpx.ConnectError("refused"))
    done = await delete_at(desk)
    assert (done.outcome, desk.wire.methods) == (Deletion.NOT_DELETED, ["DELETE"])


@pytest.mark.parametrize("fault", [LATE, httpx.Response(502), None])
async def test_an_unknown_deletion_has_the_first_error(
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
    # The 401 may be a proxy's, and the remaining webhooks cannot be read with this token.
    assert done.outcome is Deletion.UNKNOWN
    assert isinstance(done.error, Unauthorised)
    assert len(await left(desk)) == 2
    assert desk.instance.token is not None
    desk.server.use_token(desk.instance.token, "the test", instance=desk.instance)
    assert (await delete_at(desk)).outcome is Deletion.DELETED

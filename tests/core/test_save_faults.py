"""The save protocol when servers and networks fail: the result matches the server's state."""

from __future__ import annotations

from itertools import product
from typing import get_args

import httpx
import pytest

from tests.core.save_support import Desk, desk_at
from tui.api.errors import NotFound, ServerFailed, Unreachable
from tui.core.save_result import Outcome, SaveResult
from tui.model.diff import changes
from tui.model.webhook import Values
from tui.sandbox.codechat_v2.bodies import FlagMode

MODES: tuple[FlagMode, ...] = get_args(FlagMode)
GONE = httpx.ConnectTimeout("late")  # the one fault after which a read is not retried
LOST = httpx.ReadError("reset")


async def test_a_server_that_cannot_be_reached_is_not_written_to() -> None:
    async with desk_at("put") as desk:
        desk.wire.fail("GET", GONE)
        result = await desk.save(desk.edit(name="crm 2"))
        assert (result.outcome, result.webhook) == (Outcome.NOT_SAVED, None)
        assert isinstance(result.error, Unreachable)
        assert desk.wire.methods == ["GET"]


async def test_a_write_that_was_never_sent_is_not_saved_and_nothing_is_read() -> None:
    async with desk_at("put") as desk:
        desk.wire.fail("PUT", httpx.ConnectError("refused"))
        result = await desk.save(desk.edit(name="crm 2"))
        assert result.outcome is Outcome.NOT_SAVED
        assert desk.wire.methods == ["GET", "PUT"]


@pytest.mark.parametrize(
    "fault",
    [
        LOST,
        httpx.ReadTimeout("late"),
        httpx.RemoteProtocolError("closed"),
        httpx.Response(500),
        httpx.Response(504, html="<title>Gateway Timeout</title>"),
        httpx.Response(201, text="not json"),
        httpx.Response(302, headers={"location": "/login"}),
    ],
    ids=repr,
)
async def test_a_write_that_fails_after_it_was_stored_is_saved_after_all(
    fault: httpx.Response | Exception,
) -> None:
    async with desk_at("put") as desk:
        desk.wire.fail("PUT", fault, applied=True)
        values = desk.edit("newJwt", name="crm 2")
        result = await desk.save(values)
        assert result.outcome is Outcome.SAVED_AFTER_ALL
        assert result.webhook is not None
        assert result.webhook.values == values
        assert result.error is not None
        assert desk.wire.methods == ["GET", "PUT", "GET"]


async def test_a_write_that_fails_before_it_was_stored_is_not_saved() -> None:
    async with desk_at("put") as desk:
        desk.wire.fail("PUT", LOST)
        result = await desk.save(desk.edit("newJwt", name="crm 2"))
        assert result.outcome is Outcome.NOT_SAVED
        assert result.webhook is not None
        assert result.webhook.values == desk.base.values


async def test_the_outcome_is_unknown_where_the_server_stays_down_after_a_write() -> None:
    async with desk_at("put") as desk:
        desk.wire.fail("PUT", LOST, applied=True)
        desk.wire.fail("GET", None, GONE)
        result = await desk.save(desk.edit(name="crm 2"))
        assert (result.outcome, result.webhook) == (Outcome.UNKNOWN, None)
        assert "was lost before the answer" in str(result.error)


@pytest.mark.parametrize("mode", ["put", "patch"])
async def test_a_stored_write_is_unknown_where_reading_it_back_fails(
    mode: FlagMode,
) -> None:
    async with desk_at(mode) as desk:
        desk.wire.fail("PUT", httpx.Response(204), applied=True)
        desk.wire.fail("GET", None, GONE, GONE)
        result = await desk.save(desk.edit(name="crm 2"))
        assert (result.outcome, result.webhook) == (Outcome.UNKNOWN, None)


async def test_stored_flags_are_unknown_where_reading_them_back_fails() -> None:
    async with desk_at("patch") as desk:
        await desk.save_a_flag()
        desk.wire.fail("PATCH", httpx.Response(204), applied=True)
        desk.wire.fail("GET", None, GONE, GONE)
        result = await desk.save(desk.edit("callUpsert"))
        assert result.outcome is Outcome.UNKNOWN
        assert desk.wire.methods == ["GET", "PATCH", "GET", "GET"]


async def test_a_second_read_that_succeeds_shows_that_it_was_saved() -> None:
    async with desk_at("put") as desk:
        desk.wire.fail("PUT", httpx.Response(204), applied=True)
        desk.wire.fail("GET", None, GONE)
        result = await desk.save(desk.edit(name="crm 2"))
        assert result.outcome is Outcome.SAVED_AFTER_ALL


@pytest.mark.parametrize("mode", ["patch", "reject"])
async def test_after_a_save_without_its_flags_the_next_save_sends_only_these(
    mode: FlagMode,
) -> None:
    async with desk_at(mode) as desk:
        desk.wire.fail("PATCH", httpx.Response(500))
        values = desk.edit("newJwt", "callUpsert", name="crm 2")
        result = await desk.save(values)
        assert result.outcome is Outcome.PARTLY
        assert isinstance(result.error, ServerFailed)
        assert {change.key for change in result.missing} == {"newJwt", "callUpsert"}
        assert result.webhook is not None
        assert result.webhook.values == desk.edit(name="crm 2") == await desk.there()

        desk.base = result.webhook
        again = await desk.save(values)
        assert again.outcome is Outcome.SAVED
        # The server's first answer about flags is checked by a read.
        assert desk.wire.methods == ["GET", "PATCH", "GET"]
        assert desk.wire.bodies("PATCH") == [{"newJwt": True, "callUpsert": False}]
        assert await desk.there() == values


async def test_stored_flags_whose_answer_was_lost_are_saved_after_all() -> None:
    async with desk_at("patch") as desk:
        desk.wire.fail("PATCH", LOST, applied=True)
        values = desk.edit("newJwt", name="crm 2")
        result = await desk.save(values)
        assert result.outcome is Outcome.SAVED_AFTER_ALL
        assert await desk.there() == values


async def test_a_webhook_deleted_meanwhile_is_not_found() -> None:
    async with desk_at("put") as desk:
        gone = httpx.Response(404, json={"message": "Webhook not found"})
        desk.wire.fail("GET", gone)
        result = await desk.save(desk.edit(name="crm 2"))
        assert result.outcome is Outcome.NOT_SAVED
        assert isinstance(result.error, NotFound)
        assert result.error.said == ("Webhook not found",)


async def test_a_webhook_deleted_just_before_its_flags_are_written_is_not_saved() -> None:
    async with desk_at("patch") as desk:
        await desk.save_a_flag()
        desk.wire.fail("PATCH", httpx.Response(404, json={"message": "Webhook not found"}))
        result = await desk.save(desk.edit("callUpsert"))
        assert result.outcome is Outcome.NOT_SAVED
        assert isinstance(result.error, NotFound)


FAULTS: dict[str, httpx.Response | Exception] = {
    "refused": httpx.ConnectError("refused"),
    "reset": LOST,
    "late": httpx.ReadTimeout("late"),
    "204": httpx.Response(204),
    "odd": httpx.Response(200, json={"message": "ok"}),
    "html": httpx.Response(200, html="<p>hello"),
    "302": httpx.Response(302),
    "400": httpx.Response(400, json={"message": ["url must be a URL address"]}),
    "401": httpx.Response(401),
    "403": httpx.Response(403),
    "404": httpx.Response(404),
    "409": httpx.Response(409),
    "429": httpx.Response(429),
    "500": httpx.Response(500),
}
NEVER_APPLIED = {"refused"}
"""Faults before a request is sent; after any other fault it may have been carried out."""
SITUATIONS = [
    pytest.param(mode, method, name, applied, blind, id=f"{mode}-{method}-{name}-{applied}-{blind}")
    for mode, method, name, applied, blind in product(
        MODES, ("PUT", "PATCH"), FAULTS, (True, False), (True, False)
    )
    if not (applied and name in NEVER_APPLIED) and (mode, method) != ("put", "PATCH")
]


@pytest.mark.parametrize("mode, method, name, applied, blind", SITUATIONS)
async def test_after_any_fault_the_result_matches_the_server(
    mode: FlagMode, method: str, name: str, applied: bool, blind: bool
) -> None:
    async with desk_at(mode) as desk:
        desk.wire.fail(method, FAULTS[name], applied=applied)
        if blind:  # every read after the first fails
            desk.wire.fail("GET", None, *[GONE] * 5)
        values = desk.edit("newJwt", "callUpsert", name="crm 2")
        result = await desk.save(values)
        await judge(desk, values, result)
        if blind and method == "PUT" and name not in NEVER_APPLIED:
            assert result.outcome is Outcome.UNKNOWN
        assert len(desk.wire.methods) <= 6


async def judge(desk: Desk, wanted: Values, result: SaveResult) -> None:
    """Compare a result with the server's state."""
    there = await desk.there()
    if result.webhook is not None:
        assert result.webhook.values == there
        assert set(result.missing) == set(changes(there, wanted))
    match result.outcome:
        case Outcome.SAVED | Outcome.SAVED_AFTER_ALL:
            assert there == wanted
        case Outcome.PARTLY:
            assert there not in (wanted, desk.base.values)
        case Outcome.NOT_SAVED | Outcome.REFUSED | Outcome.UNAUTHORISED:
            assert there == desk.base.values
            assert result.error is not None
        case Outcome.UNKNOWN:
            assert result.webhook is None
            assert result.error is not None
        case outcome:
            pytest.fail(f"{outcome} is no end of a save that was sent")

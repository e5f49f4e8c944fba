"""Writes without a successful answer: the report matches the server's state, on all kinds."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import httpx
import pytest

from tests.core.stage import MODES, SINGLES, Stage, stage_of
from tests.support import Wire, in_words
from tui.api.port import WebhookServer
from tui.core.save import save
from tui.core.save_result import Outcome, SaveResult
from tui.messages.save_report import report
from tui.model.instance import Instance
from tui.model.webhook import Webhook

KINDS = (*MODES, *SINGLES)
STATUSES = (301, 302, 400, 401, 403, 404, 405, 409, 410, 422, 429, 500, 503)
ODD = {
    "no content": httpx.Response(204),
    "an empty object": httpx.Response(200, json={}),
    "a list": httpx.Response(201, json=[]),
    "no JSON": httpx.Response(200, html="<p>hello"),
}
ANSWERS: dict[str, httpx.Response] = {str(one): httpx.Response(one) for one in STATUSES} | ODD
NOT_SAVED = (Outcome.NOT_SAVED, Outcome.REFUSED, Outcome.UNAUTHORISED)
URL = "https://new.example/in"


async def edit(stage: Stage, server: WebhookServer, url: str = URL) -> tuple[Webhook, SaveResult]:
    """Save another URL for the webhook of the stage."""
    base = await server.webhook(stage.instance, stage.webhook.id)
    return base, await save(server, stage.instance, base, replace(base.values, url=url))


async def acquainted(stage: Stage, wire: Wire) -> WebhookServer:
    """Return the adapter after a first save, from which it has learned about the server."""
    server = stage.server(wire)
    _, result = await edit(stage, server, "https://first.example/in")
    assert result.outcome is Outcome.SAVED
    wire.requests.clear()
    return server


def method_of(kind: str) -> str:
    return "POST" if kind == "evolution-v2" else "PUT"


def said(result: SaveResult) -> str:
    told = report(result, 1)
    assert told is not None
    return in_words(told.sentences[0])


@pytest.mark.parametrize("kind, answer, applied", product(KINDS, ANSWERS, (True, False)))
async def test_after_any_answer_the_result_matches_the_server(
    kind: str, answer: str, applied: bool
) -> None:
    async with stage_of(kind) as stage:
        wire = Wire(httpx.ASGITransport(stage.app))
        server = await acquainted(stage, wire)
        wire.fail(method_of(kind), ANSWERS[answer], applied=applied)
        base, result = await edit(stage, server)
        assert result.webhook is not None
        assert result.webhook.values.url == stage.stored().url == (URL if applied else base.url)
        if applied:
            assert result.outcome in (Outcome.SAVED, Outcome.SAVED_AFTER_ALL)
        else:
            assert result.outcome in NOT_SAVED
            assert said(result).startswith("Not saved. ")


@pytest.mark.parametrize("kind, answer, applied", product(KINDS, ANSWERS, (True, False)))
async def test_after_any_answer_the_outcome_is_unknown_where_reading_fails(
    kind: str, answer: str, applied: bool
) -> None:
    async with stage_of(kind) as stage:
        wire = Wire(httpx.ASGITransport(stage.app))
        server = await acquainted(stage, wire)
        wire.fail(method_of(kind), ANSWERS[answer], applied=applied)
        wire.fail("GET", None, None, *[httpx.ConnectTimeout("late")] * 3)
        _, result = await edit(stage, server)
        assert (result.outcome, result.webhook) == (Outcome.UNKNOWN, None)
        assert "not known" in said(result)
        assert result.needs_token == (answer in ("401", "403"))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_write_that_was_never_sent_is_not_saved_and_nothing_is_read(kind: str) -> None:
    async with stage_of(kind) as stage:
        wire = Wire(httpx.ASGITransport(stage.app))
        server = await acquainted(stage, wire)
        wire.fail(method_of(kind), httpx.ConnectError("refused"))
        _, result = await edit(stage, server)
        assert result.outcome is Outcome.NOT_SAVED
        assert wire.methods == ["GET", "GET", method_of(kind)]


async def without_a_webhook(server: WebhookServer) -> Instance:
    async for page in server.instances():
        for instance in page.instances:
            if not await server.webhooks(instance):
                return instance
    raise AssertionError("every instance has its webhook")


@pytest.mark.parametrize(
    "kind, answer, applied, blind",
    product(SINGLES, ("302", "401", "404", "409", "429", "500"), (True, False), (True, False)),
)
async def test_the_result_of_creating_the_one_webhook_matches_the_server(
    kind: str, answer: str, applied: bool, blind: bool
) -> None:
    async with stage_of(kind) as stage:
        wire = Wire(httpx.ASGITransport(stage.app))
        server = stage.server(wire)
        instance = await without_a_webhook(server)
        blank = server.blank(instance)
        flags = {**blank.flags, next(iter(blank.flags)): True}
        wire.fail(method_of(kind), ANSWERS[answer], applied=applied)
        if blind:
            wire.fail("GET", None, *[httpx.ConnectTimeout("late")] * 3)
        result = await save(server, instance, blank, replace(blank.values, url=URL, flags=flags))
        wire.mend()
        assert bool(await server.webhooks(instance)) is applied
        if blind:
            assert result.outcome is Outcome.UNKNOWN
        elif applied:
            assert result.outcome is Outcome.SAVED_AFTER_ALL
        else:
            assert result.outcome in NOT_SAVED

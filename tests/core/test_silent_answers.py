"""CodeChat Go whose answers leave out flags: missing flags are not mistaken for "off"."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from tests.api.single_webhook_support import adapter_at
from tui.api.adapters.codechat_go import FLAGS
from tui.api.adapters.single_webhook import ONLY, SILENT, SingleWebhookAdapter
from tui.core.save import save
from tui.core.save_result import Outcome
from tui.model.instance import Instance

LOJA = Instance("loja", "loja")


@dataclass
class Go(httpx.AsyncBaseTransport):
    """A server with one webhook that leaves things out of its answers, or knows few flags."""

    silent: frozenset[str] = frozenset()
    """The methods whose answers do not have the events."""
    known: frozenset[str] = frozenset(FLAGS)
    events: dict[str, bool] = field(
        default_factory=lambda: {"callUpsert": True, "sendMessage": True}
    )
    url: str = "https://a.example/in"
    bodies: list[Any] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            asked = json.loads(request.content)
            self.bodies.append(asked)
            if unknown := sorted(asked.get("events", {}).keys() - self.known):
                said = {"statusCode": 400, "error": "bad-request"}
                return httpx.Response(400, json={**said, "messages": [f"unknown {unknown[0]}"]})
            self.url, self.events = asked["url"], asked.get("events", self.events)
        told = {"url": self.url, "enabled": True, "events": self.events}
        if request.method in self.silent:
            del told["events"]
        return httpx.Response(200, json=told)


def program(go: Go) -> SingleWebhookAdapter:
    return adapter_at("codechat-go", go)


@pytest.mark.parametrize("methods", [{"PUT"}, {"GET"}, {"GET", "PUT"}])
async def test_flags_stay_where_answers_leave_them_out(methods: set[str]) -> None:
    go = Go(silent=frozenset(methods))
    server = program(go)
    for url in ("https://a.example/1", "https://a.example/2"):
        base = await server.webhook(LOJA, ONLY)
        result = await save(server, LOJA, base, replace(base.values, url=url))
        assert (result.outcome, result.unrequested) == (Outcome.SAVED, ())
        assert go.url == url
        assert go.events == {"callUpsert": True, "sendMessage": True}


async def test_a_webhook_whose_flags_are_unknown_has_a_note() -> None:
    webhook = await program(Go(silent=frozenset({"GET"}))).webhook(LOJA, ONLY)
    assert webhook.note == SILENT
    assert (await program(Go()).webhook(LOJA, ONLY)).note == ""


async def test_chosen_flags_are_sent_though_the_server_tells_none() -> None:
    go = Go(silent=frozenset({"GET", "PUT"}))
    server = program(go)
    base = await server.webhook(LOJA, ONLY)
    await save(server, LOJA, base, replace(base.values, flags={**base.flags, "mediaRetry": True}))
    assert go.events == {"mediaRetry": True}


async def test_a_server_with_fewer_flags_is_sent_only_those_it_shows() -> None:
    go = Go(known=frozenset({"callUpsert", "sendMessage", "messagesUpsert"}))
    server = program(go)
    base = await server.webhook(LOJA, ONLY)
    flags = {**base.flags, "callUpsert": False, "messagesUpsert": True}
    result = await save(server, LOJA, base, replace(base.values, flags=flags))
    assert result.outcome is Outcome.SAVED
    assert go.events == {"callUpsert": False, "sendMessage": True, "messagesUpsert": True}


async def test_the_last_flag_can_be_turned_off_where_the_server_shows_few() -> None:
    go = Go(events={"callUpsert": True})
    server = program(go)
    base = await server.webhook(LOJA, ONLY)
    result = await save(
        server, LOJA, base, replace(base.values, flags={**base.flags, "callUpsert": False})
    )
    assert result.outcome is Outcome.SAVED
    assert go.events == {"callUpsert": False}

"""A server with one webhook whose answers do not match what it stores."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from tui.model.instance import Instance

LOJA = Instance("i1", "loja")
EVENTS = "WebhookEvents"
RECORD: dict[str, Any] = {
    "webhookId": "w1",
    "name": "crm",
    "url": "https://crm.example/in",
    "enabled": True,
    "headers": {"authorization": "Bearer of-the-crm", "x-team": "vendas"},
    EVENTS: {"newJwt": True, "callUpsert": False, "messagesSet": False, "chatsSet": True},
}
Json = dict[str, Any]
Write = Callable[[Json, Json], Any]
"""Changes the record, given the body of a write; returns a response, or JSON for a 201."""


class Odd(httpx.AsyncBaseTransport):
    """A server with one webhook; the test supplies the effect and the answer of a write."""

    def __init__(self, put: Write, patch: Write) -> None:
        self.record: Json = json.loads(json.dumps(RECORD))
        self._writes = {"PUT": put, "PATCH": patch}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=self.record)
        answer = self._writes[request.method](self.record, json.loads(request.content))
        return answer if isinstance(answer, httpx.Response) else httpx.Response(201, json=answer)


def merged(record: Json, body: Json) -> Json:
    return {**record, **body, EVENTS: {**record[EVENTS], **body.get(EVENTS, {})}}


def takes(record: Json, body: Json) -> Json:
    """Store everything, and answer with what is stored."""
    record.update(merged(record, body))
    return record


def takes_flags(record: Json, body: Json) -> Json:
    record[EVENTS].update(body)
    events: Json = record[EVENTS]
    return events


def keeps_flags(record: Json, body: Json) -> Json:
    """Store the details but not the flags, and answer with what is stored."""
    record.update({key: value for key, value in body.items() if key != EVENTS})
    return record


def resets(record: Json, body: Json) -> Json:
    """Store the details, turn all flags on, and answer with what is stored."""
    record[EVENTS] = dict.fromkeys(record[EVENTS], True)
    return keeps_flags(record, body)


def lies_about_flags(record: Json, body: Json) -> Json:
    """Store the details, and answer as if the flags were stored too."""
    keeps_flags(record, body)
    return merged(record, body)


def repeats(record: Json, body: Json) -> Json:
    """Store nothing, and answer with the request."""
    return body


def not_there(record: Json, body: Json) -> httpx.Response:
    return httpx.Response(404, json={"message": "Cannot PATCH"})

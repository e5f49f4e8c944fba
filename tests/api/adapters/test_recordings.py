"""Every recorded exchange about listing, finding or setting webhooks, through the real client.

The answer comes as it was recorded, whatever is asked. What was recorded of requests that no
adapter would send (a malformed body, another method) is met by the operation nearest to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import httpx
import pytest

from tests.api.single_webhook_support import adapter_at
from tests.support import in_words
from tui.api.adapters.evolution_v2 import KEPT_HERE
from tui.api.adapters.single_webhook import ONLY, SingleWebhookAdapter
from tui.api.errors import (
    ApiError,
    BadAnswer,
    FlagsRefused,
    NotAddressable,
    NotFound,
    Refused,
    ServerFailed,
    Unauthorised,
)
from tui.api.http.path_segments import is_plain
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.webhook import FlagsTold, Values, Webhook

RECORDINGS = Path(__file__).parents[2] / "recordings"
KINDS = {
    "codechat-v1.3.7": "codechat-v1",
    "codechat-go-2026-07-22": "codechat-go",
    "evolution-v2": "evolution-v2",
}
ABOUT = re.compile(r"/instance/fetchInstances|/webhook(/|$)")
LONGEST = 320


class Exchange(NamedTuple):
    kind: str
    name: str
    request: dict[str, Any]
    response: dict[str, Any]

    @property
    def path(self) -> str:
        path: str = self.request["path"]
        return path.partition("?")[0]

    @property
    def instance(self) -> Instance:
        segments = self.path.strip("/").split("/")
        name = unquote(segments[1] if segments[-1] == "webhook" else segments[-1])
        return Instance(id=name, name=clean(name))

    @property
    def operation(self) -> str:
        """The operation of the adapter that is nearest to what was asked."""
        if "webhook" not in self.path.split("/"):
            return "list"
        return "set" if "/set" in self.path or self.request["method"] == "PUT" else "find"

    @property
    def token(self) -> str:
        """What was sent; where that was nothing, a token that appears nowhere else."""
        headers = {name.lower(): value for name, value in self.request["headers"].items()}
        sent: str = headers.get("apikey") or headers.get("authorization", "")
        return sent.rpartition(" ")[2] or "sent-by-nobody"

    @property
    def webhook_sent(self) -> dict[str, Any] | None:
        """The webhook in the body, if the body is whole and of the right types."""
        body: Any = self.request.get("body")
        if self.kind == "evolution-v2" and isinstance(body, dict):
            body = body.get("webhook")
        match body:
            case {"url": str(), "enabled": bool()}:
                return dict(body)
        return None


def recorded() -> list[Exchange]:
    found = []
    for folder, kind in KINDS.items():
        for file in sorted((RECORDINGS / folder).glob("*.json")):
            each = json.loads(file.read_text("utf-8"))
            if ABOUT.match(each["request"]["path"]):
                name = f"{kind}-{file.stem}"
                found.append(Exchange(kind, name, each["request"], each["response"]))
    return found


EXCHANGES = recorded()
GOOD = [each for each in EXCHANGES if 200 <= each.response["status"] < 300]
NO_VALUES: dict[str, Any] = {"enabled": None, "url": ""}
WITHOUT_VALUES = [each for each in GOOD if each.response["body"] in ("", NO_VALUES)]
READ = [each for each in GOOD if each not in WITHOUT_VALUES]
NONE = [each for each in EXCHANGES if "webhook not found" in str(each.response["body"])]
"""The 404s that mean that there is no webhook yet."""
BAD = [each for each in EXCHANGES if each not in (*READ, *NONE)]


def ids(exchange: Exchange) -> str:
    return exchange.name


class Recorded(httpx.AsyncBaseTransport):
    """Gives the recorded answer to every request."""

    def __init__(self, exchange: Exchange) -> None:
        self._response = exchange.response
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        body = self._response["body"]
        kept = ("content-type", "etag", "location", "retry-after")
        headers = {k: v for k, v in self._response["headers"].items() if k.lower() in kept}
        content = b"" if body == "" else json.dumps(body, ensure_ascii=False).encode()
        return httpx.Response(self._response["status"], headers=headers, content=content)


def server_of(exchange: Exchange) -> tuple[SingleWebhookAdapter, Recorded]:
    transport = Recorded(exchange)
    return adapter_at(exchange.kind, transport, token=exchange.token), transport


async def run(
    exchange: Exchange, server: SingleWebhookAdapter
) -> list[Instance] | tuple[Webhook, ...]:
    """Repeat the exchange; a written webhook is returned as a tuple of one."""
    match exchange.operation:
        case "list":
            return [each async for page in server.instances() for each in page.instances]
        case "find":
            return await server.webhooks(exchange.instance)
        case _:
            current = server.blank(exchange.instance)
            values = values_of(exchange, current)
            written = await server.update(exchange.instance, current, values)
            assert written is not None
            return (written,)


def values_of(exchange: Exchange, blank: Webhook) -> Values:
    """Return the values of a form that sends the recorded request."""
    sent = exchange.webhook_sent
    if sent is None:
        return Values("", "https://crm.example", True, blank.flags)
    events = sent.get("events") or {}
    if not isinstance(events, dict):
        events = dict.fromkeys(events, True)
    flags = {**blank.flags, **{key: on for key, on in events.items() if isinstance(on, bool)}}
    options = {key: sent[key] for key in blank.options if key in sent}
    return Values("", sent["url"], sent["enabled"], flags, {**blank.options, **options})


def flags_on(record: Mapping[str, Any]) -> set[str]:
    events = record["events"]
    if isinstance(events, dict):
        return {key for key, on in events.items() if on is True}
    return set(events)


def check_webhook(
    webhook: Webhook, record: Mapping[str, Any], server: SingleWebhookAdapter
) -> None:
    """Compare a webhook with its record."""
    assert webhook.id == ONLY
    assert not webhook.is_new
    assert webhook.enabled is record["enabled"]
    assert webhook.url == clean(record["url"])
    assert webhook.wire_text("url", webhook.url) == record["url"]
    on = {flag for flag, on in webhook.flags.items() if on}
    if webhook.note == KEPT_HERE:
        assert on
        assert (record["enabled"], record["events"]) == (False, [])
    else:
        never_chosen = record["events"] is None
        assert on == (set(server.capabilities.flags) if never_chosen else flags_on(record))
        assert (webhook.flags_told is FlagsTold.NEVER_CHOSEN) == never_chosen
    assert webhook.flags.keys() == {*server.capabilities.flags, *(record["events"] or ())}
    assert webhook.headers == record.get("headers")
    names = {"byEvents": "webhookByEvents", "base64": "webhookBase64"}
    assert webhook.options == {key: record[names[key]] for key in server.capabilities.options}


def test_most_recordings_are_about_webhooks() -> None:
    assert len(EXCHANGES) > 250
    assert {each.operation for each in READ} == {each.operation for each in BAD}


@pytest.mark.parametrize("exchange", READ, ids=ids)
async def test_a_good_answer_is_read_whole(exchange: Exchange) -> None:
    server, wire = server_of(exchange)
    found, body = await run(exchange, server), exchange.response["body"]
    if exchange.operation == "list":
        assert isinstance(found, list)
        check_instances(found, body, server)
    elif body is None:
        assert found == ()
        assert (await server.webhook(exchange.instance, ONLY)).is_new
    else:
        (webhook,) = found
        assert isinstance(webhook, Webhook)
        check_webhook(webhook, body, server)
    assert wire.requests[0].url.raw_path.decode() == exchange.path.rstrip("/")
    if exchange.webhook_sent:
        assert wire.requests[0].method == exchange.request["method"]
        check_sent(exchange, json.loads(wire.requests[0].content))


@pytest.mark.parametrize("exchange", NONE, ids=ids)
async def test_a_404_for_the_webhook_alone_means_that_there_is_none(exchange: Exchange) -> None:
    server, wire = server_of(exchange)
    assert exchange.response["status"] == 404
    assert await run(exchange, server) == ()
    assert len(wire.requests) == 1
    assert (await server.webhook(exchange.instance, ONLY)).is_new


def check_instances(found: list[Instance], body: list[Any], server: SingleWebhookAdapter) -> None:
    assert [each.id for each in found] == [record["name"] for record in body]
    for instance, record in zip(found, body, strict=True):
        token = record["token"] if "token" in record else record["Auth"]["token"]
        assert instance.token is not None
        assert instance.token.reveal() == token
        assert instance.name == clean(record["name"])
        assert instance.connection == record["connectionStatus"]
        if not server.capabilities.lists_webhooks:
            assert instance.webhooks is None
        elif record["Webhook"] is None:
            assert instance.webhooks == ()
        else:
            assert instance.webhooks is not None
            (webhook,) = instance.webhooks
            check_webhook(webhook, record["Webhook"], server)


def check_sent(exchange: Exchange, body: dict[str, Any]) -> None:
    """Check that the body sent has the recorded values, and no others for them."""
    recorded = exchange.webhook_sent
    assert recorded is not None
    sent = body["webhook"] if exchange.kind == "evolution-v2" else body
    for key in recorded.keys() & {"url", "enabled", "byEvents", "base64"}:
        assert sent[key] == recorded[key]
    events = recorded.get("events")
    if isinstance(events, dict):
        assert sent["events"].items() >= events.items()
    elif events is not None:
        assert set(sent["events"]) == set(events)


KIND_OF_ERROR = {401: Unauthorised, 403: Unauthorised, 404: NotFound, 500: ServerFailed}
UNKNOWN_EVENT = re.compile("unknown-event|event-in-camel-case|unknown-events-300")
FIELDS = {
    "url": re.compile(r"set-url-(missing|null|number|empty-and|and-enabled-both)"),
    "enabled": re.compile(r"set-enabled-(missing|null|as)"),
    "headers": re.compile(r"set-headers-(null|as)"),
    "messagesSet": re.compile("set-event-value"),
}


@pytest.mark.parametrize("exchange", BAD, ids=ids)
async def test_a_bad_answer_becomes_an_error_in_words(exchange: Exchange) -> None:
    server, _ = server_of(exchange)
    with pytest.raises(ApiError) as caught:
        await run(exchange, server)
    error, status = caught.value, exchange.response["status"]
    if exchange.response["body"] == NO_VALUES:
        assert type(error) is ServerFailed
    elif status < 400:
        assert type(error) is BadAnswer
    elif exchange.kind == "codechat-go" and status == 403 and not is_plain(exchange.instance.id):
        assert type(error) is NotAddressable
    else:
        assert isinstance(error, KIND_OF_ERROR.get(status, Refused))
        refused = UNKNOWN_EVENT.search(exchange.name) and exchange.kind == "evolution-v2"
        assert isinstance(error, FlagsRefused) == bool(refused)
    check_words(error, exchange)
    for name, about in FIELDS.items():
        names_it = "Requisicao invalida" not in str(exchange.response["body"])
        if isinstance(error, Refused) and about.search(exchange.name) and names_it:
            assert name in error.fields


def check_words(error: ApiError, exchange: Exchange) -> None:
    """Check that each sentence is short, safe to show, and neither a dump nor a secret."""
    fields = error.fields if isinstance(error, Refused) else {}
    by_field = [sentence for sentences in fields.values() for sentence in sentences]
    sentences = (error.what, in_words(error.to_do), *error.said, *by_field, *fields)
    assert len(sentences) < 30
    sent = exchange.request.get("body")
    for sentence in sentences:
        assert 0 < len(sentence) < LONGEST
        assert clean(sentence) == sentence
        assert exchange.token not in sentence
        assert "eyJ" not in sentence
        assert not re.search(r"node_modules|^ *at |Prisma\w*Error|invocation", sentence)
        if isinstance(sent, str) and len(sent) > 10:
            assert sent not in sentence
    if exchange.response["body"] not in ("", {}, NO_VALUES) and "message" in str(exchange.response):
        assert error.said or fields

"""Writing a webhook to v2 servers that treat flags differently, and keeping the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import httpx
import pytest

from tests.support import (
    SingleWebhookAdapter,
    Wire,
    instances,
    sandbox_server,
    sandbox_wire,
    server_at,
)
from tui.api.adapters.codechat_v2 import CodeChatV2
from tui.api.errors import NotFound, ReadOnly, Refused
from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook
from tui.sandbox.codechat_v2.bodies import FlagMode
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox

MODES: tuple[FlagMode, ...] = get_args(FlagMode)
LOJA = Instance("i1", "loja")


@pytest.fixture(params=MODES)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with open_sandbox(flags=request.param) as opened:
        yield opened


async def crm_of(server: CodeChatV2) -> tuple[Instance, Webhook]:
    """Return the sample's webhook with headers, and its instance."""
    instance = (await instances(server))["loja-norte"]
    assert instance.webhooks is not None
    return instance, instance.webhooks[0]


def edited(webhook: Webhook, **flags: bool) -> Values:
    """Return values that differ in every field, with these flags."""
    name, url = f"{webhook.name} 2", f"{webhook.url}/2"
    return Values(name, url, not webhook.enabled, {**webhook.flags, **flags})


async def test_details_are_written_with_the_flags_that_the_server_accepts(sandbox: Sandbox) -> None:
    server = sandbox_server(sandbox, sandbox_wire(sandbox))
    instance, crm = await crm_of(server)
    values = edited(crm, newJwt=True)
    written = await server.update(instance, crm, values)
    assert written is not None
    assert (written.name, written.url, written.enabled) == (values.name, values.url, values.enabled)
    assert written.flags["newJwt"] == (sandbox.flags == "put")
    assert written.headers == crm.headers
    assert await server.webhook(instance, crm.id) == written


async def test_flags_alone_are_written_and_reported(sandbox: Sandbox) -> None:
    server = sandbox_server(sandbox, sandbox_wire(sandbox))
    instance, crm = await crm_of(server)
    asked = {"newJwt": True, "messagesSet": False}
    told = await server.update_flags(instance, crm.id, asked)
    assert told == {**crm.flags, **asked}
    now = await server.webhook(instance, crm.id)
    assert now.flags == {**crm.flags, **asked}
    assert (now.name, now.url, now.headers) == (crm.name, crm.url, crm.headers)


async def test_the_adapter_learns_how_the_server_saves_flags(sandbox: Sandbox) -> None:
    wire = sandbox_wire(sandbox)
    server = sandbox_server(sandbox, wire)
    instance, crm = await crm_of(server)
    assert not server.flags_apart
    await server.update(instance, crm, edited(crm, newJwt=True))
    assert server.flags_apart == (sandbox.flags != "put")
    await server.update_flags(instance, crm.id, {"newJwt": True})
    assert server.flags_apart == (sandbox.flags != "put")
    await server.update(instance, crm, edited(crm))
    sent = ["WebhookEvents" in body for body in wire.bodies("PUT")]
    assert sent == ([True, False, False] if sandbox.flags == "reject" else [True, True])


async def test_an_unknown_flag_is_written_back_with_the_others() -> None:
    with open_sandbox() as sandbox:
        wire = sandbox_wire(sandbox)
        server = sandbox_server(sandbox, wire)
        known = {flag for _, crm in [await crm_of(server)] for flag in crm.flags}
        instance, webhook = next(
            (one, hook)
            for one in (await instances(server)).values()
            for hook in one.webhooks or ()
            if hook.flags.keys() - known - {"labelEdit", "labelAssociation"}
        )
        await server.update(instance, webhook, replace(webhook.values, name="renamed"))
        assert wire.bodies("PUT")[0]["WebhookEvents"] == webhook.flags
        assert (await server.webhook(instance, webhook.id)).flags == webhook.flags


async def test_the_preview_is_the_request_that_is_sent(sandbox: Sandbox) -> None:
    wire = sandbox_wire(sandbox)
    server = sandbox_server(sandbox, wire)
    instance, crm = await crm_of(server)
    crm = replace(crm, headers={"x-team": "vendas"})
    for _ in range(2):  # before and after the server's refusals are known
        shown = server.preview(instance, crm, edited(crm))
        await server.update(instance, crm, edited(crm))
    sent = wire.requests[-1]
    assert (shown.method, shown.url) == (sent.method, str(sent.url))
    assert json.loads(shown.body) == json.loads(sent.content)


RECORD: dict[str, Any] = {
    "webhookId": "w1",
    "name": "crm\x1b[31m\u202e",
    "url": "https://crm.example/\x00\ud800",
    "enabled": False,
    "headers": {"authorization": "Bearer of-the-crm", "x-odd": "\x07"},
    "retries": {"most": 3, "wait": [1, 2.5]},
    "note": None,
    "createdAt": "2026-07-01T12:00:00.000Z",
    "instanceInstanceId": "i1",
    "WebhookEvents": {"newJwt": True, "brandNew": False, "batchSize": 50, "webhookEventsId": "e1"},
}


async def test_properties_that_the_form_hides_are_written_back_unchanged() -> None:
    wire = Wire(SingleWebhookAdapter(RECORD))
    server = server_at(wire)
    base = await server.webhook(LOJA, "w1")
    await server.update(LOJA, base, replace(base.values, enabled=True))
    (sent,) = wire.bodies("PUT")
    own = ("webhookId", "createdAt", "instanceInstanceId")
    events = {"newJwt": True, "brandNew": False, "batchSize": 50}
    assert sent == {
        **{key: value for key, value in RECORD.items() if key not in own},
        "enabled": True,
        "WebhookEvents": events,
    }


async def test_only_an_edit_removes_control_characters_from_a_name() -> None:
    wire = Wire(SingleWebhookAdapter(RECORD))
    server = server_at(wire)
    base = await server.webhook(LOJA, "w1")
    assert (base.name, base.url) == ("crm␛[31m\ufffd", "https://crm.example/␀\ufffd")
    await server.update(LOJA, base, replace(base.values, name="crm", enabled=True))
    (sent,) = wire.bodies("PUT")
    assert (sent["name"], sent["url"]) == ("crm", RECORD["url"])


async def test_no_flags_are_sent_to_a_server_without_flags() -> None:
    wire = Wire(SingleWebhookAdapter({**RECORD, "WebhookEvents": {}}))
    server = server_at(wire)
    base = await server.webhook(LOJA, "w1")
    await server.update(LOJA, base, replace(base.values, name="crm"))
    assert "WebhookEvents" not in wire.bodies("PUT")[0]


def refusing(*names: str) -> httpx.Response:
    words = [f"property {name} should not exist" for name in names]
    return httpx.Response(400, json={"statusCode": 400, "message": words})


@pytest.mark.parametrize(
    "refusals, left_out",
    [
        ([refusing("WebhookEvents", "headers")], {"WebhookEvents", "headers"}),
        ([refusing("WebhookEvents"), refusing("headers")], {"WebhookEvents", "headers"}),
        ([refusing("WebhookEvents.newJwt", "WebhookEvents.brandNew")], {"WebhookEvents"}),
        ([refusing("retries", "note")], {"retries", "note"}),
    ],
    ids=["together", "one by one", "by flag", "unknown ones"],
)
async def test_refused_undocumented_properties_are_left_out_from_then_on(
    refusals: list[httpx.Response], left_out: set[str]
) -> None:
    wire = Wire(SingleWebhookAdapter(RECORD))
    server = server_at(wire)
    base = await server.webhook(LOJA, "w1")
    wire.fail("PUT", *refusals)
    await server.update(LOJA, base, replace(base.values, name="crm"))
    await server.update(LOJA, base, replace(base.values, name="crm 2"))
    first, *_, last, next_time = wire.bodies("PUT")
    assert len(wire.bodies("PUT")) == len(refusals) + 2
    assert first.keys() - last.keys() == left_out
    assert next_time.keys() == last.keys()


@pytest.mark.parametrize(
    "words",
    [
        ["url must be a URL address", "property WebhookEvents should not exist"],
        ["property name should not exist"],
        ["property somethingElse should not exist"],
        ["WebhookEvents.newJwt must be a boolean value"],
        [],
    ],
)
async def test_any_other_refusal_is_an_error_and_leaves_nothing_out(words: list[str]) -> None:
    wire = Wire(SingleWebhookAdapter(RECORD))
    server = server_at(wire)
    base = await server.webhook(LOJA, "w1")
    wire.fail("PUT", httpx.Response(400, json={"message": words}))
    with pytest.raises(Refused):
        await server.update(LOJA, base, replace(base.values, name="crm"))
    await server.update(LOJA, base, replace(base.values, name="crm"))
    first, second = wire.bodies("PUT")
    assert first == second


DETAILS = {"webhookId": "w1", "name": "crm", "url": "https://crm.example", "enabled": True}


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(204),
        httpx.Response(201, json={"message": "ok"}),
        httpx.Response(201, json=DETAILS),
        httpx.Response(201, json={**DETAILS, "WebhookEvents": None}),
        httpx.Response(201, json=[1]),
    ],
    ids=["empty", "a message", "no flags", "null flags", "a list"],
)
async def test_an_incomplete_answer_is_no_webhook(answer: httpx.Response) -> None:
    wire = Wire(SingleWebhookAdapter(RECORD))
    server = server_at(wire)
    base = await server.webhook(LOJA, "w1")
    wire.fail("PUT", answer)
    assert await server.update(LOJA, base, replace(base.values, name="crm")) is None


async def test_an_answer_without_the_written_flags_is_none() -> None:
    wire = Wire(SingleWebhookAdapter(RECORD))
    wire.fail("PATCH", httpx.Response(200, json={"message": "ok"}), httpx.Response(204))
    for _ in range(2):
        assert await server_at(wire).update_flags(LOJA, "w1", {"newJwt": False}) is None
    assert wire.bodies("PATCH") == [{"newJwt": False}] * 2


async def test_read_only_lists_and_reads_and_writes_nothing(sandbox: Sandbox) -> None:
    wire = sandbox_wire(sandbox)
    server = sandbox_server(sandbox, wire, read_only=True)
    instance, crm = await crm_of(server)
    assert await server.webhook(instance, crm.id) == crm
    assert await server.webhooks(instance) == instance.webhooks
    with pytest.raises(ReadOnly):
        await server.update(instance, crm, edited(crm))
    with pytest.raises(ReadOnly):
        await server.update_flags(instance, crm.id, {"newJwt": True})
    assert wire.methods == ["POST", "GET", "GET"]


async def test_a_deleted_webhook_is_not_found(sandbox: Sandbox) -> None:
    server = sandbox_server(sandbox, sandbox_wire(sandbox))
    instance, crm = await crm_of(server)
    with pytest.raises(NotFound, match="404 for loja-norte: not found"):
        await server.webhook(instance, "gone")
    with pytest.raises(NotFound):
        await server.update(instance, replace(crm, id="gone"), crm.values)


async def test_a_refusal_that_begins_with_a_listed_flag_is_about_that_flag() -> None:
    wire = Wire(SingleWebhookAdapter(RECORD))
    server = server_at(wire)
    base = await server.webhook(LOJA, "w1")
    wire.fail("PUT", httpx.Response(400, json={"message": ["brandNew cannot be turned on"]}))
    with pytest.raises(Refused) as caught:
        await server.update(LOJA, base, replace(base.values, name="crm"))
    assert caught.value.fields == {"brandNew": ("brandNew cannot be turned on",)}


async def test_a_server_that_saves_one_of_two_flags_saves_flags() -> None:
    server = server_at(SingleWebhookAdapter(RECORD, newJwt=True))
    base = await server.webhook(LOJA, "w1")
    flags = {**base.flags, "newJwt": False, "brandNew": True}
    written = await server.update(LOJA, base, replace(base.values, flags=flags))
    assert written is not None
    assert written.flags == {"newJwt": True, "brandNew": True}
    assert not server.flags_apart

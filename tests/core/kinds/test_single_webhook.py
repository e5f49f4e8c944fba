"""Servers with one webhook for an instance, on a socket: list, find, save, read back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.api.single_webhook_support import KINDS, NORTE, OUTLET, adapter_at, listed
from tests.core.desk import Desk, desk_of
from tests.front import Front
from tests.support import Wire, in_words
from tui.api.adapters.single_webhook import ONLY
from tui.api.errors import ApiError, BadAnswer, NoAnswer, NotFound, Unauthorised
from tui.api.http.path_segments import is_plain
from tui.core.save import save
from tui.core.save_result import Outcome
from tui.model.diff import Conflict
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.server_kind import ServerKind, title

MESSAGES = {"evolution-v2": "MESSAGES_UPSERT"}
NEW = "https://new.example/in"


@pytest.fixture(params=KINDS)
async def desk(request: pytest.FixtureRequest, front: Front) -> AsyncIterator[Desk]:
    async with desk_of(front, request.param) as opened:
        yield opened


def messages(desk: Desk) -> str:
    """Return the flag of incoming messages, which is on in loja-norte."""
    return MESSAGES.get(desk.sandbox.kind, "messagesUpsert")


def opened(desk: Desk, instances: dict[str, Instance]) -> list[Instance]:
    """Return the instances that a token can open: Go cannot open some names."""
    plain = desk.sandbox.kind == "codechat-go"
    return [one for one in instances.values() if not plain or is_plain(one.id)]


async def test_a_webhook_is_listed_found_saved_and_read_back(desk: Desk) -> None:
    assert desk.base.url == desk.stored()["url"]
    assert desk.base.flags_on > 5
    values = desk.edit(messages(desk), url=NEW)
    result = await desk.save(values)
    assert (result.outcome, result.missing, result.unrequested) == (Outcome.SAVED, (), ())
    assert result.webhook is not None
    assert result.webhook.values == values == (await desk.there()).values
    assert desk.stored()["url"] == NEW
    assert desk.sent.get("webhook", desk.sent)["url"] == NEW


async def test_a_save_on_a_trusted_server_reads_once(desk: Desk) -> None:
    methods = [desk.server.write_method, "GET"]
    for url in ("https://a.example", "https://b.example"):
        result = await desk.save(desk.edit(messages(desk), url=url))
        assert result.webhook is not None
        assert desk.wire.methods == ["GET", *methods]
        desk.base, methods = result.webhook, methods[:1]


async def test_every_instance_comes_with_the_token_that_opens_it(desk: Desk) -> None:
    instances = await listed(desk.server)
    assert len(instances) == 12
    for instance in opened(desk, instances):
        assert instance.token is not None
        await desk.server.webhooks(instance)
        sent = desk.wire.requests[-1].headers
        token = instance.token.reveal()
        assert token in (sent.get("apikey"), sent.get("authorization", "").removeprefix("Bearer "))
        assert token not in repr(instance)


async def test_the_list_has_webhooks_or_leaves_them_out(desk: Desk) -> None:
    for instance in opened(desk, await listed(desk.server)):
        found = await desk.server.webhooks(instance)
        if desk.server.capabilities.lists_webhooks:
            assert instance.webhooks is not None
            assert [one.values for one in instance.webhooks] == [one.values for one in found]
        else:
            assert instance.webhooks is None


async def test_a_save_creates_a_missing_webhook(desk: Desk) -> None:
    await desk.open(OUTLET.id)
    assert await desk.server.webhooks(desk.instance) == ()
    assert desk.base == desk.server.blank(desk.instance)
    assert desk.base.is_new
    values = desk.edit(messages(desk), url=NEW)
    result = await desk.save(values)
    assert result.outcome is Outcome.SAVED
    assert result.webhook is not None
    assert (result.webhook.is_new, result.webhook.id) == (False, ONLY)
    assert result.webhook.values == values == (await desk.there()).values


async def test_a_webhook_created_by_others_meanwhile_is_a_conflict(desk: Desk) -> None:
    await desk.open(OUTLET.id)
    theirs = desk.edit(messages(desk), url="https://theirs.example")
    await desk.others_write(theirs)
    result = await desk.save(desk.edit(messages(desk), url=NEW))
    assert result.outcome is Outcome.CONFLICT
    assert result.merge is not None
    assert result.merge.conflicts == (Conflict("url", "", "https://theirs.example", NEW),)
    assert desk.wire.methods == ["GET"]
    assert (await desk.there()).values == theirs


async def test_the_same_webhook_created_by_others_is_no_conflict(desk: Desk) -> None:
    await desk.open(OUTLET.id)
    values = desk.edit(messages(desk), url=NEW)
    await desk.others_write(values)
    result = await desk.save(values)
    assert result.outcome is Outcome.SAVED
    assert desk.wire.methods == ["GET"]


async def test_changes_of_others_are_kept_and_reported(desk: Desk) -> None:
    flags = [flag for flag, on in desk.base.flags.items() if on]
    await desk.others_write(desk.edit(flags[0], url="https://theirs.example"))
    result = await desk.save(desk.edit(flags[1]))
    assert result.outcome is Outcome.SAVED
    assert {change.key for change in result.merged} == {"url", flags[0]}
    both = desk.edit(*flags[:2], url="https://theirs.example")
    assert (await desk.there()).values == both


async def test_after_a_lost_answer_the_webhook_is_read(desk: Desk) -> None:
    desk.wire.fail(desk.server.write_method, httpx.ReadTimeout("late"), applied=True)
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.SAVED_AFTER_ALL
    assert isinstance(result.error, NoAnswer)
    desk.wire.fail(desk.server.write_method, httpx.ReadTimeout("late"))
    assert result.webhook is not None
    desk.base = result.webhook
    result = await desk.save(desk.edit(url="https://other.example"))
    assert (result.outcome, result.webhook) == (Outcome.NOT_SAVED, desk.base)


async def test_a_created_webhook_is_found_after_a_lost_answer(desk: Desk) -> None:
    await desk.open(OUTLET.id)
    desk.wire.fail(desk.server.write_method, httpx.ReadTimeout("late"), applied=True)
    values = desk.edit(messages(desk), url=NEW)
    result = await desk.save(values)
    assert result.outcome is Outcome.SAVED_AFTER_ALL
    assert result.webhook is not None
    assert (result.webhook.is_new, result.webhook.values) == (False, values)


async def test_unsupported_operations_are_not_sent(desk: Desk) -> None:
    desk.wire.requests.clear()
    for cannot in (
        desk.server.delete(desk.instance, ONLY),
        desk.server.update_flags(desk.instance, ONLY, {messages(desk): False}),
    ):
        with pytest.raises(ApiError, match="here"):
            await cannot
    assert desk.wire.methods == []
    assert desk.server.capabilities.no_delete


async def test_a_deleted_instance_is_not_found(desk: Desk) -> None:
    desk.sandbox.documents.delete(NORTE.id)
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.NOT_SAVED
    assert isinstance(result.error, NotFound)
    assert desk.server.write_method not in desk.wire.methods


async def test_another_instances_token_is_refused_with_the_reason(desk: Desk) -> None:
    other = (await listed(desk.server))["loja-sul"].token
    assert other is not None
    desk.server.use_token(other, "the test", instance=desk.instance)
    result = await desk.save(desk.edit(url=NEW))
    assert result.outcome is Outcome.UNAUTHORISED
    assert isinstance(result.error, Unauthorised)
    assert desk.wire.methods == ["GET"]
    forbidden = desk.sandbox.kind == "codechat-go"
    assert f"answered {403 if forbidden else 401}" in result.error.what
    if desk.server.instance_is_jwt:
        assert "it belongs to another instance (loja-sul)" in result.error.what
    assert other.reveal() not in str((result, result.error.what, result.error.said))


async def test_after_a_wrong_key_another_one_works(desk: Desk) -> None:
    token = desk.sandbox.token
    server = adapter_at(desk.sandbox.kind, desk.wire, url=desk.url, token="wrong-key-of-somebody")
    with pytest.raises(Unauthorised, match=server.profile_token):
        await listed(server)
    server.use_token(Secret(token), "the test")
    assert NORTE.id in await listed(server)


async def test_names_of_any_text_are_encoded_in_addresses(desk: Desk) -> None:
    document = desk.sandbox.documents.get(NORTE.id)
    for name in ("a/b?c=d#e", "Açaí & Café 日本 #1", "100%", "red\x1b[31m"):
        record = document.get("instance", document)
        record["name"] = name
        desk.sandbox.documents.put(name, document)
        instance = replace((await listed(desk.server))[name], token=None)
        assert "\x1b" not in instance.name
        with suppress(Unauthorised):  # Go has no token for every instance
            (webhook,) = await desk.server.webhooks(instance)
            assert webhook.values == desk.base.values
        assert quote(name, safe="").encode() in desk.wire.requests[-1].url.raw_path.split(b"/")


BROKEN: dict[str, Any] = {
    "no webhook": {"enabled": "yes", "url": 3},
    "a list": [1],
    "a text": "ok",
    "enabled is a number": {"url": "https://a.example", "enabled": 1},
    "url is an object": {"url": {}, "enabled": True, "events": None},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
async def test_an_answer_that_is_no_webhook_is_an_error(kind: ServerKind, body: Any) -> None:
    server = adapter_at(kind, httpx.MockTransport(lambda _: httpx.Response(200, json=body)))
    with pytest.raises(BadAnswer, match="no webhook"):
        await server.webhook(NORTE, ONLY)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [200, 204])
async def test_an_empty_answer_to_a_read_is_an_error(kind: ServerKind, status: int) -> None:
    server = adapter_at(kind, httpx.MockTransport(lambda _: httpx.Response(status)))
    with pytest.raises(BadAnswer, match="nothing"):
        await server.webhooks(NORTE)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_broken_record_does_not_hide_the_others(kind: ServerKind) -> None:
    good = {"name": "loja", "connectionStatus": "open", "token": "t"}
    webhook = {"url": "https://a.example", "enabled": None}
    body = [good, {"name": 3}, "x", {**good, "name": "broken", "Webhook": webhook}]
    server = adapter_at(kind, httpx.MockTransport(lambda _: httpx.Response(200, json=body)))
    pages = [page async for page in server.instances()]
    assert [one.name for page in pages for one in page.instances] == ["loja", "broken"]
    problems = [problem for page in pages for problem in page.problems]
    assert len(problems) == (3 if server.capabilities.lists_webhooks else 2)
    assert pages[0].total == 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [{"instances": []}, "none", 3, None])
async def test_an_answer_that_is_no_list_is_an_error(kind: ServerKind, body: Any) -> None:
    server = adapter_at(kind, httpx.MockTransport(lambda _: httpx.Response(200, json=body)))
    with pytest.raises(BadAnswer, match="no list of instances"):
        await listed(server)


@pytest.mark.parametrize("kind", KINDS)
async def test_after_an_empty_answer_to_a_write_the_webhook_is_read(kind: ServerKind) -> None:
    record = {"url": "https://a.example", "enabled": True, "events": None, "headers": None}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=record)
        record["url"] = NEW
        return httpx.Response(201, json={"message": "stored"})

    wire = Wire(httpx.MockTransport(answer))
    server = adapter_at(kind, wire)
    flag = server.capabilities.flags[0]
    record["events"] = [flag] if kind == "evolution-v2" else {flag: True}
    base = await server.webhook(NORTE, ONLY)
    result = await save(server, NORTE, base, replace(base.values, url=NEW))
    assert result.outcome is Outcome.SAVED
    assert wire.methods == ["GET", "GET", server.write_method, "GET"]


LOOKS_LIKE: dict[str, dict[str, Any]] = {
    "codechat-v1": {"connectionStatus": "open", "Auth": None},
    "codechat-go": {"status": "ONLINE", "connectionStatus": "online", "Auth": None},
    "evolution-v2": {"connectionStatus": "open", "integration": "WHATSAPP-BAILEYS"},
}


@pytest.mark.parametrize("named, answers", product(KINDS, KINDS))
async def test_a_list_like_that_of_another_kind_is_shown_with_a_warning(
    named: ServerKind, answers: ServerKind
) -> None:
    body = [{"name": f"loja-{number}", **LOOKS_LIKE[answers]} for number in range(600)]
    server = adapter_at(named, httpx.MockTransport(lambda _: httpx.Response(200, json=body)))
    pages = [page async for page in server.instances()]
    assert sum(len(page.instances) for page in pages) == 600
    doubts = [problem for page in pages for problem in page.problems]
    if named == answers:
        assert doubts == []
    else:
        (doubt,) = doubts
        assert doubt.startswith(
            f"The server answers like {title(answers)}, not like {title(named)}"
        )


@pytest.mark.parametrize("kind", KINDS)
async def test_a_missing_address_may_mean_another_kind_of_server(kind: ServerKind) -> None:
    server = adapter_at(kind, httpx.MockTransport(lambda _: httpx.Response(404)))
    with pytest.raises(NotFound) as caught:
        await anext(aiter(server.instances()))
    assert f"Or it is no {title(kind)} server" in in_words(caught.value.to_do)

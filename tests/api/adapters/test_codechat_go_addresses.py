"""The two sets of addresses of CodeChat Go, and the names of instances in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api.single_webhook_support import NORTE, adapter_at, listed
from tests.sandbox.documented_go import DocumentedGo
from tests.support import Wire, in_words
from tui.api.adapters.single_webhook import ONLY, SingleWebhookAdapter
from tui.api.errors import NotAddressable, NotFound, Unauthorised
from tui.model.instance import Instance
from tui.sandbox.codechat_go.server import CodeChatGo

NEW = "https://new.example/in"


@dataclass
class Go:
    """A server as it answers today, and its adapter."""

    sandbox: CodeChatGo
    server: SingleWebhookAdapter


@pytest.fixture
def go() -> Iterator[Go]:
    with CodeChatGo.open() as sandbox:
        app = httpx.ASGITransport(sandbox.app)
        yield Go(sandbox, adapter_at("codechat-go", app, token=sandbox.token))


@pytest.mark.parametrize("name", ["Loja São João", "a b", "a/b", "100%", "#1", "日本"])
async def test_a_403_for_a_name_that_must_be_encoded_does_not_blame_the_token(
    go: Go, name: str
) -> None:
    created = await made(go, name)
    with pytest.raises(NotAddressable, match="blanks, accents") as caught:
        await go.server.webhooks(created)
    assert name in caught.value.what
    assert "The token is not the reason" in in_words(caught.value.to_do)
    assert caught.value.said == ("Acesso negado.",)
    blank = go.server.blank(created)
    with pytest.raises(NotAddressable):
        await go.server.update(created, blank, replace(blank.values, url=NEW))


@pytest.mark.parametrize("name", ["mais+mais", "a@b.c", "x=y&z", "(1)", "it's", "a:b,c;d!$*~"])
async def test_a_name_that_needs_no_encoding_is_sent_as_it_is(go: Go, name: str) -> None:
    created = await made(go, name)
    assert await go.server.webhooks(created) == ()
    blank = go.server.blank(created)
    await go.server.update(created, blank, replace(blank.values, url=NEW))
    assert [one.url for one in await go.server.webhooks(created)] == [NEW]


async def test_a_403_for_a_plain_name_is_still_about_the_token(go: Go) -> None:
    other = (await listed(go.server))["loja-sul"].token
    assert other is not None
    instance = (await listed(go.server))[NORTE.id]
    go.server.use_token(other, "the test", instance=instance)
    with pytest.raises(Unauthorised, match="it belongs to another instance"):
        await go.server.webhooks(instance)


async def made(go: Go, name: str) -> Instance:
    """Create an instance on the server, and return it as listed."""
    app = httpx.ASGITransport(go.sandbox.app)
    async with httpx.AsyncClient(base_url="http://server.test", transport=app) as client:
        headers = {"apikey": go.sandbox.token}
        body = {"instanceName": name}
        answer = await client.post("/instance/create", headers=headers, json=body)
        assert answer.status_code == 201, answer.text
    return (await listed(go.server))[name]


PATHS: dict[type[CodeChatGo], set[str]] = {
    CodeChatGo: {
        "/instance/fetchInstances",
        "/webhook/find/loja-norte",
        "/webhook/set/loja-norte",
        "/webhook/find/outlet-br101",
    },
    DocumentedGo: {
        "/instance",
        "/instance/loja-norte/webhook",
        "/instance/outlet-br101/webhook",
    },
}


@pytest.mark.parametrize("made", PATHS)
async def test_the_servers_addresses_are_found_once_and_remembered(
    made: type[CodeChatGo],
) -> None:
    with made.open() as sandbox:
        wire = Wire(httpx.ASGITransport(sandbox.app))
        server = adapter_at("codechat-go", wire, token=sandbox.token)
        instance = (await listed(server))["loja-norte"]
        assert len(await listed(server)) == 12
        webhook = await server.webhook(instance, ONLY)
        await server.update(instance, webhook, replace(webhook.values, url=NEW))
        assert (await server.webhook(instance, ONLY)).url == NEW
        assert await server.webhooks((await listed(server))["outlet-br101"]) == ()
        paths = [request.url.path for request in wire.requests]
        assert urlsplit(server.preview(instance, webhook, webhook.values).url).path in paths
    assert paths[0] == "/instance/fetchInstances"
    assert set(paths[1:]) == PATHS[made]


async def test_without_either_address_the_first_error_is_raised() -> None:
    wire = Wire(httpx.MockTransport(lambda _: httpx.Response(404, json={"message": "no"})))
    server = adapter_at("codechat-go", wire)
    with pytest.raises(NotFound, match="404") as caught:
        await listed(server)
    assert caught.value.sent is not None
    assert caught.value.sent.url.endswith("/instance/fetchInstances")
    paths = [request.url.path for request in wire.requests]
    assert paths == ["/instance/fetchInstances", "/instance"]


async def test_a_wrong_token_is_reported_by_the_address_that_exists() -> None:
    with DocumentedGo.open() as sandbox:
        server = adapter_at("codechat-go", httpx.ASGITransport(sandbox.app), token="wrong")
        with pytest.raises(Unauthorised, match="the global token"):
            await listed(server)

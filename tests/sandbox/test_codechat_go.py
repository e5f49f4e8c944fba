"""Go beyond its recordings: random flags, expiring tokens, the addresses of the vendor's page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.codechat_support import URL, ask, find, listed, put, token_of
from tests.sandbox.documented_go import DocumentedGo
from tui.sandbox.codechat_go.server import LIFE, CodeChatGo, open_codechat_go
from tui.sandbox.codechat_go.words import FLAGS

WITHOUT = "outlet-br101"
"""The instance of the sample without a webhook."""


@pytest.fixture
def sandbox() -> Iterator[CodeChatGo]:
    with open_codechat_go() as opened:
        yield opened


def test_there_are_27_flags() -> None:
    assert len(set(FLAGS)) == 27


async def test_the_sample_is_listed_like_other_instances(sandbox: CodeChatGo) -> None:
    instances = await listed(sandbox)
    fields = (
        "id name description status connectionStatus ownerJid profilePicUrl createdAt updatedAt"
        " Auth Webhook"
    )
    assert {tuple(instance) for instance in instances.values()} == {tuple(fields.split())}
    assert {instance["status"] for instance in instances.values()} == {"ONLINE", "OFFLINE"}
    statuses = {instance["connectionStatus"] for instance in instances.values()}
    assert statuses == {"online", "offline", "connecting", "qr_code", "logged_out"}
    assert instances[WITHOUT]["Webhook"] is None
    ids = [instance["id"] for instance in instances.values()]
    assert ids == sorted(ids, reverse=True)
    assert next(iter(instances)) == "loja-norte"


async def test_an_instances_token_gives_access_to_its_webhook(
    sandbox: CodeChatGo,
) -> None:
    for name, instance in (await listed(sandbox)).items():
        if instance["Webhook"] and name.isascii():
            assert await find(sandbox, name) == instance["Webhook"]


@given(
    first=st.dictionaries(st.sampled_from(FLAGS), st.booleans()),
    second=st.dictionaries(st.sampled_from(FLAGS), st.booleans()),
)
def test_only_sent_flags_are_stored_and_an_empty_object_clears_them(
    first: dict[str, bool], second: dict[str, bool]
) -> None:
    async def flow(sandbox: CodeChatGo) -> None:
        await put(sandbox, WITHOUT, {"url": URL, "events": first})
        assert (await find(sandbox, WITHOUT))["events"] == first
        answer = await put(sandbox, WITHOUT, {"url": URL, "enabled": False, "events": second})
        assert answer.json()["events"] == ({**first, **second} if second else {})
        assert await find(sandbox, WITHOUT) == answer.json()

    with open_codechat_go() as sandbox:
        asyncio.run(flow(sandbox))


async def test_a_token_expires_after_an_hour() -> None:
    moment = datetime(2026, 11, 27, 12, tzinfo=UTC)
    with open_codechat_go(instances=0, now=lambda: moment) as sandbox:
        await ask(sandbox, "POST", "/instance/create", {"instanceName": "filial"})
        token, path = await token_of(sandbox, "filial"), "/webhook/find/filial"
        moment += LIFE - timedelta(seconds=1)
        assert (await ask(sandbox, "GET", path, bearer=token)).status_code == 404
        moment += timedelta(seconds=1)
        answer = await ask(sandbox, "GET", path, bearer=token)
        assert answer.status_code == 401
        assert answer.json()["messages"] == ["Token ausente ou invalido."]


@pytest.mark.parametrize(
    "body, status, told",
    [
        ({}, 201, None),
        ({"instanceName": "n" * 255}, 201, None),
        ({"instanceName": "n" * 256}, 422, "Requisicao semanticamente invalida."),
        ({"instanceName": "a", "description": 5}, 400, "Requisicao invalida."),
        ({"instanceName": "loja-sul"}, 409, "Conflito ao processar a requisicao."),
    ],
)
async def test_an_instance_is_created(
    sandbox: CodeChatGo, body: Any, status: int, told: str | None
) -> None:
    answer = await ask(sandbox, "POST", "/instance/create", body)
    assert answer.status_code == status
    if told:
        assert answer.json()["messages"] == [told]
    assert len(await listed(sandbox)) == (12 if told else 13)


@pytest.mark.parametrize(
    "body, told",
    [
        ({"url": "http://["}, "url must be a valid URL"),
        ({"url": "https://x/%zz"}, "url must be a valid URL"),
        ({"url": URL, "events": {"callUpsert": 1}}, "Requisicao invalida."),
        ({"url": URL, "events": {"a": True, "b": True}}, "unsupported webhook event: a"),
    ],
)
async def test_a_body_is_checked_strictly_and_the_first_mistake_reported(
    sandbox: CodeChatGo, body: Any, told: str
) -> None:
    before = await find(sandbox, "loja-norte")
    answer = await put(sandbox, "loja-norte", body)
    assert (answer.status_code, answer.json()["messages"]) == (400, [told])
    assert await find(sandbox, "loja-norte") == before


async def test_the_vendors_addresses_are_on_another_server(
    sandbox: CodeChatGo,
) -> None:
    with DocumentedGo.open() as documented:
        path, headers = "/instance/loja-norte/webhook", {"apikey": documented.token}
        (token,) = [
            one["Auth"]["token"]
            for one in (await ask(documented, "GET", "/instance", headers=headers)).json()
            if one["name"] == "loja-norte"
        ]
        answer = await ask(documented, "PUT", path, {"url": URL}, bearer=token)
        assert answer.json() == (await ask(documented, "GET", path, bearer=token)).json()
        for there, where in ((documented, "/instance/fetchInstances"), (sandbox, "/instance")):
            answer = await ask(there, "GET", where, headers={"apikey": there.token})
            assert answer.status_code == 404
            assert answer.json()["messages"] == ["Recurso nao encontrado."]

"""The Go sandbox: what the vendor's documents say, and how it fills the gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.codechat_support import URL, ask, find, listed, put, token_of
from tui.sandbox.codechat_go import FLAGS, CodeChatGo, open_codechat_go

ADDRESSES = [
    ("GET", "/instance/{name}/webhook", "PUT", "/instance/{name}/webhook"),
    ("GET", "/webhook/find/{name}", "PUT", "/webhook/set/{name}"),
]
ALL_ON = dict.fromkeys(FLAGS, True)
ALL_OFF = dict.fromkeys(FLAGS, False)
WITHOUT = "outlet-br101"
"""The sample's instance that has no webhook."""


@pytest.fixture
def sandbox() -> Iterator[CodeChatGo]:
    with open_codechat_go() as opened:
        yield opened


def messages(answer: httpx.Response, status: int, slug: str) -> list[str]:
    """Check an error to have the documented shape, and return what it says."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body.keys() == {"statusCode", "error", "messages"}
    assert (body["statusCode"], body["error"]) == (status, slug)
    return list(body["messages"])


def test_there_are_27_flags() -> None:
    assert len(set(FLAGS)) == 27


async def test_the_list_is_the_same_at_its_old_address(sandbox: CodeChatGo) -> None:
    answer = await ask(sandbox, "GET", "/instance")
    assert answer.status_code == 200
    assert answer.json() == list((await listed(sandbox)).values())


async def test_the_list_has_the_documented_fields(sandbox: CodeChatGo) -> None:
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


@pytest.mark.parametrize("header", ["apikey", "x-api-key", "apiKey"])
async def test_the_key_opens_the_list_under_each_of_its_headers(
    sandbox: CodeChatGo, header: str
) -> None:
    answer = await ask(sandbox, "GET", "/instance", headers={header: sandbox.token})
    assert len(answer.json()) == 12


async def test_a_list_without_the_key_is_401(sandbox: CodeChatGo) -> None:
    bearer = {"authorization": f"Bearer {await token_of(sandbox, 'loja-norte')}"}
    for headers in ({}, {"apikey": "wrong"}, bearer):
        answer = await ask(sandbox, "GET", "/instance", headers=headers)
        assert messages(answer, 401, "unauthorized")


async def test_two_different_keys_in_one_request_are_400(sandbox: CodeChatGo) -> None:
    headers = {"apikey": sandbox.token, "x-api-key": sandbox.token}
    assert (await ask(sandbox, "GET", "/instance", headers=headers)).status_code == 200
    headers["x-api-key"] = "other"
    answer = await ask(sandbox, "GET", "/instance", headers=headers)
    assert messages(answer, 400, "bad-request") == ["different API keys in one request"]


@pytest.mark.parametrize("name, count", [("loja-sul", 1), ("nao-existe", 0), ("n" * 255, 0)])
async def test_a_list_can_be_of_one_name(sandbox: CodeChatGo, name: str, count: int) -> None:
    answer = await ask(sandbox, "GET", f"/instance?instanceName={name}")
    assert [instance["name"] for instance in answer.json()] == [name] * count


@pytest.mark.parametrize("name", ["", "n" * 256])
async def test_a_name_to_list_has_1_to_255_characters(sandbox: CodeChatGo, name: str) -> None:
    answer = await ask(sandbox, "GET", f"/instance?instanceName={name}")
    assert messages(answer, 400, "bad-request")


@pytest.mark.parametrize("reading, read_at, writing, write_at", ADDRESSES)
async def test_a_webhook_is_read_and_written_at_both_addresses(
    sandbox: CodeChatGo, reading: str, read_at: str, writing: str, write_at: str
) -> None:
    token = await token_of(sandbox, WITHOUT)
    answer = await ask(sandbox, reading, read_at.format(name=WITHOUT), bearer=token)
    assert (answer.status_code, answer.text) == (200, "null")
    body = {"url": URL, "events": {"callUpsert": True}}
    answer = await ask(sandbox, writing, write_at.format(name=WITHOUT), body, bearer=token)
    assert answer.status_code == 200
    written = answer.json()
    assert written["enabled"] is True
    assert written["events"] == ALL_OFF | {"callUpsert": True}
    answer = await ask(sandbox, reading, read_at.format(name=WITHOUT), bearer=token)
    assert answer.json() == written


@pytest.mark.parametrize("reading, read_at, writing, write_at", ADDRESSES)
async def test_only_its_own_jwt_opens_a_webhook(
    sandbox: CodeChatGo, reading: str, read_at: str, writing: str, write_at: str
) -> None:
    before = await find(sandbox, "loja-norte")
    other = {"authorization": f"Bearer {await token_of(sandbox, 'loja-sul')}"}
    key = {"apikey": sandbox.token}
    for method, address in ((reading, read_at), (writing, write_at)):
        path, body = address.format(name="loja-norte"), {"url": URL}
        answer = await ask(sandbox, method, path, body, headers=other)
        assert messages(answer, 403, "forbidden")
        for headers in (key, {}, {"authorization": f"Bearer {sandbox.token}"}):
            answer = await ask(sandbox, method, path, body, headers=headers)
            assert messages(answer, 401, "unauthorized")
    assert await find(sandbox, "loja-norte") == before


async def test_flags_left_out_stay_and_an_empty_object_clears_them(sandbox: CodeChatGo) -> None:
    await put(sandbox, "loja-norte", {"url": URL, "events": ALL_ON})
    answer = await put(sandbox, "loja-norte", {"url": URL, "enabled": False})
    assert (answer.json()["enabled"], answer.json()["events"]) == (False, ALL_ON)
    answer = await put(sandbox, "loja-norte", {"url": URL, "events": {}})
    assert (answer.json()["enabled"], answer.json()["events"]) == (True, ALL_OFF)


@given(events=st.dictionaries(st.sampled_from(FLAGS), st.booleans()))
def test_what_is_sent_is_what_is_kept(events: dict[str, bool]) -> None:
    async def flow(sandbox: CodeChatGo) -> None:
        answer = await put(sandbox, "loja-sul", {"url": URL, "enabled": False, "events": events})
        assert answer.json()["events"] == ALL_OFF | events
        assert await find(sandbox, "loja-sul") == answer.json()

    with open_codechat_go() as sandbox:
        asyncio.run(flow(sandbox))


@pytest.mark.parametrize(
    "body, told",
    [
        ({}, "url is required"),
        ({"url": None}, "url is required"),
        ({"url": 5}, "url must be a string"),
        ({"url": "ftp://crm.loja.com.br"}, "url must be an http or https URL"),
        ({"url": "http://["}, "url must be an http or https URL"),
        ({"url": "https://x/" + "a" * 491}, "url must have at most 500 characters"),
        ({"url": URL, "enabled": "true"}, "enabled must be a boolean"),
        ({"url": URL, "name": "crm"}, 'unknown field "name"'),
        ({"url": URL, "events": []}, "events must be an object"),
        ({"url": URL, "events": {"refreshToken": True}}, 'unknown field "refreshToken"'),
        ({"url": URL, "events": {"callUpsert": 1}}, "events.callUpsert must be a boolean"),
        ([], "the body must be an object"),
        (b"{", "the body is not valid JSON"),
        (b"\xff", "the body is not valid JSON"),
    ],
)
async def test_a_body_is_read_strictly(sandbox: CodeChatGo, body: Any, told: str) -> None:
    before = await find(sandbox, "loja-norte")
    answer = await put(sandbox, "loja-norte", body)
    assert messages(answer, 400, "bad-request") == [told]
    assert await find(sandbox, "loja-norte") == before


async def test_all_faults_are_said_at_once(sandbox: CodeChatGo) -> None:
    answer = await put(sandbox, "loja-norte", {"url": "x", "enabled": 1, "events": {"nope": True}})
    assert len(messages(answer, 400, "bad-request")) == 3


async def test_a_url_of_500_characters_is_kept(sandbox: CodeChatGo) -> None:
    url = "https://x/" + "a" * 490
    assert (await put(sandbox, "loja-norte", {"url": url})).json()["url"] == url


async def test_everything_is_503_while_the_database_is_down(sandbox: CodeChatGo) -> None:
    token = await token_of(sandbox, "loja-norte")
    sandbox.database_down = True
    for answer in (
        await ask(sandbox, "GET", "/instance"),
        await ask(sandbox, "GET", "/webhook/find/loja-norte", bearer=token),
        await ask(sandbox, "PUT", "/webhook/set/loja-norte", {"url": URL}, bearer=token),
    ):
        assert messages(answer, 503, "service-unavailable") == ["database unavailable"]


@pytest.mark.parametrize(
    "method, path, status",
    [("GET", "/", 404), ("GET", "/webhook/find", 404), ("DELETE", "/instance", 405)],
)
async def test_other_addresses_are_refused_with_a_message(
    sandbox: CodeChatGo, method: str, path: str, status: int
) -> None:
    answer = await ask(sandbox, method, path)
    assert answer.status_code == status
    assert answer.json().keys() == {"statusCode", "error", "message"}

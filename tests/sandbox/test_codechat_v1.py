"""v1 beyond its recordings: random flags, and the loaded instances of the sample."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.codechat_support import URL, ask, find, listed, put
from tui.sandbox.codechat_v1.server import CodeChatV1, open_codechat_v1

FLAGS = st.sampled_from([*CodeChatV1.flags, "naoExiste", "ação", ""])
EVENTS = st.dictionaries(FLAGS, st.booleans())
STORED, LOADED = "loja-campinas", "loja-norte"
"""Two instances of the sample: one not loaded in the server's memory, one loaded."""


@pytest.fixture
def sandbox() -> Iterator[CodeChatV1]:
    with open_codechat_v1() as opened:
        yield opened


async def test_some_webhooks_of_the_sample_never_had_flags(sandbox: CodeChatV1) -> None:
    webhooks = [instance["Webhook"] for instance in (await listed(sandbox)).values()]
    assert any(webhook and webhook["events"] is None for webhook in webhooks)


async def test_flags_missing_in_the_sample_are_missing_here(sandbox: CodeChatV1) -> None:
    assert "labelsEdit" not in (await find(sandbox, "loja-norte"))["events"]
    assert "labelsEdit" in (await find(sandbox, "loja-centro"))["events"]


async def test_online_instances_are_loaded_from_the_start(sandbox: CodeChatV1) -> None:
    for name, instance in (await listed(sandbox)).items():
        assert (name in sandbox.loaded) == (instance["connectionStatus"] == "ONLINE")
    answer = await put(sandbox, LOADED, {"url": URL, "enabled": True})
    assert answer.status_code == 400
    assert answer.json()["message"][0][0] == "Cannot convert undefined or null to object"


async def test_connecting_loads_an_instance_and_deleting_unloads_it(sandbox: CodeChatV1) -> None:
    assert STORED not in sandbox.loaded
    answer = await ask(sandbox, "GET", f"/instance/connect/{STORED}")
    assert answer.json() == {"count": 0}
    assert STORED in sandbox.loaded
    answer = await ask(sandbox, "DELETE", f"/instance/delete/{STORED}?force=true")
    assert answer.json()["name"] == STORED
    assert STORED not in sandbox.loaded


async def test_an_unknown_instance_cannot_be_connected(sandbox: CodeChatV1) -> None:
    answer = await ask(sandbox, "GET", "/instance/connect/nao-existe")
    assert answer.status_code == 400
    assert answer.json()["message"] == ["Instance not found"]


@given(first=EVENTS, second=EVENTS)
@pytest.mark.parametrize("name", [STORED, LOADED])
def test_flags_are_merged_and_the_answer_shows_those_sent_or_all(
    name: str, first: dict[str, bool], second: dict[str, bool]
) -> None:
    async def flow(sandbox: CodeChatV1) -> None:
        await put(sandbox, name, {"url": URL, "enabled": True, "events": first})
        before = (await find(sandbox, name))["events"] or {}
        answer = await put(sandbox, name, {"url": URL, "enabled": False, "events": second})
        assert answer.status_code == 201
        after = await find(sandbox, name)
        assert (after["events"] or {}) == before | second
        shown = answer.json()
        assert shown["events"] == (second if name == STORED else after["events"])
        assert ("updatedAt" in shown) == (name == STORED)
        assert after["enabled"] is False

    with open_codechat_v1() as sandbox:
        asyncio.run(flow(sandbox))


@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", "/instance/create"),
        ("GET", "/instance/connect/loja-sul"),
        ("DELETE", "/instance/delete/loja-sul"),
    ],
)
async def test_nothing_is_created_or_deleted_while_the_database_is_down(
    sandbox: CodeChatV1, method: str, path: str
) -> None:
    sandbox.database_down = True
    answer = await ask(sandbox, method, path, {"instanceName": "filial"})
    assert answer.status_code == 500
    assert answer.json()["code"] == "P1001"
    sandbox.database_down = False
    assert len(await listed(sandbox)) == 12


async def test_a_new_instance_can_be_used_at_once(sandbox: CodeChatV1) -> None:
    answer = await ask(sandbox, "POST", "/instance/create", {"instanceName": "filial"})
    assert answer.status_code == 201
    assert await find(sandbox, "filial") is None
    answer = await put(sandbox, "filial", {"url": URL, "enabled": True})
    assert answer.json() == await find(sandbox, "filial")

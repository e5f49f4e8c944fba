"""The Evolution sandbox beyond its recordings: sample, file, and other bodies."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.data_file import DataFileError
from tui.sandbox.document_store import Documents
from tui.sandbox.evolution_v2.records import DROPPED_EVENT, EVENTS, LATER_EVENTS
from tui.sandbox.evolution_v2.server import LEAVING, EvolutionV2, open_evolution_v2

GOOD: dict[str, Any] = {"url": "https://crm.loja.com.br/in", "enabled": True, "events": ["CALL"]}
NEW = {"instanceName": "filial", "integration": "WHATSAPP-BAILEYS"}


@pytest.fixture
def sandbox() -> Iterator[EvolutionV2]:
    with open_evolution_v2() as opened:
        yield opened


async def ask(
    sandbox: EvolutionV2,
    method: str,
    path: str,
    body: object = None,
    *,
    key: str | None = None,
    content: bytes | None = None,
) -> httpx.Response:
    """Send one request with the global key or another; ``content`` goes as it is."""
    headers = [
        (b"apikey", (key or sandbox.token).encode()),
        (b"content-type", b"application/json"),
    ]
    sent = content if body is None else json.dumps(body).encode()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(sandbox.app), base_url="http://sandbox", trust_env=False
    ) as client:
        return await client.request(method, path, headers=headers, content=sent)


async def listed(sandbox: EvolutionV2, key: str | None = None) -> list[dict[str, Any]]:
    answer = await ask(sandbox, "GET", "/instance/fetchInstances", key=key)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def find(sandbox: EvolutionV2, name: str, key: str | None = None) -> Any:
    answer = await ask(sandbox, "GET", f"/webhook/find/{name}", key=key)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def set_webhook(sandbox: EvolutionV2, name: str, webhook: object) -> httpx.Response:
    return await ask(sandbox, "POST", f"/webhook/set/{name}", {"webhook": webhook})


def said(answer: httpx.Response, status: int) -> Any:
    """Check that an error has the recorded shape, and return its message."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body.keys() == {"status", "error", "response"}
    assert body["status"] == status
    return body["response"]["message"]


async def everything(count: int) -> dict[str, tuple[dict[str, Any], Any]]:
    """Return the instances of a new sandbox with their webhooks, by name, without tokens."""
    with open_evolution_v2(instances=count) as sandbox:
        instances = {found["name"]: found for found in await listed(sandbox)}
        tokens = {found.pop("token") for found in instances.values()}
        assert len(tokens) == len(instances) == count
        return {name: (instances[name], await find(sandbox, name)) for name in instances}


async def test_the_sample_is_the_same_at_every_start_except_tokens() -> None:
    first, second = await everything(40), await everything(40)
    assert first == second
    assert {name: first[name] for name in await everything(12)} == await everything(12)


async def test_a_thousand_instances_all_differ_and_show_every_state() -> None:
    sample = await everything(1000)
    webhooks = [webhook for _, webhook in sample.values() if webhook is not None]
    ids = {instance["id"] for instance, _ in sample.values()} | {hook["id"] for hook in webhooks}
    assert len(ids) == 1000 + len(webhooks)
    assert "" not in sample
    assert 900 < len(webhooks) < 1000
    assert {hook["instanceId"] for hook in webhooks} <= ids
    assert all(bool(hook["events"]) == hook["enabled"] for hook in webhooks)
    assert {hook["enabled"] for hook in webhooks} == {True, False}
    assert {hook["webhookByEvents"] for hook in webhooks} == {True, False}
    assert {hook["webhookBase64"] for hook in webhooks} == {True, False}
    assert any(hook["headers"] for hook in webhooks)
    states = {instance["connectionStatus"] for instance, _ in sample.values()}
    assert states == {"open", "close", "connecting"}


async def test_the_flags_of_the_sample_have_evolutions_names(sandbox: EvolutionV2) -> None:
    centro = await find(sandbox, "loja-centro")
    assert set(EVENTS) - set(centro["events"]) == {
        # not in the sample's vocabulary
        *("APPLICATION_STARTUP", "MESSAGES_EDITED", "MESSAGES_DELETE", "SEND_MESSAGE_UPDATE"),
        *("TYPEBOT_START", "TYPEBOT_CHANGE_STATUS", "REMOVE_INSTANCE", "LOGOUT_INSTANCE"),
        *("INSTANCE_CREATE", "INSTANCE_DELETE"),
        # switched off
        *("LABELS_EDIT", "PRESENCE_UPDATE"),
    }


async def test_the_list_is_not_in_the_order_of_creation() -> None:
    with open_evolution_v2(instances=40) as sandbox:
        moments = [found["createdAt"] for found in await listed(sandbox)]
    assert moments != sorted(moments)


async def test_an_instances_token_gives_access_to_that_instance_only(sandbox: EvolutionV2) -> None:
    tokens = {found["name"]: found["token"] for found in await listed(sandbox)}
    key = tokens["loja-norte"]
    assert [found["name"] for found in await listed(sandbox, key)] == ["loja-norte"]
    assert (await find(sandbox, "loja-norte", key))["enabled"] is True
    answer = await ask(sandbox, "POST", "/webhook/set/loja-sul", {"webhook": GOOD}, key=key)
    assert said(answer, 401) == "Unauthorized"
    assert said(await ask(sandbox, "POST", "/instance/create", NEW, key=key), 401)


@given(st.lists(st.sampled_from(EVENTS)), st.booleans())
def test_a_disabled_webhook_loses_its_events_and_an_empty_list_means_all(
    events: list[str], enabled: bool
) -> None:
    async def saved() -> Any:
        with open_evolution_v2(instances=1) as sandbox:
            sent = {"url": "http://n8n:5678", "enabled": enabled, "events": events}
            answer = await set_webhook(sandbox, "loja-norte", sent)
            assert answer.json() == await find(sandbox, "loja-norte")
            return answer.json()["events"]

    assert asyncio.run(saved()) == ((events or list(EVENTS)) if enabled else [])


async def test_a_change_is_dated_and_keeps_id_and_creation() -> None:
    moment = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    with open_evolution_v2(now=lambda: moment) as sandbox:
        before = await find(sandbox, "loja-norte")
        after = (await set_webhook(sandbox, "loja-norte", GOOD)).json()
    assert after == before | GOOD | {"updatedAt": "2027-01-02T03:04:05.000Z"}


async def test_headers_come_back_in_the_order_of_the_database(sandbox: EvolutionV2) -> None:
    headers = {"x-team": "vendas", "b": "2", "authorization": "Bearer x", "é": "3", "a": "1"}
    await set_webhook(sandbox, "loja-norte", GOOD | {"headers": headers})
    kept = (await find(sandbox, "loja-norte"))["headers"]
    assert list(kept.items()) == [(name, headers[name]) for name in sorted(headers, key=_rank)]


def _rank(name: str) -> tuple[int, bytes]:
    return len(name.encode()), name.encode()


async def test_a_name_may_need_percent_encoding(sandbox: EvolutionV2) -> None:
    created = await ask(sandbox, "POST", "/instance/create", NEW | {"instanceName": "a/b ?#%"})
    assert created.status_code == 201
    assert (await set_webhook(sandbox, "a%2Fb%20%3F%23%25", GOOD)).status_code == 201
    assert (await find(sandbox, "a%2Fb%20%3F%23%25"))["events"] == ["CALL"]
    answer = await ask(sandbox, "GET", "/webhook/find/a/b")
    assert said(answer, 404) == ["Cannot GET /webhook/find/a/b"]


async def test_an_unknown_id_is_not_found(sandbox: EvolutionV2) -> None:
    answer = await ask(sandbox, "GET", "/instance/fetchInstances?instanceId=0")
    assert said(answer, 404) == ['Instance "0" not found']


async def test_a_deleted_instance_is_known_without_a_webhook_for_a_moment() -> None:
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    with open_evolution_v2(now=lambda: moment) as sandbox:
        assert (await ask(sandbox, "DELETE", "/instance/delete/loja-norte")).status_code == 200
        assert await find(sandbox, "loja-norte") is None
        assert "Foreign key" in said(await set_webhook(sandbox, "loja-norte", GOOD), 500)
        again = NEW | {"instanceName": "loja-norte"}
        taken = ['This name "loja-norte" is already in use.']
        assert said(await ask(sandbox, "POST", "/instance/create", again), 403) == taken
        moment += LEAVING
        gone = ['The "loja-norte" instance does not exist']
        assert said(await set_webhook(sandbox, "loja-norte", GOOD), 404) == gone
        assert (await ask(sandbox, "POST", "/instance/create", again)).status_code == 201
        assert await find(sandbox, "loja-norte") is None


async def test_nothing_changes_while_the_database_is_down(sandbox: EvolutionV2) -> None:
    before = await find(sandbox, "loja-norte")
    sandbox.database_down = True
    for method, path, body in (
        ("POST", "/webhook/set/loja-norte", {"webhook": GOOD}),
        ("DELETE", "/instance/delete/loja-norte", None),
        ("POST", "/instance/create", NEW),
        ("GET", "/webhook/find/nao-existe", None),
    ):
        answer = await ask(sandbox, method, path, body)
        assert "Can't reach database server" in said(answer, 500)
    sandbox.database_down = False
    assert await find(sandbox, "loja-norte") == before
    assert len(await listed(sandbox)) == 12


@pytest.mark.parametrize(
    "webhook, expected",
    [
        ({"url": 5, "events": 5}, ["url is not of a type(s) string", "events is not of a type(s)"]),
        ({"events": [7]}, ["events[0] is not of a type(s) string", "events[0] is not one of enum"]),
        ({"base64": None}, ["base64 is not of a type(s) boolean"]),
    ],
)
async def test_every_mistake_in_a_body_is_named(
    sandbox: EvolutionV2, webhook: dict[str, Any], expected: list[str]
) -> None:
    (found,) = said(await set_webhook(sandbox, "loja-norte", GOOD | webhook), 400)
    assert len(found) == len(expected)
    for fault, words in zip(found, expected, strict=True):
        assert fault.startswith(f"webhook.{words}")


@pytest.mark.parametrize(
    "change, status",
    [
        ({"instanceName": "half \ud83e"}, 400),
        ({"instanceName": "nul \0"}, 400),
        ({"token": "half \ud83e"}, 400),
        ({"webhook": {"url": "http://n8n", "events": ["NO"]}}, 400),
        ({"webhook": {"url": "http://n8n/\ud83e"}}, 400),
        ({"instanceName": ["loja-norte"]}, 500),
        ({"instanceName": None}, 500),
    ],
)
async def test_an_instance_that_cannot_be_stored_is_not_created(
    sandbox: EvolutionV2, change: dict[str, Any], status: int
) -> None:
    assert said(await ask(sandbox, "POST", "/instance/create", NEW | change), status)
    assert len(await listed(sandbox)) == 12


def _bodies() -> st.SearchStrategy[Any]:
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
    text = st.text(st.characters(), max_size=20)
    webhook = st.fixed_dictionaries(
        {"url": text, "enabled": st.booleans()},
        optional={"headers": st.dictionaries(text, text), "events": anything, "base64": anything},
    )
    return st.fixed_dictionaries({"webhook": webhook | anything}) | anything


@given(_bodies())
def test_no_body_breaks_it_and_no_refusal_changes_anything(body: Any) -> None:
    async def tried() -> None:
        with open_evolution_v2(instances=1) as sandbox:
            before = await find(sandbox, "loja-norte")
            content = json.dumps(body).encode()
            answer = await ask(sandbox, "POST", "/webhook/set/loja-norte", content=content)
            if answer.status_code == 201:
                assert await find(sandbox, "loja-norte") == answer.json()
            else:
                assert said(answer, answer.status_code)
                assert answer.status_code in (400, 500)
                assert await find(sandbox, "loja-norte") == before

    asyncio.run(tried())


@pytest.mark.parametrize(
    "content, words",
    [
        (b"nope", "Unexpected token 'n', \"nope\" is not valid JSON"),
        (b'{"webhook": nope}', 'Unexpected token \'n\', "{"webhook": nope}" is not valid JSON'),
        (
            b'{"webhook": {"url": nope, "enabled": true}}',
            'Unexpected token \'n\', ...": {"url": nope, "ena"... is not valid JSON',
        ),
        (b'{"a": NaN}', 'Unexpected token \'N\', "{"a": NaN}" is not valid JSON'),
        (b'{"a" 1}', "Expected ':' after property name in JSON at position 5 (line 1 column 6)"),
        (b"{a}", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
        (
            b"{} {}",
            "Unexpected non-whitespace character after JSON at position 3 (line 1 column 4)",
        ),
        (b"  ", "Unexpected end of JSON input"),
        (b"[" * 100_000, "Maximum call stack size exceeded"),
    ],
)
async def test_invalid_json_is_refused_in_the_words_of_node(
    sandbox: EvolutionV2, content: bytes, words: str
) -> None:
    answer = await ask(sandbox, "POST", "/webhook/set/loja-norte", content=content)
    assert said(answer, 400) == words


async def test_a_byte_order_mark_and_broken_utf_8_are_read(sandbox: EvolutionV2) -> None:
    content = b'\xef\xbb\xbf{"webhook": {"url": "\xff", "enabled": false}}'
    answer = await ask(sandbox, "POST", "/webhook/set/loja-norte", content=content)
    assert (answer.status_code, answer.json()["url"]) == (201, "\ufffd")


async def test_numbers_come_back_as_javascript_writes_them(sandbox: EvolutionV2) -> None:
    headers = b'{"a": 1e999, "b": 1.0, "c": 1.5, "d": %s}' % (b"1" * 5000)
    content = b'{"webhook": {"url": "", "enabled": false, "headers": %s}}' % headers
    answer = await ask(sandbox, "POST", "/webhook/set/loja-norte", content=content)
    assert answer.json()["headers"] == {"a": None, "b": 1, "c": 1.5, "d": None}


async def test_a_new_latency_applies_at_once(sandbox: EvolutionV2) -> None:
    sandbox.latency = 0.05
    started = time.monotonic()
    assert await find(sandbox, "loja-norte")
    assert time.monotonic() - started >= 0.05


async def test_a_file_keeps_instances_webhooks_and_keys(tmp_path: Path) -> None:
    data = tmp_path / "evolution.db"
    with open_evolution_v2(data=data, instances=3) as sandbox:
        saved = (await set_webhook(sandbox, "loja-sul", GOOD)).json()
        instances = await listed(sandbox)
    with open_evolution_v2(data=str(data), instances=99) as again:
        assert again.token == sandbox.token
        assert await listed(again) == instances
        assert await find(again, "loja-sul") == saved


async def test_a_chosen_key_replaces_the_one_in_the_file(tmp_path: Path) -> None:
    data = tmp_path / "evolution.db"
    open_evolution_v2(data=data, instances=0).close()
    open_evolution_v2(data=data, token="chosen-ção").close()
    with open_evolution_v2(data=data) as again:
        assert again.token == "chosen-ção"
        assert await listed(again, "chosen-ção") == []


def test_the_data_of_another_server_is_refused(tmp_path: Path) -> None:
    open_sandbox(data=tmp_path / "v2").close()
    Documents("codechat-v1", tmp_path / "v1", fill=lambda _: None).close()
    for name in ("v1", "v2"):
        with pytest.raises(DataFileError, match="not a data file"):
            open_evolution_v2(data=tmp_path / name)


@pytest.mark.parametrize("option", [{"instances": -1}, {"latency": -0.1}])
def test_an_option_out_of_range_is_refused(option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(option))):
        open_evolution_v2(**option)


@pytest.mark.parametrize("token", ["", "two words", "line\n"])
def test_a_key_that_no_header_can_hold_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        open_evolution_v2(token=token)


async def test_a_later_release_accepts_one_more_event() -> None:
    with open_evolution_v2(release="2.4.0") as sandbox:
        later = "/webhook/set/loja-norte"
        good = GOOD | {"events": ["MESSAGING_HISTORY_SET"]}
        assert (await ask(sandbox, "POST", later, {"webhook": good})).status_code == 201
        answer = await ask(sandbox, "POST", later, {"webhook": GOOD | {"events": [DROPPED_EVENT]}})
        assert answer.status_code == 400
        ((said,),) = answer.json()["response"]["message"]
        assert said.split(": ")[1].split(",") == list(LATER_EVENTS)
        stored = (await ask(sandbox, "GET", "/webhook/find/loja-centro")).json()["events"]
        assert DROPPED_EVENT in stored


async def test_a_webhook_not_loaded_or_without_enabled_is_not_found(sandbox: EvolutionV2) -> None:
    sandbox.not_loaded.add("loja-sul")
    answer = await ask(sandbox, "GET", "/webhook/find/loja-sul")
    assert (answer.status_code, answer.json()) == (200, None)
    body = {"webhook": GOOD}
    assert (await ask(sandbox, "POST", "/webhook/set/loja-sul", body)).status_code == 500
    document = sandbox.documents.get("loja-norte")
    assert document is not None
    sandbox.documents.put(
        "loja-norte", document | {"webhook": {**document["webhook"], "enabled": None}}
    )
    assert (await ask(sandbox, "GET", "/webhook/find/loja-norte")).json() is None

"""Refused bodies: nothing crashes the sandbox, and no refusal changes its data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.sandbox_support import ask, flags_of, messages, webhook_path
from tui.sandbox.codechat_v2.bodies import FlagMode, parse
from tui.sandbox.codechat_v2.errors import Refused
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox

GOOD: dict[str, Any] = {"name": "crm", "url": "https://crm.loja.com.br/in", "enabled": True}
URL = "url must be a URL address"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox(instances=1) as opened:
        yield opened


@pytest.mark.parametrize(
    "change, expected",
    [
        ({"name": ""}, ["name should not be empty"]),
        ({"name": None}, ["name should not be empty", "name must be a string"]),
        ({"name": 7}, ["name must be a string"]),
        ({"url": ""}, [URL]),
        ({"url": None}, [URL]),
        ({"url": 7}, [URL]),
        ({"enabled": None}, ["enabled must be a boolean value"]),
        ({"enabled": "true"}, ["enabled must be a boolean value"]),
        ({"enabled": 1}, ["enabled must be a boolean value"]),
        ({"headers": []}, ["headers must be an object"]),
        ({"headers": "x: y"}, ["headers must be an object"]),
        ({"headers": {"x": "y", "n": 1}}, ["each value in headers must be a string"]),
        ({"WebhookEvents": []}, ["WebhookEvents must be an object"]),
        ({"WebhookEvents": None}, ["WebhookEvents must be an object"]),
        (
            {"WebhookEvents": {"newJwt": "yes", "chatsSet": True, "callUpsert": None}},
            [
                "WebhookEvents.newJwt must be a boolean value",
                "WebhookEvents.callUpsert must be a boolean value",
            ],
        ),
        (
            {"name": "", "url": "x", "enabled": 0},
            ["name should not be empty", URL, "enabled must be a boolean value"],
        ),
    ],
)
async def test_a_refusal_names_each_field_and_changes_nothing(
    sandbox: Sandbox, change: dict[str, Any], expected: list[str]
) -> None:
    path = await webhook_path(sandbox)
    before = (await ask(sandbox, "GET", path)).json()
    assert messages(await ask(sandbox, "PUT", path, GOOD | change), 400) == expected
    assert (await ask(sandbox, "GET", path)).json() == before


async def test_an_empty_put_is_answered_with_the_required_fields(sandbox: Sandbox) -> None:
    path = await webhook_path(sandbox)
    expected = ["name should not be empty", "name must be a string", URL]
    assert messages(await ask(sandbox, "PUT", path), 400) == expected
    assert messages(await ask(sandbox, "PUT", path, {}), 400) == expected


@pytest.mark.parametrize(
    "url",
    [
        "crm.loja.com.br/in",
        "/in",
        "ftp://crm.loja.com.br",
        "javascript:alert(1)",
        "http://",
        "http:///in",
        "http://:80/in",
        "https://crm.loja.com.br:99999/in",
        "http://[::1/in",
        " https://crm.loja.com.br",
        "https://crm.loja.com.br/a b",
        "https://crm.loja.com.br/\u0007",
        "https://crm.loja.com.br/\n",
    ],
)
async def test_a_url_that_is_not_a_web_address_is_refused(sandbox: Sandbox, url: str) -> None:
    path = await webhook_path(sandbox)
    assert messages(await ask(sandbox, "PUT", path, GOOD | {"url": url}), 400) == [URL]


@pytest.mark.parametrize(
    "url",
    [
        "http://n8n:5678/webhook/1",
        "http://localhost:3000",
        "HTTPS://CRM.loja.com.br",
        "http://[::1]:8080/in",
        "https://u:p@10.0.0.7/in?a=%20#x",
        "https://café.com.br/ação",
        "https://x.br/" + "a" * 487,
    ],
)
async def test_any_http_address_is_stored_unchanged(sandbox: Sandbox, url: str) -> None:
    path = await webhook_path(sandbox)
    answer = await ask(sandbox, "PUT", path, GOOD | {"url": url})
    assert (answer.status_code, answer.json()["url"]) == (201, url)


async def test_a_url_of_501_characters_is_too_long(sandbox: Sandbox) -> None:
    path = await webhook_path(sandbox)
    body = GOOD | {"url": "https://x.br/" + "a" * 488}
    assert messages(await ask(sandbox, "PUT", path, body), 400) == [
        "url must be shorter than or equal to 500 characters"
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"nonsense",
        b'{"name": NaN}',
        b'{"name": "\xff"}',
        b'{"name": "\\ud83d"}',
        b"[" * 100_000,
        b'{"name": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda raw: repr(raw[:20]),
)
async def test_invalid_json_is_refused(sandbox: Sandbox, raw: bytes) -> None:
    path = await webhook_path(sandbox)
    assert messages(await ask(sandbox, "PUT", path, raw), 400) == ["The body is not valid JSON"]


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"null", b"1", b"true"])
@pytest.mark.parametrize("method, rest", [("PUT", ""), ("PATCH", "/events")])
async def test_json_that_is_not_an_object_is_refused(
    sandbox: Sandbox, method: str, rest: str, raw: bytes
) -> None:
    answer = await ask(sandbox, method, await webhook_path(sandbox) + rest, raw)
    assert messages(answer, 400) == ["The body must be a JSON object"]


async def test_a_byte_order_mark_before_the_json_is_accepted(sandbox: Sandbox) -> None:
    raw = b'\xef\xbb\xbf{"name": "crm", "url": "https://x.br"}'
    assert (await ask(sandbox, "PUT", await webhook_path(sandbox), raw)).status_code == 201


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
"""Any text that JSON can carry, NUL and escape sequences included."""
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
flag_names = st.sampled_from(["newJwt", "chatsSet", "labelEdit", "webhookEventsId"]) | texts
likely: dict[str, st.SearchStrategy[Any]] = {
    "name": texts | anything,
    "url": st.sampled_from(["https://x.br", "http://n8n:5678/a", "x.br", ""]) | anything,
    "enabled": st.booleans() | anything,
    "headers": st.dictionaries(texts, texts, max_size=3) | anything,
    "WebhookEvents": st.dictionaries(flag_names, st.booleans() | anything, max_size=4) | anything,
    "surplus": anything,
}
modes: st.SearchStrategy[FlagMode] = st.sampled_from(["put", "patch", "reject"])


@given(body=st.fixed_dictionaries({}, optional=likely) | anything, mode=modes)
async def test_no_body_breaks_a_put_and_a_refusal_changes_nothing(
    body: Any, mode: FlagMode
) -> None:
    with open_sandbox(instances=1, flags=mode) as sandbox:
        path = await webhook_path(sandbox)
        before = (await ask(sandbox, "GET", path)).json()
        answer = await ask(sandbox, "PUT", path, body)
        after = (await ask(sandbox, "GET", path)).json()
    if answer.status_code == 201:
        assert answer.json() == after
        assert [after[key] for key in ("name", "url")] == [body["name"], body["url"]]
        assert after["enabled"] is body.get("enabled", False)
        assert after["headers"] == body.get("headers", before["headers"])
        assert flags_of(after).keys() == flags_of(before).keys()
        sent = body.get("WebhookEvents", {}) if mode == "put" else {}
        for flag, on in flags_of(after).items():
            assert on is sent.get(flag, flags_of(before)[flag])
    else:
        assert messages(answer, 400)
        assert after == before


@given(body=st.dictionaries(flag_names, st.booleans() | anything, max_size=4), mode=modes)
async def test_no_body_breaks_a_patch_and_a_refusal_changes_nothing(
    body: Any, mode: FlagMode
) -> None:
    with open_sandbox(instances=1, flags=mode) as sandbox:
        path = await webhook_path(sandbox)
        before = (await ask(sandbox, "GET", path)).json()
        answer = await ask(sandbox, "PATCH", f"{path}/events", body)
        after = (await ask(sandbox, "GET", path)).json()
    if answer.status_code == 200:
        assert answer.json() == after["WebhookEvents"]
        assert all(on is body.get(flag, on) for flag, on in flags_of(after).items())
    else:
        assert messages(answer, 400)
        assert after == before


@given(raw=st.binary(max_size=40) | anything.map(json.dumps).map(str.encode))
def test_bytes_are_an_object_or_refused(raw: bytes) -> None:
    try:
        body: object = parse(raw)
    except Refused as refused:
        body = refused
    assert isinstance(body, dict) or (isinstance(body, Refused) and body.status == 400)

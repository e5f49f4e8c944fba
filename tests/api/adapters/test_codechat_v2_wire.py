"""Records of any shape are read, or refused with an error that does not repeat them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ANY_TEXT, through_json
from tui.api.adapters import codechat_v2_wire as wire
from tui.api.adapters.fields import BadRecord
from tui.model.text import clean

KEYS = st.sampled_from(
    [
        *("BusinessPage", "records", "totalRecords", "totalPages", "instanceId", "name", "state"),
        *("connection", "createdAt", "Auth", "jwt", "WhatsApp", "remoteJid", "pushName", "Webhook"),
        *("webhookId", "url", "enabled", "headers", "WebhookEvents", "newJwt"),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=12,
)


def nearly(key: str, **others: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return records with ``key``, and sometimes anything else."""
    known = st.fixed_dictionaries({key: st.text(min_size=1)}, optional=others)
    return st.builds(dict.__or__, st.dictionaries(KEYS, JSON, max_size=2), known)


TEXT = st.none() | ANY_TEXT
EVENTS = st.dictionaries(st.text(max_size=6) | st.sampled_from(sorted(wire.NOT_EVENTS)), JSON)
WEBHOOKS = nearly(
    "webhookId", name=TEXT, url=TEXT, enabled=st.booleans(), headers=EVENTS, WebhookEvents=EVENTS
)
INSTANCES = nearly(
    "instanceId",
    name=TEXT,
    Auth=st.fixed_dictionaries({"jwt": TEXT}),
    WhatsApp=st.fixed_dictionaries({"remoteJid": TEXT, "pushName": TEXT}),
    Webhook=st.lists(WEBHOOKS | JSON, max_size=3),
)
PAGES = st.fixed_dictionaries({"records": st.lists(INSTANCES | JSON, max_size=3)})


@given(JSON | PAGES | st.builds(lambda page: {"BusinessPage": page}, PAGES | JSON))
def test_any_answer_is_a_page_or_a_value_error(body: Any) -> None:
    try:
        found = next(wire.in_parts(body))
    except ValueError:
        return
    page = found.page
    paged = body.get("BusinessPage", body)
    assert len(page.instances) <= len(paged["records"])
    assert len(page.instances) + len(page.problems) >= len(paged["records"])
    shown = [*page.problems]
    for one in page.instances:
        shown += (one.name, one.state, one.connection, one.number, one.push_name)
    assert shown == [clean(text) for text in shown]


@given(JSON | WEBHOOKS)
def test_any_record_is_a_webhook_or_a_bad_record(record: Any) -> None:
    try:
        webhook = wire.read_webhook(record)
    except BadRecord:
        return
    assert (webhook.name, webhook.url) == (clean(webhook.name), clean(webhook.url))
    events = record.get("WebhookEvents") or {}
    assert webhook.flags == {key: on for key, on in events.items() if isinstance(on, bool)}


@given(WEBHOOKS.map(through_json))
def test_unchanged_values_are_written_back_as_they_came(record: dict[str, Any]) -> None:
    try:
        webhook = wire.read_webhook(record)
    except BadRecord:
        return
    body = wire.put_body(webhook, webhook.name, webhook.url, webhook.enabled)
    came = {key: value for key, value in record.items() if wire.goes_back(key)}
    if came.get("headers") is None:
        came.pop("headers", None)
    texts = {key: record.get(key) or "" for key in ("name", "url")}
    assert through_json(body) == {**came, **texts, "enabled": bool(came.get("enabled"))}


def test_the_servers_own_properties_are_not_written_back() -> None:
    record = {
        "webhookId": "w1",
        "name": "crm",
        "url": "https://crm.example",
        "enabled": True,
        "headers": {"x": "y"},
        "createdAt": "2026-07-01T12:00:00.000Z",
        "updatedAt": "2026-07-01T12:00:00.000Z",
        "deletedAt": None,
        "instanceInstanceId": "i1",
        "Instance": {"name": "loja"},
        "retries": 3,
        "WebhookEvents": {"newJwt": True, "webhookEventsId": "e", "createdAt": "", "batch": 5},
    }
    webhook = wire.read_webhook(record)
    assert wire.put_body(webhook, "crm", "https://crm.example", True).keys() == {
        *("name", "url", "enabled", "headers", "retries")
    }
    assert webhook.flags == {"newJwt": True}
    assert webhook.extra_events == {"batch": 5}


def test_a_webhook_without_headers_is_not_given_any() -> None:
    webhook = wire.read_webhook({"webhookId": "w", "headers": None})
    assert "headers" not in wire.put_body(webhook, "a", "b", False)
    empty = wire.read_webhook({"webhookId": "w", "headers": {}})
    assert wire.put_body(empty, "a", "b", False)["headers"] == {}


SECRET = "s3cr3t-value"
HOOK = {"webhookId": SECRET, "name": SECRET, "url": SECRET, "headers": {SECRET: SECRET}}


@pytest.mark.parametrize(
    "record",
    [
        {"Auth": {"jwt": SECRET}},
        {"instanceId": "i", "Auth": {"jwt": [SECRET]}},
        {"instanceId": "i", "Auth": SECRET},
        {"instanceId": [SECRET], "WhatsApp": {"remoteJid": {SECRET: SECRET}}},
        {"instanceId": "i", "Webhook": [{**HOOK, "enabled": SECRET}]},
        {"instanceId": "i", "Webhook": [{**HOOK, "headers": SECRET}]},
        {"instanceId": "i", "Webhook": [{**HOOK, "WebhookEvents": [SECRET]}]},
        {"instanceId": "i", "Webhook": [{**HOOK, "webhookId": None}]},
        SECRET,
        [SECRET],
    ],
)
def test_the_error_of_a_broken_record_does_not_repeat_it(record: Any) -> None:
    page = next(wire.in_parts({"records": [record]})).page
    (problem,) = page.problems
    assert "was left out: " in problem
    assert SECRET not in problem


@pytest.mark.parametrize("jwt", ["", "two words", "line\nbreak", "ação", None])
def test_a_token_that_no_header_can_hold_counts_as_none(jwt: str | None) -> None:
    assert wire.read_instance({"instanceId": "i", "Auth": {"jwt": jwt}}, []).token is None


def test_ids_may_be_numbers() -> None:
    assert wire.read_instance({"instanceId": 7}, []).id == "7"
    assert wire.read_webhook({"webhookId": 7}).id == "7"


def test_unlisted_webhooks_differ_from_an_empty_list() -> None:
    assert wire.read_instance({"instanceId": "i"}, []).webhooks is None
    assert wire.read_instance({"instanceId": "i", "Webhook": []}, []).webhooks == ()


WHOLE = {"webhookId": "w", "name": "", "url": "", "enabled": False, "WebhookEvents": {}}


def test_an_answer_is_whole_when_it_has_every_property() -> None:
    assert wire.is_whole(WHOLE)
    for key in WHOLE:
        assert not wire.is_whole({**WHOLE, key: None})
        assert not wire.is_whole({other: value for other, value in WHOLE.items() if other != key})
    assert not any(map(wire.is_whole, (None, [], "", {"message": "ok"})))


@pytest.mark.parametrize(
    "body, flags",
    [
        (
            {"newJwt": False, "callUpsert": True, "webhookEventsId": "e"},
            {"newJwt": False, "callUpsert": True},
        ),
        ({"webhookId": "w", "WebhookEvents": {"newJwt": True}}, {"newJwt": True}),
        ({"callUpsert": True}, None),
        ({"newJwt": "false"}, None),
        ({"WebhookEvents": None, "newJwt": True}, None),
        ({"message": "ok"}, None),
        ([], None),
        (None, None),
    ],
)
def test_flags_are_read_from_an_answer_or_unknown(body: Any, flags: dict[str, bool] | None) -> None:
    assert wire.read_flags(body, {"newJwt": False}) == flags

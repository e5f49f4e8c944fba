"""Webhooks: list, create, read, update, their flags in the three modes, delete."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.sandbox_support import ask, flags_of, messages, of, record, webhook_path
from tui.sandbox.codechat_v2.bodies import FlagMode
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.sandbox.records import DOCUMENTED_FLAGS

NOW = datetime(2026, 7, 1, 15, 4, 5, 678900, tzinfo=UTC)
LATER = "2026-07-01T15:04:05.678Z"
FULL = {"name": "crm 2", "url": "http://n8n:5678/webhook/x", "enabled": True}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox(now=lambda: NOW) as opened:
        yield opened


async def read(sandbox: Sandbox, path: str) -> dict[str, Any]:
    answer = await ask(sandbox, "GET", path)
    assert answer.status_code == 200, answer.text
    webhook: dict[str, Any] = answer.json()
    return webhook


async def put(sandbox: Sandbox, path: str, body: object) -> dict[str, Any]:
    answer = await ask(sandbox, "PUT", path, body)
    assert answer.status_code == 201, answer.text
    webhook: dict[str, Any] = answer.json()
    return webhook


async def test_the_list_equals_the_webhooks_of_the_instances_record(sandbox: Sandbox) -> None:
    found = await record(sandbox, "central-atendimento")
    listed = (await ask(sandbox, "GET", f"{of(found)}/webhook")).json()
    assert listed == found["Webhook"]
    assert len(listed) >= 8


async def test_an_instance_without_webhooks_lists_none(sandbox: Sandbox) -> None:
    found = await record(sandbox, "outlet-br101")
    assert (await ask(sandbox, "GET", f"{of(found)}/webhook")).json() == []


async def test_a_saved_webhook_is_answered_whole_and_read_back_the_same(sandbox: Sandbox) -> None:
    path = await webhook_path(sandbox)
    before = await read(sandbox, path)
    after = await put(sandbox, path, {**FULL, "headers": {"x-team": "caixa"}})
    assert after == before | FULL | {"headers": {"x-team": "caixa"}, "updatedAt": LATER}
    assert await read(sandbox, path) == after


async def test_a_missing_enabled_means_false(sandbox: Sandbox) -> None:
    path = await webhook_path(sandbox)
    assert (await read(sandbox, path))["enabled"] is True
    body = {"name": "crm", "url": "https://crm.loja.com.br/x"}
    assert (await put(sandbox, path, body))["enabled"] is False


async def test_missing_headers_stay_and_null_empties_them(sandbox: Sandbox) -> None:
    path = await webhook_path(sandbox)
    before = (await read(sandbox, path))["headers"]
    assert before
    assert (await put(sandbox, path, FULL))["headers"] == before
    assert (await put(sandbox, path, {**FULL, "headers": None}))["headers"] is None
    assert (await read(sandbox, path))["headers"] is None


async def test_a_put_changes_the_named_flags_and_keeps_the_others(sandbox: Sandbox) -> None:
    path = await webhook_path(sandbox)
    before = await read(sandbox, path)
    sent = {"messagesUpsert": False, "newJwt": True}
    after = await put(sandbox, path, {**FULL, "WebhookEvents": sent})
    assert flags_of(after) == flags_of(before) | sent
    assert after["WebhookEvents"]["updatedAt"] == LATER
    assert after["WebhookEvents"]["createdAt"] == before["WebhookEvents"]["createdAt"]
    assert await read(sandbox, path) == after


async def test_unknown_flags_are_ignored(sandbox: Sandbox) -> None:
    path = await webhook_path(sandbox)
    before = await read(sandbox, path)
    sent = {"webhookEventsId": "mine", "createdAt": "1999", "labelEdit": True, "odd": 3}
    after = await put(sandbox, path, {**FULL, "webhookId": "mine", "WebhookEvents": sent})
    assert after["WebhookEvents"].keys() == before["WebhookEvents"].keys()
    for key in ("webhookEventsId", "createdAt"):
        assert after["WebhookEvents"][key] == before["WebhookEvents"][key]
    assert after["webhookId"] == before["webhookId"]


async def test_an_undocumented_flag_can_be_switched(sandbox: Sandbox) -> None:
    path = await webhook_path(sandbox, "marketing-promo")
    assert flags_of(await read(sandbox, path))["newsletterUpsert"] is True
    await put(sandbox, path, {**FULL, "WebhookEvents": {"newsletterUpsert": False}})
    assert flags_of(await read(sandbox, path))["newsletterUpsert"] is False


@pytest.mark.parametrize("flags", [{"newJwt": True}, {"newJwt": "odd"}, 7, None])
async def test_in_patch_mode_a_put_changes_details_but_no_flags(
    sandbox: Sandbox, flags: object
) -> None:
    sandbox.flags = "patch"
    path = await webhook_path(sandbox)
    before = await read(sandbox, path)
    after = await put(sandbox, path, {**FULL, "WebhookEvents": flags, "surplus": 1})
    assert after["name"] == "crm 2"
    assert after["WebhookEvents"] == before["WebhookEvents"]


async def test_in_reject_mode_a_put_with_flags_is_refused_whole(sandbox: Sandbox) -> None:
    sandbox.flags = "reject"
    path = await webhook_path(sandbox)
    before = await read(sandbox, path)
    body = {**FULL, "WebhookEvents": {"newJwt": True}, "surplus": 1}
    assert messages(await ask(sandbox, "PUT", path, body), 400) == [
        "property WebhookEvents should not exist",
        "property surplus should not exist",
    ]
    assert await read(sandbox, path) == before
    assert (await put(sandbox, path, {**FULL, "headers": {}}))["name"] == "crm 2"


@pytest.mark.parametrize("mode", ["put", "patch", "reject"])
async def test_a_patch_changes_the_flags_it_names_in_every_mode(
    sandbox: Sandbox, mode: FlagMode
) -> None:
    sandbox.flags = mode
    path = await webhook_path(sandbox)
    before = await read(sandbox, path)
    answer = await ask(sandbox, "PATCH", f"{path}/events", {"newJwt": True, "chatsSet": False})
    after = await read(sandbox, path)
    assert answer.status_code == 200
    assert answer.json() == after["WebhookEvents"]
    assert flags_of(after) == flags_of(before) | {"newJwt": True, "chatsSet": False}
    assert {**after, "WebhookEvents": None} == {**before, "WebhookEvents": None}


@pytest.mark.parametrize("value", ["true", 1, None, [], {}])
async def test_a_patch_with_other_values_than_booleans_is_refused(
    sandbox: Sandbox, value: object
) -> None:
    path = await webhook_path(sandbox)
    before = await read(sandbox, path)
    answer = await ask(sandbox, "PATCH", f"{path}/events", {"chatsSet": False, "newJwt": value})
    assert messages(answer, 400) == ["newJwt must be a boolean value"]
    assert await read(sandbox, path) == before


async def test_a_patch_with_an_unknown_flag_is_refused_only_in_reject_mode(
    sandbox: Sandbox,
) -> None:
    path = await webhook_path(sandbox)
    body = {"newJwt": True, "labelEdit": True}
    answer = await ask(sandbox, "PATCH", f"{path}/events", body)
    assert "labelEdit" not in answer.json()
    sandbox.flags = "reject"
    answer = await ask(sandbox, "PATCH", f"{path}/events", body)
    assert messages(answer, 400) == ["property labelEdit should not exist"]


async def test_a_new_webhook_has_every_documented_flag_on(sandbox: Sandbox) -> None:
    found = await record(sandbox, "outlet-br101")
    answer = await ask(sandbox, "POST", f"{of(found)}/webhook", FULL)
    assert answer.status_code == 201
    made = answer.json()
    assert {key: made[key] for key in FULL} == FULL
    assert flags_of(made) == dict.fromkeys(DOCUMENTED_FLAGS, True)
    assert (made["createdAt"], made["updatedAt"], made["headers"]) == (LATER, LATER, None)
    assert (await ask(sandbox, "GET", f"{of(found)}/webhook")).json() == [made]
    assert await read(sandbox, f"{of(found)}/webhook/{made['webhookId']}") == made


async def test_a_new_webhook_follows_the_same_rules(sandbox: Sandbox) -> None:
    found = await record(sandbox, "outlet-br101")
    answer = await ask(sandbox, "POST", f"{of(found)}/webhook", {"name": "", "url": "n8n"})
    assert messages(answer, 400) == ["name should not be empty", "url must be a URL address"]
    assert (await ask(sandbox, "GET", f"{of(found)}/webhook")).json() == []


async def test_two_webhooks_created_at_the_same_moment_differ(sandbox: Sandbox) -> None:
    found = await record(sandbox, "outlet-br101")
    made = [(await ask(sandbox, "POST", f"{of(found)}/webhook", FULL)).json() for _ in range(2)]
    assert (await ask(sandbox, "GET", f"{of(found)}/webhook")).json() == made
    assert made[0]["webhookId"] != made[1]["webhookId"]


async def test_a_deleted_webhook_is_gone_and_the_others_stay(sandbox: Sandbox) -> None:
    path = await webhook_path(sandbox)
    before = await record(sandbox, "loja-norte")
    answer = await ask(sandbox, "DELETE", path)
    assert (answer.status_code, answer.json()) == (200, before["Webhook"][0])
    assert (await record(sandbox, "loja-norte"))["Webhook"] == before["Webhook"][1:]
    assert messages(await ask(sandbox, "DELETE", path), 404) == ["Webhook not found"]


@pytest.mark.parametrize(
    "method, rest", [("GET", ""), ("PUT", ""), ("PATCH", "/events"), ("DELETE", "")]
)
async def test_an_unknown_webhook_is_404_for_every_method(
    sandbox: Sandbox, method: str, rest: str
) -> None:
    found = await record(sandbox, "loja-norte")
    answer = await ask(sandbox, method, f"{of(found)}/webhook/other{rest}")
    assert messages(answer, 404) == ["Webhook not found"]


async def test_a_webhook_is_not_found_under_another_instance(sandbox: Sandbox) -> None:
    norte, sul = await record(sandbox, "loja-norte"), await record(sandbox, "loja-sul")
    path = f"{of(sul)}/webhook/{norte['Webhook'][0]['webhookId']}"
    assert messages(await ask(sandbox, "PUT", path, FULL), 404) == ["Webhook not found"]


async def test_each_save_has_the_date_of_the_clock() -> None:
    clock = iter(NOW + timedelta(minutes=minute) for minute in range(2))
    with open_sandbox(now=lambda: next(clock)) as sandbox:
        path = await webhook_path(sandbox)
        first, second = [await put(sandbox, path, FULL) for _ in range(2)]
    assert first["updatedAt"] < second["updatedAt"]

"""The data: a realistic sample, always the same, in a private file."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

import tui.sandbox
from tests.sandbox.sandbox_support import ask, flags_of, of, record, search
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.codechat_v2.store import Store
from tui.sandbox.data_file import DataFileError
from tui.sandbox.records import DOCUMENTED_FLAGS
from tui.sandbox.sample import sample


async def everything(**options: Any) -> list[dict[str, Any]]:
    with open_sandbox(page_size=100_000, **options) as sandbox:
        records: list[dict[str, Any]] = (await search(sandbox))["records"]
    return records


def all_ids(value: object) -> list[str]:
    """Return all ids in a record, except those that point to another record."""
    if isinstance(value, list):
        return [found for each in value for found in all_ids(each)]
    if not isinstance(value, dict):
        return []
    own = ("instanceId", "authId", "whatsappId", "webhookId", "webhookEventsId")
    return [value[key] for key in own if key in value] + all_ids(list(value.values()))


async def test_two_sandboxes_hold_the_same_data_except_tokens() -> None:
    first, second = await everything(instances=40), await everything(instances=40)
    for found in (*first, *second):
        del found["Auth"]["jwt"]
    assert first == second


async def test_more_instances_come_after_the_same_first_ones() -> None:
    few, many = await everything(instances=12), await everything(instances=14)
    assert [found["instanceId"] for found in few] == [found["instanceId"] for found in many][:12]
    assert [found["name"] for found in many[12:]] == ["loja-0013", "loja-0014"]


async def test_the_sample_shows_every_state() -> None:
    records = await everything()
    webhooks = [hook for found in records for hook in found["Webhook"]]
    counts = [len(found["Webhook"]) for found in records]
    assert {found["connection"] for found in records} == {"open", "close", "connecting", "refused"}
    assert {found["state"] for found in records} == {"active", "inactive"}
    assert min(counts) == 0
    assert max(counts) >= 8
    assert {hook["enabled"] for hook in webhooks} == {True, False}
    assert any(hook["headers"] for hook in webhooks)
    flags = [flags_of(hook) for hook in webhooks]
    assert all(each.keys() >= set(DOCUMENTED_FLAGS) for each in flags)
    assert any("labelEdit" in each for each in flags)
    assert any("newsletterUpsert" in each for each in flags)
    assert any(not any(each.values()) for each in flags)
    assert any(all(each.values()) for each in flags)


def test_ten_thousand_instances_are_varied_and_their_ids_all_differ() -> None:
    records = [instance.wire("business", "jwt", webhooks) for instance, webhooks in sample(10_000)]
    ids = all_ids(records)
    assert len(ids) == len(set(ids)) > 40_000
    assert {len(each) for each in ids} == {26}
    assert len({found["name"] for found in records}) == 10_000
    assert Counter(found["connection"] for found in records).keys() == {
        "open",
        "close",
        "connecting",
        "refused",
    }
    webhooks = Counter(len(found["Webhook"]) for found in records)
    assert webhooks[1] + webhooks[2] > 8_000
    assert webhooks[0] > 0


def test_moments_are_in_order_and_in_2026() -> None:
    for instance, webhooks in sample(500):
        moments = [instance.created_at]
        moments += [moment for hook in webhooks for moment in (hook.created_at, hook.updated_at)]
        assert all(moment.startswith("2026-") and moment.endswith("Z") for moment in moments)
        assert all(datetime.fromisoformat(moment) for moment in moments)
        assert all(instance.created_at < hook.created_at <= hook.updated_at for hook in webhooks)


def test_phone_numbers_are_unassigned() -> None:
    numbers = [
        instance.whatsapp["remoteJid"].removesuffix("@s.whatsapp.net")
        for instance, _ in sample(500)
        if instance.whatsapp
    ]
    assert len(numbers) == len(set(numbers)) > 300
    assert all(len(number) == 13 and number[:2] == "55" for number in numbers)
    assert all(number[4:6] == "90" for number in numbers)


async def test_a_file_keeps_ids_webhooks_and_tokens(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.db"
    with open_sandbox(data=data, instances=3) as sandbox:
        token, norte = sandbox.token, await record(sandbox, "loja-norte")
        path = f"{of(norte)}/webhook/{norte['Webhook'][0]['webhookId']}"
        body = {"name": "crm \0 ☎", "url": "http://n8n:5678", "WebhookEvents": {"newJwt": True}}
        saved = (await ask(sandbox, "PUT", path, body)).json()
    with open_sandbox(data=str(data), instances=99) as again:
        assert again.token == token
        assert (await search(again))["totalRecords"] == 3
        answer = await ask(again, "GET", path, token=norte["Auth"]["jwt"])
        assert answer.json() == saved


async def test_a_chosen_token_replaces_the_one_in_the_file(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.db"
    open_sandbox(data=data, instances=0).close()
    open_sandbox(data=data, token="chosen").close()
    with open_sandbox(data=data) as again:
        assert again.token == "chosen"
        assert (await search(again))["totalRecords"] == 0


def test_the_data_file_is_private(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.db"
    mask = os.umask(0)
    try:
        open_sandbox(data=data).close()
    finally:
        os.umask(mask)
    assert stat.S_IMODE(data.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["sandbox.db"]


def _text(path: Path) -> None:
    path.write_text("my only copy of the thesis\n" * 100)


def _database(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE instance (name)")
    db.close()


def _newer(path: Path) -> None:
    open_sandbox(data=path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()


@pytest.mark.parametrize("make", [_text, _database, _newer])
def test_another_programs_file_is_refused_and_unchanged(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    data = tmp_path / "other"
    make(data)
    before = data.read_bytes()
    with pytest.raises(DataFileError, match="other"):
        open_sandbox(data=data)
    assert data.read_bytes() == before


@pytest.mark.parametrize("where", [".", "missing/sandbox.db"])
def test_a_path_that_cannot_be_a_file_is_an_os_error(tmp_path: Path, where: str) -> None:
    with pytest.raises(OSError, match=where.partition("/")[0]):
        open_sandbox(data=tmp_path / where)


def test_a_failed_first_start_does_not_block_the_next(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.db"
    with pytest.raises(KeyboardInterrupt):
        _interrupted_start(data)
    with open_sandbox(data=data, instances=1) as sandbox:
        first, second = (instance.id for instance, _ in sample(2))
        assert sandbox.store.instance(first) is not None
        assert sandbox.store.instance(second) is None


def _interrupted_start(data: Path) -> None:
    store = Store(data)
    try:
        with store.transaction():
            assert store.create()
            store.add(sample(3))
            raise KeyboardInterrupt
    finally:
        store.close()


@pytest.mark.parametrize("option", [{"instances": -1}, {"page_size": 0}, {"latency": -0.1}])
def test_an_option_out_of_range_is_refused(option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(option))):
        open_sandbox(**option)


def test_the_sandbox_shares_no_code_with_the_client() -> None:
    modules = [found.name for found in walk_packages(tui.sandbox.__path__, "tui.sandbox.")]
    assert "tui.sandbox.evolution_v2.server" in modules
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(result.stdout.split())
    ours = {name for name in loaded if name.startswith("tui.")}
    assert ours >= set(modules)
    assert all(name.startswith("tui.sandbox") for name in ours)
    assert not loaded & {"textual", "httpx", "pydantic"}

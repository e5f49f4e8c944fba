"""The common parts of the v1 and Go sandboxes: sample, file and options."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.sandbox.codechat_support import URL, ask, find, listed, put, token_of
from tui.sandbox.codechat_base import CodeChat
from tui.sandbox.codechat_go.server import open_codechat_go
from tui.sandbox.codechat_v1.server import open_codechat_v1
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.data_file import DataFileError
from tui.sandbox.serve import running

Opener = Callable[..., CodeChat]
WAIT = 30
"""Seconds after which a test fails; a test normally takes much less."""


@pytest.fixture(params=[open_codechat_v1, open_codechat_go], ids=["v1", "go"])
def opener(request: pytest.FixtureRequest) -> Opener:
    chosen: Opener = request.param
    return chosen


async def test_two_sandboxes_hold_the_same_data_except_tokens(opener: Opener) -> None:
    with opener(instances=40) as first, opener(instances=40) as second:
        found = [await listed(first), await listed(second)]
    for instances in found:
        for instance in instances.values():
            del instance["Auth"]["token"]
    assert found[0] == found[1]


async def test_a_thousand_instances_differ_in_name_and_id(opener: Opener) -> None:
    with opener(instances=1000) as sandbox:
        answer = await ask(sandbox, "GET", "/instance/fetchInstances")
    instances = answer.json()
    names = {instance["name"] for instance in instances}
    assert len(names) == len(instances) == 1000
    assert "" not in names
    assert len({instance["id"] for instance in instances}) == 1000
    assert len({instance["Auth"]["token"] for instance in instances}) == 1000


async def test_the_sample_shows_every_state(opener: Opener) -> None:
    with opener() as sandbox:
        instances = (await listed(sandbox)).values()
    webhooks = [instance["Webhook"] for instance in instances if instance["Webhook"]]
    assert len(webhooks) < len(instances) == 12
    assert {webhook["enabled"] for webhook in webhooks} == {True, False}
    events = [webhook["events"] for webhook in webhooks if webhook["events"]]
    assert all(each.keys() <= set(sandbox.flags) for each in events)
    assert {on for each in events for on in each.values()} == {True, False}
    assert any(instance["ownerJid"] for instance in instances)
    assert any(instance["ownerJid"] is None for instance in instances)


async def test_the_flags_of_the_sample_have_the_names_of_the_kind(opener: Opener) -> None:
    with opener() as sandbox:
        webhook = await find(sandbox, "entrega-expressa")
    on = {flag for flag, is_on in webhook["events"].items() if is_on}
    assert on == {"messagesUpsert", "messagesUpdated", "sendMessage"}


async def test_a_file_keeps_webhooks_and_tokens(opener: Opener, tmp_path: Path) -> None:
    data = tmp_path / "sandbox.db"
    with opener(data=data, instances=3) as sandbox:
        token, jwt = sandbox.token, await token_of(sandbox, "loja-norte")
        await put(sandbox, "loja-norte", {"url": URL, "enabled": False, "events": {}})
        kept = await listed(sandbox)
    with opener(data=str(data), instances=99) as again:
        assert again.token == token
        assert await listed(again) == kept
        answer = await ask(again, "GET", "/webhook/find/loja-norte", bearer=jwt)
    assert answer.json()["url"] == URL


async def test_a_chosen_token_replaces_the_one_in_the_file(opener: Opener, tmp_path: Path) -> None:
    data = tmp_path / "sandbox.db"
    opener(data=data, instances=0).close()
    opener(data=data, token="chosen").close()
    with opener(data=data) as again:
        assert again.token == "chosen"
        assert await listed(again) == {}


def test_the_data_file_is_private(opener: Opener, tmp_path: Path) -> None:
    data = tmp_path / "sandbox.db"
    mask = os.umask(0)
    try:
        opener(data=data).close()
    finally:
        os.umask(mask)
    assert stat.S_IMODE(data.stat().st_mode) == 0o600


@pytest.mark.parametrize("other", [open_sandbox, open_codechat_v1, open_codechat_go])
def test_the_file_of_another_kind_is_refused(
    opener: Opener, other: Callable[..., Any], tmp_path: Path
) -> None:
    data = tmp_path / "sandbox.db"
    other(data=data, instances=1).close()
    if other is opener:
        opener(data=data).close()
    else:
        with pytest.raises(DataFileError):
            opener(data=data)


def test_a_path_that_cannot_be_a_file_is_an_os_error(opener: Opener, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        opener(data=tmp_path / "missing" / "sandbox.db")


@pytest.mark.parametrize("option", [{"instances": -1}, {"latency": -0.1}])
def test_an_option_out_of_range_is_refused(opener: Opener, option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(option))):
        opener(**option)


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak"])
def test_a_token_that_no_header_can_hold_is_refused(opener: Opener, token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        opener(token=token)


def test_latency_can_be_set_while_it_runs(opener: Opener) -> None:
    with opener() as sandbox, running(sandbox) as url:
        address, headers = f"{url}/instance/fetchInstances", {"apikey": sandbox.token}
        sandbox.latency = 60
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(address, timeout=httpx.Timeout(WAIT, read=0.05), trust_env=False)
        sandbox.latency = 0
        answer = httpx.get(address, headers=headers, timeout=WAIT, trust_env=False)
    assert len(answer.json()) == 12


async def test_changes_are_dated_by_the_clock_given(opener: Opener) -> None:
    moment = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    with opener(now=lambda: moment) as sandbox:
        before = await find(sandbox, "loja-sul")
        await put(sandbox, "loja-sul", {"url": URL, "enabled": True, "events": {}})
        after = await find(sandbox, "loja-sul")
    assert datetime.fromisoformat(after["updatedAt"]) == moment
    assert after["updatedAt"] != before["updatedAt"]
    assert after["createdAt"] == before["createdAt"]


async def test_it_works_behind_a_path_prefix(opener: Opener) -> None:
    with opener() as sandbox:
        proxy = Starlette(routes=[Mount("/api-wa", sandbox.app)])
        transport = httpx.ASGITransport(proxy)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            token = await token_of(sandbox, "loja-sul")
            answer = await client.get(
                "http://sandbox/api-wa/webhook/find/loja-sul",
                headers={"authorization": f"Bearer {token}"},
            )
        assert answer.json() == await find(sandbox, "loja-sul")


@pytest.mark.parametrize("body", [b"", b"{", b"[[" * 10_000, b"[NaN]", b'{"url": 1e999}'])
async def test_a_body_that_cannot_be_used_is_400_and_changes_nothing(
    opener: Opener, body: bytes
) -> None:
    with opener() as sandbox:
        before = await find(sandbox, "loja-norte")
        token = await token_of(sandbox, "loja-norte")
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        answer = await ask(sandbox, "PUT", "/webhook/set/loja-norte", body, headers=headers)
        assert answer.status_code == 400
        assert await find(sandbox, "loja-norte") == before


def test_an_unexpected_error_is_500(opener: Opener) -> None:
    with opener() as sandbox, running(sandbox) as url:
        sandbox.close()
        answer = httpx.get(
            f"{url}/instance/fetchInstances",
            headers={"apikey": sandbox.token},
            timeout=WAIT,
            trust_env=False,
        )
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_no_repr_shows_a_secret(opener: Opener) -> None:
    with opener(token="the-global-key") as sandbox:
        assert "the-global-key" not in repr(sandbox)

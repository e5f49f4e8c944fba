"""Flags kept for Evolution, also when answers are lost, and with two programs at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.single_webhook_support import adapter_at
from tests.support import Wire
from tui.api.adapters.evolution_v2 import KEPT_HERE, LOST, UNREADABLE
from tui.api.adapters.single_webhook import ONLY, SingleWebhookAdapter
from tui.core.save import save
from tui.core.save_result import Outcome, SaveResult
from tui.model.diff import changes
from tui.model.instance import Instance
from tui.model.webhook import Webhook
from tui.storage.server_memory import ServerMemory

URL = "http://server.test"
LOJA = Instance("loja", "loja")
INITIAL_FLAGS = ("CALL", "SEND_MESSAGE")


@dataclass
class Evolution(httpx.AsyncBaseTransport):
    """A server with one webhook, whose answers to writes may be lost or odd."""

    events: Sequence[str] = INITIAL_FLAGS
    enabled: bool = True
    url: str = "https://a.example/in"
    writes: int = 0
    """The number of writes that it carried out."""
    fails: httpx.Response | Exception | None = None
    """Answers to writes that are not carried out."""
    undone: list[Any] = field(default_factory=list)
    """The writes that were not carried out."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=self.webhook)
        asked = json.loads(request.content)["webhook"]
        if self.fails is None:
            self.do(asked)
            return httpx.Response(201, json=self.webhook)
        self.undone.append(asked)
        if isinstance(self.fails, Exception):
            raise self.fails
        return self.fails

    def do(self, asked: Any) -> None:
        """Carry a write out, as recorded: what is off has no events."""
        self.writes += 1
        self.url, self.enabled = asked["url"], asked["enabled"]
        self.events = asked["events"] if self.enabled else ()

    @property
    def webhook(self) -> dict[str, Any]:
        """What it answers."""
        return {
            "url": self.url,
            "enabled": self.enabled,
            "events": list(self.events),
            "headers": None,
            "webhookByEvents": False,
            "webhookBase64": False,
            "updatedAt": f"2026-11-22T07:56:{self.writes:02}.000Z",
        }


@pytest.fixture
def evolution() -> Evolution:
    return Evolution()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "flags"


def program(evolution: Evolution, folder: Path | None = None) -> SingleWebhookAdapter:
    """Return the adapter of another program."""
    memory = ServerMemory(folder, URL)
    return adapter_at("evolution-v2", evolution, url=URL, memory=memory)


def only_file_in(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def program_on_a_wire(evolution: Evolution) -> tuple[SingleWebhookAdapter, Wire]:
    """Return the adapter of a program, and its wire to the server, which tests can cut."""
    wire = Wire(evolution)
    memory = ServerMemory(None, URL)
    return adapter_at("evolution-v2", wire, url=URL, memory=memory), wire


def on(webhook: Webhook) -> tuple[str, ...]:
    return tuple(sorted(flag for flag, is_on in webhook.flags.items() if is_on))


async def read(server: SingleWebhookAdapter) -> Webhook:
    return await server.webhook(LOJA, ONLY)


async def turn(server: SingleWebhookAdapter, *, enabled: bool) -> SaveResult:
    base = await read(server)
    return await save(server, LOJA, base, replace(base.values, enabled=enabled))


async def test_a_write_that_arrives_after_the_timeout_loses_no_flag(
    evolution: Evolution,
) -> None:
    server = program(evolution)
    evolution.fails = httpx.ReadTimeout("")
    assert (await turn(server, enabled=False)).outcome is Outcome.NOT_SAVED
    evolution.do(*evolution.undone)
    webhook = await read(server)
    assert (webhook.enabled, on(webhook), webhook.note) == (False, INITIAL_FLAGS, KEPT_HERE)


async def test_flags_kept_by_another_program_are_seen_and_not_overwritten(
    evolution: Evolution, folder: Path
) -> None:
    one, two = program(evolution, folder), program(evolution, folder)
    assert (await turn(two, enabled=False)).outcome is Outcome.SAVED
    assert (await turn(two, enabled=True)).outcome is Outcome.SAVED
    assert (await turn(one, enabled=False)).outcome is Outcome.SAVED
    seen = await read(two)
    assert (on(seen), seen.note) == (INITIAL_FLAGS, KEPT_HERE)
    await save(two, LOJA, seen, replace(seen.values, url="https://a.example/new"))
    assert on(await read(program(evolution, folder))) == INITIAL_FLAGS


async def test_an_answer_of_another_shape_is_not_trusted_and_loses_no_flag(
    evolution: Evolution,
) -> None:
    server = program(evolution)
    assert (await turn(server, enabled=False)).outcome is Outcome.SAVED
    evolution.fails = httpx.Response(201, json={"ok": True})
    assert (await turn(server, enabled=True)).outcome is Outcome.NOT_SAVED
    evolution.fails = None
    assert on(await read(server)) == INITIAL_FLAGS


@pytest.mark.parametrize(
    "failure",
    [httpx.ConnectError("refused"), httpx.Response(401), httpx.Response(429), httpx.Response(400)],
    ids=str,
)
async def test_flags_that_were_never_saved_are_not_kept(
    evolution: Evolution, failure: httpx.Response | Exception
) -> None:
    server = program(evolution)
    assert (await turn(server, enabled=False)).outcome is Outcome.SAVED
    evolution.fails = failure
    base = await read(server)
    flags = {**base.flags, "CHATS_SET": True}
    result = await save(server, LOJA, base, replace(base.values, flags=flags))
    assert result.outcome in (Outcome.NOT_SAVED, Outcome.UNAUTHORISED, Outcome.REFUSED)
    assert on(await read(server)) == INITIAL_FLAGS


ANSWERS = [*map(httpx.Response, (302, 400, 401, 403, 404, 409, 429, 500)), httpx.ReadError("")]
CHANGES: list[dict[str, Any]] = [{}, {"url": "https://b.example/in"}]


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
async def test_flags_of_a_disabled_webhook_are_kept_if_they_were_saved_after_all(
    evolution: Evolution,
    answer: httpx.Response | Exception,
    applied: bool,
    change: dict[str, Any],
) -> None:
    evolution.enabled, evolution.events = False, ()
    server, wire = program_on_a_wire(evolution)
    base = await read(server)
    wanted = replace(base.values, flags={**base.flags, "CHATS_SET": True}, **change)
    wire.fail("POST", answer, applied=applied)
    result = await save(server, LOJA, base, wanted)
    now = await read(server)
    if applied:
        assert result.outcome is Outcome.SAVED_AFTER_ALL
        assert (now.values, on(now)) == (wanted, ("CHATS_SET",))
    else:
        assert result.outcome in (Outcome.NOT_SAVED, Outcome.UNAUTHORISED, Outcome.REFUSED)
        assert (now.values, on(now)) == (base.values, ())


@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
async def test_a_disabled_webhook_keeps_its_flags_after_any_answer(
    evolution: Evolution, answer: httpx.Response | Exception
) -> None:
    server, wire = program_on_a_wire(evolution)
    base = await read(server)
    wire.fail("POST", answer, applied=True)
    result = await save(server, LOJA, base, replace(base.values, enabled=False))
    assert result.outcome is Outcome.SAVED_AFTER_ALL
    webhook = await read(server)
    assert (webhook.enabled, on(webhook), webhook.note) == (False, INITIAL_FLAGS, KEPT_HERE)


@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
async def test_an_enabled_webhook_has_the_servers_flags_after_any_answer(
    evolution: Evolution, answer: httpx.Response | Exception
) -> None:
    server, wire = program_on_a_wire(evolution)
    base = await read(server)
    flags = {**base.flags, "CHATS_SET": True}
    wire.fail("POST", answer)
    result = await save(server, LOJA, base, replace(base.values, enabled=False, flags=flags))
    assert result.outcome in (Outcome.NOT_SAVED, Outcome.UNAUTHORISED, Outcome.REFUSED)
    assert on(await read(server)) == INITIAL_FLAGS
    evolution.enabled, evolution.events = False, ()  # another user turns it off
    assert on(await read(server)) == INITIAL_FLAGS


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
async def test_kept_flags_are_right_once_the_server_can_be_read_again(
    evolution: Evolution, answer: httpx.Response | Exception, applied: bool
) -> None:
    server, wire = program_on_a_wire(evolution)
    base = await read(server)
    flags = {**base.flags, "CHATS_SET": True}
    wire.fail("POST", answer, applied=applied)
    wire.fail("GET", None, *[httpx.ConnectTimeout("late")] * 3)
    result = await save(server, LOJA, base, replace(base.values, enabled=False, flags=flags))
    assert (result.outcome, result.webhook) == (Outcome.UNKNOWN, None)
    wire.mend()
    assert on(await read(server)) == (
        ("CALL", "CHATS_SET", "SEND_MESSAGE") if applied else INITIAL_FLAGS
    )


async def test_no_flags_are_kept_of_a_webhook_that_could_not_be_disabled(
    evolution: Evolution,
) -> None:
    server = program(evolution)
    evolution.fails = httpx.ConnectError("refused")
    assert (await turn(server, enabled=False)).outcome is Outcome.NOT_SAVED
    evolution.enabled, evolution.events = False, ()
    assert (await read(server)).note == LOST


async def test_kept_flags_follow_changes_of_others(evolution: Evolution) -> None:
    server = program(evolution)
    assert (await turn(server, enabled=False)).outcome is Outcome.SAVED
    evolution.enabled, evolution.events = True, ("LABELS_EDIT",)
    assert [on(one) for one in await server.webhooks(LOJA)] == [("LABELS_EDIT",)]
    evolution.enabled, evolution.events = False, ()
    assert on(await read(server)) == ("LABELS_EDIT",)


async def test_kept_flags_do_not_make_answers_trusted(
    evolution: Evolution,
) -> None:
    server = program(evolution)
    base = await read(server)
    flags = {**base.flags, "CALL": False}
    result = await save(server, LOJA, base, replace(base.values, enabled=False, flags=flags))
    assert result.outcome is Outcome.SAVED
    assert not server.is_trusted(
        one for one in changes(base.values, replace(base.values, flags=flags)) if one.is_flag
    )


async def test_unreadable_kept_flags_are_reported_and_not_lost(
    evolution: Evolution, folder: Path
) -> None:
    assert (await turn(program(evolution, folder), enabled=False)).outcome is Outcome.SAVED
    file = only_file_in(folder)
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"format": 1', b'"format": 2'))
    server = program(evolution, folder)
    seen = await read(server)
    assert seen.note.startswith(UNREADABLE.partition(":")[0])
    assert "is from a later version of Hookboard" in seen.note
    result = await save(server, LOJA, seen, replace(seen.values, url="https://a.example/new"))
    assert (result.outcome, evolution.url) == (Outcome.NOT_SAVED, "https://a.example/in")
    file.write_bytes(whole)
    assert on(await read(program(evolution, folder))) == INITIAL_FLAGS


async def test_a_damaged_file_of_kept_flags_is_reported_with_the_flags(
    evolution: Evolution, folder: Path
) -> None:
    assert (await turn(program(evolution, folder), enabled=False)).outcome is Outcome.SAVED
    file = only_file_in(folder)
    file.write_bytes(file.read_bytes()[:-9])
    seen = await read(program(evolution, folder))
    assert seen.note == f"{LOST} The file of kept flags is damaged: {file}."

"""Files of webhooks and any server: an export changes nothing, what was applied does not drift."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.run.run_support import URL, Watcher
from tests.support import user_data
from tui.api.connection import connect
from tui.core.command.list_reader import ListReader
from tui.core.history.history import new_run, server_plan
from tui.core.plan.plan import Plan, Reason
from tui.core.run.row import RunRow
from tui.core.run.run import Pause
from tui.core.selection import Selection
from tui.core.session import Session
from tui.core.webhook_file.export import export_json, export_toml
from tui.core.webhook_file.reader import read_file
from tui.core.webhook_file.targets import targets_of
from tui.messages.selection_words import condition_words
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.server_kind import KINDS, ServerKind
from tui.model.user_error import UserError
from tui.model.webhook import Webhook
from tui.sandbox.codechat_v2.server import Sandbox
from tui.sandbox.kinds import open_kind
from tui.storage.journal import Journal, Origin
from tui.storage.server_memory import ServerMemory

INSTANCES = 3
ODD = st.sampled_from(['"', "\\", "'''", "[x]", "#", "\x7f", "\x1b[31m", "\u202e", "é", "🏪", "\n"])
ODD_TEXT = st.lists(ODD | st.text(max_size=4), max_size=4).map("".join)
URLS = (
    st.sampled_from(
        (
            "https://crm.example/in",
            "http://n8n:5678/webhook/a?b=c",
            "https://me:s3cr3t@crm.example/in",
            "https://crm.example/in?token=s3cr3t",
            "HTTPS://CRM.example:443",
        )
    )
    | ODD_TEXT.map("https://crm.example/".__add__)
    | ODD_TEXT
)
HEADERS = st.none() | st.dictionaries(
    st.sampled_from(["authorization", "X-Key", "x-key", "a b"]) | ODD_TEXT, ODD_TEXT, max_size=2
)
SWITCHES = st.dictionaries(
    st.sampled_from(["messagesUpsert", "callUpsert", "newJwt", "name", "brand new", "url"])
    | ODD_TEXT.filter(bool),
    st.booleans(),
    max_size=4,
)


@dataclass(frozen=True)
class Kept:
    """What a server keeps of a webhook, whatever its kind."""

    name: str
    url: str
    enabled: bool
    headers: dict[str, str] | None
    switches: dict[str, bool]
    by_events: bool
    base64: bool


KEPT = st.builds(
    Kept, ODD_TEXT, URLS, st.booleans(), HEADERS, SWITCHES, st.booleans(), st.booleans()
)
WISH = st.fixed_dictionaries(
    {"of": st.integers(0, INSTANCES - 1)},
    optional={
        "url": st.sampled_from(["https://new.example/in", "http://n8n:5678/a?b=c"]) | URLS,
        "enabled": st.booleans(),
        "on": st.sets(st.integers(0, 40), max_size=3),
        "off": st.sets(st.integers(0, 40), max_size=40),
        "odd": ODD_TEXT.filter(bool),
        "options": st.booleans(),
    },
)
"""What is wanted of one webhook; flags by their place in the list of those that it has."""
RULE = st.fixed_dictionaries(
    {},
    optional={
        "host": st.sampled_from(["new.example", "n8n:5678"]),
        "enabled": st.booleans(),
        "preset": st.sampled_from(["quiet", "messages", "everything", "nothing"]),
    },
)
FLEETS = st.lists(KEPT, min_size=INSTANCES, max_size=INSTANCES)


def keep(sandbox: Any, fleet: list[Kept]) -> None:
    """Give the instances of a sandbox their webhooks, past the API."""
    if isinstance(sandbox, Sandbox):
        hooks = [
            one for shop in sandbox.store.connected() for one in sandbox.store.webhooks(shop.id)
        ]
        for hook, kept in zip(hooks, fleet, strict=False):
            sandbox.store.save(
                replace(
                    hook,
                    name=kept.name,
                    url=kept.url,
                    enabled=kept.enabled,
                    headers=kept.headers,
                    flags={**hook.flags, **kept.switches},
                )
            )
        return
    for document, kept in zip(sandbox.documents.all(), fleet, strict=False):
        said = {"url": kept.url, "enabled": kept.enabled}
        hook = document.get("Webhook") or document.get("webhook")
        if hook is None:
            continue
        if isinstance(hook["events"], list):
            on = [name for name, is_on in kept.switches.items() if is_on]
            options = {"webhookByEvents": kept.by_events, "webhookBase64": kept.base64}
            hook.update(said, events=[*hook["events"][:2], *on], headers=kept.headers, **options)
            name = document["instance"]["name"]
        else:
            hook.update(said, events={**hook["events"], **kept.switches})
            name = document["name"]
        sandbox.documents.put(name, document)


@asynccontextmanager
async def reading(sandbox: Any) -> AsyncIterator[Session]:
    """Open a session with a sandbox, and read all of its webhooks."""
    connection = connect(
        URL,
        kind=sandbox.kind,
        business=sandbox.business_id,
        profile="loja",
        token=Secret(sandbox.token),
        token_source="the test",
        in_process=sandbox.app,
        memory=ServerMemory(None, URL),
    )
    session = Session(connection, "loja", url=URL, user_data=user_data(journal=Journal(None)))
    try:
        await read_all(session)
        yield session
    finally:
        await session.close()


async def read_all(session: Session) -> None:
    reading = await ListReader(session, Selection()).read()
    assert reading.trouble is None


def rows(session: Session) -> list[tuple[Instance, Webhook]]:
    return [
        (session.store[key], webhook)
        for key in session.store.ids
        for webhook in session.store[key].webhooks or ()
    ]


def planned(session: Session, lines: Iterator[str]) -> Plan:
    """Return the plan of a file."""
    content = "".join(f"{line}\n" for line in lines).encode()
    file = read_file(content, "webhooks.toml", condition_words)
    return server_plan(session, targets_of(session, file))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30)
@given(fleet=FLEETS)
def test_a_plan_finds_no_difference_to_any_export(kind: ServerKind, fleet: list[Kept]) -> None:
    async def export_and_plan() -> None:
        async with reading(sandbox) as session:
            instances = [session.store[key] for key in session.store.ids]
            found = rows(session)
            assert len(found) >= INSTANCES - 1
            for export in (export_toml, export_json):
                lines = list(export(session.journal_key, instances, found))
                assert "s3cr3t" not in "".join(lines)
                plan = planned(session, iter(lines))
                assert plan.rows == ()
                assert {one.reason for one in plan.left_out} == {Reason.ALREADY_SO}

    with open_kind(kind, instances=INSTANCES) as sandbox:
        keep(sandbox, fleet)
        asyncio.run(export_and_plan())


def entry(wish: Mapping[str, Any], found: list[tuple[Instance, Webhook]]) -> dict[str, Any]:
    """Return the entry of a file for what is wanted of a webhook."""
    instance, webhook = found[wish["of"] % len(found)]
    names = sorted(webhook.flags)
    flags = {names[one % len(names)]: False for one in wish.get("off", ())}
    flags |= {names[one % len(names)]: True for one in wish.get("on", ())}
    flags |= {name: True for name in (wish.get("odd"),) if name}
    told: dict[str, Any] = {key: wish[key] for key in ("url", "enabled") if key in wish}
    told |= {"instance": instance.id, "id": webhook.id}
    told["on"] = [flag for flag, on in flags.items() if on]
    told["off"] = [flag for flag, on in flags.items() if not on]
    if "options" in wish and webhook.options:
        told["options"] = dict.fromkeys(webhook.options, wish["options"])
    return told


def left_out(plan: Plan) -> set[str]:
    """Return the instances of which something cannot be as it is wanted."""
    return {one.instance.id for one in plan.left_out if one.reason is not Reason.ALREADY_SO}


class Goes(Watcher):
    """Goes on whatever the run asks."""

    async def may_go_on(self, why: Pause, row: RunRow | None) -> bool:
        return True


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(fleet=FLEETS, wishes=st.lists(WISH, max_size=3), rule=RULE)
def test_what_was_applied_does_not_drift_or_is_named(
    kind: ServerKind, fleet: list[Kept], wishes: list[dict[str, Any]], rule: dict[str, Any]
) -> None:
    async def apply_and_compare() -> None:
        async with reading(sandbox) as session:
            by_webhook = {one["of"] % len(rows(session)): one for one in wishes}
            file: dict[str, Any] = {"hookboard": 1}
            file["webhook"] = [entry(one, rows(session)) for one in by_webhook.values()]
            if rule:
                file["rule"] = [{"where": "instance=*", **rule}]
            try:
                plan = planned(session, iter([json.dumps(file)]))
            except UserError:
                return  # a faulty file: nothing is written
            run = new_run(session, [row.target for row in plan.rows], Origin.COMMAND_LINE, Goes())
            await run.carry_out()
            named = {row.target.instance.id for row in run.rows if not row.outcome.is_as_asked}
            named |= left_out(plan)
            await read_all(session)
            drift = planned(session, iter([json.dumps(file)]))
            assert {row.target.instance.id for row in drift.rows} | left_out(drift) <= named

    with open_kind(kind, instances=INSTANCES) as sandbox:
        keep(sandbox, fleet)
        asyncio.run(apply_and_compare())

"""A sandbox of any kind with a webhook to edit; tests read its data directly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, get_args

import httpx
from starlette.types import ASGIApp

from tests.api.single_webhook_support import NORTE, adapter_at
from tests.support import server_at
from tui.api.port import WebhookServer
from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook
from tui.sandbox.codechat_v1.server import CodeChatV1
from tui.sandbox.codechat_v2.bodies import FlagMode
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.sandbox.kinds import open_kind

MODES: tuple[FlagMode, ...] = get_args(FlagMode)
"""The three ways in which a CodeChat v2 may take flags."""
LOADED = "codechat-v1, loaded"
SINGLES = (LOADED, "codechat-v1", "codechat-go", "evolution-v2")
"""The kinds with one webhook for each instance; v1 with the instance in memory and without."""


@dataclass(frozen=True)
class Stage:
    """A sandbox with a webhook to edit."""

    kind: str
    """One of :data:`MODES` or :data:`SINGLES`."""
    app: ASGIApp
    server: Callable[[httpx.AsyncBaseTransport], WebhookServer]
    """Makes the adapter for the sandbox behind a transport."""
    instance: Instance
    webhook: Webhook
    stored: Callable[[], Values]
    """Returns the sandbox's values, read from its data."""
    reset: Callable[[], None]
    """Restores the sandbox's first values."""


@asynccontextmanager
async def stage_of(kind: str) -> AsyncIterator[Stage]:
    """Open a sandbox of that kind, with the first webhook of loja-norte."""
    for mode in MODES:
        if kind == mode:
            with open_sandbox(flags=mode) as v2:
                yield await _stage_of_v2(v2)
            return
    with open_kind(kind.partition(",")[0]) as sandbox:
        if isinstance(sandbox, CodeChatV1):
            sandbox.loaded = {NORTE.id} if kind == LOADED else set()
        yield await _stage_of_single(kind, sandbox)


async def _stage_of_v2(sandbox: Sandbox) -> Stage:
    def server(transport: httpx.AsyncBaseTransport) -> WebhookServer:
        return server_at(transport, token=sandbox.token, business=sandbox.business_id)

    instance, webhook = await _first(server(httpx.ASGITransport(sandbox.app)))
    original = sandbox.store.webhook(instance.id, webhook.id)
    assert original is not None

    def stored() -> Values:
        now = sandbox.store.webhook(instance.id, webhook.id)
        assert now is not None
        return Values(now.name, now.url, now.enabled, now.flags)

    def reset() -> None:
        sandbox.store.save(original)

    return Stage(sandbox.flags, sandbox.app, server, instance, webhook, stored, reset)


async def _stage_of_single(kind: str, sandbox: Any) -> Stage:
    def server(transport: httpx.AsyncBaseTransport) -> WebhookServer:
        return adapter_at(sandbox.kind, transport, token=sandbox.token)

    instance, webhook = await _first(server(httpx.ASGITransport(sandbox.app)))
    original = sandbox.documents.get(instance.id)

    def stored() -> Values:
        document = sandbox.documents.get(instance.id)
        record = document.get("Webhook") or document["webhook"]
        events = record["events"]
        if isinstance(events, list):
            events = dict.fromkeys(events, True)
        flags = {flag: events.get(flag, False) for flag in webhook.flags}
        return Values("", record["url"], record["enabled"], flags, webhook.options)

    def reset() -> None:
        sandbox.documents.put(instance.id, original)

    return Stage(kind, sandbox.app, server, instance, webhook, stored, reset)


async def _first(server: WebhookServer) -> tuple[Instance, Webhook]:
    found = [one async for page in server.instances() for one in page.instances]
    instance = next(one for one in found if one.name == NORTE.name)
    return instance, (await server.webhooks(instance))[0]

"""Adapters and sandboxes of the servers with one webhook for an instance."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import httpx

from tui.api.adapters.codechat_go import CodeChatGo
from tui.api.adapters.codechat_v1 import CodeChatV1
from tui.api.adapters.evolution_v2 import EvolutionV2
from tui.api.adapters.single_webhook import SingleWebhookAdapter
from tui.api.http.client import Http
from tui.api.port import Page
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.storage.server_memory import ServerMemory

KINDS = ("codechat-v1", "codechat-go", "evolution-v2")
NORTE = Instance("loja-norte", "loja-norte")
"""A connected instance of the sandbox with a webhook."""
OUTLET = Instance("outlet-br101", "outlet-br101")
"""An instance without a webhook."""


def adapter_at(
    kind: str,
    transport: httpx.AsyncBaseTransport,
    *,
    url: str = "http://server.test",
    token: str = "the-token",
    memory: ServerMemory | None = None,
) -> SingleWebhookAdapter:
    """Return the adapter of a kind for the server behind ``transport``."""
    http, secret = Http(url, "test", transport=transport), Secret(token)
    match kind:
        case "codechat-v1":
            return CodeChatV1(http, secret, "the test")
        case "codechat-go":
            return CodeChatGo(http, secret, "the test")
    return EvolutionV2(http, secret, "the test", memory or ServerMemory(None, url))


class Lists(Protocol):
    """An adapter, or a session that finds out its adapter first."""

    def instances(self) -> AsyncIterator[Page]: ...


async def listed(server: Lists) -> dict[str, Instance]:
    """Return all instances by name."""
    return {one.id: one async for page in server.instances() for one in page.instances}

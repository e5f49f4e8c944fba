"""A desk: an instance with one webhook that two users edit, on a sandbox on a socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from tests.api.single_webhook_support import NORTE, adapter_at, listed
from tests.front import Front
from tests.support import Wire
from tui.api.adapters.single_webhook import ONLY, SingleWebhookAdapter
from tui.core.save import save
from tui.core.save_result import SaveResult
from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook
from tui.sandbox.kinds import open_kind
from tui.storage.server_memory import ServerMemory


@dataclass
class Desk:
    """An instance of a sandbox on a socket, with two users who edit its webhook."""

    sandbox: Any
    url: str
    wire: Wire
    server: SingleWebhookAdapter
    others: SingleWebhookAdapter
    """The same server for the other user, on another machine."""
    instance: Instance
    base: Webhook

    async def open(self, name: str) -> None:
        """Take another instance's webhook to hand."""
        self.instance = (await listed(self.server))[name]
        self.base = await self.server.webhook(self.instance, ONLY)

    def edit(self, *flipped: str, **fields: str | bool) -> Values:
        """Return the base's values with other fields, and with some flags turned over."""
        flags = {flag: not self.base.flags[flag] for flag in flipped}
        values = replace(self.base.values, flags={**self.base.flags, **flags})
        for key, value in fields.items():
            values = values.with_value(key, value)
        return values

    async def save(self, values: Values) -> SaveResult:
        """Save ``values`` as an edit of the base; the requests are counted from here."""
        self.wire.requests.clear()
        return await save(self.server, self.instance, self.base, values)

    async def there(self) -> Webhook:
        """Return what the server has, as somebody else sees it."""
        return await self.others.webhook(self.instance, ONLY)

    async def others_write(self, values: Values) -> None:
        """Write ``values`` as somebody else."""
        current = await self.there()
        await self.others.update(self.instance, current, values)

    @property
    def sent(self) -> Any:
        """The one body that was written with."""
        (body,) = [json.loads(sent.content) for sent in self.wire.requests if sent.method != "GET"]
        return body

    def stored(self) -> Mapping[str, Any]:
        """Return the webhook as the sandbox keeps it."""
        document = self.sandbox.documents.get(self.instance.id)
        found: Mapping[str, Any] = document.get("Webhook") or document.get("webhook")
        return found

    def store(self, **changed: Any) -> None:
        """Change what the sandbox keeps of the webhook behind everybody's back."""
        document = self.sandbox.documents.get(self.instance.id)
        document["webhook" if "webhook" in document else "Webhook"].update(changed)
        self.sandbox.documents.put(self.instance.id, document)


@asynccontextmanager
async def desk_of(front: Front, kind: str, folder: Path | None = None) -> AsyncIterator[Desk]:
    """Put a sandbox of that kind behind ``front``, and open the webhook of loja-norte.

    What is to be remembered goes to ``folder``, or ends with the desk.
    """
    with open_kind(kind) as sandbox:
        front.sandbox, url = sandbox, front.url
        wire, theirs = (Wire(httpx.AsyncHTTPTransport(verify=False)) for _ in range(2))
        given: dict[str, Any] = {"url": url, "token": sandbox.token}
        server = adapter_at(kind, wire, memory=ServerMemory(folder, url), **given)
        others = adapter_at(kind, theirs, **given)
        try:
            instance = (await listed(server))[NORTE.id]
            base = await server.webhook(instance, ONLY)
            yield Desk(sandbox, url, wire, server, others, instance, base)
        finally:
            await wire.aclose()
            await theirs.aclose()

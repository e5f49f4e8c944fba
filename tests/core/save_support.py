"""A webhook of the sandbox on the desk: to be edited, saved, and looked at from elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from tests.support import Wire, instances, sandbox_server, sandbox_wire
from tui.api.adapters.codechat_v2 import CodeChatV2
from tui.core.save import save
from tui.core.save_result import SaveResult
from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook
from tui.sandbox.codechat_v2.bodies import FlagMode
from tui.sandbox.codechat_v2.server import open_sandbox


@dataclass
class Desk:
    """The ``base`` as this side read it, and the way to the server."""

    wire: Wire
    server: CodeChatV2
    others: CodeChatV2
    """The same server for somebody else, who does not pass by ``wire``."""
    instance: Instance
    base: Webhook

    def edit(self, *flipped: str, **fields: str | bool) -> Values:
        """Return the base's values with other fields, and with some flags turned over."""
        flags = {flag: not self.base.flags[flag] for flag in flipped}
        values = replace(self.base.values, flags={**self.base.flags, **flags})
        return replace(values, **fields)  # type: ignore[arg-type]

    async def save(self, values: Values) -> SaveResult:
        """Save ``values`` as an edit of the base; the requests are counted from here."""
        self.wire.requests.clear()
        return await save(self.server, self.instance, self.base, values)

    async def save_a_flag(self) -> None:
        """Save a flag, after which it is known which kind of server this is."""
        result = await self.save(self.edit("newJwt"))
        assert result.webhook is not None
        self.base = result.webhook

    async def there(self) -> Values:
        """Return what the server has, as somebody else sees it."""
        return (await self.others.webhook(self.instance, self.base.id)).values

    async def others_write(self, values: Values) -> None:
        """Write ``values`` as somebody else, whatever kind of server it is."""
        current = await self.others.webhook(self.instance, self.base.id)
        await self.others.update(self.instance, current, values)
        await self.others.update_flags(self.instance, self.base.id, values.flags)


@asynccontextmanager
async def desk_at(mode: FlagMode, *, read_only: bool = False) -> AsyncIterator[Desk]:
    """Open a sandbox of that kind, and read a webhook of it that has headers."""
    with open_sandbox(flags=mode) as sandbox:
        wire = sandbox_wire(sandbox)
        server = sandbox_server(sandbox, wire, read_only=read_only)
        others = sandbox_server(sandbox, sandbox_wire(sandbox))
        instance = (await instances(server))["loja-norte"]
        assert instance.webhooks is not None
        yield Desk(wire, server, others, instance, instance.webhooks[0])

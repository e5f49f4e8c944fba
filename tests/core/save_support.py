"""A webhook of the sandbox to edit and save, and to read as somebody else."""

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
    """The ``base`` as it was read, and the server."""

    wire: Wire
    server: CodeChatV2
    others: CodeChatV2
    """The same server for another user, whose requests do not pass ``wire``."""
    instance: Instance
    base: Webhook

    def edit(self, *flipped: str, **fields: str | bool) -> Values:
        """Return the base's values with other fields and some flags flipped."""
        flags = {flag: not self.base.flags[flag] for flag in flipped}
        values = replace(self.base.values, flags={**self.base.flags, **flags})
        return replace(values, **fields)  # type: ignore[arg-type]

    async def save(self, values: Values) -> SaveResult:
        """Save ``values`` as an edit of the base; ``wire`` has only the requests of this save."""
        self.wire.requests.clear()
        return await save(self.server, self.instance, self.base, values)

    async def save_a_flag(self) -> None:
        """Save a flag, which shows the adapter how this server takes flags."""
        result = await self.save(self.edit("newJwt"))
        assert result.webhook is not None
        self.base = result.webhook

    async def there(self) -> Values:
        """Return the values on the server, as another user reads them."""
        return (await self.others.webhook(self.instance, self.base.id)).values

    async def others_write(self, values: Values) -> None:
        """Write ``values`` as another user, in each way of taking flags."""
        current = await self.others.webhook(self.instance, self.base.id)
        await self.others.update(self.instance, current, values)
        await self.others.update_flags(self.instance, self.base.id, values.flags)


@asynccontextmanager
async def desk_at(mode: FlagMode, *, read_only: bool = False) -> AsyncIterator[Desk]:
    """Open a sandbox that takes flags in that way, and read a webhook that has headers."""
    with open_sandbox(flags=mode) as sandbox:
        wire = sandbox_wire(sandbox)
        server = sandbox_server(sandbox, wire, read_only=read_only)
        others = sandbox_server(sandbox, sandbox_wire(sandbox))
        instance = (await instances(server))["loja-norte"]
        assert instance.webhooks is not None
        yield Desk(wire, server, others, instance, instance.webhooks[0])

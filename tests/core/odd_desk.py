"""An edit of the webhook of an odd server, and the reports on its saves."""

from __future__ import annotations

from dataclasses import dataclass

from tests.core.odd_server import LOJA, Odd, Write, not_there, takes
from tests.support import Wire, in_words, server_at
from tui.api.adapters.codechat_v2 import CodeChatV2
from tui.core.edit import Edit
from tui.core.edit_session import EditSession
from tui.core.save_result import SaveResult
from tui.core.store import Store
from tui.messages.save_report import Report, report
from tui.model.instance import Instance


@dataclass
class Desk:
    """An edit of the webhook of an odd server, saved as the editor does it."""

    odd: Odd
    wire: Wire
    server: CodeChatV2
    edit: Edit

    def change(self, *flipped: str, **fields: str | bool) -> None:
        flags = {flag: not self.edit.values.flags[flag] for flag in flipped}
        self.edit.set(flags={**self.edit.values.flags, **flags}, **fields)

    async def save(self) -> SaveResult:
        self.wire.requests.clear()
        return await save_edit(self.server, LOJA, self.edit)

    @property
    def sent(self) -> str:
        """The methods of the last save's requests."""
        return " ".join(self.wire.methods)


async def save_edit(server: CodeChatV2, instance: Instance, edit: Edit) -> SaveResult:
    """Save the edit in a session, which takes the result as the new base."""
    result = await EditSession(server, Store(), instance, edit).save()
    assert result is not None
    return result


async def odd_desk(put: Write = takes, patch: Write = not_there) -> Desk:
    odd = Odd(put, patch)
    wire = Wire(odd)
    server = server_at(wire)
    return Desk(odd, wire, server, Edit.of(await server.webhook(LOJA, "w1")))


def said(result: SaveResult) -> str:
    """Return the report's severity and sentences in one line."""
    told = report(result, 1)
    assert isinstance(told, Report)
    return f"{told.severity}: {' '.join(map(in_words, told.sentences))}"

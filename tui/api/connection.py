"""A server's address and credentials, and the adapter that speaks with what is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from tui.api.detection import detect
from tui.api.http.auth import Credential
from tui.api.http.client import Http
from tui.api.http.timeouts import TIMEOUTS, Timeouts
from tui.api.port import WebhookServer
from tui.model.secret import Secret
from tui.model.server_kind import Api, ServerKind

if TYPE_CHECKING:
    from tui.api.memory import Memory


@dataclass(slots=True)
class Connection:
    """What there is of a server before its kind is known, and what makes its adapter then."""

    http: Http = field(repr=False)
    kind: Api
    """Which kind of server it is; ``auto`` where that is to be found out."""
    business: str
    token: Secret | None
    """The profile's token, as an adapter begins with it."""
    token_source: str
    """Where the token came from, in words."""
    memory: Memory = field(repr=False)
    """Keeps what a server forgets."""

    async def detect_adapter(self) -> WebhookServer:
        """Find out which kind of server answers, and return its adapter.

        Raises :class:`tui.api.errors.ApiError` as :func:`tui.api.detection.detect` does.
        """
        kind = await detect(self.http, self.business, self.token, self.token_source)
        return self.adapter(kind)

    def adapter(self, kind: ServerKind) -> WebhookServer:
        """Return the adapter for a kind of server; nothing is sent yet."""
        # Imported when it is the one: each adapter takes milliseconds of the start.
        match kind:
            case "codechat-v2":
                from tui.api.adapters.codechat_v2 import CodeChatV2

                return CodeChatV2(self.http, self.business, self.token, self.token_source)
            case "codechat-v1":
                from tui.api.adapters.codechat_v1 import CodeChatV1

                return CodeChatV1(self.http, self.token, self.token_source)
            case "codechat-go":
                from tui.api.adapters.codechat_go import CodeChatGo

                return CodeChatGo(self.http, self.token, self.token_source)
            case "evolution-v2":
                from tui.api.adapters.evolution_v2 import EvolutionV2

                return EvolutionV2(self.http, self.token, self.token_source, self.memory)

    @property
    def credential_words(self) -> str:
        """Whose token is sent and where it came from, while the kind is not known."""
        return str(Credential(self.token, "the profile's token", self.token_source))


def connect(
    url: str,
    *,
    kind: Api = "codechat-v2",
    business: str = "",
    profile: str,
    token: Secret | None,
    token_source: str,
    read_only: bool = False,
    in_process: Any = None,
    timeouts: Timeouts = TIMEOUTS,
    memory: Memory,
) -> Connection:
    """Return the connection to a server; nothing is sent yet.

    ``in_process`` is an ASGI application to talk to instead of the network: the demo's sandbox.
    ``timeouts`` is how long is waited for an answer. The rest is as in :class:`Connection`.
    Raises :class:`UserError` when the environment is in the way.
    """
    transport = httpx.ASGITransport(app=in_process) if in_process is not None else None
    http = Http(url, profile, read_only=read_only, transport=transport, timeouts=timeouts)
    return Connection(http, kind, business, token, token_source, memory)

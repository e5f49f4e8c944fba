"""The connection to a server, and the adapter for its kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from tui.api.detection import detect
from tui.api.http.auth import Credential
from tui.api.http.client import Http
from tui.api.http.timeouts import TIMEOUTS, Timeouts
from tui.api.port import WebhookServer
from tui.i18n import _
from tui.model.secret import Secret
from tui.model.server_kind import Api, ServerKind

if TYPE_CHECKING:
    from tui.api.memory import Memory


@dataclass(slots=True)
class Connection:
    """The address and token of a server. Makes the adapter once the kind is known."""

    http: Http = field(repr=False)
    kind: Api
    """The kind of server; ``auto`` to detect it."""
    business: str
    token: Secret | None
    """The profile's token."""
    token_source: str
    """The source of the token, in words."""
    memory: Memory = field(repr=False)
    """Keeps the flags that a server forgets."""

    async def detect_adapter(self) -> WebhookServer:
        """Detect the kind of server, and return its adapter.

        Raises :class:`tui.api.errors.ApiError` as :func:`tui.api.detection.detect` does.
        """
        kind = await detect(self.http, self.business, self.token, self.token_source)
        return self.adapter(kind)

    def adapter(self, kind: ServerKind) -> WebhookServer:
        """Return the adapter for a kind of server; nothing is sent."""
        # Only the adapter in use is imported: each takes milliseconds of the start.
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
        """Says whose token is sent and where it came from, while the kind is not known."""
        return str(Credential(self.token, _("the profile's token"), self.token_source))


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
    """Return the connection to a server; nothing is sent.

    ``in_process`` is an ASGI application to use instead of the network: the demo's sandbox.
    The rest is as in :class:`Connection` and :class:`Http`. Raises :class:`UserError` for a bad
    setting in the environment.
    """
    transport = httpx.ASGITransport(app=in_process) if in_process is not None else None
    http = Http(url, profile, read_only=read_only, transport=transport, timeouts=timeouts)
    return Connection(http, kind, business, token, token_source, memory)

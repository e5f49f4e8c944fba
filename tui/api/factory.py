"""From an address and a token to the adapter that speaks with what is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx

from tui.api.detection import Undetected
from tui.api.http.client import Http
from tui.api.http.retry import PATIENCE, Patience
from tui.api.port import WebhookServer
from tui.model.secret import Secret
from tui.model.server_kind import AUTO

if TYPE_CHECKING:
    from tui.api.memory import Memory


def open_server(
    url: str,
    *,
    api: str = "codechat-v2",
    business: str = "",
    profile: str,
    token: Secret | None,
    token_source: str,
    read_only: bool = False,
    in_process: Any = None,
    patience: Patience = PATIENCE,
    on_found: Callable[[str], None] | None = None,
    memory: Memory,
) -> WebhookServer:
    """Return the adapter for a server; nothing is sent yet.

    ``api`` is one of :data:`tui.model.server_kind.KINDS`, or ``auto``: which one it is shows when
    the list is first read, and ``on_found`` is told. ``token_source`` says in words where the
    token came from. ``in_process`` is an ASGI application to talk to instead of the network:
    the demo's sandbox. ``patience`` is how long is waited for an answer. ``memory`` keeps what
    a server forgets.
    """
    transport = httpx.ASGITransport(app=in_process) if in_process is not None else None
    http = Http(url, profile, read_only=read_only, transport=transport, patience=patience)
    opener = partial(_adapter, business, memory)
    if api == AUTO:
        return Undetected(http, business, token, token_source, opener, on_found)
    return opener(api, http, token, token_source)


def _adapter(
    business: str, memory: Memory, kind: str, http: Http, token: Secret | None, source: str
) -> WebhookServer:
    # Imported when it is the one: each adapter takes milliseconds of the start.
    match kind:
        case "codechat-v1":
            from tui.api.adapters.codechat_v1 import CodeChatV1

            return CodeChatV1(http, token, source)
        case "codechat-go":
            from tui.api.adapters.codechat_go import CodeChatGo

            return CodeChatGo(http, token, source)
        case "evolution-v2":
            from tui.api.adapters.evolution_v2 import EvolutionV2

            return EvolutionV2(http, token, source, memory)
        case _:
            from tui.api.adapters.codechat_v2 import CodeChatV2

            return CodeChatV2(http, business, token, source)

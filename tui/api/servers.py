"""From an address and a token to the adapter that speaks with what is there."""

from __future__ import annotations

from typing import Any

import httpx

from tui.api.codechat_v2 import CodeChatV2
from tui.api.http import Http
from tui.api.port import WebhookServer
from tui.api.repeating import PATIENCE, Patience
from tui.model.secret import Secret


def open_server(
    url: str,
    *,
    business: str,
    profile: str,
    token: Secret | None,
    token_source: str,
    read_only: bool = False,
    in_process: Any = None,
    patience: Patience = PATIENCE,
) -> WebhookServer:
    """Return the adapter for a server; nothing is sent yet.

    ``token_source`` says in words where the token came from. ``in_process`` is an ASGI
    application to talk to instead of the network: the demo's sandbox. ``patience`` is how
    long is waited for an answer.
    """
    transport = httpx.ASGITransport(app=in_process) if in_process is not None else None
    http = Http(url, profile, read_only=read_only, transport=transport, patience=patience)
    return CodeChatV2(http, business, token, token_source)

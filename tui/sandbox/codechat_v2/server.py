"""The sandbox of CodeChat v2: a server in one object.

It answers all addresses of the contract, with real HS256 tokens, pages, the field messages of a
validating server, and the three ways in which such servers accept flags.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from tui.sandbox.any_sandbox import utc_now
from tui.sandbox.codechat_v2.addresses import ROUTES, failed, not_routed, refused
from tui.sandbox.codechat_v2.bodies import FlagMode
from tui.sandbox.codechat_v2.errors import Refused
from tui.sandbox.codechat_v2.state import State
from tui.sandbox.codechat_v2.store import Store
from tui.sandbox.data_file import IN_MEMORY, check_token
from tui.sandbox.latency import Latency
from tui.sandbox.sample import BUSINESS_ID, BUSINESS_NAME, sample


class Sandbox(State):
    """A CodeChat v2 server; :func:`open_sandbox` makes one, :meth:`close` ends it."""

    kind = "codechat-v2"

    def __init__(
        self,
        store: Store,
        *,
        flags: FlagMode = "put",
        latency: float = 0.0,
        page_size: int = 50,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(store, flags=flags, latency=latency, page_size=page_size, now=now)
        self.app = Starlette(
            routes=ROUTES,
            middleware=[Middleware(Latency, sandbox=self)],
            exception_handlers={Refused: refused, HTTPException: not_routed, Exception: failed},
        )
        self.app.router.redirect_slashes = False
        self.app.state.sandbox = self

    def instance_jwt(
        self, instance_id: str, *, issued: datetime | None = None, expires: datetime | None = None
    ) -> str:
        """Return a JWT of the instance, by default issued now and without an expiry."""
        return self.tokens.sign(
            instance_id,
            int((issued or self.now()).timestamp()),
            None if expires is None else int(expires.timestamp()),
        )


def open_sandbox(
    *,
    data: str | Path = IN_MEMORY,
    instances: int = 12,
    flags: FlagMode = "put",
    latency: float = 0.0,
    page_size: int = 50,
    token: str | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Sandbox:
    """Return a sandbox over ``data``, filled with ``instances`` when it is new.

    A file with a sandbox's data is used as it is, with its ids, webhooks, signing key and
    token; ``token`` replaces the stored one. ``latency`` is in seconds, for every request.
    ``now`` dates changes. Raises ``ValueError`` for an argument out of range, ``OSError`` when
    the file cannot be opened, and its subclass :class:`DataFileError` when the file holds
    something else.
    """
    if instances < 0 or page_size < 1 or latency < 0:
        raise ValueError("instances and latency cannot be negative, nor page_size less than 1")
    check_token(token)
    store = Store(data)
    with store.opening():
        _prepare(store, instances, token)
        return Sandbox(store, flags=flags, latency=latency, page_size=page_size, now=now)


def _prepare(store: Store, instances: int, token: str | None) -> None:
    with store.transaction():
        if store.create():
            store.set("business_id", BUSINESS_ID)
            store.set("business_name", BUSINESS_NAME)
            store.set("key", secrets.token_hex(32))
            store.set("token", secrets.token_urlsafe(32))
            store.add(sample(instances))
        if token is not None:
            store.set("token", token)

"""The state of a CodeChat v2 sandbox: its data, keys and settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tui.sandbox.any_sandbox import AnySandbox, utc_now
from tui.sandbox.codechat_v2.bodies import FlagMode
from tui.sandbox.codechat_v2.store import Store
from tui.sandbox.codechat_v2.tokens import Tokens


class State(AnySandbox):
    """The data of one server, and settings for its behaviour.

    ``flags``, ``latency`` and ``page_size`` may be changed at any time and apply from the next
    request on.
    """

    store: Store
    """The data."""
    business_name: str
    """The name of the business that owns the instances."""

    def __init__(
        self,
        store: Store,
        *,
        flags: FlagMode = "put",
        latency: float = 0.0,
        page_size: int = 50,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(store, latency, now)
        self.store = store
        self.flags = flags
        self.page_size = page_size
        self.business_id = store.setting("business_id")
        self.business_name = store.setting("business_name")
        self.tokens = Tokens(self.business_id, self.token, store.setting("key"))

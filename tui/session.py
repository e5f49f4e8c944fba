"""One server at work: its adapter, what is loaded of it, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tui.api.port import WebhookServer
from tui.model.ages import utc_now
from tui.model.secret import Secret
from tui.store import Store

if TYPE_CHECKING:
    from tui.drafts import Drafts


@dataclass(slots=True)
class Session:
    """What the screens share. The store and the server live as long as it does."""

    server: WebhookServer
    profile: str
    store: Store = field(default_factory=Store)
    now: Callable[[], datetime] = utc_now
    url: str = ""
    """The server's address; drafts are kept by it."""
    production: bool = False
    drafts: Drafts | None = None
    """Where edits are kept that nobody has saved; ``None`` keeps none, as in the demo."""
    keep_token: Callable[[Secret], str] | None = field(default=None, repr=False)
    """Keeps a typed token for the profile and says in words where; it blocks. ``None`` where
    there is no profile to keep it for."""

    @property
    def place(self) -> str:
        """Profile, kind and host, for the top of every screen."""
        return f"{self.profile} · {self.server.kind} · {self.server.host}"

    @property
    def marks(self) -> tuple[tuple[str, str], ...]:
        """The words that must always be seen, with their roles."""
        marks: list[tuple[str, str]] = []
        if self.server.read_only:
            marks.append((" READ ONLY ", "alarm"))
        return tuple(marks)

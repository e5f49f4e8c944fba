"""One server at work: its adapter, what is loaded of it, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tui.api.errors import ApiError
from tui.core.store import Store
from tui.model.instance import Instance
from tui.model.place import Place
from tui.model.secret import Secret
from tui.model.time import utc_now
from tui.model.webhook import Webhook

if TYPE_CHECKING:
    from tui.api.port import WebhookServer
    from tui.storage.drafts import Drafts


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
    trouble: ApiError | None = None
    """Why its list could not be read the last time."""
    drafts: Drafts | None = None
    """Where edits are kept that nobody has saved; ``None`` keeps none, as in the demo."""
    keep_token: Callable[[Secret], str] | None = field(default=None, repr=False)
    """Keeps a typed token for the profile and says in words where; it blocks. ``None`` where
    there is no profile to keep it for."""
    at_once: int = 8
    """Requests under way at the same time where each instance is asked for its webhook."""

    def webhook(self, instance: Instance, webhook_id: str) -> Webhook | None:
        """Return a webhook by its id; one that was never made, as it would begin."""
        if found := instance.webhook(webhook_id):
            return found
        is_new = not webhook_id or not (self.server.abilities.many or instance.webhooks)
        return self.server.blank(instance) if is_new else None

    @property
    def place(self) -> Place:
        """Profile, kind and host, for the top of every screen."""
        return Place(self.profile, self.server.host, kind=self.server.kind)

    @property
    def marks(self) -> tuple[tuple[str, str], ...]:
        """The words that must always be seen, with their roles."""
        return marks(production=self.production, read_only=self.server.read_only)


def marks(*, production: bool, read_only: bool) -> tuple[tuple[str, str], ...]:
    """Return the words for what a server is, with their roles."""
    words = ((production, " PRODUCTION ", "production"), (read_only, " READ ONLY ", "alarm"))
    return tuple((word, role) for holds, word, role in words if holds)

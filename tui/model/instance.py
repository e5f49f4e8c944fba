"""An instance: one WhatsApp connection on a server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from tui.model.secret import Secret
from tui.model.webhook import Webhook


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance as it was listed. Every text except ``id`` is safe to show."""

    id: str
    """The server's own id, not cleaned: it goes into addresses, never onto the screen as it is."""
    name: str
    state: str = ""
    """``active``, ``inactive`` or whatever else the server says."""
    connection: str = ""
    """``open``, ``close``, ``connecting``, ``refused`` or whatever else the server says."""
    number: str = ""
    """The WhatsApp number without the address part, or empty."""
    push_name: str = ""
    created_at: datetime | None = None
    webhooks: tuple[Webhook, ...] | None = None
    """``None`` where the list has no webhooks: they have to be read one by one."""
    token: Secret | None = field(default=None, repr=False)
    """The instance's own JWT, where the server hands it out."""

    @property
    def enabled_webhooks(self) -> int:
        """The number of its webhooks that are enabled."""
        return sum(webhook.enabled for webhook in self.webhooks or ())

    def webhook(self, webhook_id: str) -> Webhook | None:
        """Return the webhook with that id, ``None`` if it is not known."""
        return next((hook for hook in self.webhooks or () if hook.id == webhook_id), None)

    def with_webhooks(self, webhooks: Iterable[Webhook]) -> Instance:
        """Return a copy of this instance with those webhooks."""
        return replace(self, webhooks=tuple(webhooks))

    def with_webhook(self, webhook: Webhook) -> Instance:
        """Return a copy in which ``webhook`` replaces the one with its id, or comes last."""
        hooks = self.webhooks or ()
        if any(hook.id == webhook.id for hook in hooks):
            return self.with_webhooks(webhook if hook.id == webhook.id else hook for hook in hooks)
        return self.with_webhooks((*hooks, webhook))

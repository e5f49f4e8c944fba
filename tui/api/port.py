"""What every server adapter offers to the rest of the program."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from tui.model.capabilities import Capabilities
from tui.model.diff import Change
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.server_kind import ServerKind
from tui.model.webhook import Values, Webhook


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a server's instances, as they arrive."""

    instances: tuple[Instance, ...]
    total: int | None = None
    """How many there are in all, where the server says so."""
    problems: tuple[str, ...] = ()
    """What could not be read of this page, a sentence each."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The exact request a save would send, with secrets masked."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    """JSON, indented; a masked value stands there unquoted, so that it is no JSON any more
    and cannot be written back over the real one by accident."""
    runnable: Secret
    """The curl command that sends it, the token and all."""


class WebhookServer(Protocol):
    """One server, with the credentials to talk to it.

    Every method may raise :class:`tui.api.errors.ApiError`.
    """

    @property
    def kind(self) -> ServerKind:
        """Which kind it is."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    @property
    def host(self) -> str:
        """Where it is, for people: host and, where there is one, port."""
        ...

    resets_flags: bool
    """Whether a person confirmed, of what a save in this run showed, that a write of everything
    turns all flags on here. Without that, flags that come on may be somebody else's doing."""

    def instances(self) -> AsyncIterator[Page]:
        """List all instances, page by page, in the server's order."""
        ...

    async def webhooks(self, instance: Instance, *, paced: bool = False) -> tuple[Webhook, ...]:
        """List the webhooks of an instance.

        ``paced`` says that many instances are asked for, at a pace that the caller chooses:
        :class:`tui.api.errors.AsksToWait` is raised at once then.
        """
        ...

    async def webhook(self, instance: Instance, webhook_id: str) -> Webhook:
        """Read one webhook.

        Where an instance has one at most and has none, that is :meth:`blank`.
        """
        ...

    def blank(self, instance: Instance) -> Webhook:
        """Return the webhook that a new one begins as; nothing is sent."""
        ...

    def with_known_flags(self, webhook: Webhook) -> Webhook:
        """Return a webhook that was read earlier with the flags that the server is known to have.

        It is the same one where nothing was learned of flags since. Nothing is sent.
        """
        ...

    async def delete(self, instance: Instance, webhook_id: str) -> None:
        """Delete a webhook."""
        ...

    async def update(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """Write a webhook whole; make it where ``current`` is new.

        ``current`` is the webhook as just read; what ``values`` does not change goes back as
        it came. Returns what the server answered, or ``None`` where the answer is silent
        about any of it and one has to read again.
        """
        ...

    @property
    def flags_apart(self) -> bool:
        """Whether it is known that only :meth:`update_flags` saves flags here."""
        ...

    async def update_flags(
        self, instance: Instance, webhook_id: str, flags: Mapping[str, bool]
    ) -> Mapping[str, bool] | None:
        """Write some flags, and nothing else.

        Returns what the answer tells of flags, these and others, or ``None`` where it is
        silent about any of these and one has to read again.
        """
        ...

    def is_trusted(self, asked: Iterable[Change]) -> bool:
        """Whether answers that say that such changes were made have proved true before."""
        ...

    def compare(self, told: Iterable[Change], read: Webhook) -> None:
        """Take note of what ``read`` shows, after answers said that ``told`` was done."""
        ...

    def preview(self, instance: Instance, current: Webhook, values: Values) -> Preview:
        """Say what :meth:`update` would send."""
        ...

    def read_as_curl(self, instance: Instance, webhook: Webhook) -> str:
        """Return a curl command that reads a webhook, without the token."""
        ...

    def use_token(self, token: Secret, source: str, *, instance: Instance | None = None) -> None:
        """Use another token from now on: for one instance, or the profile's own.

        ``source`` says in words where it came from.
        """
        ...

    def credential_words(self, instance: Instance | None = None) -> str:
        """Say whose token is sent and where it came from, in words."""
        ...

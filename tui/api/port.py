"""The port: the interface of every adapter for the rest of the program."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tui.api.errors import AsksToWait
from tui.model.capabilities import Capabilities
from tui.model.diff import Change
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.server_kind import ServerKind
from tui.model.webhook import Values, Webhook

OnSlowed: TypeAlias = Callable[[AsksToWait], None]
"""Takes the first refusal after which requests are sent more slowly."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a server's instances, as they arrive."""

    instances: tuple[Instance, ...]
    total: int | None = None
    """The number of all instances; ``None`` where the server does not say."""
    problems: tuple[str, ...] = ()
    """A sentence for each thing in this page that could not be read."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The exact request that a save would send, with secrets masked."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    """Indented JSON. A masked value is not quoted: so it is no JSON, and nobody can write the
    mask over the real value by accident."""
    runnable: Secret
    """The curl command that sends it, with the token."""


class WebhookServer(Protocol):
    """One server, with its credentials.

    Every method may raise :class:`tui.api.errors.ApiError`.
    """

    @property
    def kind(self) -> ServerKind:
        """The kind of server."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """The abilities of this kind of server."""
        ...

    @property
    def host(self) -> str:
        """The host, with its port where the address has one."""
        ...

    resets_flags: bool
    """Whether the user confirmed, after a save in this run, that a whole write turns all flags on
    here. Without that, flags that come on may be changes of others."""

    def instances(self, on_slowed: OnSlowed | None = None) -> AsyncIterator[Page]:
        """List all instances, page by page, in the server's order.

        ``on_slowed`` is called when the server refuses a page as one request too many: the pages
        then come more slowly.
        """
        ...

    async def webhooks(self, instance: Instance, *, paced: bool = False) -> tuple[Webhook, ...]:
        """List the webhooks of an instance.

        With ``paced`` the caller reads many instances and slows down by itself:
        :class:`tui.api.errors.AsksToWait` is raised at once, without a retry.
        """
        ...

    async def webhook(self, instance: Instance, webhook_id: str) -> Webhook:
        """Read one webhook; :meth:`blank` where an instance's only webhook does not exist."""
        ...

    def blank(self, instance: Instance) -> Webhook:
        """Return a new webhook with its initial values; nothing is sent."""
        ...

    def with_known_flags(self, webhook: Webhook) -> Webhook:
        """Return a webhook that was read earlier, with the flags known now; nothing is sent.

        It is the same object where no flags were learned since.
        """
        ...

    async def delete(self, instance: Instance, webhook_id: str) -> None:
        """Delete a webhook."""
        ...

    async def update(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """Write a whole webhook; create it where ``current`` is new.

        ``current`` is the webhook as just read; what ``values`` does not change goes back as
        it came. Returns the webhook in the answer, or ``None`` where the answer leaves anything
        out and the caller must read again.
        """
        ...

    @property
    def flags_apart(self) -> bool:
        """Whether only :meth:`update_flags` is known to save flags here."""
        ...

    async def update_flags(
        self, instance: Instance, webhook_id: str, flags: Mapping[str, bool]
    ) -> Mapping[str, bool] | None:
        """Write some flags, and nothing else.

        Returns the flags in the answer, or ``None`` where it leaves one of these out and the
        caller must read again.
        """
        ...

    def is_trusted(self, asked: Iterable[Change]) -> bool:
        """Whether answers that reported such changes were confirmed by a read before."""
        ...

    def learn_from_read(self, told: Iterable[Change], read: Webhook) -> None:
        """Learn from ``read`` whether the changes that answers ``told`` were made."""
        ...

    def preview(self, instance: Instance, current: Webhook, values: Values) -> Preview:
        """Return the request that :meth:`update` would send."""
        ...

    def read_as_curl(self, instance: Instance, webhook: Webhook) -> str:
        """Return a curl command that reads a webhook, without the token."""
        ...

    def use_token(self, token: Secret, source: str, *, instance: Instance | None = None) -> None:
        """Use another token from now on: for one instance, or as the profile's.

        ``source`` says in words where it came from.
        """
        ...

    def credential_words(self, instance: Instance | None = None) -> str:
        """Say whose token is sent and where it came from, in words."""
        ...

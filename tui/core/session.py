"""A session with one server: its connection, its loaded instances, its profile."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Container
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tui.api.errors import ApiError, BadAnswer
from tui.core.store import Store
from tui.i18n import _
from tui.model.address import AddressError, normalise
from tui.model.capabilities import ANY_SERVER, Capabilities
from tui.model.instance import Instance
from tui.model.place import Mark, Place
from tui.model.secret import Secret
from tui.model.sentence import Sentence
from tui.model.server_kind import AUTO, Api, ServerKind
from tui.model.time import utc_now
from tui.model.user_error import UserError
from tui.model.webhook import Webhook
from tui.storage.user_data import UserData

if TYPE_CHECKING:
    from tui.api.connection import Connection
    from tui.api.http.request_log import RequestLog
    from tui.api.port import OnSlowed, Page, WebhookServer
    from tui.core.board.board import Board
    from tui.core.patch.presets import Preset
    from tui.core.recorder import Recorder
    from tui.storage.drafts import Drafts
    from tui.storage.journal import Journal, Origin
    from tui.storage.staged import StagedFolder
    from tui.storage.tokens import TokenPlace


@dataclass(slots=True)
class Session:
    """One open server, shared by the screens; it owns the connection and the store.

    Where the kind of server is not known, the first list that arrives shows it; until then there
    is no :attr:`server`.
    """

    connection: Connection
    profile: str
    store: Store = field(default_factory=Store)
    now: Callable[[], datetime] = utc_now
    url: str = ""
    """The server's address; drafts are filed under it."""
    production: bool = False
    trouble: ApiError | None = None
    """Why the list could not be read the last time."""
    user_data: UserData = field(default_factory=UserData)
    """What is kept on this machine; the demo keeps next to nothing."""
    keep_token: Callable[[Secret], TokenPlace] | None = field(default=None, repr=False)
    """Keeps a typed token for the profile and returns where; blocks. ``None`` where there is no
    profile to keep it for."""
    at_once: int = 8
    """Simultaneous requests where the webhooks are read instance by instance."""
    own_presets: tuple[Preset, ...] = ()
    """The presets of the configuration."""
    board: Board | None = None
    """The marks and the staged changes of many webhooks; ``None`` before the board is opened."""
    on_found: Callable[[ServerKind], None] | None = field(default=None, repr=False)
    """Called with the kind of server once it is found out."""
    _server: WebhookServer | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.connection.kind != AUTO:
            self._server = self.connection.adapter(self.connection.kind)

    @property
    def drafts(self) -> Drafts | None:
        """The drafts of unsaved edits; ``None`` keeps none, as in the demo."""
        return self.user_data.drafts.get()

    @property
    def staged(self) -> StagedFolder | None:
        """The staged changes that are kept; ``None`` keeps none, as in the demo."""
        return self.user_data.staged.get()

    @property
    def journal(self) -> Journal | None:
        """The journal of writes and of changes by others; ``None`` keeps none."""
        return self.user_data.journal.get()

    @property
    def server(self) -> WebhookServer:
        """The adapter. Raises :class:`BadAnswer` while the kind of server is not known."""
        if self._server is None:
            raise BadAnswer(
                _("It is not known yet what kind of server {host} is.").format(host=self.host),
                Sentence(_("{refresh} reads the list, which shows it.")),
            )
        return self._server

    @property
    def kind(self) -> Api:
        """The kind of server; ``auto`` until it is known."""
        return self._server.kind if self._server else AUTO

    @property
    def capabilities(self) -> Capabilities:
        """The abilities of the server; those of any server until its kind is known."""
        return self._server.capabilities if self._server else ANY_SERVER

    @property
    def presets(self) -> tuple[Preset, ...]:
        """The presets to offer for its webhooks."""
        from tui.core.patch.presets import presets

        return presets(self.own_presets, self.capabilities)

    async def instances(self, on_slowed: OnSlowed | None = None) -> AsyncGenerator[Page, None]:
        """Yield all instances, page by page; find out the kind of server first where needed.

        Only a list that arrives proves the kind: after a failure the next call finds it out
        again. ``on_slowed`` is called when the server refuses a page as one request too many, and
        the pages come more slowly. Raises :class:`ApiError`.
        """
        server = self._server or await self.connection.detect_adapter()
        async for page in server.instances(on_slowed):
            if self._server is None:
                self._server = server
                if self.on_found:
                    self.on_found(server.kind)
            yield page

    def use_token(self, token: Secret, source: str, *, instance: Instance | None = None) -> None:
        """Use another token from now on, for one instance or for the profile.

        ``source`` names in words where it came from.
        """
        if self._server:
            self._server.use_token(token, source, instance=instance)
        else:
            self.connection.token, self.connection.token_source = token, source

    def credential_words(self, instance: Instance | None = None) -> str:
        """Say in words which token is sent, and where it came from."""
        if self._server:
            return self._server.credential_words(instance)
        return self.connection.credential_words

    @property
    def host(self) -> str:
        """The server's host for people, with its port where the address has one."""
        return self.connection.http.host

    @property
    def request_log(self) -> RequestLog:
        """The requests of this run."""
        return self.connection.http.request_log

    @property
    def read_only(self) -> bool:
        """Whether Hookboard refuses every write."""
        return self.connection.http.read_only

    async def close(self) -> None:
        """Close the connections and the journal."""
        await self.connection.http.close()
        if journal := self.user_data.journal.made:
            await journal.close()

    @property
    def journal_key(self) -> str:
        """The server's key in the journal."""
        return self.url or self.host

    def is_at(self, address: str) -> bool:
        """Tell whether an address in a file is this server's."""
        if not self.url:
            return address == self.host
        with suppress(AddressError):
            return normalise(address) == normalise(self.url)
        return False

    def recorder(self, origin: Origin) -> Recorder | None:
        """Return the recorder for edits from a place; ``None`` if nothing is noted."""
        from tui.core.recorder import Recorder

        return Recorder(self.journal, self.journal_key, origin) if self.journal else None

    async def note_list(self, asked_at: datetime, unread: Container[str]) -> None:
        """Compare the list, which was requested at a time, with the journal.

        ``unread`` are the ids of the instances whose webhooks could not be read.
        """
        if self.journal:
            read = [self.store[key] for key in self.store.ids if key not in unread]
            whole = not self.capabilities.none_shown
            with suppress(UserError):  # it is in the journal's news
                await self.journal.note_list(self.journal_key, read, asked_at, whole=whole)

    async def has_open_run(self) -> bool:
        """Whether the server has a run that is under way or was cut off.

        False where the journal cannot be read: its news have the error.
        """
        with suppress(UserError):
            runs = await self.journal.runs(self.journal_key) if self.journal else ()
            return any(run.ended is None for run in runs)
        return False

    def webhook(self, instance: Instance, webhook_id: str) -> Webhook | None:
        """Return a webhook by its id, or a blank one for a webhook that does not exist yet."""
        if found := instance.webhook(webhook_id):
            return found
        is_new = not webhook_id or not (self.capabilities.many or instance.webhooks)
        return self.server.blank(instance) if is_new else None

    @property
    def place(self) -> Place:
        """The profile, kind and host, for the top of every screen."""
        return Place(self.profile, self.host, kind=self.kind)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What every screen must show of the server."""
        found = marks(production=self.production, read_only=self.read_only)
        journal = self.user_data.journal.made
        return (*found, Mark.NO_HISTORY) if journal and journal.fails else found


def marks(*, production: bool, read_only: bool) -> tuple[Mark, ...]:
    """Return the marks of a server."""
    marked = {Mark.PRODUCTION: production, Mark.READ_ONLY: read_only}
    return tuple(mark for mark, is_set in marked.items() if is_set)

"""The list of servers: switch to one, connect to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult

from tui.api.errors import ApiError, Unauthorised, Unreachable
from tui.app.commands import bindings
from tui.app.key_hints import with_keys
from tui.app.screens.base import HookboardScreen
from tui.app.screens.connect import ConnectScreen
from tui.app.screens.drafts.draft_servers import shown_host
from tui.app.widgets.frame import Rule, mark_spans
from tui.app.widgets.line_widget import Role, Span, Text, fit, line, wrap
from tui.app.widgets.row_list import RowList
from tui.config.load import saved_profiles
from tui.config.overrides import Overrides
from tui.config.profiles import Profile
from tui.core.board.kept_staging import kept_by_server
from tui.core.open_session import open_profile
from tui.core.session import Session, marks
from tui.i18n import _, ngettext, number
from tui.messages.error_sentences import problem_sentences
from tui.model import address
from tui.model.sentence import Sentence, Wording
from tui.model.text import clean
from tui.model.user_error import UserError
from tui.storage.disk import LONG, on_disk, within
from tui.storage.paths import config_file
from tui.storage.private_files import shown

LOOK_AGAIN = 0.25
"""Seconds between two looks at how far the lists of other servers are read."""

_KIND = 13
"""Cells for a kind of server and a space."""

_NAME = 6
"""Cells for a name, at least."""

_HOST = 8
"""Cells below which the host is left out: it could not be told from others."""

NONE_SAVED = _("No server is saved in {file} yet; {profiles.connect} connects to one and saves it.")
DEMO_NOTE = _(
    "This is the demo: it reads no configuration and has one server, inside the process. "
    "Started without --demo, the servers of the configuration are here."
)


@dataclass(frozen=True, slots=True)
class Server:
    """One row: a profile and the state of its server in this run.

    An address without a profile has a row too, as long as unsaved work is kept for it.
    """

    name: str
    kind: str
    host: str
    url: str
    marks: tuple[Span, ...]
    state: str
    role: Role = "text"
    in_use: bool = False
    is_saved: bool = True
    """Whether it has a profile."""

    @property
    def key(self) -> str:
        """The key of its row; a host may have the same name as a profile."""
        return self.name if self.is_saved else self.url


class _Servers(RowList):
    """One row a server; without room the kind goes first, as it also stands under the list."""

    def __init__(self) -> None:
        super().__init__(id="servers")
        self._servers: dict[str, Server] = {}

    def show_servers(self, servers: Sequence[Server]) -> None:
        """Show these servers; the cursor stays on its server."""
        self._servers = {server.key: server for server in servers}
        self.show_rows(list(self._servers))

    @property
    def server(self) -> Server | None:
        """The server under the cursor."""
        return self._servers.get(self.key or "")

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a server: whether it is in use, its name, kind, host, marks and state."""
        every, one = self._servers.values(), self._servers[key]
        width = self.size.width - 6
        marked = max(_width(server.marks) for server in every)
        said = max(cell_len(server.state) for server in every)
        longest_name = max(cell_len(server.name) for server in every)
        name = max(min(longest_name, 24, width - marked - said - 3), _NAME)
        left = width - marked - said - name - 3
        longest = max(cell_len(server.host) for server in every)
        kind = _KIND if left >= _KIND + longest else 0
        host = max(left - kind, 0)
        address = one.host if host >= _HOST else ""
        return (
            ("● " if one.in_use else "  ", "on"),
            (fit(one.name, name) + " ", "strong"),
            (fit(one.kind, kind - 1) + " " if kind else "", "muted"),
            (fit(address, host), "text"),
            (" " * (marked - _width(one.marks)), "text"),
            *(span for mark in one.marks for span in ((" ", "text"), mark)),
            (" " + one.state, one.role),
        )


class ProfilesScreen(HookboardScreen[Session | None]):
    """Lists the servers; answers with the session of the one to go to."""

    BINDINGS = bindings("profiles", "closable")
    SCOPES = ("profiles", "closable")

    def __init__(self) -> None:
        super().__init__()
        self._saved: Mapping[str, Profile] = {}
        self._opening = ""
        """The profile that is being opened; empty if none is."""
        self._note = ""
        self._drafts: Mapping[str, int] = {}
        """The number of drafts by address."""
        self._staged: Mapping[str, int] = {}
        """The number of webhooks with changes that an earlier start staged, by address."""

    def compose_content(self) -> ComposeResult:
        """Lay out the list, and under it a note about the server under the cursor."""
        yield Rule("Servers")
        yield _Servers()
        yield Rule()
        yield Text(id="servers-note")

    def on_mount(self) -> None:
        """Show the servers that are open, then add those of the file."""
        session = self._session
        self.top_line.show(place=session.place, marks=session.marks)
        self._show()
        self._rows.move_to_key(session.profile)
        self._rows.focus()
        self.watch(self._rows, "key", self._say_more)
        self.start(self._read, "read")
        self.set_interval(LOOK_AGAIN, self._show)

    async def _read(self) -> None:
        """Read the profiles of the file."""
        if self.app.demo:
            self._note = DEMO_NOTE
            self._say_more()
            return
        await self._count_kept()
        path = config_file()
        try:
            self._saved = await on_disk(saved_profiles)
        except UserError as error:
            self.banner.say("error", *_problems(error))
            return
        if not self._saved:
            self._note = with_keys(Sentence(NONE_SAVED, {"file": shown(path)}), self)
        self._show()
        self._say_more()

    async def _count_kept(self) -> None:
        """Count the unsaved work of every server; the dashboard says where that fails."""
        with suppress(UserError):
            self._staged = await on_disk(kept_by_server, self._session)
        if (drafts := self._session.drafts) is not None:
            with suppress(UserError):
                found = await on_disk(drafts.free)
                self._drafts = Counter(draft.server for draft in found.records)

    def _say_more(self) -> None:
        """Show under the list the kind and the whole address of the server under the cursor."""
        one, width = self._rows.server, self.app.size.width - 6
        whole = f"{one.kind} · {one.url}" if one else ""
        words = [*wrap(whole, width, 2), *wrap(self._note, width, 4)]
        self.query_one("#servers-note", Text).show(*(line((f"   {one}", "muted")) for one in words))

    def _show(self) -> None:
        """Show every server with its present state."""
        opened = self.app.sessions
        servers = [
            self._server(opened[name]) if name in opened else self._unopened(name, profile)
            for name, profile in self._saved.items()
        ]
        servers += [self._server(one) for name, one in opened.items() if name not in self._saved]
        known = {server.url for server in servers}
        kept = dict.fromkeys((*self._drafts, *self._staged))
        servers += [self._unknown(url) for url in kept if url not in known]
        self._rows.show_servers([self._with_kept(server) for server in servers])
        said = ngettext("{count} server", "{count} servers", len(servers))
        self.top_line.show(count=said.format(count=number(len(servers))))

    def _with_kept(self, server: Server) -> Server:
        """Add to a server the numbers of its drafts and of its webhooks with staged changes."""
        if drafts := self._drafts.get(server.url, 0):
            said = ngettext("{state}, {count} draft", "{state}, {count} drafts", drafts)
            state = said.format(state=server.state, count=number(drafts))
            server = replace(server, state=state, role="changed")
        if staged := self._staged.get(server.url, 0):
            said = ngettext("{state}, {count} staged", "{state}, {count} staged", staged)
            state = said.format(state=server.state, count=number(staged))
            server = replace(server, state=state, role="changed")
        return server

    def _unknown(self, url: str) -> Server:
        """Return the row of a server that has drafts and no profile."""
        host = shown_host(url)
        return Server(host, "", host, clean(url, 200), (), _("no profile"), is_saved=False)

    def _server(self, session: Session) -> Server:
        edits = self.app.edits_open(session.profile)
        state, role = state_of(session)
        if edits:
            said = ngettext("{state}, {count} edit open", "{state}, {count} edits open", edits)
            state, role = said.format(state=state, count=number(edits)), "changed"
        return Server(
            session.profile,
            session.kind,
            session.host,
            session.url or session.host,
            mark_spans(session.marks),
            state,
            role,
            in_use=session is self._session,
        )

    def _unopened(self, name: str, profile: Profile) -> Server:
        state = _("opening…") if name == self._opening else _("not opened yet")
        told = mark_spans(marks(production=profile.production, read_only=profile.read_only))
        host = urlsplit(address.origin(profile.url)).netloc
        return Server(name, profile.api, host, profile.url, told, state, "muted")

    # commands

    @on(RowList.Opened)
    def action_open(self) -> None:
        """Switch to the server under the cursor; open it first where that is needed."""
        server = self._rows.server
        if server is None:
            return
        if not server.is_saved:
            self._connect(server.url)
            return
        name = server.name
        if session := self.app.sessions.get(name):
            self.dismiss(session)
        else:
            self.start(partial(self._open, name), "open", exclusive=True)

    async def _open(self, name: str) -> None:
        self.banner.clear()
        self._opening = name
        self._show()
        try:
            session = await within(LONG, open_profile, name, self.app.overrides)
        except UserError as error:
            said = _("{profile} could not be opened:").format(profile=name)
            self.banner.say("error", said, *_problems(error))
        else:
            self.dismiss(session)
        finally:
            if self._opening == name:
                self._opening = ""
        self._show()

    def action_connect(self) -> None:
        """Connect to a server that is not in the list."""
        self._connect()

    def _connect(self, url: str = "") -> None:
        if self.app.demo:
            self.banner.say("warning", _("The demo has one server; start without --demo."))
            return
        taken = {*self._saved, *self.app.sessions}
        # The options of the command line are for the server the program was started with.
        overrides = Overrides(read_only=self.app.overrides.read_only)
        self.app.push_screen(ConnectScreen(overrides, taken, url=url), self._connected)

    def _connected(self, session: Session | None) -> None:
        if session is not None:
            self.dismiss(session)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_profiles(self) -> None:
        """Go back: the key that opened this screen also closes it."""
        self.dismiss(None)

    # parts

    @property
    def _session(self) -> Session:
        session = self.app.session
        assert session is not None, "the list opens on a server's screens"
        return session

    @property
    def _rows(self) -> _Servers:
        return self.query_one(_Servers)


def state_of(session: Session) -> Span:
    """Say in few words how far a server's list is read, and in which role to draw that."""
    store = session.store
    if store.loading:
        return _("reading…"), "muted"
    if session.trouble is not None:
        return _error_in_short(session.trouble), "error"
    if not store.loaded:
        return _("not read whole"), "warning"
    said = ngettext("{count} instance", "{count} instances", len(store))
    return said.format(count=number(len(store))), "text"


def _error_in_short(error: ApiError) -> str:
    if error.sent and error.sent.status:
        return _("answered {status}").format(status=error.sent.status)
    match error:
        case Unreachable():
            return _("could not be reached")
        case Unauthorised():
            return _("needs a token")
        case _:
            return _("did not answer")


def _problems(error: UserError) -> list[Wording]:
    return [problem_sentences(one) for one in error.problems]


def _width(spans: Sequence[Span]) -> int:
    return sum(cell_len(text) + 1 for text, _role in spans)

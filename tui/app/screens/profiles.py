"""The servers of the configuration: switch to one, connect to another."""

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
from tui.app.screens.drafts.draft_servers import host_of
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Role, Span, Text, fit, line, wrap
from tui.app.widgets.row_list import RowList
from tui.config.load import saved_profiles
from tui.config.overrides import Overrides
from tui.config.profiles import Profile
from tui.core.open_session import open_profile
from tui.core.session import Session, marks
from tui.model import address
from tui.model.counting import count
from tui.model.sentence import Sentence
from tui.model.text import clean
from tui.model.user_error import UserError
from tui.storage.disk import LONG, on_disk, within
from tui.storage.paths import config_file
from tui.storage.private_files import shown

LOOK_AGAIN = 0.25
"""Seconds after which it is looked again what the lists that are being read have come to."""

_KIND = 13
"""Cells for a kind of server and a blank."""

_HOST = 8
"""Cells below which a host tells nothing."""

NONE_SAVED = "No server is saved in {file} yet; {profiles.connect} connects to one and saves it."


@dataclass(frozen=True, slots=True)
class Server:
    """One row: a profile, and what came of its server in this run.

    Also an address that no profile has any more, as long as drafts are kept for it.
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
    """Whether there is a profile for it."""

    @property
    def key(self) -> str:
        """What tells it from the others: a host may be called as a profile is."""
        return self.name if self.is_saved else self.url


class _Servers(RowList):
    """One row a server; the kind gives way first, as it also stands under the list."""

    def __init__(self) -> None:
        super().__init__(id="servers")
        self._servers: dict[str, Server] = {}

    def show_servers(self, servers: Sequence[Server]) -> None:
        """Show these, the cursor staying where it is."""
        self._servers = {server.key: server for server in servers}
        self.show_rows(list(self._servers))

    @property
    def server(self) -> Server | None:
        """The one under the cursor."""
        return self._servers.get(self.key or "")

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a server: whether it is in use, name, kind, host, what to mind, its state."""
        every, one = self._servers.values(), self._servers[key]
        width = self.size.width - 6
        marked = max(_width(server.marks) for server in every)
        said = max(cell_len(server.state) for server in every)
        name = min(max(cell_len(server.name) for server in every), 24, width - marked - said - 3)
        left = width - marked - said - name - 3
        longest = max(cell_len(server.host) for server in every)
        kind = _KIND if left >= _KIND + longest else 0
        host = max(left - kind, 0)
        address = one.host if host >= _HOST else ""
        return (
            ("● " if one.in_use else "  ", "on"),
            (fit(one.name, max(name, 6)) + " ", "strong"),
            (fit(one.kind, kind - 1) + " " if kind else "", "muted"),
            (fit(address, host), "text"),
            (" " * (marked - _width(one.marks)), "text"),
            *(span for mark in one.marks for span in ((" ", "text"), mark)),
            (" " + one.state, one.role),
        )


class ProfilesScreen(HookboardScreen[Session | None]):
    """Lists the servers; answers with the one to go to, opened."""

    BINDINGS = bindings("profiles", "closable")
    SCOPES = ("profiles", "closable")

    def __init__(self) -> None:
        super().__init__()
        self._saved: Mapping[str, Profile] = {}
        self._opening = ""
        """The profile that is being opened."""
        self._note = ""
        self._drafts: Mapping[str, int] = {}
        """How many drafts are kept, by address."""

    def compose_content(self) -> ComposeResult:
        """Lay out the list, and under it what there is to say of it."""
        yield Rule("Servers")
        yield _Servers()
        yield Rule()
        yield Text(id="servers-note")

    def on_mount(self) -> None:
        """Show what is open already, then what the file has."""
        session = self._session
        self.top_line.show(place=session.place, marks=session.marks)
        self._show()
        self._rows.move_to_key(session.profile)
        self._rows.focus()
        self.watch(self._rows, "key", self._say_more)
        self.start(self._read, "read")
        self.set_interval(LOOK_AGAIN, self._show)

    async def _read(self) -> None:
        """Read which profiles the file has now."""
        if self.app.demo:
            self._note = (
                "This is the demo: it reads no configuration and has one server, inside the "
                "process. Started without --demo, the servers of the configuration are here."
            )
            self._say_more()
            return
        await self._count_drafts()
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

    async def _count_drafts(self) -> None:
        """Count the drafts of every server; the dashboard says what is wrong with their folder."""
        if (drafts := self._session.drafts) is not None:
            with suppress(UserError):
                found = await on_disk(drafts.free)
                self._drafts = Counter(draft.server for draft in found.drafts)

    def _say_more(self) -> None:
        """Say under the list what its row has no room for."""
        one, width = self._rows.server, self.app.size.width - 6
        whole = f"{one.kind} · {one.url}" if one else ""
        words = [*wrap(whole, width, 2), *wrap(self._note, width, 4)]
        self.query_one("#servers-note", Text).show(*(line((f"   {one}", "muted")) for one in words))

    def _show(self) -> None:
        """Show every server as it stands now."""
        opened = self.app.sessions
        servers = [
            self._server(opened[name]) if name in opened else self._unopened(name, profile)
            for name, profile in self._saved.items()
        ]
        servers += [self._server(one) for name, one in opened.items() if name not in self._saved]
        known = {server.url for server in servers}
        servers += [self._unknown(url) for url in self._drafts if url not in known]
        self._rows.show_servers([self._with_drafts(server) for server in servers])
        self.top_line.show(count=count(len(servers), "server"))

    def _with_drafts(self, server: Server) -> Server:
        """Say of a server how many drafts are kept for it."""
        if not (drafts := self._drafts.get(server.url, 0)):
            return server
        return replace(server, state=f"{server.state}, {count(drafts, 'draft')}", role="changed")

    def _unknown(self, url: str) -> Server:
        """Return the row of a server that has drafts and no profile."""
        host = host_of(url)
        return Server(host, "", host, clean(url, 200), (), "no profile", is_saved=False)

    def _server(self, session: Session) -> Server:
        edits = self.app.edits_open(session.profile)
        state, role = state_of(session)
        return Server(
            session.profile,
            session.kind,
            session.host,
            session.url or session.host,
            session.marks,
            f"{state}, {count(edits, 'edit')} open" if edits else state,
            "changed" if edits else role,
            in_use=session is self._session,
        )

    def _unopened(self, name: str, profile: Profile) -> Server:
        state = "opening…" if name == self._opening else "not opened yet"
        told = marks(production=profile.production, read_only=profile.read_only)
        host = urlsplit(address.origin(profile.url)).netloc
        return Server(name, profile.api, host, profile.url, told, state, "muted")

    # commands

    @on(RowList.Opened)
    def action_open(self) -> None:
        """Switch to the server under the cursor; one not opened in this run is opened first."""
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
            self.banner.say("error", f"{name} could not be opened:", *_problems(error))
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
            self.banner.say("warning", "The demo has one server; start without --demo.")
            return
        taken = {*self._saved, *self.app.sessions}
        # What the command line says of a server is about the one it was started with.
        overrides = Overrides(read_only=self.app.overrides.read_only)
        self.app.push_screen(ConnectScreen(overrides, taken, url=url), self._connected)

    def _connected(self, session: Session | None) -> None:
        if session is not None:
            self.dismiss(session)

    def action_close(self) -> None:
        """Go back to where one was."""
        self.dismiss(None)

    def action_profiles(self) -> None:
        """Go back: the key that came here leaves too."""
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
    """Say in few words what came of reading a server's list, and how good that is."""
    store = session.store
    if store.loading:
        return "reading…", "muted"
    if session.trouble is not None:
        return _in_short(session.trouble), "error"
    if not store.loaded:
        return "not read whole", "warning"
    return count(len(store), "instance"), "text"


def _in_short(error: ApiError) -> str:
    if error.sent and error.sent.status:
        return f"answered {error.sent.status}"
    match error:
        case Unreachable():
            return "could not be reached"
        case Unauthorised():
            return "needs a token"
        case _:
            return "did not answer"


def _problems(error: UserError) -> list[str]:
    return [f"{one.message}. {one.hint}".strip() for one in error.problems]


def _width(spans: Sequence[Span]) -> int:
    return sum(cell_len(text) + 1 for text, _ in spans)

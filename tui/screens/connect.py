"""The first start: which server, which business, which token."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from tui.api.errors import ApiError, BadAnswer, NotFound, Refused, Unauthorised, Unreachable
from tui.commands import bindings
from tui.config.errors import ConfigError
from tui.config.overrides import Overrides
from tui.connecting import Typed, save_typed, target_of
from tui.opening import session_for
from tui.screens.shell import HookboardScreen
from tui.session import Session
from tui.widgets.chrome import Banner, KeyBar, TooSmall, TopLine
from tui.widgets.field import Field, Toggle
from tui.widgets.lines import Text, line

_FIELDS = ("url", "business", "token", "name")


class ConnectScreen(HookboardScreen[Session | None]):
    """Asks for a server and tries it before anything is saved."""

    BINDINGS = bindings("connect")
    SCOPES = ("connect",)
    TYPING = True

    def __init__(self, overrides: Overrides) -> None:
        super().__init__()
        self._overrides = overrides
        self._named = False
        self._trying = False

    def compose(self) -> ComposeResult:
        """Lay out four fields and two switches."""
        yield TopLine()
        yield Banner()
        with VerticalScroll(id="form", can_focus=False):
            yield Text(
                line(),
                line(("   Connect to a server", "title")),
                line("   Nothing is configured yet. It is tried first, and saved when it works."),
                line(("   To look around without a server: hookboard --demo", "muted")),
                line(),
            )
            yield Field("Server", id="url", hint="https://api.example.com")
            yield Field("Business", id="business", hint="the business's id")
            yield Field("Token", id="token", password=True, hint="business token; not shown")
            yield Field("Name", id="name", hint="what to call this profile")
            yield Toggle("Keep", ("save profile and token", "only until I quit"), id="keep")
            yield Toggle(
                "http",
                ("plain http is allowed", "only https, or http to this machine"),
                id="insecure",
            )
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Begin with the address."""
        self.show_keys()
        self.query_one(TopLine).show(place="first start", count="not connected")
        self.query_one("#keep", Toggle).set_on(True)
        self._field("url").input.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Call the profile after its host until somebody calls it otherwise."""
        for name in _FIELDS:
            if self._field(name).input is event.input:
                self._field(name).say()
                self._named = self._named or name == "name"
        if event.input is self._field("url").input and not self._named:
            self._field("name").set_value(_name_for(event.value))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """``enter`` goes through the fields, and on the last connects."""
        if event.input is self._field("name").input:
            self.action_connect()
        else:
            self.focus_next()

    def action_connect(self) -> None:
        """Try the server; once at a time."""
        if not self._trying:
            self._trying = True
            self.start(self._connect, "connect")

    def action_close(self) -> None:
        """Leave without connecting."""
        self.dismiss(None)

    async def _connect(self) -> None:
        try:
            self.banner.clear()
            await self._try()
        finally:
            self._trying = False

    async def _try(self) -> None:
        typed = Typed(
            name=self._field("name").value.strip(),
            url=self._field("url").value.strip(),
            business=self._field("business").value.strip(),
            token=self._field("token").value,
            insecure_http=self.query_one("#insecure", Toggle).on,
        )
        try:
            target, profile = target_of(typed, self._overrides)
        except ConfigError as error:
            self._say({one.key: f"{one.problem}. {one.hint}".strip() for one in error.others})
            return
        self.query_one(TopLine).show(count="connecting…")
        session = session_for(target)
        try:
            async for _ in session.server.instances():
                break
        except ApiError as error:
            await session.server.close()
            self.query_one(TopLine).show(count="not connected")
            self._say_error(error)
            return
        if self.query_one("#keep", Toggle).on:
            try:
                self.app.say(await asyncio.to_thread(save_typed, target, profile))
            except ConfigError as error:
                self.app.say(f"Connected, but not saved: {error.message}")
        self.dismiss(session)

    def _say(self, problems: dict[str, str]) -> None:
        """Put each problem beside its field, the focus on the first."""
        for name in reversed(_FIELDS):
            if name in problems:
                self._field(name).say("error", problems[name])
                self._field(name).input.focus()
        elsewhere = [words for name, words in problems.items() if name not in _FIELDS]
        if elsewhere:
            self.banner.say("error", *elsewhere)

    def _say_error(self, error: ApiError) -> None:
        """Put what the server said beside the field it is most likely about."""
        match error:
            case Unauthorised():
                name = "token"
            case NotFound() | Refused():
                name = "business"
            case Unreachable() | BadAnswer():
                name = "url"
            case _:
                self.banner.say("error", f"{error.what}.", error.to_do, *error.said)
                return
        said = "".join(f" The server says: “{words}”" for words in error.said[:2])
        self._say({name: f"{error.what}.{said}"})

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)


def _name_for(url: str) -> str:
    """Return the host's telling part: ``loja`` for ``https://api.loja.com.br``."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    parts = [part for part in host.split(".") if part not in ("api", "www")]
    return parts[0] if parts and not host.replace(".", "").isdigit() else host

"""Connecting to a server: its address, kind, business and token."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from tui.api.errors import ApiError, BadAnswer, NotFound, Refused, Unauthorised, Unreachable
from tui.api.http.path_segments import quoted
from tui.app.commands import bindings
from tui.app.key_hints import TypingScreen
from tui.app.screens.base import HookboardScreen
from tui.app.screens.token_dialog import save_in_background
from tui.app.screens.wait_clock import WaitClock
from tui.app.widgets.field import Field, Toggle
from tui.app.widgets.line_widget import Text, line
from tui.app.widgets.select_field import Option, SelectField
from tui.config.overrides import Overrides
from tui.config.profiles import Profile
from tui.config.resolve import ResolvedProfile
from tui.core.first_setup import Typed, free_name, resolve_typed, save_typed, saved_names
from tui.core.open_session import session_for
from tui.core.session import Session
from tui.i18n import _
from tui.messages.error_sentences import problem_sentences
from tui.messages.saved_profile import saved_profile
from tui.model.place import Place
from tui.model.sentence import Sentence, Wording, joined
from tui.model.server_kind import APIS, AUTO, Api, needs_business, title
from tui.model.user_error import UserError
from tui.storage.disk import LONG, on_disk, within

SAVING = 2.0
"""Seconds to wait until profile and token are saved; a slow keyring goes on alone."""

SAVE_PROFILE = (
    _("Save profile and token"),
    _("Save profile and token (otherwise forgotten at the end)"),
)
ALLOW_HTTP = _("Allow http to other machines")

MOST_LINES = 6
"""Lines of a message under a field, at most."""

_INVALID_INPUT = (400, 422)
"""Statuses of a refusal that is about a field; others are about the server as a whole."""

_FIELDS = ("url", "token", "name", "business")
_OPTIONS: tuple[Option[Api], ...] = tuple(
    Option(kind, title(kind), _("found out from its answers") if kind == AUTO else "")
    for kind in APIS
)


class ConnectScreen(TypingScreen, HookboardScreen[Session | None]):
    """Asks for a server and tries it before anything is saved."""

    BINDINGS = bindings("connect")
    SCOPES = ("connect", "choice", "toggle")

    def __init__(self, overrides: Overrides, taken: Collection[str] = (), *, url: str = "") -> None:
        """``taken``: the names of profiles that exist. ``url``: the address, where it is known."""
        super().__init__()
        self._overrides = overrides
        self._url = url
        self._taken = taken
        self._all_taken: Collection[str] = taken
        """The same names and those of the file, once it is read."""
        self._named = False
        """Whether somebody typed a name for the profile."""
        self._trying = False

    def compose_content(self) -> ComposeResult:
        """Lay out four fields, the choice of the kind and two switches."""
        if self._taken:
            said = _("It is tried first, and saved when it works.")
        else:
            said = _("Nothing is configured yet. It is tried first, and saved when it works.")
        with VerticalScroll(id="form", can_focus=False):
            yield Text(
                line(),
                line((f"   {_('Connect to a server')}", "title")),
                line(f"   {said}"),
                line((f"   {_('To look around without a server: hookboard --demo')}", "muted")),
                line(),
            )
            yield Field(_("Server"), id="url", hint="https://api.example.com", lines=MOST_LINES)
            # The token right after the address: what is pasted next must be hidden.
            yield Field(
                _("Token"),
                id="token",
                password=True,
                hint=_("business token or API key; not shown"),
                lines=MOST_LINES,
            )
            yield Field(
                _("Name"),
                id="name",
                hint=_("what to call this profile"),
                lines=MOST_LINES,
                words=True,
            )
            yield SelectField(_("Kind"), _OPTIONS, id="kind")
            yield Field(_("Business"), id="business", lines=MOST_LINES)
            yield Toggle("", SAVE_PROFILE, id="keep")
            yield Toggle("", (ALLOW_HTTP, ALLOW_HTTP), id="insecure")

    def on_mount(self) -> None:
        """Begin in the address; in the token where the address is known."""
        place = _("another server") if self._taken else _("first start")
        self.top_line.show(place=Place(place), count=_("not connected"))
        self.query_one("#keep", Toggle).set_on(True)
        if not self._taken:  # the settings of the start are not for another server
            self._kind.set_value(self._overrides.api or os.environ.get("HOOKBOARD_API", AUTO))
        self._kind_chosen()
        self._field("url").set_value(self._url)
        self._field("token" if self._url else "url").input.focus()
        self.start(self._read_names, "names")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Name the profile after its host until a name is typed."""
        for name in _FIELDS:
            if self._field(name).input is event.input:
                self._field(name).say()
                self._named = self._named or name == "name"
        if event.input is self._field("url").input:
            self._propose_name()

    def _propose_name(self) -> None:
        if not self._named:
            name = _name_for(self._field("url").value)
            self._field("name").set_value(free_name(name, self._all_taken))

    async def _read_names(self) -> None:
        """Read the names in the file; the proposed name may be among them."""
        with suppress(UserError):  # the save says it
            self._all_taken = {*self._taken, *await on_disk(saved_names)}
        self._propose_name()

    @on(SelectField.Changed)
    def _kind_chosen(self) -> None:
        """Ask for a business only where the kind may need one."""
        kind, business = self._kind.value, self._field("business")
        business.display = kind == AUTO or needs_business(kind)
        business.input.placeholder = (
            _("the business's id; only CodeChat v2 has one")
            if kind == AUTO
            else _("the business's id")
        )
        business.say()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Go to the next text field; connect on the last."""
        inputs: list[Input] = [self._field(name).input for name in self._shown_fields]
        if event.input is inputs[-1]:
            self.action_connect()
        else:
            inputs[inputs.index(event.input) + 1].focus()

    def action_connect(self) -> None:
        """Try the server, one attempt at a time."""
        if self._trying:
            self.banner.say("warning", _("Still connecting: waiting for the server."), expires=True)
            return
        self._trying = True
        self.start(self._connect, "connect")

    def action_close(self) -> None:
        """Leave without connecting."""
        self.dismiss(None)

    def action_profiles(self) -> None:
        """Say how to get to the other servers."""
        self.banner.say("warning", Sentence(_("Connect first, or leave with {connect.leave}.")))

    async def _connect(self) -> None:
        try:
            self.banner.clear()
            await self._try()
        finally:
            self._trying = False

    async def _try(self) -> None:
        typed = self._typed_so_far()
        try:
            resolved, profile, session = await within(
                LONG, _prepared, typed, self._overrides, self._taken
            )
        except UserError as error:
            if error.others:
                self._say({one.key: _beside_field(one) for one in error.others})
            else:
                self.banner.say("error", problem_sentences(error))
            return
        if not await self._answers(session):
            return
        kind_found = ""
        if profile.api == AUTO:
            kind_found = _("{host} answers as {kind}.")
            kind_found = kind_found.format(host=session.host, kind=title(session.kind))
        if self.query_one("#keep", Toggle).on:
            saving = save_in_background(
                self.app,
                partial(_save, resolved, profile, session.kind),
                failed=_("Connected, but not saved: {problem}."),
                before=kind_found,
            )
            with suppress(TimeoutError):
                async with asyncio.timeout(SAVING):
                    await asyncio.shield(saving.wait())
        elif kind_found:
            self.app.say(kind_found)
        self.dismiss(session)

    async def _answers(self, session: Session) -> bool:
        """Ask for the first page of the list; close the session and say why if that fails."""
        top = self.top_line
        top.show(count=_("connecting…"))
        clock = WaitClock(self.app, session.request_log, lambda: (top,))
        try:
            async for _page in session.instances():
                break
        except ApiError as error:
            await session.close()
            top.show(count=_("not connected"))
            self._say_error(error, session.kind)
            return False
        finally:
            clock.stop()
        return True

    def _typed_so_far(self) -> Typed:
        return Typed(
            name=self._value("name"),
            url=self._value("url"),
            business=self._value("business"),
            token=self._field("token").value,
            insecure_http=self.query_one("#insecure", Toggle).on,
            api=self._kind.value,
        )

    def _say(self, problems: Mapping[str, Wording]) -> None:
        """Put each problem beside its field, the focus on the first."""
        for name in reversed(_FIELDS):
            if name in problems:
                self._field(name).say("error", problems[name])
                self._field(name).input.focus()
        elsewhere = [words for name, words in problems.items() if name not in _FIELDS]
        if elsewhere:
            self.banner.say("error", *elsewhere)

    def _say_error(self, error: ApiError, kind: Api) -> None:
        """Show an error of a server of this kind beside the field it is most likely about."""
        match error:
            case Unauthorised():
                name = "token"
            case Refused() if error.sent and error.sent.status not in _INVALID_INPUT:
                self.say_error(error)
                return
            case NotFound() | Refused() if self._is_about_business(error):
                name = "business"
            case NotFound() | Refused() | Unreachable() | BadAnswer():
                name = "url"
            case _:
                self.say_error(error)
                return
        words: list[Wording] = [error.what, *error.server_says[:2]]
        if isinstance(error, Unreachable | BadAnswer) or (
            isinstance(error, NotFound) and name == "url"
        ):
            words.append(error.to_do)
        problems: dict[str, Wording] = {}
        if isinstance(error, BadAnswer) and kind == AUTO and self._value("business"):
            problems["business"] = _("Or it is a CodeChat v2, which has no such business.")
        self._say({name: joined(*words), **problems})

    def _is_about_business(self, error: ApiError) -> bool:
        """Whether the address of the failed request names the business, as CodeChat v2's do."""
        business = self._value("business")
        if not business or error.sent is None:
            return False
        return f"/{quoted(business)}/" in error.sent.url

    @property
    def _shown_fields(self) -> list[str]:
        """The names of the fields that are shown; the kind may need no business."""
        return [name for name in _FIELDS if self._field(name).display]

    def _value(self, name: str) -> str:
        """Return the text of a field; empty for a field that is not shown."""
        return self._field(name).value.strip() if name in self._shown_fields else ""

    @property
    def _kind(self) -> SelectField[Api]:
        return self.query_one("#kind", SelectField)

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)


def _beside_field(error: UserError) -> Wording:
    return joined(_("{problem}.").format(problem=error.problem), error.hint)


def _save(resolved: ResolvedProfile, profile: Profile, kind: Api) -> str:
    return saved_profile(save_typed(resolved, profile, kind))


def _prepared(
    typed: Typed, overrides: Overrides, taken: Collection[str]
) -> tuple[ResolvedProfile, Profile, Session]:
    """Make a session from the entries. It reads files: to be called in a thread.

    Raises :class:`UserError`, with ``others`` for the errors in the fields.
    """
    resolved, profile = resolve_typed(typed, overrides, taken)
    return resolved, profile, session_for(resolved)


def _name_for(url: str) -> str:
    """Return the part of the host that names it: ``loja`` for ``https://api.loja.com.br``."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    parts = [part for part in host.split(".") if part not in ("api", "www")]
    return parts[0] if parts and not host.replace(".", "").isdigit() else host

"""What every screen and every dialog has."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar, Generic, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.worker import Worker

from tui.api.errors import ApiError
from tui.app.commands import Command, Scope, bindings, key_bar_commands
from tui.app.key_hints import TypingScreen
from tui.app.shell import Shell
from tui.app.widgets.frame import Banner, KeyBar, TooSmall, TopLine
from tui.app.widgets.line_widget import ROLE_CLASSES

log = logging.getLogger("hookboard")

Result = TypeVar("Result")

HELP_QUIT = Binding("ctrl+c", "app.help_quit", show=False)
"""Says how to quit where nothing is selected to copy."""


class Dialog(ModalScreen[Result], Generic[Result]):
    """A screen over another one."""

    COMPONENT_CLASSES: ClassVar = ROLE_CLASSES
    # The app's own, which a dialog keeps away.
    BINDINGS: ClassVar = [*bindings("focus"), HELP_QUIT]
    app = getters.app(Shell)
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    @abstractmethod
    def compose_content(self) -> ComposeResult:
        """Lay out what is in the dialog."""

    def compose(self) -> ComposeResult:
        """Cover the dialog where the terminal is too small for it."""
        yield from self.compose_content()
        yield TooSmall()


class HookboardScreen(Screen[Result], Generic[Result]):
    """A screen with a banner, keys at the bottom and commands from the table."""

    COMPONENT_CLASSES: ClassVar = ROLE_CLASSES
    BINDINGS = bindings("focus", "everywhere")
    SCOPES: tuple[Scope, ...] = ()
    """Whose commands this screen has, for its bottom line and its help."""
    _due: tuple[Result | None] | None = None
    """The result to dismiss with when this screen is on top again; ``None`` while not closing."""

    app = getters.app(Shell)
    # Textual repaints the whole screen whenever the focus moves: 14 KB for a `tab`.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    @abstractmethod
    def compose_content(self) -> ComposeResult:
        """Lay out what is between the banner and the keys."""

    def compose(self) -> ComposeResult:
        """Put the frame around what the screen has: top line, banner, keys, cover."""
        yield TopLine()
        yield Banner()
        yield from self.compose_content()
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Fill the line of keys. Textual calls the ``on_mount`` of every class, this one last."""
        self.show_keys()

    def show_keys(self) -> None:
        """Fill the line of keys at the bottom."""
        scopes = (*self.SCOPES, "everywhere")
        shown = key_bar_commands(
            scopes, self.app.keys, self.app.offers, typing=isinstance(self, TypingScreen)
        )
        self.query_one(KeyBar).show(shown)

    @property
    def top_line(self) -> TopLine:
        """Where this screen says which place it shows, and how much is there."""
        return self.query_one(TopLine)

    @property
    def banner(self) -> Banner:
        """Where this screen says what went wrong or well."""
        return self.query_one(Banner)

    def say_error(self, error: ApiError) -> None:
        """Say what went wrong with a request, what to do, and the server's own words."""
        self.banner.say("error", happened(error), error.to_do, *error.server_says)

    def start(
        self, work: Callable[[], Awaitable[None]], group: str, *, exclusive: bool = False
    ) -> Worker[None]:
        """Run ``work`` beside the keys.

        Nothing it raises ends the program: what was not foreseen is logged and said. Loads
        are exclusive in a group of their own, writes never.
        """
        # Not begun before it runs: it may be cancelled until then.
        watched = partial(self._watched, work)
        return self.run_worker(watched, group=group, exclusive=exclusive)

    def action_help(self) -> None:
        """Show the commands of this screen."""
        self.app.show_help((*self.SCOPES, "focus", "everywhere"))

    def action_requests(self) -> None:
        """Show the requests made in this run."""
        if session := self.app.session:
            self.app.show_requests(session)
        else:
            self.banner.say("warning", "Nothing was sent yet: there is no server.")

    def action_profiles(self) -> None:
        """Show the servers one can switch to."""
        if self.app.session:
            self.app.show_profiles()
        else:
            self.banner.say("warning", "There is no server yet to switch from.")

    def action_credentials(self) -> None:
        """Say that there is nothing to give a token to; screens with a server do otherwise."""
        here = "on this screen: go back first" if self.app.session else "yet: there is no server"
        self.banner.say("warning", f"A token cannot be given {here}.")

    @property
    def unsaved(self) -> int:
        """How many unsaved changes are here."""
        return 0

    @property
    def keeps_drafts(self) -> bool:
        """Whether what is unsaved here is kept as a draft."""
        return True

    def keep_now(self) -> None:
        """Put on disk what would be lost: the program is about to end, whatever happens."""

    async def may_leave(self) -> bool:
        """Ask, where leaving would lose something. To be called from a worker."""
        return True

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close this screen; one that is not in front (work ended late) once it is again.

        Textual closes the one in front, whichever it is.
        """
        if self.app.screen is self:
            return super().dismiss(result)
        self._due = (result,)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """Close, if that was due."""
        if self._due:
            self.dismiss(*self._due)

    async def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        """Do what a clicked command says."""
        await self.perform(event.command)

    async def perform(self, command: Command) -> None:
        """Run a command as its key would."""
        await self.run_action(command.action)

    async def _watched(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as error:
            if not self.is_running:
                log.debug("ended with its screen", exc_info=error)
                return
            log.exception("not foreseen")
            self.banner.say(
                "error",
                f"Something went wrong inside Hookboard ({type(error).__name__}).",
                "What you typed is kept. The log (--log-file) has the details.",
            )


def happened(error: ApiError) -> str:
    """Say what went wrong in a whole sentence."""
    return f"{error.what}."

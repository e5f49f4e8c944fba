"""The base of all screens and all dialogs."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import getters
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.reactive import Reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.worker import Worker

from tui.api.errors import ApiError
from tui.app.bound_keys import key_bar_commands
from tui.app.commands import Command, Scope, bindings
from tui.app.key_hints import TypingScreen
from tui.app.shell import Shell
from tui.app.textual_internals import HookedScreen
from tui.app.widgets.frame import Banner, KeyBar, TooSmall, TopLine
from tui.app.widgets.line_widget import ROLE_CLASSES
from tui.i18n import _
from tui.messages.error_sentences import error_sentences
from tui.model.log import log
from tui.model.sentence import Sentence, Wording

if TYPE_CHECKING:
    from tui.app.run_control import RunControl


Result = TypeVar("Result")

NO_RUN = Sentence(_("No run was begun here since the start. {runs} lists earlier ones."))

HELP_QUIT = Binding("ctrl+c", "app.help_quit", show=False)
"""Says how to quit where nothing is selected to copy."""


class Dialog(ModalScreen[Result], Generic[Result]):
    """A screen over another one."""

    COMPONENT_CLASSES: ClassVar = ROLE_CLASSES
    # Bindings of the app, which Textual blocks under a modal screen.
    BINDINGS: ClassVar = [*bindings("focus"), HELP_QUIT]
    app = getters.app(Shell)
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    @abstractmethod
    def compose_content(self) -> ComposeResult:
        """Lay out the content of the dialog."""

    def compose(self) -> ComposeResult:
        """Cover the dialog where the terminal is too small for it."""
        yield from self.compose_content()
        yield TooSmall()


class HookboardScreen(HookedScreen[Result], Generic[Result]):
    """A screen with a banner, keys at the bottom and commands from the table."""

    COMPONENT_CLASSES: ClassVar = ROLE_CLASSES
    BINDINGS = bindings("focus", "everywhere")
    SCOPES: tuple[Scope, ...] = ()
    """The scopes of the commands that its bottom line and its help show."""
    _due: tuple[Result | None] | None = None
    """The result to dismiss with when this screen is on top again; ``None`` while not closing."""

    app = getters.app(Shell)
    # Textual repaints the whole screen whenever the focus moves: 14 KB for a `tab`.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    @abstractmethod
    def compose_content(self) -> ComposeResult:
        """Lay out the content between the banner and the keys."""

    def compose(self) -> ComposeResult:
        """Put the frame around the content: top line, banner, keys, cover."""
        yield TopLine()
        yield Banner()
        yield from self.compose_content()
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Fill the line of keys. Textual calls the ``on_mount`` of every class, this one last."""
        self.show_keys()
        if self.app.run_words:
            self.show_run_words()

    def show_run_words(self) -> None:
        """Show the progress of a run under way at the top."""
        for top_line in self.query(TopLine):  # none yet while the screen opens
            top_line.show(run=self.app.run_words)

    def show_keys(self) -> None:
        """Fill the line of keys at the bottom."""
        scopes = (*self.SCOPES, "everywhere")
        shown = key_bar_commands(
            scopes, self.app.keys, self.offers, typing=isinstance(self, TypingScreen)
        )
        self.query_one(KeyBar).show([(self.named(one), key) for one, key in shown])

    async def painted(self) -> None:
        """Wait until what was changed so far is painted."""
        done = asyncio.Event()
        self.call_after_refresh(done.set)
        await done.wait()

    def offers(self, command: Command) -> bool:
        """Whether a command works now; the key bar and the palette list only those."""
        return self.app.offers(command)

    def named(self, command: Command) -> Command:
        """Return a command with the label that it has now."""
        return command

    @property
    def top_line(self) -> TopLine:
        """The line at the top: the place, the marks of the server, and a count."""
        return self.query_one(TopLine)

    @property
    def banner(self) -> Banner:
        """The message of this screen: the result of the last command, and what to do."""
        return self.query_one(Banner)

    def say_error(self, error: ApiError) -> None:
        """Say what happened, what to do, and the server's own words."""
        self.banner.say("error", *error_sentences(error))

    def start(
        self, work: Callable[[], Awaitable[None]], group: str, *, exclusive: bool = False
    ) -> Worker[None]:
        """Run ``work`` in a worker, while the keys go on working.

        An unexpected exception is logged and said; it does not end the program. Loads are
        exclusive in a group of their own, writes never.
        """
        # The function, not a coroutine: a worker that is cancelled early would never await it.
        watched = partial(self._watched, work)
        return self.run_worker(watched, group=group, exclusive=exclusive)

    def say(self, sentence: Wording) -> None:
        """Show a message in the corner."""
        self.app.say(sentence)

    def cancel_work(self, group: str) -> bool:
        """Cancel the workers of a group; return whether one was running."""
        return any([worker.is_running for worker in self.workers.cancel_group(self, group)])

    def action_help(self) -> None:
        """Show the commands of this screen."""
        self.app.show_help((*self.SCOPES, "focus", "everywhere"))

    def action_requests(self) -> None:
        """Show the requests made in this run."""
        if session := self.app.session:
            self.app.show_requests(session)
        else:
            self.banner.say("warning", _("Nothing was sent yet: there is no server."))

    def action_profiles(self) -> None:
        """Show the list of servers."""
        if self.app.session:
            self.app.show_profiles()
        else:
            self.banner.say("warning", _("There is no server yet to switch from."))

    def action_run(self) -> None:
        """Show the run under way on this server, or the last one."""
        session = self.app.session
        if session and self.app.run_of(session):
            self.app.show_run(session)
        else:
            self.banner.say("warning", NO_RUN, expires=True)

    def action_credentials(self) -> None:
        """Say that no token can be given here; the screens of a server override it."""
        if self.app.session:
            said = _("A token cannot be given on this screen: go back first.")
        else:
            said = _("A token cannot be given yet: there is no server.")
        self.banner.say("warning", said)

    def shows_run(self, control: RunControl) -> bool:
        """Whether this screen shows a run itself."""
        return False

    @property
    def unsaved(self) -> int:
        """The number of unsaved changes on this screen."""
        return 0

    @property
    def keeps_drafts(self) -> bool:
        """Whether unsaved changes are kept as a draft."""
        return True

    def write_draft_now(self) -> None:
        """Write unsaved changes to disk: the program is about to end."""

    async def may_leave(self) -> bool:
        """Ask before unsaved changes are left; return whether to leave. Call it from a worker."""
        return True

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close this screen now, or as soon as it is in front again.

        Textual's own ``dismiss`` would close the screen in front, whichever that is.
        """
        if self.app.screen is self:
            return super().dismiss(result)
        self._due = (result,)
        return AwaitComplete()

    @property
    def is_open(self) -> bool:
        """Whether its widgets are there; a screen that closes loses them before it is unmounted.

        For what is called from outside: messages do not reach a screen that closes.
        """
        return self.is_mounted and self.is_running

    @property
    def is_covered(self) -> bool:
        """Whether another screen hides it; a dialog does not."""
        front = self.app.screen
        return front is not self and isinstance(front, HookboardScreen)

    def on_screen_resume(self) -> None:
        """Close, if that was asked for while another screen was in front."""
        if self._due:
            self.dismiss(*self._due)

    async def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        """Run the command that was clicked."""
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
            log.exception("unexpected")
            self.banner.say(
                "error",
                _("Something went wrong inside Hookboard ({error}).").format(
                    error=type(error).__name__
                ),
                _("What you typed is kept. The log (--log-file) has the details."),
            )

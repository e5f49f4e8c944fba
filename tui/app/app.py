"""The application: theme, keys, breakpoints, the start, and the end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.console import RenderableType
from textual import events, on
from textual.actions import ActionParseResult
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui.app.commands import COMMANDS, Scope, command
from tui.app.garbage import QuietCollector
from tui.app.keymap import read_keymap
from tui.app.screens.base import HookboardScreen
from tui.app.screens.dashboard.screen import Dashboard
from tui.app.screens.palette import TableCommands
from tui.app.sessions import FIRST_MODE
from tui.app.terminal_driver import TerminalDriver
from tui.app.terminal_input import TerminalInput
from tui.app.watchdog import Watchdog
from tui.app.widgets.frame import MIN_SIZE
from tui.config.overrides import Overrides
from tui.core.session import Session
from tui.i18n import _, number
from tui.model.instance import Instance
from tui.model.log import log
from tui.model.sentence import Sentence
from tui.model.text import clean
from tui.model.user_error import UserError
from tui.model.webhook import Webhook
from tui.storage.blocking_calls import DaemonExecutor, Waiting
from tui.storage.disk import LONG, within

HERE = Path(__file__).resolve().parents[1]
STYLES = next(path for path in (HERE / "styles", HERE.parent / "styles") if path.is_dir())
"""The stylesheets: in a wheel inside the package, in a checkout beside it."""

MAX_COPY = 74_000
"""Bytes; many terminals silently drop a longer clipboard sequence."""

SVG_KEEPS_BLANKS = 'xml:space="preserve"'
"""The attribute without which some viewers drop blanks."""

WAIT_CHECK = 0.5
"""Seconds between two checks of what the start waits for."""

WITHOUT_WAITING = Sentence(_("{credentials}: enter a token instead of waiting."))
"""What to do while the start waits for a call on this machine."""

_COMMAND_ACTIONS = frozenset(command.action for command in COMMANDS if command.in_palette)
"""The actions of commands that do more than move."""

_WIDTHS = [(0, "-too-narrow"), (MIN_SIZE.width, "-narrow"), (100, "-wide")]
_HEIGHTS = [(0, "-too-low"), (MIN_SIZE.height, "-high-enough")]


class HookboardApp(TerminalInput):
    """The application.

    ``opener`` makes the session: it may block and is called in a thread, after the first
    picture; it returns ``None`` when nothing is configured yet. ``watchdog`` ends the program
    after a signal, and when an orderly end takes too long.
    """

    TITLE = "Hookboard"
    # All at once: a stylesheet added by a later screen would restyle every screen.
    CSS_PATH: ClassVar = sorted(STYLES.glob("*.tcss"))
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {TableCommands}
    # These replace Textual's own, so that they work in dialogs and can be rebound.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(command("quit").keys, "quit", id="quit", show=False, priority=True),
        Binding(
            command("suspend").keys, "suspend_process", id="suspend", show=False, priority=True
        ),
    ]
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS

    def __init__(
        self,
        opener: Callable[[], Session | None],
        *,
        theme: str | None = None,
        keys: Mapping[str, str] | None = None,
        overrides: Overrides | None = None,
        demo: bool = False,
        watchdog: Watchdog | None = None,
        waiting: Waiting | None = None,
    ) -> None:
        # With NO_COLOR Textual would send greys; with ansi_color it sends no colours of its own.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._opener = opener
        self._garbage = QuietCollector()
        self._watchdog = watchdog
        self.waiting = waiting or Waiting()
        self.overrides = overrides or Overrides()
        self.demo = demo
        keymap = read_keymap(keys or {})
        self.keys = keymap.keys
        self.problems = list(keymap.problems)
        self.set_keymap({**self.keys})
        if theme in self.available_themes:
            self.theme = theme
        elif theme is not None:
            self.problems.append(_("there is no theme “{theme}”").format(theme=clean(theme, 40)))

    def get_driver_class(self) -> type[Driver]:
        """Use the driver that survives any input."""
        return TerminalDriver

    def get_default_screen(self) -> Screen[None]:
        """Start with the dashboard itself: pushing it later would take longer."""
        width, height = self.size
        # With the classes of its size it is laid out only once.
        width_class = max(one for one in _WIDTHS if one[0] <= width)[1]
        height_class = max(one for one in _HEIGHTS if one[0] <= height)[1]
        return Dashboard(classes=f"{width_class} {height_class}")

    def on_load(self) -> None:
        """Guard the end of the program before the terminal is taken over."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(DaemonExecutor())
        if self._watchdog:
            self._watchdog.guard(loop, self._ended_by_signal, self.write_known_drafts)

    async def on_event(self, event: events.Event) -> None:
        """Let input go before the collection of garbage."""
        if isinstance(event, events.InputEvent):
            self._garbage.put_off()
        await super().on_event(event)

    async def on_unmount(self) -> None:
        """Leave the collection of garbage as it was."""
        self._garbage.end()

    def on_ready(self) -> None:
        """Read the configuration and connect, now that the first picture is there."""
        self.run_worker(self._open_session(), group="begin")
        # Only now: a mode that is known before it opens is styled twice.
        self.add_mode(FIRST_MODE, self.get_default_screen)

    async def _open_session(self) -> None:
        check = self.set_interval(WAIT_CHECK, self._say_waiting)
        try:
            session = await within(LONG, self._opener)
        except UserError as error:
            # Printed after the terminal is restored, where it can be read and copied.
            self.exit_message = "\n".join(_printed(one) for one in error.problems)
            self.exit(2, return_code=2)
            return
        finally:
            check.stop()
        self._garbage.begin()
        if session is None:
            from tui.app.screens.connect import ConnectScreen

            session = await self.push_screen_wait(ConnectScreen(self.overrides))
            if session is None:
                self.exit(0)
                return
        self.use(session)
        if self.waiting.skipped:
            await self.run_action("screen.credentials")

    def _say_waiting(self) -> None:
        """Say which call on this machine the start waits for, and how to go on without it."""
        waits_for, screen = self.waiting.what, self.screen
        if not waits_for or not isinstance(screen, Dashboard):
            return
        sentences = (_("Waiting for {what}.").format(what=waits_for), WITHOUT_WAITING)
        if not screen.banner.says(*sentences):
            screen.banner.say("warning", *sentences)

    # commands

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action; a command first removes the message of an earlier one."""
        if action in _COMMAND_ACTIONS and isinstance(self.screen, HookboardScreen):
            self.screen.banner.expire()
        return await super().run_action(action, default_namespace, namespaces)

    def show_help(self, scopes: Sequence[Scope]) -> None:
        """Show the commands of these places and their keys."""
        from tui.app.screens.help import HelpScreen

        self.push_screen(HelpScreen(scopes))

    def show_requests(self, session: Session) -> None:
        """Show the requests made to a server in this run."""
        from tui.app.screens.requests import RequestsScreen

        self.push_screen(RequestsScreen(session))

    def show_history(
        self, session: Session, instance: Instance, webhook: Webhook, on_left: Callable[[], None]
    ) -> None:
        """Show what changed in a webhook; call ``on_left`` once that screen is left."""
        from tui.app.screens.history.screen import HistoryScreen
        from tui.core.recorder import ref_of

        ref = ref_of(session.journal_key, instance, webhook)
        self.push_screen(HistoryScreen(session, ref), lambda _result: on_left())

    def show_run(self, session: Session) -> None:
        """Show the last run on a server, if there is one and it is not shown already."""
        from tui.app.screens.runs.run_screen import RunScreen

        control = self.run_of(session)
        if control is None:
            return
        shown = [
            one
            for one in self.screen_stack
            if isinstance(one, RunScreen) and one.shows_run(control)
        ]
        if not shown:
            self.push_screen(RunScreen(session, control), partial(self._run_left, session))
        elif shown[0] is not self.screen:
            self.say(_("The run is shown under this screen: go back to it."))

    def _run_left(self, session: Session, _result: None) -> None:
        self.show_webhooks(session)

    def show_profiles(self) -> None:
        """Show the servers to switch to, and go to the chosen one."""
        from tui.app.screens.profiles import ProfilesScreen

        self.push_screen(ProfilesScreen(), self.go_to)

    # leaving

    def exit(
        self,
        result: int | None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        """Begin to end; the watchdog ends the process if a lost terminal or disk blocks it."""
        if self._watchdog:
            self._watchdog.count_down(return_code)
        super().exit(result, return_code, message)

    def action_suspend_process(self) -> None:
        """Go to the shell, with the drafts written first: the program may never be resumed."""
        if not _has_shell():
            self.say(Sentence(_("There is no shell to go back to. {quit} quits.")))
            return
        self.write_all_drafts()
        super().action_suspend_process()

    @on(Driver.SignalResume)
    def _paint_again(self) -> None:
        """Paint everything: the shell has used the screen meanwhile."""
        self.refresh(layout=True)

    def _ended_by_signal(self, code: int) -> None:
        """End at once, with the drafts written and the terminal restored."""
        self.write_all_drafts()
        _redirect_lost_streams()
        leave = partial(self.exit, code, return_code=code)
        # A screen that is not mounted yet would never be mounted after `exit`.
        if any(screen.is_mounted for screen in self.screen_stack):
            leave()
        else:
            self.call_after_refresh(leave)

    def copy(self, text: str, what: str) -> None:
        """Send a text to the terminal's clipboard (OSC 52), which does not confirm it."""
        size = len(text.encode("utf-8", "replace"))
        if size > MAX_COPY:
            refusal = _("Not copied: {size} bytes are more than terminals accept.")
            self.say(refusal.format(size=number(size)))
            return
        self.copy_to_clipboard(text)
        self.say(_("Sent to the terminal's clipboard: {what}.").format(what=what))

    def copy_to_clipboard(self, text: str) -> None:
        """Send OSC 52, and inside tmux a second time, wrapped for it."""
        text = text.encode("utf-8", "replace").decode()
        super().copy_to_clipboard(text)
        if os.environ.get("TMUX"):
            import base64

            content = base64.b64encode(text.encode()).decode()
            self.write_to_terminal(f"\x1bPtmux;\x1b\x1b]52;c;{content}\x07\x1b\\")

    def report_failure(self, error: BaseException | None) -> None:
        """Write the drafts and the exit message of an internal error; the log has the details."""
        log.critical("ended by an internal error", exc_info=error)
        if self._watchdog:
            self._watchdog.count_down(1)
        self.write_all_drafts()
        name = type(error).__name__ if error else "unknown"
        self.exit_message = _(
            "hookboard: ended by an internal error ({name}).\n"
            "           Run it with --log-file FILE to record the details."
        ).format(name=name)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """Return a picture of the screen as SVG that keeps its blanks in every viewer."""
        picture = super().export_screenshot(title=title, simplify=simplify)
        return picture.replace("<svg", f"<svg {SVG_KEEPS_BLANKS}", 1)

    def get_loading_widget(self) -> Widget:
        """Return a static widget: an animated one sends 95 KB a second."""
        return Static("…", markup=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer only the theme of Textual's own commands; ours are in the table."""
        yield SystemCommand(_("Theme"), _("Change the colours"), self.action_change_theme)


def _has_shell() -> bool:
    """Whether a shell with job control started the program, and can continue it.

    Without one, as under ``ssh -t host hookboard``, the system ignores the stop.
    """
    parent = os.getppid()
    try:
        return os.getsid(parent) == os.getsid(0) and os.getpgid(parent) != os.getpgrp()
    except OSError:
        return False


def _redirect_lost_streams() -> None:
    """Send output for a lost terminal nowhere: else the last flush fails, with exit code 120."""
    for stream in (0, 1, 2):
        if not os.isatty(stream):
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, stream)
            os.close(nowhere)


def _printed(error: UserError) -> str:
    return f"hookboard: {error.message}\n           {error.hint}".rstrip()

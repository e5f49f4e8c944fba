"""Puts the parts together: theme, keys, breakpoints, screens, and the session."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.console import RenderableType
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
from tui.model.sentence import Sentence
from tui.model.text import clean
from tui.model.user_error import UserError
from tui.storage.blocking_calls import DaemonExecutor, Waiting
from tui.storage.disk import LONG, within

log = logging.getLogger("hookboard")

HERE = Path(__file__).resolve().parents[1]
STYLES = next(path for path in (HERE / "styles", HERE.parent / "styles") if path.is_dir())
"""In a wheel the styles are inside the package, in a checkout beside it."""

MAX_COPY = 74_000
"""Bytes; many terminals drop a longer clipboard sequence in silence."""

LOOK = 0.5
"""Seconds between two looks at what the start waits for."""

WITHOUT_WAITING = Sentence("{credentials}: give a token yourself, without it.")
"""What to do while the start waits for something on this machine."""

_COMMANDS = frozenset(command.action for command in COMMANDS if command.palette)
"""The actions of commands, without those that only walk about."""

_WIDTHS = [(0, "-too-narrow"), (MIN_SIZE.width, "-narrow"), (100, "-wide")]
_HEIGHTS = [(0, "-too-low"), (MIN_SIZE.height, "-high-enough")]


class HookboardApp(TerminalInput):
    """The application.

    ``opener`` makes the session: it may block and is called in a thread, after the first
    picture; it returns ``None`` when nothing is configured yet. ``watchdog`` ends the program
    by a signal, and where its end is held up.
    """

    TITLE = "Hookboard"
    # All at once: what a screen brings along later restyles every screen there is.
    CSS_PATH: ClassVar = sorted(STYLES.glob("*.tcss"))
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {TableCommands}
    # In the place of Textual's own, so that it works in dialogs and can be bound elsewhere.
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
        # Where colours are not wanted Textual sends greys, unless it is to send none of its own.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._opener = opener
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
            self.problems.append(f"there is no theme “{clean(theme, 40)}”")

    def get_driver_class(self) -> type[Driver]:
        """Read the terminal in a way that no input can end."""
        return TerminalDriver

    def get_default_screen(self) -> Screen[None]:
        """Begin with the dashboard itself; pushing it later would cost more."""
        width, height = self.size
        # With the classes of its size it is laid out once, not once more when they come.
        _, wide = max(one for one in _WIDTHS if one[0] <= width)
        _, high = max(one for one in _HEIGHTS if one[0] <= height)
        return Dashboard(classes=f"{wide} {high}")

    def on_load(self) -> None:
        """Mind what may keep the program from ending, before the terminal is taken."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(DaemonExecutor())
        if self._watchdog:
            self._watchdog.guard(loop, self._ended_by_signal, self.write_drafts)

    def on_ready(self) -> None:
        """Import, read the configuration and connect, now that the first picture is there."""
        self.run_worker(self._begin(), group="begin")
        # So that it can be gone back to. A mode known before it opens is styled twice.
        self.add_mode(FIRST_MODE, self.get_default_screen)

    async def _begin(self) -> None:
        looking = self.set_interval(LOOK, self._say_waiting)
        try:
            session = await within(LONG, self._opener)
        except UserError as error:
            # Told after the terminal is given back, where it can be read and copied.
            self.exit_message = "\n".join(_problem(one) for one in error.problems)
            self.exit(2, return_code=2)
            return
        finally:
            looking.stop()
        # What is imported by now stays: looking through it again and again would delay the keys.
        gc.freeze()
        gc.enable()
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
        """Say what the start waits for on this machine, and how to go on without it."""
        waits_for, screen = self.waiting.what, self.screen
        if not waits_for or not isinstance(screen, Dashboard):
            return
        said = (f"Waiting for {waits_for}.", WITHOUT_WAITING)
        if not screen.banner.says(*said):
            screen.banner.say("warning", *said)

    # commands

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action; a command takes away what an earlier one came to."""
        if action in _COMMANDS and isinstance(self.screen, HookboardScreen):
            self.screen.banner.expire()
        return await super().run_action(action, default_namespace, namespaces)

    def show_help(self, scopes: Sequence[Scope]) -> None:
        """Show the commands of some places."""
        from tui.app.screens.help import HelpScreen

        self.push_screen(HelpScreen(scopes))

    def show_requests(self, session: Session) -> None:
        """Show the requests made to a server in this run."""
        from tui.app.screens.requests import RequestsScreen

        self.push_screen(RequestsScreen(session))

    def show_profiles(self) -> None:
        """Show the servers one can switch to, and go to the one that is chosen."""
        from tui.app.screens.profiles import ProfilesScreen

        self.push_screen(ProfilesScreen(), self.go_to)

    # leaving

    def exit(
        self,
        result: int | None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        """Begin to leave; a terminal or a disk that is gone does not hold the way out up."""
        if self._watchdog:
            self._watchdog.count_down(return_code)
        super().exit(result, return_code, message)

    def action_suspend_process(self) -> None:
        """Go to the shell, with the edits on disk: nobody knows whether it comes back."""
        if not _has_shell():
            self.say("There is no shell to go back to: quit instead.")
            return
        self.write_all_drafts()
        super().action_suspend_process()

    def _ended_by_signal(self, code: int) -> None:
        """End at once, with the edits on disk and the terminal as it was."""
        self.write_all_drafts()
        _let_go_of_lost_terminals()
        leave = partial(self.exit, code, return_code=code)
        # A screen that has not been put together yet is never put together after `exit`.
        if any(screen.is_mounted for screen in self.screen_stack):
            leave()
        else:
            self.call_after_refresh(leave)

    def copy(self, text: str, what: str) -> None:
        """Send a text to the terminal's clipboard (OSC 52); whether it takes it nobody knows."""
        size = len(text.encode("utf-8", "replace"))
        if size > MAX_COPY:
            self.say(f"Not copied: {size:,} bytes are more than terminals take.")
            return
        self.copy_to_clipboard(text)
        self.say(f"Sent to the terminal's clipboard: {what}.")

    def copy_to_clipboard(self, text: str) -> None:
        """Send OSC 52, once more wrapped where tmux stands between."""
        text = text.encode("utf-8", "replace").decode()
        super().copy_to_clipboard(text)
        if os.environ.get("TMUX"):
            import base64

            content = base64.b64encode(text.encode()).decode()
            self.write_to_terminal(f"\x1bPtmux;\x1b\x1b]52;c;{content}\x07\x1b\\")

    def failed(self, error: BaseException | None) -> None:
        """Keep the edits, and say in one line that the program failed; the log has the rest."""
        log.critical("ended by an error of its own", exc_info=error)
        if self._watchdog:
            self._watchdog.count_down(1)
        self.write_all_drafts()
        name = type(error).__name__ if error else "no more is known"
        self.exit_message = (
            f"hookboard: ended by an error of its own ({name}).\n"
            "           --log-file FILE writes what led to it."
        )

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """Return a picture of the screen; some viewers drop blanks where it does not forbid it."""
        picture = super().export_screenshot(title=title, simplify=simplify)
        return picture.replace("<svg ", '<svg xml:space="preserve" ', 1)

    def get_loading_widget(self) -> Widget:
        """Return a still one: an animated one sends 95 KB a second."""
        return Static("…", markup=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own commands only the theme; ours are in the table."""
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)


def _has_shell() -> bool:
    """Whether a shell with job control started the program, and can continue it.

    Elsewhere, as under ``ssh -t host hookboard``, the system ignores the stop.
    """
    parent = os.getppid()
    try:
        return os.getsid(parent) == os.getsid(0) and os.getpgid(parent) != os.getpgrp()
    except OSError:
        return False


def _let_go_of_lost_terminals() -> None:
    """Let what is still written go nowhere: the last flush would fail, and end with 120."""
    for stream in (0, 1, 2):
        if not os.isatty(stream):
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, stream)
            os.close(nowhere)


def _problem(error: UserError) -> str:
    return f"hookboard: {error.message}\n           {error.hint}".rstrip()

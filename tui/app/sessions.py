"""Several servers in one run, each with its own screens, and leaving them all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.notifications import SeverityLevel
from textual.worker import NoActiveWorker, get_current_worker

from tui.app.key_hints import with_keys
from tui.app.screens.base import HookboardScreen
from tui.app.screens.dashboard.screen import Dashboard
from tui.app.screens.wait_clock import WaitClock
from tui.app.shell import Shell
from tui.app.widgets.frame import TopLine
from tui.core.session import Session
from tui.model.sentence import Sentence, Wording

if TYPE_CHECKING:
    from tui.storage.drafts import Draft

FIRST_MODE = "first"
"""The mode of the server the program was started with; each has its own stack of screens."""


class OpenSessions(Shell):
    """The part of the app that knows which servers are open, and which screens are whose.

    Each server has a mode of Textual's, with a dashboard at the bottom of its screens.
    """

    DEFAULT_MODE = FIRST_MODE
    problems: list[str]
    """What is wrong with the configuration; said on the first dashboard."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.problems = []
        self.exit_message = ""
        """What to say on standard error once the terminal is given back."""
        self._sessions: dict[str, Session] = {}
        """By mode."""
        self._quitting = False
        self._standing: dict[str, float] = {}
        """The messages in the corner, and until when each stands there."""

    def use(self, session: Session, mode: str = FIRST_MODE) -> None:
        """Work with a session from now on, on the dashboard of a mode."""
        self._sessions[mode] = session
        dashboard = self.get_screen_stack(mode)[0]
        assert isinstance(dashboard, Dashboard)
        WaitClock(self, session.request_log, partial(self._top_lines, mode))
        dashboard.open(session, problems=self.problems if mode == FIRST_MODE else ())

    @property
    def session(self) -> Session | None:
        """The server of the screen in front."""
        return self._sessions.get(self.current_mode)

    @property
    def sessions(self) -> Mapping[str, Session]:
        """The servers opened in this run, by profile."""
        return {session.profile: session for session in self._sessions.values()}

    def edits_open(self, profile: str) -> int:
        """Count the open edits of a profile that have unsaved changes."""
        modes = [mode for mode, session in self._sessions.items() if session.profile == profile]
        return sum(bool(screen.unsaved) for mode in modes for screen in self._screens(mode))

    def go_to(self, session: Session | None, draft: Draft | None = None) -> None:
        """Bring a server's screens to the front as they were left; ``None`` stays.

        A ``draft`` of that server is opened there, unless something is open there already.
        """
        if session is None:
            return
        found = (mode for mode, one in self._sessions.items() if one.profile == session.profile)
        mode = next(found, f"profile {session.profile}")
        if self._sessions.setdefault(mode, session) is session:
            # In a worker of the app: what is made here belongs to no screen of another server.
            self.run_worker(self._go_to(session, mode, draft), group="profiles")

    async def _go_to(self, session: Session, mode: str, draft: Draft | None) -> None:
        opened = bool(self._screens(mode))
        if not opened:
            self.add_mode(mode, self.get_default_screen)
        await self.switch_mode(mode)
        if not opened:
            self.use(session, mode)
        front, *over = reversed(self._screens(mode))
        assert isinstance(front, Dashboard)
        if opened:
            front.look_for_drafts()
        if draft and over:
            self.say("Something is open here; the draft waits in the list of drafts.")
        elif draft:
            front.open_draft(draft)

    def push_screen(self, *args: Any, mode: str | None = None, **options: Any) -> Any:
        """Push a screen over those of the server it is about, which need not be in front."""
        return super().push_screen(*args, mode=mode or self._mode_at_work(), **options)

    def _mode_at_work(self) -> str:
        """Return the mode of the screen whose worker this is; outside of one, that in front."""
        try:
            screen = get_current_worker().node.screen
        except NoActiveWorker:
            return self.current_mode
        found = (mode for mode in self._modes_open if screen in self._screens(mode))
        return next(found, self.current_mode)

    @property
    def _modes_open(self) -> list[str]:
        """The modes, the one in front first."""
        return sorted({FIRST_MODE, *self._sessions}, key=lambda mode: mode != self.current_mode)

    def _screens(self, mode: str) -> list[HookboardScreen[Any]]:
        """Return the screens of a mode, the one in front first; none before it is opened."""
        try:
            stack = self.get_screen_stack(mode)
        except KeyError:
            return []
        return [screen for screen in reversed(stack) if isinstance(screen, HookboardScreen)]

    def _top_lines(self, mode: str) -> list[TopLine]:
        return [line for screen in self._screens(mode) for line in screen.query(TopLine)]

    # leaving

    def write_all_drafts(self) -> None:
        """Put on disk what would be lost: the program is about to end, whatever happens."""
        for mode in self._modes_open:
            for screen in self._screens(mode):
                with suppress(Exception):  # one screen that fails must not cost another's edit
                    screen.keep_now()

    def write_drafts(self) -> None:
        """Write what is known of the edits under way, without a look at the screens.

        It may be called in another thread, while the one of the screens is blocked.
        """
        for session in list(self._sessions.values()):
            if session.drafts is not None:
                session.drafts.write_all()

    async def on_unmount(self) -> None:
        """Give the connections back."""
        for session in self._sessions.values():
            await session.close()

    async def action_quit(self) -> None:
        """Quit, after asking where something would be lost."""
        if not self._quitting:
            self._quitting = True
            self.run_worker(self._quit(), group="quit")

    def action_help_quit(self) -> None:
        """Say how to quit: ``ctrl+c``, with nothing to copy, may have been meant so."""
        self.say(Sentence("{quit} quits."))

    async def _quit(self) -> None:
        try:
            await self._put_together()
            modes = self._modes_open
            for number, mode in enumerate(modes):
                if not await self._may_leave(mode):
                    return
                if any(map(self._has_edits, modes[number + 1 :])):
                    # Quitting may yet be called off; what was decided here holds all the same.
                    await self._close_screens()
            self.exit(0)
        finally:
            self._quitting = False

    async def _put_together(self) -> None:
        """Wait a little for screens that are being put together: after ``exit`` they never are."""
        for _ in range(50):
            if all(one.is_mounted for mode in self._modes_open for one in self._screens(mode)):
                return
            await asyncio.sleep(0.01)

    def _has_edits(self, mode: str) -> bool:
        return any(screen.unsaved for screen in self._screens(mode))

    async def _close_screens(self) -> None:
        """Close all that is over the dashboard in front."""
        while len(self.screen_stack) > 1:
            await self.screen.dismiss()

    async def _may_leave(self, mode: str) -> bool:
        """Ask on the screens themselves, brought to the front where something would be lost."""
        if self._has_edits(mode):
            await self.switch_mode(mode)
        for screen in self._screens(mode):
            # One that is still being put together has nothing in it that is not on disk.
            if screen.is_mounted and not await screen.may_leave():
                return False
        return True

    def say(self, sentence: Wording) -> None:
        """Say something that does not need an answer; what is not in front is named."""
        mode = self._mode_at_work()
        whose = f"{self._sessions[mode].profile}: " if mode != self.current_mode else ""
        self.notify(whose + with_keys(sentence, self), markup=False)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a message in the corner, unless it stands there already: copies hide the screen."""
        now = time.monotonic()
        self._standing = {said: end for said, end in self._standing.items() if end > now}
        if message in self._standing:
            return
        self._standing[message] = now + (timeout or self.NOTIFICATION_TIMEOUT)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def clear_notifications(self) -> None:
        """Take all messages out of the corner: what stood there may be said again."""
        self._standing.clear()
        super().clear_notifications()

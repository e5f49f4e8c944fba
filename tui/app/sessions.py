"""The servers opened in one run, each with its own screens, and quitting them all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.notifications import SeverityLevel
from textual.worker import NoActiveWorker, get_current_worker

from tui.app.key_hints import with_keys
from tui.app.screens.base import HookboardScreen
from tui.app.screens.dashboard.actions import WebhookActions
from tui.app.screens.dashboard.screen import Dashboard
from tui.app.screens.wait_clock import WaitClock
from tui.app.shell import Shell
from tui.app.widgets.frame import TopLine
from tui.core.session import Session
from tui.i18n import _
from tui.model.sentence import Sentence, Wording

if TYPE_CHECKING:
    from tui.app.run_control import RunControl, RunQuestion
    from tui.core.run.run import Run
    from tui.storage.drafts import Draft

FIRST_MODE = "first"
"""The mode of the server that the program started with. Each mode has its own screens."""


RUN_WAITS = _("The run on {profile} waits for you. {run} shows it.")
RUN_ENDED = _("The run on {profile} has ended. {run} shows it. {outcomes}")


class OpenSessions(Shell):
    """The part of the app that knows the open servers and the screens of each.

    Each server has one of Textual's modes, with a dashboard at the bottom of its screens.
    """

    DEFAULT_MODE = FIRST_MODE
    problems: list[str]
    """Problems in the configuration, for the first dashboard to show."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.problems = []
        self._sessions: dict[str, Session] = {}
        """The sessions by mode."""
        self._runs: dict[str, RunControl] = {}
        """The last run on each server, by profile."""
        self._said_question: RunQuestion | None = None
        """The last question of a run that was announced: each is announced once."""
        self._quitting = False
        self._shown_until: dict[str, float] = {}
        """The messages shown in the corner, each with the time until which it stays there."""

    def use(self, session: Session, mode: str = FIRST_MODE) -> None:
        """Open a session on the dashboard of a mode."""
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
        """Bring a server's screens to the front as they were left; ``None`` changes nothing.

        A ``draft`` of that server is opened there, unless another screen is open there.
        """
        if session is None:
            return
        found = (mode for mode, one in self._sessions.items() if one.profile == session.profile)
        mode = next(found, f"profile {session.profile}")
        if self._sessions.setdefault(mode, session) is session:
            # A worker of the app: the new screens must not belong to a screen of another server.
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
            self.say(_("Another screen is open here. The draft is still in the list of drafts."))
        elif draft:
            front.open_draft(draft)

    # runs

    @property
    def run_words(self) -> str:
        """The progress of the run under way, for the top line; empty if there is none."""
        for profile, control in self._runs.items():
            if control.under_way:
                from tui.messages.run_report import short_progress

                words = short_progress(control.run.progress, waits=control.question is not None)
                front = self.session
                if front and front.profile == profile:
                    return words
                return _("{profile}: {progress}").format(profile=profile, progress=words)
        return ""

    def run_of(self, session: Session) -> RunControl | None:
        """Return the last run on a server that was begun here, ended or not."""
        return self._runs.get(session.profile)

    def offer_run(self, session: Session, control: RunControl) -> None:
        """Make an earlier run, which was cut off, the last one on its server."""
        self._runs.setdefault(session.profile, control)

    async def begin_run(
        self, session: Session, control: RunControl, on_end: Callable[[Run], None] | None = None
    ) -> None:
        """Carry a run out, whichever screens are open; return when it has begun.

        Raises :class:`UserError` if it cannot begin.
        """
        control.watch(partial(self._run_changed, session, control, on_end))
        self.run_worker(control.carry_out(), group="run")
        await control.begun()

    def _run_changed(
        self, session: Session, control: RunControl, on_end: Callable[[Run], None] | None
    ) -> None:
        """Show the progress of a run on every screen, and say when it waits or has ended."""
        if control.under_way:
            self._runs[session.profile] = control
        if self._runs.get(session.profile) is not control:
            return  # it never began
        for mode in self._modes_open:
            for screen in self._screens(mode):
                screen.show_run_words()
        if self.take_results(session):
            self.show_webhooks(session)
        if control.ended.is_set():
            if on_end:
                on_end(control.run)
            self._run_ended(session, control)
        elif control.question and control.question is not self._said_question:
            self._said_question = control.question
            said = Sentence(RUN_WAITS, {"profile": session.profile})
            self._say_of_run(control, said)

    def take_results(self, session: Session) -> bool:
        """Have the board take the rows that ended since; return whether there are any."""
        control = self.run_of(session)
        if control is None or session.board is None:
            return False
        return session.board.take_run(control.run.rows, is_over=control.ended.is_set())

    def _run_ended(self, session: Session, control: RunControl) -> None:
        """Say how a run ended unless it is in front, and have all screens show its results."""
        from tui.messages.run_report import ended_words

        outcomes = ended_words(control.run.progress, control.seconds)
        said = Sentence(RUN_ENDED, {"profile": session.profile, "outcomes": outcomes})
        self._say_of_run(control, said)
        self.show_webhooks(session)

    def _say_of_run(self, control: RunControl, sentence: Sentence) -> None:
        """Show a message about a run, unless the screen in front shows the run."""
        front = self.screen
        if not (isinstance(front, HookboardScreen) and front.shows_run(control)):
            self.say(sentence)

    def show_webhooks(self, session: Session) -> None:
        """Have the screens of a server show its webhooks again, from the store."""
        self.take_results(session)
        for mode, one in self._sessions.items():
            for screen in self._screens(mode) if one is session else ():
                screen.post_message(WebhookActions.Changed())

    def push_screen(self, *args: Any, mode: str | None = None, **options: Any) -> Any:
        """Push a screen onto those of its server, which need not be in front."""
        return super().push_screen(*args, mode=mode or self._mode_of_caller(), **options)

    def _mode_of_caller(self) -> str:
        """Return the mode of the screen whose worker runs this code; without one, that in front."""
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
        """Return the screens of a mode, the one in front first; empty before it is opened."""
        try:
            stack = self.get_screen_stack(mode)
        except KeyError:
            return []
        return [screen for screen in reversed(stack) if isinstance(screen, HookboardScreen)]

    def _top_lines(self, mode: str) -> list[TopLine]:
        return [line for screen in self._screens(mode) for line in screen.query(TopLine)]

    # leaving

    def write_all_drafts(self) -> None:
        """Write the drafts of all screens: the program is about to end."""
        for mode in self._modes_open:
            for screen in self._screens(mode):
                with suppress(Exception):  # a screen that fails must not cost the edits of others
                    screen.write_draft_now()

    def write_known_drafts(self) -> None:
        """Write the drafts as the sessions know them, without asking the screens.

        Any thread may call it, also while the thread of the screens is blocked.
        """
        for session in list(self._sessions.values()):
            if (drafts := session.user_data.drafts.made) is not None:
                drafts.write_all()
            if (staged := session.user_data.staged.made) is not None:
                staged.write_all()

    async def on_unmount(self) -> None:
        """Close the connections."""
        for session in self._sessions.values():
            await session.close()

    async def action_quit(self) -> None:
        """Quit; ask first where something would be lost."""
        if not self._quitting:
            self._quitting = True
            self.run_worker(self._quit(), group="quit")

    def action_help_quit(self) -> None:
        """Say how to quit: with nothing to copy, ``ctrl+c`` may be meant to quit."""
        self.say(Sentence(_("{quit} quits.")))

    async def _quit(self) -> None:
        try:
            await self._screens_mounted()
            if not await self._may_stop_runs():
                return
            modes = self._modes_open
            for number, mode in enumerate(modes):
                if not await self._may_leave(mode):
                    return
                if any(map(self._has_edits, modes[number + 1 :])):
                    # Quitting may still be cancelled; what was decided here holds nevertheless.
                    await self._close_screens()
            await self._stop_runs()
            self.exit(0)
        finally:
            self._quitting = False

    async def _may_stop_runs(self) -> bool:
        """Ask before a run under way is stopped; return whether to quit."""
        for profile, control in self._runs.items():
            if control.under_way:
                from tui.app.screens.runs.quit_dialog import may_stop

                if not await may_stop(self, profile, control):
                    return False
        return True

    async def _stop_runs(self) -> None:
        """Stop the runs under way, and wait for the webhooks that are being written."""
        for control in self._runs.values():
            if control.under_way:
                control.stop()
                await control.ended.wait()

    async def _screens_mounted(self) -> None:
        """Wait, at most half a second, until all screens are mounted: ``exit`` prevents it."""
        for _attempt in range(50):
            if all(one.is_mounted for mode in self._modes_open for one in self._screens(mode)):
                return
            await asyncio.sleep(0.01)

    def _has_edits(self, mode: str) -> bool:
        return any(screen.unsaved for screen in self._screens(mode))

    async def _close_screens(self) -> None:
        """Close the screens over the dashboard in front."""
        while len(self.screen_stack) > 1:
            await self.screen.dismiss()

    async def _may_leave(self, mode: str) -> bool:
        """Ask each screen of a mode; with unsaved changes the mode comes to the front first."""
        if self._has_edits(mode):
            await self.switch_mode(mode)
        for screen in self._screens(mode):
            # A screen that is not mounted yet has nothing that is not on disk.
            if screen.is_mounted and not await screen.may_leave():
                return False
        return True

    def say(self, sentence: Wording) -> None:
        """Show a message in the corner; it names the profile of a server that is not in front."""
        mode, message = self._mode_of_caller(), with_keys(sentence, self)
        if mode != self.current_mode:
            profile = self._sessions[mode].profile
            message = _("{profile}: {message}").format(profile=profile, message=message)
        self.notify(message, markup=False)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a message in the corner, unless it is there already: copies hide the screen."""
        now = time.monotonic()
        self._shown_until = {text: end for text, end in self._shown_until.items() if end > now}
        if message in self._shown_until:
            return
        self._shown_until[message] = now + (timeout or self.NOTIFICATION_TIMEOUT)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def clear_notifications(self) -> None:
        """Remove all messages from the corner; each may then be shown again."""
        self._shown_until.clear()
        super().clear_notifications()

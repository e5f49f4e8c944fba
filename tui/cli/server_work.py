"""Work with a server in a command: opening it, signals, and progress on standard error."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from tui.cli.call import current_call
from tui.cli.exits import or_exit, say, to_standard_error
from tui.i18n import _, number
from tui.model.user_error import UserError

if TYPE_CHECKING:
    from tui.api.errors import AsksToWait
    from tui.config.overrides import Overrides
    from tui.core.session import Session

_EVERY = 0.1
"""Seconds between two lines of progress, at least."""


def open_server(overrides: Overrides, *, quiet: bool) -> Session:
    """Open the server that flags, environment and configuration name; exit if that fails.

    Unless ``quiet`` it shows at a terminal what it waits for on this machine.
    """
    progress = ProgressLine(quiet=quiet)

    def opened() -> Session:
        try:
            return open_configured(overrides, progress.show)
        finally:
            progress.clear()

    session = or_exit(opened)
    # The collector is off since the start: until here most of the work is imports, of which it
    # need never look at anything again.
    if not gc.get_freeze_count():  # the tests have seen to it
        gc.freeze()
    gc.enable()
    return session


def open_configured(overrides: Overrides, show: Callable[[str], None]) -> Session:
    """Open the configured server, or sample data. Raises :class:`UserError`.

    ``show`` gets a sentence about each slow call on this machine, such as to the keyring.
    """
    from tui.core.open_session import open_demo, open_session
    from tui.storage.blocking_calls import Waiting

    def show_slow(what: str) -> None:
        show(_("waiting for {what}…").format(what=what))

    if overrides.demo:
        return open_demo(overrides)
    stdin = sys.stdin.buffer if overrides.token_file == "-" else None
    session = open_session(overrides, stdin, waiting=Waiting(show_slow))
    if session is None:
        raise UserError(_("nothing is configured"), _("Start hookboard to connect to a server."))
    return session


def carry_out(
    session: Session,
    work: Coroutine[Any, Any, object],
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Do the work, then close the session; return 0, or the exit code of a signal that ended it.

    ``stop`` is called at the first signal; it returns whether the work then ends by itself.
    """
    import asyncio  # half of what --help may take

    return asyncio.run(_carry_out(session, work, stop))


async def _carry_out(
    session: Session, work: Coroutine[Any, Any, object], stop: Callable[[], bool]
) -> int:
    import asyncio

    from tui.storage.blocking_calls import DaemonExecutor

    loop = asyncio.get_running_loop()
    loop.set_default_executor(DaemonExecutor())
    task = loop.create_task(work)
    ends = 0

    def end() -> None:
        nonlocal ends
        ends += 1
        if ends > 1 or not stop():
            task.cancel()

    call = current_call()
    with call.working(lambda: loop.call_soon_threadsafe(end)):
        try:
            await task
        except asyncio.CancelledError:
            if not ends:
                raise
        finally:
            await session.close()
    return call.code


def say_journal_news(session: Session) -> None:
    """Report the failures of the journal on standard error."""
    for error in session.journal.take_news() if session.journal else ():
        say(error.message, error.hint)


class ProgressLine:
    """A line of progress on standard error, if that is a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        can_clear = os.environ.get("TERM", "dumb") != "dumb"
        self._shows = not quiet and can_clear and sys.stderr.isatty()
        self._is_there = self._is_slow = False
        self._shown = time.monotonic()  # what is done at once shows nothing

    def read(self, done: int, total: int | None) -> None:
        """Show the number of instances read."""
        if total is None:
            self.show(_("reading… {done}").format(done=number(done)))
        else:
            text = _("reading… {done} of {total}")
            if self._is_slow:
                text = _("reading slowly… {done} of {total}")
            self.show(text.format(done=number(done), total=number(total)))

    def slowed(self, error: AsksToWait) -> None:
        """Show from now on that reading is slow; the server took no more requests at once."""
        self._is_slow = True

    def show(self, words: str) -> None:
        """Show a line in place of the last one, ten times a second at most."""
        now = time.monotonic()
        if self._shows and now - self._shown >= _EVERY:
            self._shown, self._is_there = now, True
            import shutil  # --help does without

            width = shutil.get_terminal_size().columns - 1
            to_standard_error(f"\r{words[:width]}\x1b[K")

    def clear(self) -> None:
        """Clear the line."""
        if self._is_there:
            self._is_there = False
            to_standard_error("\r\x1b[K")

"""Reading a server's instances, and their webhooks where the list tells nothing of them."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from textual.message import Message
from textual.timer import Timer

from tui.api.errors import ApiError, AsksToWait
from tui.app.screens.base import HookboardScreen, happened
from tui.core.session import Session
from tui.core.webhook_loader import WebhookLoader
from tui.messages.list_status import READ_AGAIN
from tui.model.counting import count
from tui.model.sentence import Sentence, Wording, joined
from tui.model.time import span, utc_now

REPAINT_EVERY = 0.1
"""Seconds between two repaints while more arrives that can be seen."""

PROGRESS_EVERY = 0.5
"""Seconds between two repaints while only the count of what arrived changes."""

NOTE_AFTER = 1.0
"""Seconds after a list was read until it is compared with the journal: keys come first."""

READ_SLOWLY = Sentence(
    "The webhooks that are left are read more slowly, until all are read; {dashboard.back} stops."
)


class ListLoader:
    """Fills a session's store, beside the keys of a screen.

    The screen is sent :class:`ListLoader.Progress` whenever there is more to be seen. What goes
    wrong is said in its banner; so are ``problems`` about the configuration, once the list is
    there.
    """

    class Progress(Message, bubble=False):
        """The store has something new to show, or it is known how much is read by now."""

    def __init__(
        self, screen: HookboardScreen[Any], session: Session, problems: Sequence[str] = ()
    ) -> None:
        self._screen = screen
        self._session = session
        self._problems = tuple(problems)
        self._finder = WebhookLoader(session.store, session.at_once, self._found, self._slowed)
        self._slow_words: tuple[Wording, ...] = ()
        """What was said when the server took no more requests, while that holds."""
        self._in_view: Sequence[str] = ()
        self._current: object | None = None
        self._shown = 0.0
        self._due = math.inf
        """When it is shown next, by the clock of ``time.monotonic``."""
        self._timer: Timer | None = None
        self._find_due = False
        self._ended = asyncio.Event()
        self.failed = False
        """Whether the list could not be read the last time."""

    @property
    def finding(self) -> bool:
        """Whether instances are being asked for their webhooks, or will be with the list read."""
        session = self._session
        will_be = session.store.loading and not session.capabilities.lists_webhooks
        return will_be or self._find_due or self._finder.running

    def failure(self, instance_id: str) -> ApiError | None:
        """Return why an instance's webhooks could not be read, if that failed."""
        return self._finder.failures.get(instance_id)

    @property
    def progress(self) -> str:
        """How far the asking is, for the top of the screen; nothing before and after."""
        if self._find_due:
            return ", 0% read"
        if not self._finder.running:
            return ""
        slowly = ", slowly" if self._finder.is_slowed else ""
        return f", {self._finder.part_done:.0%} read{slowly}"

    def read(self) -> None:
        """Read the list, again if it was read before."""
        self._ended.clear()
        self._screen.start(self._read, "load", exclusive=True)

    async def wait(self) -> None:
        """Wait until the list is there, cannot be read, or somebody stopped waiting for it."""
        await self._ended.wait()

    def look_at(self, instance_ids: Sequence[str]) -> None:
        """Say which instances are in view: their webhooks are asked for first."""
        self._in_view = instance_ids
        self._finder.look_at(instance_ids)

    def revise_flags(self) -> None:
        """Have every webhook in the list show the flags that the server is known to have by now.

        While more webhooks are read this waits: the last of them may teach more.
        """
        if not self.finding:
            self._session.store.revise_webhooks(self._session.server.with_known_flags)

    def stop(self) -> bool:
        """Read no further, if something is being read; say so, and return whether it was."""
        workers, store = self._screen.workers, self._session.store
        if store.loading:
            workers.cancel_group(self._screen, "load")
            store.abandon()
            self._current, self.failed = None, True
            self._ended.set()
            self._show()
            self._say("You stopped waiting: the list was not read whole.", READ_AGAIN)
            return True
        if self.finding:
            self._find_due = False
            workers.cancel_group(self._screen, "find")
            self._show()
            self._say("You stopped waiting: not every webhook was read.", READ_AGAIN)
            return True
        return False

    async def _read(self) -> None:
        session, store = self._session, self._session.store
        self.failed = self._find_due = False
        session.trouble = None
        problems: list[str] = []
        self._screen.banner.clear()
        self._screen.workers.cancel_group(self._screen, "find")
        store.begin()
        asked_at = utc_now()
        current = self._current = object()
        self._show()
        try:
            async for page in session.instances():
                store.add(page.instances, page.total)
                problems += page.problems
                self._show_soon(REPAINT_EVERY)
            store.finish()
        except ApiError as error:
            self.failed = True
            session.trouble = error
            self._screen.say_error(error)
        finally:
            # A load that was cancelled ends after the one that took its place has begun.
            if self._current is current:
                store.abandon()
                self._ended.set()
        self._find_due = not (self.failed or session.capabilities.lists_webhooks)
        self._show()
        self._complain(problems)
        if not self.failed and session.capabilities.lists_webhooks:
            self._note_soon(asked_at)
        if self._find_due:
            self._screen.start(self._find, "find", exclusive=True)

    async def _find(self) -> None:
        """Ask for the webhooks of every instance, those in view first."""
        self._find_due = False
        asked_at = utc_now()
        try:
            await self._finder.run(self._session.server)
        finally:
            self._take_back_slow_words()
            self.revise_flags()
            self._show()
        self._note_soon(asked_at)
        if failures := self._finder.failures:
            error = next(iter(failures.values()))
            failed = count(len(failures), "instance")
            what = f"The webhooks of {failed} could not be read."
            said = error.server_says[:1]
            self._screen.banner.say("error", what, happened(error), error.to_do, *said)

    def _note_soon(self, asked_at: datetime) -> None:
        """Compare what was read with the journal, once nobody waits for the list any more."""
        if self._session.journal:
            self._screen.start(partial(self._note, asked_at), "note", exclusive=True)

    async def _note(self, asked_at: datetime) -> None:
        await asyncio.sleep(NOTE_AFTER)
        session = self._session
        await session.note_list(asked_at, self._finder.failures)
        for error in session.journal.take_news() if session.journal else ():
            self._screen.app.say(joined(f"{error.message}.", error.hint))

    def _slowed(self, error: AsksToWait) -> None:
        """Say that what is left is read more slowly, and why."""
        status = error.sent.status if error.sent else None
        asks = error.retry_after and span(timedelta(seconds=error.retry_after))
        self._slow_words = (
            f"{self._session.host} takes fewer requests at once: it answered {status}.",
            joined(f"It asks to wait {asks}." if asks else "", READ_SLOWLY),
        )
        self._say(*self._slow_words)
        self._show()

    def _take_back_slow_words(self) -> None:
        """Clear what was said of slowness, unless something else stands there by now."""
        if self._slow_words and self._screen.banner.says(*self._slow_words):
            self._screen.banner.clear()
        self._slow_words = ()

    def _complain(self, problems: Sequence[str]) -> None:
        """Say what was wrong on the way."""
        if self._problems and not self.failed:
            self._say("In the configuration:", *self._problems)
            self._problems = ()
        elif problems:
            first, more = problems[0], len(problems) - 1
            self._say(
                "The server's list is not as it should be.",
                first + (f" (and {more} more)" if more else ""),
            )

    def _say(self, *sentences: Wording) -> None:
        self._screen.banner.say("warning", *sentences)

    def _found(self, instance_id: str) -> None:
        """Show what was found of an instance, the sooner if that can be seen."""
        seen = self._session.store.filter or instance_id in self._in_view
        self._show_soon(REPAINT_EVERY if seen else PROGRESS_EVERY)

    def _show_soon(self, pause: float) -> None:
        """Show what has arrived so long after it was last shown, with what comes until then."""
        now = time.monotonic()
        due = self._shown + pause
        if due <= now:
            self._show()
        elif due < self._due:
            self._stop_timer()
            self._due = due
            self._timer = self._screen.set_timer(due - now, self._show)

    def _show(self) -> None:
        """Have what there is shown."""
        self._stop_timer()
        self._shown = time.monotonic()
        self._screen.post_message(self.Progress())

    def _stop_timer(self) -> None:
        self._due = math.inf
        if self._timer:
            self._timer.stop()
            self._timer = None

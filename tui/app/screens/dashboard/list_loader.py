"""Reading a server's list of instances, and their webhooks where the list lacks them."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from textual.message import Message
from textual.timer import Timer

from tui.api.errors import ApiError, AsksToWait
from tui.app.screens.background import Background
from tui.app.widgets.frame import Banner
from tui.core.session import Session
from tui.core.webhook_loader import WebhookLoader
from tui.i18n import _, ngettext, number
from tui.messages.error_sentences import error_sentences, problem_sentences
from tui.messages.list_status import READ_AGAIN
from tui.messages.severity import Severity
from tui.model.sentence import Sentence, Wording, joined
from tui.model.time import span, utc_now

REPAINT_EVERY = 0.1
"""Seconds between two repaints while rows in view change."""

PROGRESS_EVERY = 0.5
"""Seconds between two repaints while only the progress changes."""

NOTE_AFTER = 1.0
"""Seconds after a list was read until it is compared with the journal: keys come first."""

INSTANCES_SLOWLY = Sentence(
    _("The other instances are read more slowly, until all are read; {dashboard.back} stops.")
)
WEBHOOKS_SLOWLY = Sentence(
    _("The other webhooks are read more slowly, until all are read; {dashboard.back} stops.")
)

_LIST, _WEBHOOKS = "load", "find"
"""The groups of workers that read the list, and webhooks instance by instance."""


class ListLoader:
    """Fills a session's store in the background of a screen.

    It sends the screen, and those that join it, :class:`ListLoader.Progress` whenever there is
    more to show, and says in their banners what went wrong. ``problems`` of the configuration are
    said once the list is read.
    """

    class Progress(Message, bubble=False):
        """The store or the progress has changed."""

    def __init__(
        self,
        background: Background,
        banner: Banner,
        session: Session,
        problems: Sequence[str] = (),
    ) -> None:
        self._background = background
        self._banners = {background: banner}
        self._session = session
        self._problems = tuple(problems)
        self._webhook_loader = WebhookLoader(
            session.store, session.at_once, self._found, partial(self._slowed, WEBHOOKS_SLOWLY)
        )
        self._slow_words: tuple[Wording, ...] = ()
        """The message that the rest is read slowly, as long as it is."""
        self._in_view: Sequence[str] = ()
        self._current: object | None = None
        """Stands for the reading that is going on; an older one that ends late is not it."""
        self._shown = 0.0
        """When progress was last shown, by ``time.monotonic``."""
        self._due = math.inf
        """When progress is shown next, by ``time.monotonic``."""
        self._timer: Timer | None = None
        self._webhooks_due = False
        """Whether the webhooks are to be read once this reading of the list has ended."""
        self._ended = asyncio.Event()
        self.failed = False
        """Whether the last reading of the list failed."""

    @property
    def reads_webhooks(self) -> bool:
        """Whether webhooks are read instance by instance, now or once the list is there."""
        session = self._session
        later = session.store.loading and not session.capabilities.lists_webhooks
        return later or self._webhooks_due or self._webhook_loader.running

    def failure(self, instance_id: str) -> ApiError | None:
        """Return why an instance's webhooks could not be read; ``None`` if they could."""
        return self._webhook_loader.failures.get(instance_id)

    @property
    def progress(self) -> str:
        """How many of the webhooks are read, for the top of the screen; empty while none are."""
        loader = self._webhook_loader
        if not (self._webhooks_due or loader.running):
            return ""
        slow = loader.running and loader.is_slowed
        said = _("{percent}% read, slowly") if slow else _("{percent}% read")
        done = 0.0 if self._webhooks_due else loader.part_done
        return said.format(percent=round(done * 100))

    def join(self, screen: Background, banner: Banner) -> None:
        """Tell another screen of the same server too what is read and what went wrong."""
        self._banners[screen] = banner

    def leave(self, screen: Background) -> None:
        """Tell a screen nothing more."""
        self._banners.pop(screen, None)

    def read(self) -> None:
        """Read the list, again if it was read before."""
        self._ended.clear()
        self._background.start(self._read, _LIST, exclusive=True)

    async def wait(self) -> None:
        """Wait until the list is read, cannot be read, or was stopped."""
        await self._ended.wait()

    def look_at(self, instance_ids: Sequence[str]) -> None:
        """Take which instances are in view: their webhooks are read first."""
        self._in_view = instance_ids
        self._webhook_loader.look_at(instance_ids)

    def revise_flags(self) -> None:
        """Add to every webhook in the list the flags that the server is known to have by now.

        While webhooks are being read this is left to the end: more flags may become known.
        """
        if not self.reads_webhooks:
            self._session.store.revise_webhooks(self._session.server.with_known_flags)

    def stop(self) -> bool:
        """Stop reading and say so; return whether something was being read."""
        store = self._session.store
        if store.loading:
            self._background.cancel_work(_LIST)
            store.abandon()
            self._current, self.failed = None, True
            self._ended.set()
            self._show()
            self._say("warning", _("You stopped waiting: the list was not read whole."), READ_AGAIN)
            return True
        if self.reads_webhooks:
            self._webhooks_due = False
            self._background.cancel_work(_WEBHOOKS)
            self._show()
            self._say("warning", _("You stopped waiting: not every webhook was read."), READ_AGAIN)
            return True
        return False

    async def _read(self) -> None:
        session, store = self._session, self._session.store
        self.failed = self._webhooks_due = False
        session.trouble = None
        problems: list[str] = []
        for banner in self._banners.values():
            banner.clear()
        self._background.cancel_work(_WEBHOOKS)
        store.begin()
        asked_at = utc_now()
        current = self._current = object()
        self._show()
        try:
            async for page in session.instances(partial(self._slowed, INSTANCES_SLOWLY)):
                store.add(page.instances, page.total)
                problems += page.problems
                self._show_soon(REPAINT_EVERY)
            store.finish()
        except ApiError as error:
            self.failed = True
            session.trouble = error
            self._say("error", *error_sentences(error))
        finally:
            self._clear_slow_words()
            # A load that was cancelled ends after the next one has begun.
            if self._current is current:
                store.abandon()
                self._ended.set()
        self._webhooks_due = not (self.failed or session.capabilities.lists_webhooks)
        self._show()
        self._report_problems(problems)
        if not self.failed and session.capabilities.lists_webhooks:
            self._note_soon(asked_at)
        if self._webhooks_due:
            self._background.start(self._read_webhooks, _WEBHOOKS, exclusive=True)

    async def _read_webhooks(self) -> None:
        """Read the webhooks of every instance, those in view first."""
        self._webhooks_due = False
        asked_at = utc_now()
        try:
            await self._webhook_loader.run(self._session.server)
        finally:
            self._clear_slow_words()
            self.revise_flags()
            self._show()
        self._note_soon(asked_at)
        if failures := self._webhook_loader.failures:
            error = next(iter(failures.values()))
            said = ngettext(
                "The webhooks of {count} instance could not be read.",
                "The webhooks of {count} instances could not be read.",
                len(failures),
            ).format(count=number(len(failures)))
            words = error.server_says[:1]
            self._say("error", said, error.what, error.to_do, *words)

    def _note_soon(self, asked_at: datetime) -> None:
        """Compare the list with the journal, after the keys have had time to work."""
        if self._session.user_data.journal.exists:
            self._background.start(partial(self._note, asked_at), "note", exclusive=True)

    async def _note(self, asked_at: datetime) -> None:
        await asyncio.sleep(NOTE_AFTER)
        session = self._session
        await session.note_list(asked_at, self._webhook_loader.failures)
        for error in session.journal.take_news() if session.journal else ():
            self._background.say(problem_sentences(error))
        self._show()

    def _slowed(self, slowly: Sentence, error: AsksToWait) -> None:
        """Say that the rest is read more slowly, and why."""
        fewer = _("{host} takes fewer requests at once: it answered {status}.").format(
            host=self._session.host, status=error.sent.status if error.sent else None
        )
        asks = ""
        if error.retry_after:
            wait = span(timedelta(seconds=error.retry_after))
            asks = _("It asks to wait {time}.").format(time=wait)
        self._slow_words = fewer, joined(asks, slowly)
        self._say("warning", *self._slow_words)
        self._show()

    def _clear_slow_words(self) -> None:
        """Clear the message about slow reading, unless another one has replaced it."""
        for banner in self._banners.values():
            if self._slow_words and banner.says(*self._slow_words):
                banner.clear()
        self._slow_words = ()

    def _report_problems(self, problems: Sequence[str]) -> None:
        """Say what is wrong with the configuration, or else with the list."""
        if self._problems and not self.failed:
            self._say("warning", _("In the configuration:"), *self._problems)
            self._problems = ()
        elif problems:
            said = [_("The server's list has errors."), problems[0]]
            if more := len(problems) - 1:
                text = ngettext("And {count} more error.", "And {count} more errors.", more)
                said.append(text.format(count=number(more)))
            self._say("warning", *said)

    def _say(self, severity: Severity, *sentences: Wording) -> None:
        for banner in self._banners.values():
            banner.say(severity, *sentences)

    def _found(self, instance_id: str) -> None:
        """Show the webhooks of an instance that was read, sooner if its row is in view."""
        seen = self._session.store.filter or instance_id in self._in_view
        self._show_soon(REPAINT_EVERY if seen else PROGRESS_EVERY)

    def _show_soon(self, pause: float) -> None:
        """Send progress ``pause`` seconds after the last, together with all until then."""
        now = time.monotonic()
        due = self._shown + pause
        if due <= now:
            self._show()
        elif due < self._due:
            self._stop_timer()
            self._due = due
            self._timer = self._background.set_timer(due - now, self._show)

    def _show(self) -> None:
        """Send progress now."""
        self._stop_timer()
        self._shown = time.monotonic()
        for screen in self._banners:
            screen.post_message(self.Progress())

    def _stop_timer(self) -> None:
        self._due = math.inf
        if self._timer:
            self._timer.stop()
            self._timer = None

"""The drafts that nobody is working on: found and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

from tui.app.screens.base import HookboardScreen
from tui.app.widgets.line_widget import Span
from tui.core.session import Session
from tui.messages.change_words import names
from tui.model.counting import count
from tui.model.diff import summary
from tui.model.instance import Instance
from tui.model.time import age
from tui.model.user_error import UserError
from tui.model.webhook import Webhook
from tui.storage.disk import on_disk

if TYPE_CHECKING:
    from tui.storage.drafts import Draft

UNREADABLE = " DRAFTS NOT READ "
"""Stands at the top as long as it is not known which drafts there are."""


class DraftsWatcher:
    """Looks for drafts beside the keys of a screen, which is sent :class:`Looked` each time.

    It counts and lists those of all servers: an edit that was cut off is found again whichever
    server the next start opens.
    """

    class Looked(Message, bubble=False):
        """It is known which drafts there are now, or that they cannot be read."""

    def __init__(self, screen: HookboardScreen[Any], session: Session) -> None:
        self._screen = screen
        self._session = session
        self._told = False
        self._unreadable = False
        """Whether the folder could not be read the last time."""
        self._free: tuple[Draft, ...] = ()
        self._elsewhere: tuple[Draft, ...] = ()
        """Those that other programs are working on."""

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """Those of this server."""
        return tuple(draft for draft in self._free if draft.server == self._session.url)

    @property
    def all(self) -> tuple[Draft, ...]:
        """Those of every server, also those that other programs are working on."""
        return (*self._free, *self._elsewhere)

    @property
    def marks(self) -> tuple[Span, ...]:
        """How many there are, for the top of the screen."""
        words = (
            (len(self._free), f" {count(len(self._free), 'draft')} "),
            (len(self._elsewhere), f" {len(self._elsewhere)} elsewhere "),
        )
        unreadable = ((UNREADABLE, "alarm"),) if self._unreadable else ()
        return (*unreadable, *((text, "changed") for number, text in words if number))

    def elsewhere_of(self, instance: Instance, webhook: Webhook) -> str:
        """Say what another program is changing of a webhook, as far as that is known."""
        place = (self._session.url, instance.id, webhook.id)
        found = (
            one for one in self._elsewhere if (one.server, one.instance_id, one.webhook_id) == place
        )
        if (draft := next(found, None)) is None:
            return ""
        edited = summary(draft.base, draft.values, is_new=webhook.is_new)
        return f"{names(edited)}, {age(draft.kept_at, self._session.now())}"

    def look(self) -> None:
        """Look beside the keys which drafts there are."""
        if self._session.drafts is not None:
            self._screen.start(self.look_now, "drafts", exclusive=True)

    async def look_now(self) -> None:
        """Look which drafts there are."""
        if (drafts := self._session.drafts) is None:
            return
        try:
            found = await on_disk(drafts.free)
        except UserError as error:
            if not self._unreadable:
                self._screen.app.say(f"Drafts cannot be read: {error.message}")
            self._unreadable = True
            self._screen.post_message(self.Looked())
            return
        self._unreadable = False
        self._free, self._elsewhere = found.drafts, found.elsewhere
        for problem in found.problems[:1] if not self._told else ():
            self._screen.app.say(f"{problem.message}. {problem.hint}")
        self._told = True
        self._screen.post_message(self.Looked())

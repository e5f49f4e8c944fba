"""The saved drafts, as the dashboard shows them: found and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from tui.app.screens.background import Background
from tui.app.widgets.line_widget import Span
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.error_sentences import problem_sentences
from tui.model.instance import Instance
from tui.model.time import age
from tui.model.user_error import UserError
from tui.model.webhook import Webhook
from tui.storage.disk import on_disk

if TYPE_CHECKING:
    from tui.storage.drafts import Draft

UNREADABLE = f" {_('DRAFTS NOT READ')} "
"""Stands at the top as long as the drafts cannot be read."""


class DraftsWatcher:
    """Looks for drafts in the background of a screen, and sends it :class:`Looked`.

    It finds those of all servers: a draft of an edit that was cut off is offered again whichever
    server the next start opens.
    """

    class Looked(Message, bubble=False):
        """The drafts were read, or could not be read."""

    def __init__(self, background: Background, session: Session) -> None:
        self._background = background
        self._session = session
        self._looked = False
        """Whether drafts were looked for."""
        self._said = False
        """Whether problems with single drafts were said."""
        self._unreadable = False
        """Whether the folder could not be read the last time."""
        self._free: tuple[Draft, ...] = ()
        self._elsewhere: tuple[Draft, ...] = ()
        """The drafts that are open in other programs."""

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The drafts of this server."""
        return tuple(draft for draft in self._free if draft.server == self._session.url)

    @property
    def all(self) -> tuple[Draft, ...]:
        """The drafts of all servers, also those that are open in other programs."""
        return (*self._free, *self._elsewhere)

    @property
    def marks(self) -> tuple[Span, ...]:
        """How many drafts there are, for the top of the screen."""
        marks: list[Span] = [(UNREADABLE, "alarm")] if self._unreadable else []
        if free := len(self._free):
            said = ngettext("{count} draft", "{count} drafts", free)
            marks.append((f" {said.format(count=number(free))} ", "changed"))
        if elsewhere := len(self._elsewhere):
            said = ngettext("{count} elsewhere", "{count} elsewhere", elsewhere)
            marks.append((f" {said.format(count=number(elsewhere))} ", "changed"))
        return tuple(marks)

    def elsewhere_of(self, instance: Instance, webhook: Webhook) -> str:
        """Say what another program is changing in a webhook; empty where none is known."""
        # Not needed by the first picture.
        from tui.messages.change_words import names
        from tui.model.diff import summary

        place = (self._session.url, instance.id, webhook.id)
        found = (
            one for one in self._elsewhere if (one.server, one.instance_id, one.webhook_id) == place
        )
        if (draft := next(found, None)) is None:
            return ""
        edited = summary(draft.base, draft.values, is_new=webhook.is_new)
        return f"{names(edited)}, {age(draft.kept_at, self._session.now())}"

    def look(self) -> None:
        """Look for drafts in the background."""
        if self._session.drafts is not None:
            self._background.start(self.look_now, "drafts", exclusive=True)

    async def look_first(self) -> None:
        """Look for drafts, unless that was done before."""
        if not self._looked:
            await self.look_now()

    async def look_now(self) -> None:
        """Look for drafts."""
        if (drafts := self._session.drafts) is None:
            return
        try:
            found = await on_disk(drafts.free)
        except UserError as error:
            if not self._unreadable:
                said = _("Drafts cannot be read: {problem}").format(problem=error.message)
                self._background.say(said)
            self._looked = self._unreadable = True
            self._background.post_message(self.Looked())
            return
        self._looked, self._unreadable = True, False
        self._free, self._elsewhere = found.records, found.elsewhere
        for problem in found.problems[:1] if not self._said else ():
            self._background.say(problem_sentences(problem))
        self._said = True
        self._background.post_message(self.Looked())

"""Keeping an edit under way on disk, without holding up the keys."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.timer import Timer

from tui.app.widgets.line_widget import Span
from tui.core.edit import Edit
from tui.model.user_error import UserError
from tui.storage.disk import on_disk

if TYPE_CHECKING:
    from tui.app.screens.base import HookboardScreen
    from tui.storage.drafts import OpenDraft

SOON = 0.3
"""Seconds from a change until it is on disk."""

AGAIN = 5.0
"""Seconds from a write that failed until it is tried again."""

NO_DRAFT = " NO DRAFT "
"""Stands at the top as long as changes cannot be put on disk."""

log = logging.getLogger("hookboard")


class Autosave:
    """Writes the draft of a screen's edit soon after each change; ``None`` keeps nothing.

    A draft that cannot be written is tried again from time to time.
    """

    class MarksChanged(Message, bubble=False):
        """What has to be said at the top of the screen is another (:attr:`Autosave.marks`)."""

    def __init__(self, screen: HookboardScreen[Any], draft: OpenDraft | None) -> None:
        self._screen = screen
        self._draft = draft
        self._timer: Timer | None = None
        self._problem: str | None = None
        """Why the draft could not be written the last time."""

    @property
    def marks(self) -> tuple[Span, ...]:
        """What has to be said at the top of the screen as long as it lasts."""
        return ((NO_DRAFT, "alarm"),) if self._problem else ()

    @property
    def keeps(self) -> bool:
        """Whether there is a place to keep drafts in."""
        return self._draft is not None

    def note(self, edit: Edit) -> None:
        """Take the newest state; it is on disk soon. An edit without changes takes it away."""
        if self._draft is None:
            return
        self._draft.note(edit.base.values, edit.values)
        if self._timer is None:
            self._timer = self._screen.set_timer(SOON, self._begin)

    def keep_now(self, edit: Edit) -> None:
        """Write at once and wait for it: the program is about to end."""
        if self._draft is not None:
            self._draft.note(edit.base.values, edit.values)
            with suppress(UserError):
                self._draft.write()

    def move_to(self, draft: OpenDraft | None) -> None:
        """Go on with another draft: the webhook has been made, and has its own name now."""
        old, self._draft = self._draft, draft
        if old is not None:
            self._screen.start(partial(_discard, old), "draft")

    async def leave(self) -> str | None:
        """Leave the draft for another time; return what is in the way, if anything is."""
        return None if self._draft is None else await _problem_of(self._draft.leave)

    async def discard(self) -> None:
        """Throw the draft away."""
        if self._draft is not None:
            await _problem_of(self._draft.discard)

    def _begin(self) -> None:
        # A worker: a timer's callback would hold the screen's messages up while the disk writes.
        self._timer = None
        self._screen.start(self._write, "draft")

    async def _write(self) -> None:
        if self._draft is None:
            return
        before, self._problem = self._problem, await _problem_of(self._draft.write)
        if not self._screen.is_running:
            return
        if self._problem and self._timer is None:
            self._timer = self._screen.set_timer(AGAIN, self._begin)
        if self._problem == before:
            return
        self._screen.post_message(self.MarksChanged())
        if self._problem:
            self._screen.banner.say(
                "warning", f"No draft is kept: {self._problem}", "Your changes are only in memory."
            )


async def _discard(draft: OpenDraft) -> None:
    await _problem_of(draft.discard)


async def _problem_of(work: Callable[[], None]) -> str | None:
    """Do something to a draft on disk; return what is in the way, if anything is."""
    try:
        await on_disk(work)
    except UserError as error:
        log.warning("draft: %s", error.message)
        return error.message
    return None

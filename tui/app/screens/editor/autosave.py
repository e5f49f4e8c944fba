"""Writing the draft of an open edit to disk and discarding it, without blocking the keys."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer

from tui.app.widgets.line_widget import Span
from tui.core.edit import Edit
from tui.i18n import _
from tui.model.user_error import UserError
from tui.storage.disk import on_disk

if TYPE_CHECKING:
    from tui.app.screens.background import Background
    from tui.storage.drafts import OpenDraft

SOON = 0.3
"""Seconds from a change until it is on disk."""

AGAIN = 5.0
"""Seconds from a failed write until the next try."""

NO_DRAFT = f" {_('NO DRAFT')} "
"""Stands at the top as long as the draft cannot be written."""

log = logging.getLogger("hookboard")


class Autosave:
    """Writes the draft of an edit soon after each change; without a ``draft`` it writes nothing.

    A write that failed is tried again until it succeeds.
    """

    @dataclass
    class Written(Message, bubble=False):
        """Writing has begun to fail or to succeed again, or it fails for another reason."""

        problem: str | None
        """Why the draft cannot be written; ``None`` when it was written."""

    def __init__(self, background: Background, draft: OpenDraft | None) -> None:
        self._background = background
        self._draft = draft
        self._timer: Timer | None = None
        self._problem: str | None = None
        """Why the last write failed."""

    @property
    def marks(self) -> tuple[Span, ...]:
        """The mark at the top of the screen as long as writing fails."""
        return ((NO_DRAFT, "alarm"),) if self._problem else ()

    @property
    def keeps(self) -> bool:
        """Whether the edit has a draft."""
        return self._draft is not None

    def note(self, edit: Edit) -> None:
        """Take the newest state and write it soon. Without changes the draft is removed."""
        if self._draft is None:
            return
        self._draft.note(edit.base.values, edit.values)
        if self._timer is None:
            self._timer = self._background.set_timer(SOON, self._begin)

    def keep_now(self, edit: Edit) -> None:
        """Write at once and wait for the disk: the program is about to end."""
        if self._draft is not None:
            self._draft.note(edit.base.values, edit.values)
            with suppress(UserError):
                self._draft.write()

    def move_to(self, draft: OpenDraft | None) -> None:
        """Go on with another draft: the new webhook was saved, and its id names the draft."""
        old, self._draft = self._draft, draft
        if old is not None:
            self._background.start(partial(_discard, old), "draft")

    async def leave(self) -> str | None:
        """Leave the draft for another time; return why that failed, if it did."""
        return None if self._draft is None else await _problem_of(self._draft.leave)

    async def discard(self) -> None:
        """Discard the draft: everything is saved, nothing is changed, or the user said so."""
        if self._draft is not None:
            await _problem_of(self._draft.discard)

    def _begin(self) -> None:
        # In a worker: a timer's callback would block the screen's messages while the disk writes.
        self._timer = None
        self._background.start(self._write, "draft")

    async def _write(self) -> None:
        if self._draft is None:
            return
        before, self._problem = self._problem, await _problem_of(self._draft.write)
        if not self._background.is_running:
            return
        if self._problem and self._timer is None:
            self._timer = self._background.set_timer(AGAIN, self._begin)
        if self._problem == before:
            return
        self._background.post_message(self.Written(self._problem))


async def _discard(draft: OpenDraft) -> None:
    await _problem_of(draft.discard)


async def _problem_of(work: Callable[[], None]) -> str | None:
    """Do something with a draft on disk; return why that failed, if it did."""
    try:
        await on_disk(work)
    except UserError as error:
        log.warning("draft: %s", error.message)
        return error.message
    return None

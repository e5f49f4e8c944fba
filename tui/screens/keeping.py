"""Keeping an edit under way on disk, without holding up the keys."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from tui.config.disk import on_disk
from tui.config.errors import ConfigError
from tui.editing import Edit

if TYPE_CHECKING:
    from tui.drafts import OpenDraft
    from tui.screens.shell import HookboardScreen

SOON = 0.3
"""Seconds from a change until it is on disk."""

log = logging.getLogger("hookboard")


class Keeper:
    """Writes the draft of a screen's edit soon after each change; ``None`` keeps nothing."""

    def __init__(self, screen: HookboardScreen[Any], draft: OpenDraft | None) -> None:
        self._screen = screen
        self._draft = draft
        self._timer: Timer | None = None
        self._told = False

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
            with suppress(ConfigError):
                self._draft.write()

    def move_to(self, draft: OpenDraft | None) -> None:
        """Go on with another draft: the webhook has been made, and has its own name now."""
        old, self._draft = self._draft, draft
        if old is not None:
            self._screen.start(partial(self._discard, old), "draft")

    async def leave(self) -> str | None:
        """Leave the draft for another time; return what is in the way, if anything is."""
        return await self._do("leave")

    async def discard(self) -> None:
        """Throw the draft away."""
        await self._do("discard")

    def _begin(self) -> None:
        # A worker: a timer's callback would hold the screen's messages up while the disk writes.
        self._timer = None
        self._screen.start(self._write, "draft")

    async def _write(self) -> None:
        problem = await self._do("write")
        if problem and not self._told and self._screen.is_running:
            self._told = True
            self._screen.banner.say(
                "warning", f"No draft is kept: {problem}", "Your changes are only in memory."
            )

    async def _discard(self, draft: OpenDraft) -> None:
        await self._do("discard", draft)

    async def _do(self, what: str, draft: OpenDraft | None = None) -> str | None:
        if (draft := draft or self._draft) is None:
            return None
        try:
            await on_disk(getattr(draft, what))
        except ConfigError as error:
            log.warning("draft: %s", error.message)
            return error.message
        return None

"""Writing unsaved work to disk soon after each change, without blocking the keys."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual.message import Message
from textual.timer import Timer

from tui.model.log import log
from tui.model.user_error import UserError
from tui.storage.disk import on_disk

if TYPE_CHECKING:
    from tui.app.screens.background import Background
    from tui.storage.kept import OpenFile

SOON = 0.3
"""Seconds from a change until it is on disk."""

AGAIN = 5.0
"""Seconds from a failed write until the next try."""


File = TypeVar("File", bound="OpenFile[Any]")


class Autosave(Generic[File]):
    """Writes the file of unsaved work soon after each change; without one it writes nothing.

    A write that failed is tried again until it succeeds.
    """

    @dataclass
    class Written(Message, bubble=False):
        """Writing has begun to fail or to succeed again, or it fails for another reason."""

        problem: str | None
        """Why the file cannot be written; ``None`` when it was written."""

    def __init__(self, background: Background, file: File | None) -> None:
        self.file = file
        self._background = background
        self._timer: Timer | None = None
        self.problem: str | None = None
        """Why the last write failed."""

    @property
    def keeps(self) -> bool:
        """Whether the work is kept on disk."""
        return self.file is not None

    def write_soon(self) -> None:
        """Write the newest state soon."""
        if self.file is not None and self._timer is None:
            self._timer = self._background.set_timer(SOON, self._begin)

    def write_now(self) -> None:
        """Write at once and wait for the disk: the program is about to end."""
        if self.file is not None:
            with suppress(UserError):
                self.file.write()

    def move_to(self, file: File | None) -> None:
        """Go on with another file, and discard the old one."""
        old, self.file = self.file, file
        if old is not None:
            self._background.start(partial(_discard, old), "draft")

    async def leave(self) -> str | None:
        """Leave the work on disk for another time; return the error if that failed."""
        return None if self.file is None else await _problem_of(self.file.leave)

    async def discard(self) -> None:
        """Discard the file: everything is saved, nothing is changed, or the user said so."""
        if self.file is not None:
            await _problem_of(self.file.discard)

    def _begin(self) -> None:
        # In a worker: a timer's callback would block the screen's messages while the disk writes.
        self._timer = None
        self._background.start(self.write, "draft")

    async def write(self) -> None:
        """Write the newest state; a failure is in :attr:`problem`, and it is tried again."""
        if self.file is None:
            return
        before, self.problem = self.problem, await _problem_of(self.file.write)
        if not self._background.is_running:
            return
        if self.problem and self._timer is None:
            self._timer = self._background.set_timer(AGAIN, self._begin)
        if self.problem == before:
            return
        self._background.post_message(self.Written(self.problem))


async def _discard(file: OpenFile[Any]) -> None:
    await _problem_of(file.discard)


async def _problem_of(work: Callable[[], None]) -> str | None:
    """Do something with a file on disk; return the error if that failed."""
    try:
        await on_disk(work)
    except UserError as error:
        log.warning("unsaved work: %s", error.message)
        return error.message
    return None

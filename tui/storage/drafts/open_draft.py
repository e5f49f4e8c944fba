"""The draft of an open edit: every write replaces it as a whole, and a lock protects it."""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tui.i18n import _
from tui.model.user_error import UserError
from tui.model.webhook import Values
from tui.storage.drafts.record import LIMIT, Draft, encode, key_of
from tui.storage.private_files import make_private, shown, unwritten

PART = ".part-"
"""Prefix of the name of a file while it is written."""


class OpenDraft:
    """The draft of an open edit, from :meth:`Drafts.begin` or :meth:`Drafts.take`.

    It is free for nobody else until :meth:`leave`, :meth:`discard` or the end of the process.
    """

    def __init__(self, folder: Path, draft: Draft, own: dict[str, OpenDraft]) -> None:
        """``own`` has the drafts that are open in this program, by file name."""
        self._folder = folder
        self._file = f"{key_of(draft)}-{os.urandom(8).hex()}.json"
        self._newest = draft
        self._written: Draft | None = None
        self._own = own
        self._descriptor: int | None = None  # of the file on disk; it has the lock
        self._closed = False
        self._busy = threading.Lock()
        own[self._file] = self

    @property
    def draft(self) -> Draft:
        """The newest state, whether on disk or not."""
        return self._newest

    def note(self, base: Values, values: Values) -> None:
        """Take the newest state of the edit, for the next :meth:`write`.

        It is cheap and called where the edit happens, so that writes in several threads cannot
        put an older state over a newer one.
        """
        if (base, values) != (self._newest.base, self._newest.values):
            now = datetime.now(UTC)
            self._newest = replace(self._newest, base=base, values=values, kept_at=now)

    def write(self) -> None:
        """Write the newest state; without a change in it the file is removed.

        Blocks. Does nothing where the state is written already, and once the draft is left or
        discarded. Raises :class:`UserError`: the file then keeps its old content, and the next
        call tries again.
        """
        with self._busy:
            self._write()

    def leave(self) -> None:
        """Write the newest state and drop the lock: the draft is free for the next editor.

        Raises :class:`UserError`; the draft then stays open.
        """
        with self._busy:
            self._write()
            self._close()

    def discard(self) -> None:
        """Remove the draft: it was saved or is not wanted. Raises :class:`UserError`."""
        with self._busy:
            try:
                if not self._closed:
                    self._remove()
            finally:
                self._close()

    def _write(self) -> None:
        newest = self._newest
        if self._closed or newest is self._written:
            return
        if newest.base == newest.values:
            self._remove()
        else:
            self._replace(encode(newest))
        self._written = newest

    def _replace(self, content: bytes) -> None:
        if len(content) > LIMIT:
            raise UserError(
                _("could not be written: the draft is too large"),
                _("Save it, or make it smaller."),
                subject=shown(self._folder),
            )
        path = self._folder / self._file
        part = path.with_name(PART + self._file)
        try:
            make_private(self._folder)
            part.unlink(missing_ok=True)  # from a failed write that could not remove it
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            descriptor = os.open(part, flags, 0o600)
            try:
                with suppress(OSError):  # no locks here: see the module's docstring
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
                with open(descriptor, "wb", closefd=False) as file:
                    file.write(content)
                if self._descriptor is None:
                    # There is no older state to lose, and a kill during fsync leaves this one.
                    part = part.replace(path)
                os.fsync(descriptor)
                if part != path:
                    part.replace(path)
            except BaseException:
                with suppress(OSError):
                    part.unlink()
                os.close(descriptor)
                raise
        except OSError as error:
            raise unwritten(self._folder, error) from None
        self._hold(descriptor)

    def _remove(self) -> None:
        if self._descriptor is None:
            return
        try:
            (self._folder / self._file).unlink(missing_ok=True)
        except OSError as error:
            raise unwritten(self._folder, error) from None
        self._hold(None)

    def _hold(self, descriptor: int | None) -> None:
        """Hold the lock of the file that is on disk now, and no other."""
        before, self._descriptor = self._descriptor, descriptor
        if before is not None:
            os.close(before)

    def _close(self) -> None:
        self._closed = True
        self._own.pop(self._file, None)
        self._hold(None)

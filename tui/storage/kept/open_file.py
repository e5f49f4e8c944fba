"""The file of open work: every write replaces it as a whole, and a lock protects it."""

from __future__ import annotations

import fcntl
import os
import threading
from abc import abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from tui.model.user_error import UserError
from tui.storage.private_files import make_private, shown, unwritten

PART = ".part-"
"""Prefix of the name of a file while it is written."""

State = TypeVar("State")


class OpenFile(Generic[State]):
    """Open work with a file of its own; see :class:`tui.storage.kept.KeptFolder`.

    The file is free for nobody else until :meth:`leave`, :meth:`discard` or the end of the
    process.
    """

    LIMIT: ClassVar[int]
    """Bytes of the file, at most."""
    TOO_LARGE: ClassVar[tuple[str, str]]
    """The sentences about content beyond the limit: what happened, and what to do."""

    def __init__(
        self, folder: Path, key: str, newest: State, own: dict[str, OpenFile[Any]]
    ) -> None:
        """``key`` begins the file's name; ``own`` has the files open in this program, by name."""
        self._folder = folder
        self._file = f"{key}-{os.urandom(8).hex()}.json"
        self._newest = newest
        self._written: State | None = None
        self._own = own
        self._descriptor: int | None = None  # of the file on disk; it has the lock
        self._closed = False
        self._busy = threading.Lock()
        own[self._file] = self

    @abstractmethod
    def content(self, state: State) -> bytes | None:
        """Return the content of the file for a state; ``None`` if there is nothing to keep.

        It may take long, and is called in the thread that writes.
        """

    def write(self) -> None:
        """Write the newest state, or remove the file if there is nothing to keep.

        Blocks. Does nothing where the state is written already, and once the work is left or
        discarded. Raises :class:`UserError`: the file then keeps its old content, and the next
        call tries again.
        """
        with self._busy:
            self._write()

    def leave(self) -> None:
        """Write the newest state and drop the lock: the file is free for whoever takes it over.

        Raises :class:`UserError`; the file then stays open.
        """
        with self._busy:
            self._write()
            self._close()

    def discard(self) -> None:
        """Remove the file: the work is done or is not wanted. Raises :class:`UserError`."""
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
        content = self.content(newest)
        if content is None:
            self._remove()
        else:
            self._replace(content)
        self._written = newest

    def _replace(self, content: bytes) -> None:
        if len(content) > self.LIMIT:
            said, to_do = self.TOO_LARGE
            raise UserError(said, to_do, subject=shown(self._folder))
        path = self._folder / self._file
        part = path.with_name(PART + self._file)
        try:
            make_private(self._folder)
            part.unlink(missing_ok=True)  # from a failed write that could not remove it
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            descriptor = os.open(part, flags, 0o600)
            try:
                with suppress(OSError):  # no locks here: see the package's docstring
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

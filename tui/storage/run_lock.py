"""The lock of a run: one run at a time on a server, in all Hookboards of this machine."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path

from tui.i18n import _
from tui.model.user_error import UserError
from tui.storage.disk import on_disk
from tui.storage.private_files import make_private, unwritten

_ATTEMPTS, _PAUSE = 5, 0.02
"""How often a run tries to take its lock, and the seconds in between: whoever only asks whether
a run is under way has the lock for a moment."""

_HELD: set[tuple[Path | None, str]] = set()
"""The servers on which a run of this program is under way, by the folder of their locks."""


class RunUnderWay(UserError):
    """Another run is under way on the server."""


@asynccontextmanager
async def only_run(
    folder: Path | None, server: str, *, needs_file: bool = True
) -> AsyncIterator[None]:
    """Keep other runs from beginning on a server; the system drops the lock with the process.

    ``folder=None`` locks against this program only. So do a file system without locks and, unless
    the run ``needs_file``, a folder that cannot be written. Raises :class:`RunUnderWay`, and
    :class:`UserError` if that folder cannot be written.
    """
    place = (folder, server)
    if place in _HELD:
        raise _busy()
    _HELD.add(place)
    try:
        if folder is None:
            yield
            return
        lock = _FileLock(folder, server)
        try:
            try:
                await on_disk(lock.take)
            except RunUnderWay:
                raise
            except UserError:
                if needs_file:
                    raise
            yield
        finally:
            with suppress(UserError):  # a disk that hangs; the lock ends with the process
                await on_disk(lock.free)
    finally:
        _HELD.discard(place)


def is_run_under_way(folder: Path | None, server: str) -> bool:
    """Whether a run is under way on a server. Blocks; raises :class:`UserError`."""
    if (folder, server) in _HELD:
        return True
    if folder is None:
        return False
    lock = _FileLock(folder, server)
    try:
        lock.take(attempts=1)
    except RunUnderWay:
        return True
    lock.free()
    return False


class _FileLock:
    """A locked file for a server. Its calls block, a network drive may let them hang."""

    def __init__(self, folder: Path, server: str) -> None:
        self._path = folder / f"{sha256(server.encode()).hexdigest()[:32]}.lock"
        self._mutex = threading.Lock()
        self._descriptor: int | None = None
        self._freed = False

    def take(self, attempts: int = _ATTEMPTS) -> None:
        """Open the file and lock it. Raises :class:`UserError`.

        Nothing stays locked if :meth:`free` was called meanwhile: nobody waits for it any more.
        """
        descriptor = self._open()
        try:
            _lock(descriptor, attempts)
        except RunUnderWay:
            os.close(descriptor)
            raise
        with self._mutex:
            if not self._freed:
                self._descriptor = descriptor
                return
        os.close(descriptor)

    def free(self) -> None:
        """Unlock the file, also while it is still being locked."""
        with self._mutex:
            descriptor, self._descriptor, self._freed = self._descriptor, None, True
        if descriptor is not None:
            os.close(descriptor)

    def _open(self) -> int:
        try:
            make_private(self._path.parent)
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o600)
        except OSError as error:
            raise unwritten(self._path, error) from None


def _lock(descriptor: int, attempts: int) -> None:
    for attempt in range(attempts):
        if attempt:
            time.sleep(_PAUSE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        except OSError:  # a file system without locks
            pass
        return
    raise _busy()


def _busy() -> RunUnderWay:
    return RunUnderWay(
        _("Another run is under way on this server"),
        _("Wait until it has ended, or stop it; then begin this one."),
    )

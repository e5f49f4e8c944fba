"""The lock of a run: one run at a time on a server, in all Hookboards of this machine."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from tui.i18n import _
from tui.model.user_error import UserError
from tui.storage.private_files import make_private, unwritten

_HELD: set[tuple[Path | None, str]] = set()
"""The servers on which a run of this program is under way, by the folder of their locks."""


class RunUnderWay(UserError):
    """Another run is under way on the server."""


@contextmanager
def only_run(folder: Path | None, server: str) -> Iterator[None]:
    """Keep other runs from beginning on a server; the system drops the lock with the process.

    ``folder=None`` locks against this program only. So does a file system without locks.
    Raises :class:`RunUnderWay`, and :class:`UserError` where the folder cannot be written.
    """
    place = (folder, server)
    if place in _HELD:
        raise _busy()
    descriptor = None if folder is None else _lock(folder, server)
    _HELD.add(place)
    try:
        yield
    finally:
        _HELD.discard(place)
        if descriptor is not None:
            os.close(descriptor)


def is_run_under_way(folder: Path | None, server: str) -> bool:
    """Whether a run is under way on a server. It blocks; raises :class:`UserError`."""
    try:
        with only_run(folder, server):
            return False
    except RunUnderWay:
        return True


def _lock(folder: Path, server: str) -> int:
    """Return an open file that is locked. Raises :class:`UserError`."""
    path = folder / f"{sha256(server.encode()).hexdigest()[:32]}.lock"
    try:
        make_private(folder)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o600)
    except OSError as error:
        raise unwritten(path, error) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise _busy() from None
    except OSError:  # a file system without locks
        pass
    return descriptor


def _busy() -> RunUnderWay:
    return RunUnderWay(
        _("Another run is under way on this server"),
        _("Wait until it has ended, or stop it; then begin this one."),
    )

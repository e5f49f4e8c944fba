"""Files nobody else may read: written whole or not at all, refused when they stand open."""

from __future__ import annotations

import fcntl
import os
import shlex
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tui.model.text import clean
from tui.model.user_error import UserError, reason

LIMIT = 64 * 1024
"""Bytes read of a token source; a token is far below."""

LOCK_SECONDS = 3.0
"""How long another program may keep a directory locked; a write takes milliseconds."""

_LOCK_AGAIN = 0.01
"""Seconds between two attempts to lock."""


def shown(path: Path | str) -> str:
    """Return a path as it may be shown."""
    return clean(str(path))


def make_private(folder: Path) -> None:
    """Make a directory that nobody else can look into, and its parents. Raises ``OSError``.

    One that a symbolic link leads to keeps its mode: it may have other uses.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # a link, or a filesystem without modes; the files are 0600 besides
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if stat.S_IMODE(os.fstat(descriptor).st_mode) != 0o700:
                os.fchmod(descriptor, 0o700)
        finally:
            os.close(descriptor)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other Hookboards from writing into a directory; one that is missing is made.

    A filesystem without locks is written to without. Raises :class:`UserError` when there can
    be no such directory, or another program keeps it locked for :data:`LOCK_SECONDS`.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise unwritten(folder, error) from None
    try:
        if not _lock(descriptor):
            raise UserError(
                "is locked by another Hookboard",
                "Let that one finish, or end it; then try again.",
                subject=shown(folder),
            )
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock an open directory; tell whether nobody else has the lock now."""
    ends = time.monotonic() + LOCK_SECONDS
    while time.monotonic() < ends:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOCK_AGAIN)
        except OSError:  # a filesystem without locks
            return True
        else:
            return True
    return False


def unwritten(path: Path, error: OSError) -> UserError:
    """Return the error for a file or directory that the system does not let be written."""
    return UserError(
        f"could not be written: {reason(error)}",
        "Check that the directory is yours and has room.",
        subject=shown(path),
    )


def write_private(path: Path, content: bytes) -> None:
    """Replace the file at ``path`` in one step, mode 0600; a missing directory is made 0700.

    A reader sees the old content or the new, never a part. A symbolic link stays one: the file
    it leads to is replaced. Raises :class:`UserError` when the system refuses.
    """
    try:
        target = Path(os.path.realpath(path))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".hookboard-")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:  # mkstemp made it 0600
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise unwritten(path, error) from None


def read_private(path: Path) -> bytes:
    """Return the first :data:`LIMIT` bytes of a file that only its owner can read.

    Pipes are read as they come (``--token-file <(pass show …)``). Raises ``FileNotFoundError``
    when nothing is there, since that is often normal, and :class:`UserError` for the rest.
    """
    try:
        # The mode is asked of the open file: a path could lead elsewhere a moment later.
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISREG(mode) and mode & 0o077:
                raise UserError(
                    "can be read by other users",
                    f"Run: chmod 600 {clean(shlex.quote(str(path)))}",
                    subject=shown(path),
                )
            return file.read(LIMIT)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        said = reason(error) if isinstance(error, OSError) else "not a path"
        raise UserError(
            f"could not be read: {said}",
            "Check the path and who may read the file.",
            subject=shown(path),
        ) from None

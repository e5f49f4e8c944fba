"""Files that only their owner may read: written whole or not at all, refused if others may."""

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

from tui.i18n import _
from tui.model.text import clean
from tui.model.user_error import UserError, reason

LIMIT = 64 * 1024
"""Bytes read of a token source; a token is far shorter."""

LOCK_SECONDS = 3.0
"""Seconds to wait for a directory that another program has locked; a write takes milliseconds."""

_LOCK_AGAIN = 0.01
"""Seconds between two attempts to lock."""


def shown(path: Path | str) -> str:
    """Return a path that is safe to show."""
    return clean(str(path))


def make_private(folder: Path) -> None:
    """Make a directory of mode 0700, with its parents. Raises ``OSError``.

    A directory behind a symbolic link keeps its mode: it may have other uses.
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
    """Lock a directory against other Hookboards that write; a missing directory is made.

    On a filesystem without locks nothing is locked. Raises :class:`UserError` when the directory
    cannot be made, or another program keeps it locked for :data:`LOCK_SECONDS`.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise unwritten(folder, error) from None
    try:
        if not _lock(descriptor):
            raise UserError(
                _("is locked by another Hookboard"),
                _("Let that one finish, or end it; then try again."),
                subject=shown(folder),
            )
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock an open directory; return ``False`` where another program keeps the lock."""
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
    """Return the error for a file or directory that the system refuses to write."""
    return UserError(
        _("could not be written: {reason}").format(reason=reason(error)),
        _("Check that the directory is yours and has room."),
        subject=shown(path),
    )


def write_private(path: Path, content: bytes) -> None:
    """Replace the file at ``path`` in one step, mode 0600; a missing directory is made 0700.

    A reader sees the old content or the new, never a part. A symbolic link stays; the file
    behind it is replaced. Raises :class:`UserError` when the system refuses.
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


def write_named(path: Path, content: bytes) -> None:
    """Write a file that the user named, whole or not at all, mode 0600.

    A device or a pipe (``/dev/null``, ``>(gzip > x)``) is never replaced: it takes the content.
    Raises :class:`UserError` when the system refuses.
    """
    # Unlike the methods of Path these never raise: write_private says what is wrong.
    if not os.path.exists(path) or os.path.isfile(path) or os.path.isdir(path):
        write_private(path, content)
        return
    try:
        with path.open("wb") as file:
            file.write(content)
    except OSError as error:
        raise unwritten(path, error) from None


def read_private(path: Path) -> bytes:
    """Return the first :data:`LIMIT` bytes of a file that only its owner can read.

    Pipes are read too (``--token-file <(pass show …)``). Raises ``FileNotFoundError`` for a
    missing file, which is often normal, and :class:`UserError` for every other fault.
    """
    try:
        # The mode is that of the open file: a path could lead elsewhere a moment later.
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISREG(mode) and mode & 0o077:
                raise UserError(
                    _("can be read by other users"),
                    _("Run: {command}").format(
                        command=f"chmod 600 {clean(shlex.quote(str(path)))}"
                    ),
                    subject=shown(path),
                )
            return file.read(LIMIT)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        said = reason(error) if isinstance(error, OSError) else _("not a path")
        raise UserError(
            _("could not be read: {reason}").format(reason=said),
            _("Check the path and who may read the file."),
            subject=shown(path),
        ) from None

"""A file about one server that several Hookboards may share.

A file that cannot be read is never overwritten. Where the system refuses to read it, or a later
version of Hookboard wrote it, it is left as it is; a damaged file is set aside.
"""

from __future__ import annotations

import os
import secrets
import stat
from hashlib import sha256
from pathlib import Path

from tui.i18n import _
from tui.model.user_error import UserError, reason
from tui.storage.private_files import make_private, shown, unwritten, write_private


class ServerFile:
    """One JSON file of mode 0600, in a directory of such files."""

    def __init__(self, folder: Path, url: str, *, ending: str = ".json", limit: int) -> None:
        """``url`` is the server's; ``limit`` is the size of the file in bytes, at most."""
        # Addresses may have characters that file names may not.
        name = sha256(url.encode()).hexdigest()[:32]
        self.folder = folder
        self.path = folder / f"{name}{ending}"
        self._limit = limit

    @property
    def version(self) -> object:
        """A value that differs for each version of the file, since each write makes a new file."""
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size

    def read(self) -> bytes | None:
        """Return the content; empty for a pipe or folder in its place, ``None`` for no file.

        Raises :class:`UserError` when the system refuses to read it.
        """
        try:
            # Never wait for a pipe.
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
                return file.read(self._limit) if is_file else b""
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            said = _("could not be read, and was left as it is: {reason}")
            raise UserError(
                said.format(reason=reason(error)),
                _("Check who may read it; then try again."),
                subject=shown(self.path),
            ) from None

    def later_version_error(self) -> UserError:
        """Return the error for a file in a format of a later version."""
        return UserError(
            _("is from a later version of Hookboard, and was left as it is"),
            _("Use that version."),
            subject=shown(self.path),
        )

    def write(self, content: bytes) -> None:
        """Replace the file. Raises :class:`UserError`."""
        if len(content) > self._limit:
            raise UserError(_("would become too large"), _("Remove it."), subject=shown(self.path))
        make_private(self.folder)
        write_private(self.path, content)

    def set_aside(self) -> Path:
        """Rename a damaged file, so that its content is not lost; return the new path.

        Raises :class:`UserError`.
        """
        aside = self.path.with_name(f"{self.path.name}.damaged-{secrets.token_hex(4)}")
        try:
            self.path.rename(aside)
        except OSError as error:
            raise unwritten(self.path, error) from None
        return aside

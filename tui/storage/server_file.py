"""A file with what is kept of one server: several Hookboards may write it, none over another's.

What cannot be read is never written over. A file that the system does not let be read, or of a
later Hookboard, is left as it is; one whose content is damaged is set aside.
"""

from __future__ import annotations

import os
import secrets
import stat
from hashlib import sha256
from pathlib import Path

from tui.model.user_error import UserError, reason
from tui.storage.private_files import make_private, shown, unwritten, write_private


class ServerFile:
    """One JSON file, of mode 0600, in a directory that such files share."""

    def __init__(self, folder: Path, url: str, *, ending: str = ".json", limit: int) -> None:
        """``url`` is the server's; ``limit`` is how many bytes there may be."""
        # Addresses may have what file names may not.
        name = sha256(url.encode()).hexdigest()[:32]
        self.folder = folder
        self.path = folder / f"{name}{ending}"
        self._limit = limit

    @property
    def version(self) -> object:
        """What tells one version of the file from another: each is a file of its own."""
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size

    def read(self) -> bytes | None:
        """Return the content of the file, of what is not a file nothing, of none ``None``.

        Raises :class:`UserError` when the system does not let it be read.
        """
        try:
            # Whatever lies there, a pipe is not waited for.
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
                return file.read(self._limit) if is_file else b""
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self.unread(reason(error), "Check who may read it; then try again.") from None

    def unread(self, why: str, hint: str) -> UserError:
        """Return the error for a file that is left as it is."""
        said = f"could not be read, and is left as it is: {why}"
        return UserError(said, hint, subject=shown(self.path))

    def of_a_later_hookboard(self) -> UserError:
        """Return the error for a file whose format is not known yet."""
        return self.unread("it is of a later Hookboard", "Use that one here.")

    def write(self, content: bytes) -> None:
        """Replace the file. Raises :class:`UserError`."""
        if len(content) > self._limit:
            raise UserError("would become too large", "Remove it.", subject=shown(self.path))
        make_private(self.folder)
        write_private(self.path, content)

    def set_aside(self) -> Path:
        """Give a damaged file another name, so that its content is not lost; return that.

        Raises :class:`UserError`.
        """
        aside = self.path.with_name(f"{self.path.name}.damaged-{secrets.token_hex(4)}")
        try:
            self.path.rename(aside)
        except OSError as error:
            raise unwritten(self.path, error) from None
        return aside

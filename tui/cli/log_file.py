"""The log of ``--log-file``: rotating, private to its owner, without secrets."""

from __future__ import annotations

import logging
import os
import stat
from logging.handlers import RotatingFileHandler

from tui.model.log import log

MAX_BYTES = 1_000_000
"""The size at which a file is full and the next one begins."""

KEPT = 3
"""How many full files are kept."""


class _PrivateFile(RotatingFileHandler):
    """A rotating file that has mode 0600 before anything is written."""

    def _open(self):  # type: ignore[no-untyped-def]
        # O_NONBLOCK: a pipe that nobody reads is refused, and a full one does not block.
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK
        descriptor = os.open(self.baseFilename, flags, 0o600)
        self._is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        if self._is_file:  # not a device or a pipe, which others may share
            os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def shouldRollover(self, record: logging.LogRecord) -> bool:
        """Return whether the file is full.

        The library's method formats each line a second time, and looks at the disk twice: half
        of the time that a line takes.
        """
        if not self._is_file or self.stream is None:
            return False
        return self.stream.tell() >= self.maxBytes

    def handleError(self, record: logging.LogRecord) -> None:
        """Drop what cannot be written, as on a full disk; the screen must stay clean."""


def log_to(path: str) -> None:
    """Write Hookboard's own log to ``path``. Raises ``OSError``."""
    handler = _PrivateFile(path, maxBytes=MAX_BYTES, backupCount=KEPT)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False

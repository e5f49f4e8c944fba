"""The log that ``--log-file`` asks for: rotating, readable by nobody else, without secrets."""

from __future__ import annotations

import logging
import os
import stat
from logging.handlers import RotatingFileHandler

MAX_BYTES = 1_000_000
KEPT = 3


class _PrivateFile(RotatingFileHandler):
    """A rotating file of mode 0600, from its first byte on."""

    def _open(self):  # type: ignore[no-untyped-def]
        # A pipe that nobody reads is refused, and one that is full is not waited for.
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK
        descriptor = os.open(self.baseFilename, flags, 0o600)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):  # a device or a pipe is everybody's
            os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:
        """Leave out what cannot be written, as on a full disk: the terminal is in use."""


def log_to(path: str) -> None:
    """Write Hookboard's own log to ``path``. Raises ``OSError``."""
    handler = _PrivateFile(path, maxBytes=MAX_BYTES, backupCount=KEPT)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("hookboard")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False

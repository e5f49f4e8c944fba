"""The common part of the content of all files of kept work."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class NotKept(ValueError):
    """A file is no kept work; the text says why, to follow the path as subject."""


class KeptRecord(Protocol):
    """Kept work as it was read from its file.

    The file may have been tampered with: its texts are cleaned where they are shown. It has
    neither tokens nor headers.
    """

    @property
    def server(self) -> str:
        """The server's address, as :func:`tui.model.address.normalise` writes it."""

    @property
    def kept_at(self) -> datetime:
        """Time of the last change in UTC, by the clock of the machine that wrote it."""

    @property
    def file(self) -> str:
        """The name of its file; empty if it was not read from one."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether another program has it open."""

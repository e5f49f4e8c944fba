"""The folder of staged changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui.i18n import _
from tui.model.address import normalise
from tui.storage.journal import RowRecord
from tui.storage.kept import KeptFolder, OpenFile
from tui.storage.staged.record import LIMIT, Staged, decode, encode, key_of

Rows = Callable[[], Iterable[RowRecord]]
"""Returns the rows to keep; it is called in the thread that writes."""


@dataclass(frozen=True, slots=True)
class _Noted:
    """Staged changes, and the time of the last one."""

    rows: Rows
    amount: int
    at: datetime


class OpenStaged(OpenFile[_Noted]):
    """The staged changes of an open board."""

    LIMIT = LIMIT
    TOO_LARGE = (
        _("could not be written: too many changes are staged"),
        _("Apply some of them."),
    )

    def __init__(self, folder: Path, server: str, noted: _Noted, own: dict[str, OpenFile[Any]]):
        super().__init__(folder, key_of(server), noted, own)
        self._server = server

    def note(self, rows: Rows, amount: int) -> None:
        """Take the staged changes of ``amount`` rows for the next :meth:`write`; cheap."""
        self._newest = _Noted(rows, amount, datetime.now(UTC))

    def content(self, state: _Noted) -> bytes | None:
        """Return the content of the file; ``None`` where nothing is staged."""
        return encode(self._server, state.rows(), state.at) if state.amount else None


class StagedFolder(KeptFolder[Staged, OpenStaged]):
    """The staged changes in one folder."""

    LIMIT = LIMIT
    WRONG_NAME = _("has no staged changes")
    OTHER_KEY = _("has staged changes of another server than its name says")

    def begin(self, server: str) -> OpenStaged:
        """Begin to keep the staged changes of a server; the first change makes the file.

        Raises :class:`tui.model.address.AddressError` when ``server`` is not an address.
        """
        return self.reopened(Staged(normalise(server), (), datetime.now(UTC)))

    def names(self, server: str | None) -> Iterable[str]:
        """Return the names of the files of a server. Raises :class:`UserError`."""
        begin = (".", key_of(server)) if server is not None else ""
        return [name for name in super().names(server) if name.startswith(begin)]

    def decode(self, content: bytes, file: str, *, is_elsewhere: bool) -> Staged:
        """Return the staged changes in the content of a file. Raises :class:`NotKept`."""
        return decode(content, file, is_elsewhere=is_elsewhere)

    def key_of(self, record: Staged) -> str:
        """Return the digits that stand for its server."""
        return key_of(record.server)

    def reopened(self, record: Staged) -> OpenStaged:
        """Return staged changes as open ones."""
        noted = _Noted(lambda: record.rows, len(record.rows), record.kept_at)
        return OpenStaged(self.folder, record.server, noted, self._own)

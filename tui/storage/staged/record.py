"""The changes staged for webhooks of one server, and their form in a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from tui.i18n import _
from tui.storage.journal import RowRecord
from tui.storage.kept import NotKept
from tui.storage.row_record import row_from, row_json

FORMAT = 1
"""The version of the file format. A file of a later version is left as it is."""
LIMIT = 256 * 1024 * 1024
"""Bytes of one file, at most; 10,000 webhooks with 31 flags take 20 MB."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Staged changes of webhooks: each webhook as it was, and as it is wanted."""

    server: str
    """The server's address, as :func:`tui.model.address.normalise` writes it."""
    rows: tuple[RowRecord, ...] = field(repr=False)
    kept_at: datetime
    """Time of the last change in UTC, by the clock of the machine that wrote it."""
    file: str = field(default="", compare=False)
    """The name of its file; empty for changes that were not read from one."""
    is_elsewhere: bool = field(default=False, compare=False)
    """Whether another program has it open."""


def key_of(server: str) -> str:
    """Return a hash of a server's address for a file's name."""
    return sha256(server.encode()).hexdigest()[:32]


def encode(server: str, rows: Iterable[RowRecord], kept_at: datetime) -> bytes:
    """Write staged changes as the content of a file."""
    head = {"format": FORMAT, "server": server, "kept_at": kept_at.isoformat()}
    # Row by row: one call for all of them would hold up the other threads, and with them a key.
    lines = ",\n".join(json.dumps(row_json(row), separators=(",", ":")) for row in rows)
    # ASCII with escapes: a lone surrogate cannot be encoded as UTF-8.
    return f'{json.dumps(head)[:-1]}, "rows": [\n{lines}\n]}}\n'.encode("ascii")


def decode(content: bytes, file: str = "", *, is_elsewhere: bool = False) -> Staged:
    """Read staged changes. Raises :class:`NotKept` for any other content."""
    problem = _("has no complete staged changes")
    with suppress(ValueError, OverflowError, RecursionError):
        match json.loads(content):
            case {
                "format": 1,
                "server": str(server),
                "kept_at": str(kept_at),
                "rows": list(rows),
            }:
                read = tuple(row_from(row, server, place) for place, row in enumerate(rows))
                return Staged(server, read, _moment(kept_at), file, is_elsewhere)
            case {"format": int(version)} if version > FORMAT:
                problem = _("is from a later version of Hookboard")
    raise NotKept(problem)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)

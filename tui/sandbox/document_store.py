"""Named JSON documents in the order they were added, in memory or in a file.

The data of the sandboxes with one webhook per instance; a document is an instance.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from tui.sandbox.data_file import IN_MEMORY, SETTINGS, DataFile, DataFileError, check_token
from tui.sandbox.records import Wire

_APPLICATION_ID = 0x484B4431  # "HKD1", in the header of every data file
_SCHEMA = (
    SETTINGS,
    "CREATE TABLE document (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
    "content TEXT NOT NULL)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
)


class Documents(DataFile):
    """Documents by name, and settings; every method is thread-safe."""

    def __init__(
        self,
        kind: str,
        data: str | Path = IN_MEMORY,
        *,
        fill: Callable[[Documents], None],
        token: str | None = None,
    ) -> None:
        """Open the data of a ``kind`` of server; new data is filled by ``fill``.

        ``token`` replaces the setting of that name. Raises ``ValueError`` for an invalid token,
        ``OSError`` when the file cannot be opened, and its subclass :class:`DataFileError` when
        the file holds something else.
        """
        check_token(token)
        super().__init__(data)
        with self.opening(), self.transaction():
            if self._create(kind):
                fill(self)
            elif not self._is(kind):
                raise DataFileError(f"{data} is not a data file of a {kind} sandbox")
            if token is not None:
                self.set("token", token)

    def add(self, documents: Iterable[tuple[str, Wire]]) -> None:
        """Add documents by name, after the existing ones."""
        with self._lock:
            self._db.executemany(
                "INSERT INTO document (name, content) VALUES (?, ?)",
                [(name, json.dumps(document)) for name, document in documents],
            )

    def get(self, name: str) -> Wire | None:
        """Return the document of that name, ``None`` when there is none."""
        for (content,) in self._rows("SELECT content FROM document WHERE name = ?", name):
            document: Wire = json.loads(content)
            return document
        return None

    def put(self, name: str, document: Wire) -> None:
        """Replace the document of that name, or add it as the last."""
        self._rows(
            "INSERT INTO document (name, content) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET content = excluded.content",
            name,
            json.dumps(document),
        )

    def delete(self, name: str) -> None:
        """Remove a document."""
        self._rows("DELETE FROM document WHERE name = ?", name)

    def all(self) -> list[Wire]:
        """Return all documents in order."""
        rows = self._rows("SELECT content FROM document ORDER BY position")
        return [json.loads(content) for (content,) in rows]

    def _create(self, kind: str) -> bool:
        """Make the tables; return ``False`` where the file already holds something."""
        ((application,),) = self._rows("PRAGMA application_id")
        if application or self._rows("SELECT 1 FROM sqlite_master LIMIT 1"):
            return False
        for statement in _SCHEMA:
            self._rows(statement)
        self.set("kind", kind)
        return True

    def _is(self, kind: str) -> bool:
        ((application,),) = self._rows("PRAGMA application_id")
        return application == _APPLICATION_ID and self.setting("kind") == kind

"""The data of a sandbox in SQLite: in memory, or in a file that outlives the process."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

IN_MEMORY = ":memory:"
"""The name of data that is kept only in memory."""

SETTINGS = "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
"""The table that every data file has."""


class DataFileError(OSError):
    """A file that cannot be used as the data of a sandbox; the text says which and why."""


def check_token(token: str | None) -> None:
    """Raise ``ValueError`` for a token that cannot be sent in a header."""
    if token is not None and (not token or not token.isprintable() or " " in token):
        raise ValueError("a token is not empty, and has no white space")


class DataFile:
    """Settings, and the tables of a subclass; every method is thread-safe.

    Only the owner can read a new file, since it holds tokens.
    """

    def __init__(self, data: str | Path = IN_MEMORY) -> None:
        """Open ``data``; raise ``OSError`` when that is not possible."""
        self._data = data
        self._lock = threading.RLock()
        if str(data) != IN_MEMORY:
            os.close(os.open(data, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            self._db = sqlite3.connect(data, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise DataFileError(f"{data}: {error}") from error

    def close(self) -> None:
        """Close the data; no other method may be called afterwards."""
        with self._lock:
            self._db.close()

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Close the data when the block fails.

        Raises :class:`DataFileError` instead of SQLite's errors.
        """
        try:
            yield
        except BaseException as error:
            self.close()
            if isinstance(error, sqlite3.Error):
                raise DataFileError(f"{self._data}: {error}") from error
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the block's changes all or nothing; no other thread writes meanwhile."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def setting(self, key: str) -> str:
        """Return a setting; raise ``KeyError`` when there is none."""
        for (value,) in self._rows("SELECT value FROM setting WHERE key = ?", key):
            return str(value)
        raise KeyError(key)

    def set(self, key: str, value: str) -> None:
        """Store a setting."""
        self._rows("INSERT OR REPLACE INTO setting VALUES (?, ?)", key, value)

    def _rows(self, sql: str, *values: object) -> list[Any]:
        """Run one statement and return its rows."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

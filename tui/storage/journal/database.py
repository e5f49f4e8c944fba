"""The SQLite file of the journal: opening it, its tables, and its faults."""

from __future__ import annotations

import os
import secrets
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path

from tui.i18n import _
from tui.model.user_error import UserError, reason
from tui.storage.private_files import locked, make_private, shown, unwritten

FORMAT = 1
"""The version of the tables. A file of a later one is left to the program that knows it."""

BUSY_SECONDS = 3.0
"""Seconds that a write waits for another program that is writing."""

_APPLICATION = 0x486F6F6B
"""Marks a file as a journal of this program: ``Hook``."""

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")

_TABLES = """
CREATE TABLE webhooks (
    key INTEGER PRIMARY KEY,
    server TEXT NOT NULL, instance BLOB NOT NULL, webhook BLOB NOT NULL,
    instance_name BLOB NOT NULL, name BLOB NOT NULL,
    seen REAL NOT NULL,
    UNIQUE (server, instance, webhook)
);
CREATE TABLE states (
    key INTEGER PRIMARY KEY,
    of_webhook INTEGER NOT NULL REFERENCES webhooks,
    at REAL NOT NULL, since REAL,
    origin TEXT NOT NULL, who TEXT NOT NULL, run TEXT NOT NULL, outcome TEXT,
    before TEXT, after TEXT, wanted TEXT
);
CREATE INDEX states_by_webhook ON states (of_webhook, key);
CREATE INDEX states_by_time ON states (at);
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    server TEXT NOT NULL, began REAL NOT NULL, ended REAL,
    origin TEXT NOT NULL, who TEXT NOT NULL, of_run TEXT NOT NULL
);
CREATE TABLE rows (
    run TEXT NOT NULL, position INTEGER NOT NULL, action TEXT NOT NULL,
    instance BLOB NOT NULL, webhook BLOB NOT NULL, instance_name BLOB NOT NULL, name BLOB NOT NULL,
    base TEXT NOT NULL, wanted TEXT NOT NULL, intent REAL,
    outcome TEXT, before TEXT, after TEXT, report TEXT,
    PRIMARY KEY (run, position)
) WITHOUT ROWID;
"""


class Damaged(Exception):
    """The content of the file cannot be used."""


def open_database(path: Path | None) -> sqlite3.Connection:
    """Open the journal, creating a missing file; ``None`` keeps it in memory only.

    Raises :class:`Damaged`, and :class:`UserError` if the system refuses to open it.
    """
    if path is not None:
        _make_file(path)
    try:
        connection = sqlite3.connect(
            ":memory:" if path is None else path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,  # closed by whoever ends the program
        )
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise trouble(error, path) from None
    return connection


def _make_file(path: Path) -> None:
    """Make the file, with mode 0600: the files beside it get the same mode from SQLite."""
    try:
        make_private(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o600)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UserError(
                    _("is not a file"),
                    _("Move it away; then a new journal is begun."),
                    subject=shown(path),
                )
            if stat.S_IMODE(status.st_mode) != 0o600:
                os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unwritten(path, error) from None


def _prepare(connection: sqlite3.Connection, path: Path | None) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    if _is_ready(connection, path):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _is_ready(connection, path):  # another program may have been faster
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={_APPLICATION}")
            connection.execute(f"PRAGMA user_version={FORMAT}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _is_ready(connection: sqlite3.Connection, path: Path | None) -> bool:
    """Whether the tables exist: a new file has none yet."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not tables:
        return False
    if application != _APPLICATION:
        raise Damaged
    if version > FORMAT:
        raise UserError(
            _("was written by a later version of Hookboard, and is left as it is"),
            _("Use that one here; this one keeps no history meanwhile."),
            subject=shown(path or ""),
        )
    return True


def trouble(error: sqlite3.Error, path: Path | None) -> Damaged | UserError:
    """Return an error of SQLite in words."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(_DAMAGED):
        return Damaged()
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        problem, to_do = _("is locked by another program"), _("End that program.")
    elif name.startswith("SQLITE_FULL"):
        problem, to_do = _("could not be written: no space left on the disk"), _("Make room.")
    elif name.startswith("SQLITE_READONLY"):
        problem = _("could not be written: it is read-only")
        to_do = _("Check that the file and its directory are yours.")
    else:
        problem = _("could not be used: {reason}").format(reason=str(error))
        to_do = _("Check that the directory is yours and has room.")
    return UserError(problem, to_do, subject=shown(path or ""))


def set_aside(path: Path) -> Path | None:
    """Rename a damaged journal, so that a new one can begin; return its new name.

    ``None`` where another program has done so meanwhile. Raises :class:`UserError`.
    """
    with locked(path.parent):
        if _is_whole(path):
            return None
        aside = path.with_name(f"{path.name}.damaged-{secrets.token_hex(4)}")
        try:
            path.rename(aside)
            for ending in ("-wal", "-shm"):
                with suppress(FileNotFoundError):
                    path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
        except OSError as error:
            raise UserError(
                _("could not be set aside: {reason}").format(reason=reason(error)),
                _("Move it away; then a new journal is begun."),
                subject=shown(path),
            ) from None
        return aside


def _is_whole(path: Path) -> bool:
    """Whether the whole file can be read."""
    try:
        connection = open_database(path)
    except Damaged:
        return False
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()

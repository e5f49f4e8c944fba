"""The thread that does all work on the journal, and the handling of its failures."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tui.i18n import _
from tui.model.log import log
from tui.model.user_error import UserError
from tui.storage.private_files import shown

if TYPE_CHECKING:
    from sqlite3 import Connection

T = TypeVar("T")

IDLE_SECONDS = 5.0
"""Seconds without work after which the file is closed, and the thread ends until there is more."""

MOST_TOGETHER = 50
"""Pieces of work done in one transaction; other programs wait for its end."""


Opened = Callable[["Connection"], None]
"""Called with the journal when it was opened, in a transaction."""


class Ended(Protocol):
    """Called when a transaction wrote something, or failed."""

    def __call__(self, *, written: bool) -> None:
        """Take the end of a transaction."""
        ...


@dataclass(slots=True)
class _Call:
    work: Callable[[Connection], Any]
    future: Future[Any] = field(default_factory=Future)


class Worker:
    """Carries out work on the journal in order, all waiting work in one transaction.

    A failure is given to whoever waits for that piece of work, and kept in :attr:`news` once.
    """

    def __init__(self, path: Path | None, opened: Opened) -> None:
        """``path=None`` keeps everything in memory; ``opened`` is called with each new file."""
        self._path = path
        self._opened = opened
        self._more = threading.Condition()
        self._calls: deque[_Call] = deque()
        self._thread: threading.Thread | None = None
        self._ends = False
        self._said: set[str] = set()
        self.news: list[UserError] = []
        """Problems that were not reported yet, each once."""
        self.fails = False
        """Whether the journal could not be used, and nothing was written since."""

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue work; its future may raise :class:`UserError`."""
        call = _Call(work)
        with self._more:
            self._calls.append(call)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()
            else:
                self._more.notify()
        return call.future

    def close(self, seconds: float) -> None:
        """Finish the work given so far, and end the thread; wait ``seconds`` at most."""
        with self._more:
            if (thread := self._thread) is None:
                return
            self._ends = True
            self._more.notify()
        thread.join(seconds)

    def _run(self) -> None:
        """Carry out work until there is none for a while."""
        opener = _Opener(self._path, self._opened, self._tell, self._ended)
        try:
            while batch := self._next():
                _carry_out(batch, opener)
        finally:
            opener.close()

    def _next(self) -> list[_Call]:
        """Take the waiting work; none tells the thread to end."""
        with self._more:
            while not self._calls and not self._ends:
                in_memory = self._path is None  # its content would be gone
                if not self._more.wait(None if in_memory else IDLE_SECONDS):
                    break
            batch = [self._calls.popleft() for _call in range(min(len(self._calls), MOST_TOGETHER))]
            if not batch:
                self._thread, self._ends = None, False
            return batch

    def _ended(self, *, written: bool) -> None:
        """Take note that a transaction wrote something, or failed."""
        self.fails = not written

    def _tell(self, error: UserError) -> None:
        """Keep a problem, to be reported once, and log it."""
        if error.message not in self._said:
            self._said.add(error.message)
            self.news.append(error)
            log.warning("journal: %s", error.message)


class _Opener:
    """The open journal of a thread, opened anew after a failure."""

    def __init__(
        self, path: Path | None, opened: Opened, tell: Callable[[UserError], None], ended: Ended
    ) -> None:
        self.path = path
        self.tell = tell
        self.ended = ended
        self._opened = opened
        self._connection: Connection | None = None

    def open(self) -> Connection:
        """Return the journal. Raises :class:`UserError`, and ``Damaged`` for its content."""
        from tui.storage.journal.database import open_database  # SQLite takes time to import

        if self._connection is None:
            self._connection = connection = open_database(self.path)
            connection.execute("BEGIN IMMEDIATE")
            self._opened(connection)
            connection.execute("COMMIT")
        return self._connection

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()


def _carry_out(batch: list[_Call], opener: _Opener) -> None:
    """Carry out work in one transaction; a damaged file is set aside, and it is tried again."""
    from tui.storage.journal.database import Damaged

    try:
        try:
            results = _transaction(batch, opener)
        except Damaged:
            _begin_anew(opener)
            results = _transaction(batch, opener)
    except Damaged:
        _fail(batch, UserError(_("is damaged"), _("Move it away."), subject=_shown(opener)), opener)
    except UserError as error:
        _fail(batch, error, opener)
    else:
        for call, result in zip(batch, results, strict=True):
            with suppress(Exception):  # nobody waits for it any more
                if isinstance(result, BaseException):
                    call.future.set_exception(result)
                else:
                    call.future.set_result(result)


def _transaction(batch: list[_Call], opener: _Opener) -> list[Any]:
    """Return the result of each piece of work, or the error that it raised."""
    import sqlite3

    from tui.storage.journal.database import trouble

    try:
        connection = opener.open()
        connection.execute("BEGIN IMMEDIATE")
        before = connection.total_changes
        results = [_one(connection, call, opener) for call in batch]
        connection.execute("COMMIT")
        if connection.total_changes > before:
            opener.ended(written=True)
    except sqlite3.Error as error:
        opener.close()  # which takes the transaction back
        raise trouble(error, opener.path) from None
    return results


def _one(connection: Connection, call: _Call, opener: _Opener) -> Any:
    """Carry out one piece of work; roll back its changes if it fails."""
    import sqlite3

    connection.execute("SAVEPOINT one")
    try:
        result = call.work(connection)
    except sqlite3.Error:
        raise
    except UserError as error:
        connection.execute("ROLLBACK TO one")
        result = error
    except ValueError:  # the content was not written by this program
        connection.execute("ROLLBACK TO one")
        result = UserError(
            _("has an entry that cannot be read"),
            _("Move it away; then a new journal is begun."),
            subject=_shown(opener),
        )
        opener.tell(result)
    except Exception as error:  # our own fault: the caller gets it, the rest goes on
        connection.execute("ROLLBACK TO one")
        log.exception("journal: a piece of work failed")
        result = error
    connection.execute("RELEASE one")
    return result


def _begin_anew(opener: _Opener) -> None:
    """Set a damaged journal aside, and say so."""
    from tui.storage.journal.database import set_aside

    opener.close()
    if opener.path is not None and (aside := set_aside(opener.path)):
        opener.tell(
            UserError(
                _("was damaged, and was renamed to {path}").format(path=shown(aside.name)),
                _("A new journal is begun; earlier states are in the old one."),
                subject=shown(opener.path),
            )
        )


def _fail(batch: list[_Call], error: UserError, opener: _Opener) -> None:
    opener.close()
    opener.ended(written=False)
    opener.tell(error)
    for call in batch:
        with suppress(Exception):  # nobody waits for it any more
            call.future.set_exception(error)


def _shown(opener: _Opener) -> str:
    return shown(opener.path or "")

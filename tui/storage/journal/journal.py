"""The journal: the methods that note in it and read it."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tui.i18n import _
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.model.text import clean
from tui.model.time import utc_now
from tui.model.user_error import UserError
from tui.storage.disk import SECONDS
from tui.storage.journal import runs_table, states_table
from tui.storage.journal.entries import (
    Entry,
    Origin,
    RowEnd,
    RowRecord,
    RunRecord,
    WebhookRef,
    Written,
)
from tui.storage.journal.state import WebhookState
from tui.storage.journal.worker import Worker
from tui.storage.private_files import shown

if TYPE_CHECKING:
    from sqlite3 import Connection

T = TypeVar("T")

KEPT = timedelta(days=400)
"""The time for which states and runs are kept."""

AT_A_TIME = 50
"""Instances of a list that are compared in one piece of work: other work may come in between."""


class Journal:
    """The journal. Its methods may be called in the event loop: they never wait for the disk.

    Notes made without ``await`` are written later, in the order of the calls. Each failure is in
    :meth:`take_news` once and stops no other work; a method that is awaited raises it too, as
    :class:`UserError`. ``path=None`` keeps everything in memory.
    """

    def __init__(self, path: Path | None, now: Callable[[], datetime] = utc_now) -> None:
        self.path = path
        self.who = _login_name()
        """The login name of the user who writes here."""
        self._now = now
        self._worker = Worker(path, self._forget_old)

    def take_news(self) -> tuple[UserError, ...]:
        """Return the failures since the last call."""
        news = tuple(self._worker.news)
        self._worker.news.clear()
        return news

    @property
    def fails(self) -> bool:
        """Whether the journal could not be used, and nothing was noted since."""
        return self._worker.fails

    async def settle(self) -> None:
        """Wait until everything given so far is noted, or could not be."""
        with suppress(UserError):
            await self._do(lambda _connection: None)

    async def close(self) -> None:
        """Finish the work given so far, in a few seconds at most."""
        await asyncio.to_thread(self._worker.close, SECONDS)

    # states

    async def note_list(
        self, server: str, instances: Iterable[Instance], asked_at: datetime, *, whole: bool
    ) -> None:
        """Compare a list, requested at a time, with the known states, and note changes.

        ``whole``: webhooks that are not in the list are gone. Other work may come in between.
        Raises :class:`UserError`.
        """
        time = asked_at.timestamp()
        rest = iter(instances)
        while batch := tuple(islice(rest, AT_A_TIME)):
            await self._do(_noting(server, batch, time, whole=whole))

    def note_read(self, ref: WebhookRef, state: WebhookState | None, asked_at: datetime) -> None:
        """Note the state of one webhook from a read; ``None`` if it is gone."""
        time = asked_at.timestamp()
        self._worker.submit(lambda connection: states_table.note_read(connection, ref, state, time))

    def note_write(self, ref: WebhookRef, written: Written) -> None:
        """Note a write of this program that has just ended."""
        at, who = self._now().timestamp(), self.who
        self._worker.submit(
            lambda connection: states_table.note_write(connection, ref, written, who, at)
        )

    async def history(self, ref: WebhookRef) -> tuple[Entry, ...]:
        """Return the entries of a webhook, newest first. Raises :class:`UserError`."""
        return await self._do(lambda connection: states_table.history(connection, ref))

    async def changes_since(self, server: str, since: datetime) -> tuple[Entry, ...]:
        """Return the changes of all webhooks of a server since a time, newest first.

        Raises :class:`UserError`.
        """
        time = since.timestamp()
        return await self._do(
            lambda connection: states_table.server_history(connection, server, time)
        )

    # runs

    async def begin_run(
        self, server: str, origin: Origin, rows: Sequence[RowRecord], of_run: str = ""
    ) -> str:
        """Note a run with its rows, and return its id. Raises :class:`UserError`.

        ``of_run`` is the run that it undoes or retries.
        """
        at, who = self._now().timestamp(), self.who
        return await self._do(
            lambda connection: runs_table.begin_run(
                connection, server, at, origin, who, of_run, rows
            )
        )

    async def note_intent(self, run: str, position: int) -> None:
        """Note that a row is about to be written. Raises :class:`UserError`."""
        at = self._now().timestamp()
        await self._do(lambda connection: runs_table.note_intent(connection, run, position, at))

    async def end_row(
        self, run: str, position: int, end: RowEnd, ref: WebhookRef, written: Written | None
    ) -> None:
        """Note the end of a row, and the state that it wrote. Raises :class:`UserError`."""
        at, who = self._now().timestamp(), self.who

        def work(connection: Connection) -> None:
            runs_table.end_row(connection, run, position, ref.webhook_id, end)
            if written is not None:
                states_table.note_write(connection, ref, written, who, at)

        await self._do(work)

    async def end_run(self, run: str) -> None:
        """Note that a run ended. Raises :class:`UserError`."""
        at = self._now().timestamp()
        await self._do(lambda connection: runs_table.end_run(connection, run, at))

    async def go_on_with(self, run: str) -> None:
        """Note that a run was resumed. Raises :class:`UserError`."""
        await self._do(lambda connection: runs_table.end_run(connection, run, None))

    async def runs(self, server: str) -> tuple[RunRecord, ...]:
        """Return the runs on a server, newest first. Raises :class:`UserError`."""
        return await self._do(lambda connection: runs_table.runs(connection, server))

    async def totals(self, run: str) -> Mapping[RowOutcome, int]:
        """Return the number of rows of a run by outcome. Raises :class:`UserError`."""
        return await self._do(lambda connection: runs_table.totals(connection, run))

    async def rows(self, server: str, run: str) -> tuple[RowRecord, ...]:
        """Return the rows of a run in their order. Raises :class:`UserError`."""
        return await self._do(lambda connection: runs_table.rows_of(connection, server, run))

    async def _do(self, work: Callable[[Connection], T]) -> T:
        """Return the result of work, once it is on disk. Raises :class:`UserError`."""
        done = asyncio.wrap_future(self._worker.submit(work))
        done.add_done_callback(_look_at)
        try:
            async with asyncio.timeout(SECONDS):
                return await asyncio.shield(done)  # what was begun is finished
        except TimeoutError:
            raise UserError(
                _("the disk did not answer within {count} s").format(count=f"{SECONDS:g}"),
                _("Check whether a network drive or a mount is gone."),
                subject=shown(self.path or ""),
            ) from None

    def _forget_old(self, connection: Connection) -> None:
        oldest = (self._now() - KEPT).timestamp()
        states_table.forget_before(connection, oldest)
        runs_table.forget_before(connection, oldest)


def _look_at(done: asyncio.Future[Any]) -> None:
    """Take the error of work that nobody waits for any more; it is in the news."""
    if not done.cancelled():
        done.exception()


def _noting(
    server: str, instances: Sequence[Instance], time: float, *, whole: bool
) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        for instance in instances:
            there = [one for one in instance.webhooks or () if not one.is_new]
            for webhook in there:
                ref = WebhookRef(server, instance.id, webhook.id, instance.name, webhook.name)
                states_table.note_read(connection, ref, WebhookState.of(webhook), time)
            if whole and instance.webhooks is not None:
                left = (webhook.id for webhook in there)
                states_table.note_gone(connection, server, instance.id, left, time)

    return work


def _login_name() -> str:
    try:
        return clean(getpass.getuser(), 60)
    except (KeyError, OSError):  # an account without a name, as in some containers
        return ""

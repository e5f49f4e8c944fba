"""Carrying out a plan: many webhooks saved one by one, with an outcome for each.

Each row is saved by the protocol of :mod:`tui.core.save` with its planned base: what others
changed since is merged, and where they changed the same field nothing is written. The first row
goes alone; then several are under way, never two of one instance. A :class:`RunOwner` shows how
far it is and answers when the run pauses.

Before a row is written its intent is in the journal, afterwards its outcome. A run that was
killed goes on with the rows that have no outcome: those with an intent may have been written,
and every row is read before it is written.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from tui.api.http.request_count import counting_requests
from tui.api.pace import LONGEST_WAIT, REFUSALS, Pace
from tui.core.run.queue import RunQueue
from tui.core.run.row import RowResult, RunRow, Tried, try_row
from tui.model.diff import Change
from tui.model.row_outcome import RowOutcome
from tui.model.user_error import UserError
from tui.storage.run_lock import only_run

if TYPE_CHECKING:
    from tui.core.run.journal import RunJournal
    from tui.core.session import Session

IN_A_ROW = 10
"""Failures one after the other at which a run pauses and asks."""

SHARE = 0.2
"""The part of the rows that may fail; with more a run pauses and asks."""

FEWEST = 20
"""Rows that have to have ended before a share of them counts."""

PROGRESS_EVERY = 0.1
"""Seconds between two reports of how far a run is."""


class Pause(Enum):
    """Why a run pauses and asks whether to go on."""

    FIRST_NOT_SAVED = auto()
    FAILURES_IN_A_ROW = auto()
    MANY_FAILURES = auto()
    NO_ACCESS = auto()
    """The server refused the profile's token: going on needs another one."""
    JOURNAL = auto()
    """The journal cannot be written, and without it nothing is begun."""


class Phase(Enum):
    """How far a run is as a whole."""

    WAITING = auto()
    RUNNING = auto()
    PAUSED = auto()
    STOPPING = auto()
    """It starts no further row; those under way end."""
    ENDED = auto()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    phase: Phase
    total: int
    ended: int
    under_way: int
    counts: Mapping[RowOutcome, int]
    """How many rows ended with each outcome."""
    seconds_left: float | None
    """About how long it will take; ``None`` while nothing can be said."""


class RunOwner:
    """The one who started a run: shows how far it is, and decides whether it goes on.

    This class is for a run that nobody watches: it ends where it would ask.
    """

    def progressed(self, progress: Progress) -> None:
        """Show how far the run is; called ten times a second at most."""

    def row_ended(self, row: RunRow) -> None:
        """Take note of a row whose outcome is in the journal."""

    async def may_go_on(self, why: Pause, row: RunRow | None) -> bool:
        """Return whether to go on; ``row`` is the one that ended last.

        After :attr:`Pause.NO_ACCESS` another token is in use by then.
        """
        return False

    async def may_put_back(self, flags: tuple[Change, ...]) -> bool:
        """Return whether to turn flags off again that this server turns on with each save."""
        return False


class Run:
    """A run over the targets of a plan, in their order."""

    def __init__(
        self,
        session: Session,
        rows: Iterable[RunRow],
        journal: RunJournal,
        owner: RunOwner | None = None,
        at_once: int | None = None,
    ) -> None:
        """``at_once`` is how many rows are under way, where it is not what the profile says."""
        self.rows: Sequence[RunRow] = tuple(rows)
        self.phase = Phase.WAITING
        self.journal = journal
        self._session = session
        self._owner = owner or RunOwner()
        self._most = session.at_once if at_once is None else max(1, at_once)
        self._limit = 1
        """How many rows may be under way now; the first goes alone."""
        self._queue = RunQueue(row for row in self.rows if not row.ended)
        self._under_way: set[asyncio.Task[RunRow]] = set()
        self._pace = Pace()
        self._halved_at = 0.0
        self._pause: tuple[Pause, RunRow | None] | None = None
        self._failures = _Failures()
        self._counts = Counter(row.outcome for row in self.rows if row.ended)
        self._began = 0.0
        """When it began, put off by as long as it paused: how long the rest takes is told by it."""
        self._first_took = 0.0
        """Seconds of the first row, which went alone."""
        self._ended_here = 0
        self._reported = 0.0
        self._report_due: asyncio.TimerHandle | None = None
        self._putting_back = asyncio.Lock()
        self._puts_back: bool | None = None

    @property
    def id(self) -> str:
        """The run's id in the journal; empty before it has begun."""
        return self.journal.run

    @property
    def progress(self) -> Progress:
        """How far it is."""
        ended, total = self._counts.total(), len(self.rows)
        left = None
        if self._ended_here and self.phase is Phase.RUNNING:
            took = time.monotonic() - self._began
            others = self._ended_here - 1
            each = (took - self._first_took) / others if others else took / self._most
            left = each * (total - ended)
        counts = {outcome: self._counts[outcome] for outcome in RowOutcome}
        return Progress(self.phase, total, ended, len(self._under_way), counts, left)

    def stop(self) -> None:
        """Start no further row; those under way end."""
        if self.phase in (Phase.RUNNING, Phase.PAUSED):
            self.phase = Phase.STOPPING
            self._tell()

    async def carry_out(self) -> None:
        """Carry the run out to its end.

        Raises :class:`UserError`, with nothing written, where another run is under way on this
        server, or a run of more than one row cannot be noted in the journal.
        """
        # One row goes without a journal, and so without a lock in the same directory.
        needs_file, folder = len(self.rows) > 1, self.journal.lock_folder
        async with only_run(folder, self.journal.server, needs_file=needs_file):
            await self.journal.begin(self.rows)
            self.phase = Phase.RUNNING
            self._began = time.monotonic()
            self._tell(now=True)
            try:
                await self._work()
                await self._end_put_off()
                await self.journal.end()
            finally:
                await self._cancel_all()
                self.phase = Phase.ENDED
                self._tell(now=True)

    async def _work(self) -> None:
        """Start rows as others end, until none is left or the run was stopped."""
        while True:
            self._start_rows()
            if self._under_way:
                done, self._under_way = await asyncio.wait(
                    self._under_way, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    self._take(task.result())
                self._tell()
            elif self._pause is None:
                return
            elif not await self._goes_on():
                self.stop()
                return

    def _start_rows(self) -> None:
        while (
            self.phase is Phase.RUNNING
            and self._pause is None
            and len(self._under_way) < self._limit
            and (row := self._queue.take())
        ):
            self._under_way.add(asyncio.create_task(self._carry_out_row(row)))

    async def _carry_out_row(self, row: RunRow) -> RunRow:
        """Try a row once, between its intent and its outcome in the journal."""
        sent = await self._pace.turn()
        if self._pause or self.phase is not Phase.RUNNING:
            return row
        try:
            await self.journal.note_intent(row)
        except UserError:
            self._pause = (Pause.JOURNAL, row)
            return row
        began = time.monotonic()
        session = self._session
        with counting_requests() as requests:
            tried = await try_row(
                session.server,
                session.store,
                row,
                self.journal.origin,
                self.id,
                self._may_put_back,
            )
        row.had_intent = True
        seconds = time.monotonic() - began
        result = replace(tried.result, requests=requests.sent, seconds=seconds)
        if self._is_put_off(row, tried, sent):
            row.result = result  # what it ends with where the run does not go on
            return row
        await self._end_row(row, result, tried)
        return row

    def _is_put_off(self, row: RunRow, tried: Tried, sent: float) -> bool:
        """Whether a row is to be tried again: more slowly, or with another token."""
        if tried.needs_token and self._is_profiles_token(row):
            self._pause = (Pause.NO_ACCESS, row)
            return True
        if tried.waits is None:
            self._pace.answered(sent)
            return False
        row.refusals += 1
        retry_after = tried.waits.retry_after
        if row.refusals >= REFUSALS or (retry_after or 0.0) > LONGEST_WAIT:
            return False
        self._pace.refused(sent, retry_after)
        if sent >= self._halved_at:  # several that were sent together are refused together
            self._limit, self._halved_at = max(1, self._limit // 2), time.monotonic()
        return True

    def _is_profiles_token(self, row: RunRow) -> bool:
        """Whether the token sent for a row was the profile's own, which all rows may need."""
        server = self._session.server
        return server.credential_words(row.target.instance) == server.credential_words()

    async def _end_row(self, row: RunRow, result: RowResult, tried: Tried) -> None:
        row.result, row.ended = result, True
        row.webhook_id = tried.webhook_id or row.target.base.id
        try:
            await self.journal.end_row(row, tried.written)
        except UserError:  # what is under way ends all the same; nothing further is begun
            self._pause = (Pause.JOURNAL, row)

    def _take(self, row: RunRow) -> None:
        """Go on from a row that ended, or that is to be tried again."""
        self._queue.free(row)
        if not row.ended:
            self._queue.put_back(row)
            return
        is_first = not self._ended_here
        if is_first:
            self._first_took = time.monotonic() - self._began
        self._ended_here += 1
        self._counts[row.outcome] += 1
        self._failures.note(row.outcome)
        self._owner.row_ended(row)
        if row.outcome.is_as_asked:
            self._limit = min(self._most, self._most if is_first else self._limit + 1)
        if self._pause is None and self._queue and (why := self._failures.pause(is_first)):
            self._pause = (why, row)

    async def _goes_on(self) -> bool:
        """Ask whether to go on; everything under way has ended by now."""
        assert self._pause is not None
        why, row = self._pause
        if self.phase is not Phase.RUNNING or not self._queue:
            return False
        self.phase = Phase.PAUSED
        self._tell(now=True)
        paused_at = time.monotonic()
        goes_on = await self._owner.may_go_on(why, row)
        self._began += time.monotonic() - paused_at
        if self.phase is not Phase.PAUSED:  # it was stopped meanwhile
            return False
        self.phase, self._pause = Phase.RUNNING, None
        self._failures = _Failures()
        self._limit = self._most if self._ended_here else 1
        return goes_on

    async def _end_put_off(self) -> None:
        """End the rows that were tried and put off, now that the run does not go on."""
        for row in self.rows:
            if not row.ended and row.outcome is not RowOutcome.NOT_REACHED:
                await self._end_row(row, row.result, Tried(row.result))
                self._counts[row.outcome] += 1

    async def _may_put_back(self, flags: tuple[Change, ...]) -> bool:
        """Ask once for the whole run."""
        async with self._putting_back:
            if self._puts_back is None:
                self._puts_back = await self._owner.may_put_back(flags)
            return self._puts_back

    async def _cancel_all(self) -> None:
        """End what is under way where the run itself was cancelled."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._under_way.clear()

    def _tell(self, *, now: bool = False) -> None:
        """Report how far it is, with what comes until a report is due again."""
        wait = self._reported + PROGRESS_EVERY - time.monotonic()
        if now or wait <= 0:
            if self._report_due:
                self._report_due.cancel()
            self._report_due = None
            self._reported = time.monotonic()
            self._owner.progressed(self.progress)
        elif self._report_due is None:
            loop = asyncio.get_running_loop()
            self._report_due = loop.call_later(wait, lambda: self._tell(now=True))


class _Failures:
    """The failures since the run was last asked about, and whether they are too many."""

    def __init__(self) -> None:
        self._in_a_row = self._failed = self._ended = 0
        self._last = RowOutcome.SAVED

    def note(self, outcome: RowOutcome) -> None:
        """Take note of how a row ended."""
        self._last = outcome
        self._ended += 1
        self._failed += outcome.is_failure
        self._in_a_row = self._in_a_row + 1 if outcome.is_failure else 0

    def pause(self, is_first: bool) -> Pause | None:
        """Return why the run is to pause now."""
        if is_first and not self._last.is_as_asked:
            return Pause.FIRST_NOT_SAVED
        if self._in_a_row >= IN_A_ROW:
            return Pause.FAILURES_IN_A_ROW
        if self._ended >= FEWEST and self._failed > SHARE * self._ended:
            return Pause.MANY_FAILURES
        return None

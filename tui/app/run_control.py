"""A run of the app: it goes on whichever screen is in front."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tui.core.run.row import RunRow
from tui.core.run.run import Pause, Phase, Progress, Run, RunOwner
from tui.model.diff import Change
from tui.model.user_error import UserError


@dataclass(frozen=True, slots=True)
class RunQuestion:
    """A question of a run, which waits for the answer."""

    pause: Pause | None = None
    """Why it pauses; ``None`` if it asks about flags."""
    row: RunRow | None = None
    """The row that ended last."""
    flags: tuple[Change, ...] = ()
    """Flags that this server turns on with each save, to be turned off again or left on."""


class RunControl(RunOwner):
    """Carries one run out, and keeps its question until somebody answers it."""

    def __init__(self, make: Callable[[RunOwner], Run]) -> None:
        """``make`` returns the run for its owner."""
        self.run = make(self)
        self.question: RunQuestion | None = None
        """The question that the run waits for; ``None`` while it goes on."""
        self.error: UserError | None = None
        """Why the run did not begin, or why its end could not be noted in the journal."""
        self.ended = asyncio.Event()
        self._begun = asyncio.Event()
        self._answer: asyncio.Future[bool] | None = None
        self._watchers: list[Callable[[], None]] = []
        self.seconds: float | None = None
        """Its duration; ``None`` while it is under way, or if that is not known."""
        self.retries: list[RunControl] = []
        """The runs begun here that tried rows of this run again."""
        self.is_elsewhere = False
        """Whether another program carries it out: its rows are those of a moment ago."""
        self._earlier_retries: tuple[RunRow, ...] = ()
        """The rows of runs that tried it again before."""

    @classmethod
    def of_past(
        cls,
        make: Callable[[RunOwner], Run],
        seconds: float | None,
        *,
        cut_off: bool,
        elsewhere: bool = False,
        retries: Iterable[RunRow] = (),
    ) -> RunControl:
        """Return the control of an earlier run; ``seconds`` is its duration, if that is known.

        A run that was ``cut_off`` can go on; one that is ``elsewhere`` under way can only be
        looked at. ``retries`` are the rows of the runs that tried it again.
        """
        control = cls(make)
        control.seconds = seconds
        control.is_elsewhere = elsewhere
        control._earlier_retries = tuple(retries)
        if not cut_off:
            control.ended.set()
        return control

    @property
    def under_way(self) -> bool:
        """Whether the run has begun and not ended."""
        return self._begun.is_set() and not self.ended.is_set()

    @property
    def is_cut_off(self) -> bool:
        """Whether it was cut off before, and can go on."""
        return not (self._begun.is_set() or self.ended.is_set())

    @property
    def rows_with_retries(self) -> Iterator[RunRow]:
        """The rows of the run, and of all runs that tried it again."""
        yield from self.run.rows
        yield from self._earlier_retries
        for control in self.retries:
            yield from control.rows_with_retries

    @property
    def waits_to_go_on(self) -> bool:
        """Whether it paused, and waits for an answer whether to go on."""
        return self.question is not None and self.question.pause is not None

    async def carry_out(self) -> None:
        """Carry the run out to its end; a failure is in :attr:`error`."""
        began = time.monotonic()
        self.error = None
        try:
            await self.run.carry_out()
        except UserError as error:
            self.error = error
        finally:
            self.seconds = time.monotonic() - began
            self.question = None
            self.ended.set()
            self._tell()

    async def begun(self) -> None:
        """Wait until the run has begun. Raises :class:`UserError` if it cannot begin."""
        waits = [asyncio.create_task(one.wait()) for one in (self._begun, self.ended)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        if self.error and not self._begun.is_set():
            raise self.error

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call ``watcher`` when there is more to show; returns the function that stops this."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def stop(self) -> None:
        """Start no further row; those under way end."""
        self.run.stop()
        self.answer(False)

    async def leave(self) -> None:
        """Count a run that was cut off as ended; its other rows are not reached.

        Raises :class:`UserError`.
        """
        await self.run.journal.end()
        self.ended.set()
        self._tell()

    def answer(self, goes_on: bool) -> None:
        """Answer the question of the run, if it has one."""
        if self._answer and not self._answer.done():
            self._answer.set_result(goes_on)

    def progressed(self, progress: Progress) -> None:
        """Have the watchers show the progress."""
        if progress.phase is not Phase.WAITING:
            self._begun.set()
        self._tell()

    async def may_go_on(self, why: Pause, row: RunRow | None) -> bool:
        """Ask whether to go on, and wait for the answer."""
        return await self._ask(RunQuestion(why, row))

    async def may_put_back(self, flags: tuple[Change, ...]) -> bool:
        """Ask whether to turn flags off again, and wait for the answer."""
        return await self._ask(RunQuestion(flags=flags))

    async def _ask(self, question: RunQuestion) -> bool:
        self._answer = asyncio.get_running_loop().create_future()
        self.question = question
        self._tell()
        try:
            return await self._answer
        finally:
            self.question = self._answer = None
            self._tell()

    def _tell(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()

"""One call of the program: what it said so far, which signal came, and whether its JSON is written.

The first signal ends the work of a command; its output is still written whole, as far as somebody
takes it. A second one ends the program.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import TYPE_CHECKING

from tui.cli.blocked_output import INTERRUPTS_A_WRITE, Writes, end_soon

if TYPE_CHECKING:
    from tui.cli.output import Output

COMPLETE = "_HOOKBOARD_COMPLETE"
"""The variable in which a shell asks to complete a word: click looks there."""

SIGNALS = 128
"""Added to the number of a signal, this is the exit code of what it ended."""

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The signals that end a command, unless the program was started to ignore them (``nohup``)."""

_PATIENCE = 2
"""Signals that work in an event loop may take note of; the next one ends the program at once."""


class Call:
    """The state of one call of the program."""

    def __init__(self) -> None:
        self.said: list[str] = []
        """The lines written to standard error, for the JSON of a command that came to nothing."""
        self.output: Output | None = None
        """The form and the place that the command's options ask for, once these are read."""
        self.has_head = False
        """Whether the first of the lines of ``--jsonl`` is written."""
        self.has_answered = False
        """Whether the data is written, or can no longer be."""
        self.has_lost_reader = False
        """Whether nobody reads standard output any more."""
        self.has_begun = False
        self.writes = Writes()
        """What is being written to the standard streams or a file."""
        self._signals: list[int] = []
        self._end_work: Callable[[], object] | None = None
        self._puts_off = False

    @property
    def code(self) -> int:
        """The exit code of the signal that came first; 0 for none."""
        return SIGNALS + self._signals[0] if self._signals else 0

    def begin(self) -> None:
        """Begin: a signal ends the program from now on."""
        self.has_begun, self._puts_off = True, False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take note of signals in a block."""
        heard = [one for one in ENDING if signal.getsignal(one) is not signal.SIG_IGN]
        before = {one: signal.signal(one, self._note) for one in heard}
        before[INTERRUPTS_A_WRITE] = signal.signal(INTERRUPTS_A_WRITE, _interrupt)
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    @contextmanager
    def working(self, end: Callable[[], object]) -> Iterator[None]:
        """Call ``end`` for a signal in a block. What follows is writing the output.

        ``end`` is called between any two steps of the program, a second time for a second signal.
        """
        self._end_work = end
        try:
            yield
        finally:
            self._end_work = None
            self.put_off_signals()

    def lose_reader(self) -> None:
        """End the work under way, as a signal does: nobody reads what it writes."""
        is_first, self.has_lost_reader = not self.has_lost_reader, True
        if self._end_work is not None and is_first:
            self._end_work()

    def put_off_signals(self) -> None:
        """Let the program end by itself after the next signal: it writes its output."""
        self._puts_off = True

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._signals.append(number)
        self.writes.give_up_blocked(self.code)
        if self._end_work is not None and len(self._signals) <= _PATIENCE:
            self._end_work()
        elif not (self._puts_off and len(self._signals) == 1):
            end_soon(self.code)
            sys.exit(self.code)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: without a handler the signal would interrupt no write."""


_CURRENT: ContextVar[Call] = ContextVar("call")


def prepare_call() -> Call:
    """Return the state of a call that is about to begin: what comes until then is put off."""
    call = Call()
    call.put_off_signals()
    _CURRENT.set(call)
    return call


def begin_call() -> Call:
    """Begin a call of the program, the one that was prepared if any, and return its state."""
    call = _CURRENT.get(None)
    if call is None or call.has_begun:
        call = prepare_call()
    call.begin()
    return call


def current_call() -> Call:
    """Return the state of this call of the program."""
    return _CURRENT.get(None) or begin_call()

"""Ends the program after a signal, also while its event loop is blocked.

Python runs the handler of a signal in the main thread, between two of its steps. A terminal
that nobody reads, or a disk that does not answer, may keep that thread in the middle of one.
The system itself writes the number of a signal into a pipe (``signal.set_wakeup_fd``); a
thread of its own reads it there, has the event loop end the program, and ends the process
when that takes too long.
"""

from __future__ import annotations

import os
import signal
import termios
import threading
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable
from contextlib import suppress
from typing import Any

PATIENCE = 2.0
"""Seconds that an orderly end may take after a signal."""

UNHURRIED = 5.0
"""Seconds that it may take where somebody quit, and may be waiting for the last words."""

RESCUE = 1.0
"""Seconds that are left for the disk and the terminal when it took longer."""

SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
"""The signals that end the program."""

_NUDGE = signal.SIGURG
"""Interrupts what a thread waits for; nobody sends it to a program that did not ask for it."""

_INPUT, _OUTPUT = 0, 2
_CUT_OFF = b"\x18\x1b[?2026l"
"""Ends a sequence and an update of which only the beginning was sent."""
_RESTORED = (
    b"\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2048l\x1b[<u"
    b"\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Takes back what Textual changes: pastes, lines, mouse, resizes, keys, screen, cursor, focus."""


class Watchdog:
    """Watches over the end of the program, from :meth:`start` until the process is gone."""

    def __init__(self) -> None:
        self._loop: AbstractEventLoop | None = None
        self._end: Callable[[int], None] = lambda code: None
        self._rescue: Callable[[], None] = lambda: None
        self._settings: list[Any] | None = None
        self._last_resort: threading.Timer | None = None

    def start(self) -> None:
        """Take over the signals that end the program. To be called once, in the main thread."""
        with suppress(termios.error):
            self._settings = termios.tcgetattr(_INPUT)
        come, written = os.pipe()
        os.set_blocking(written, False)
        for number in (*SIGNALS, _NUDGE):
            signal.signal(number, _in_the_pipe)
        signal.set_wakeup_fd(written, warn_on_full_buffer=False)
        threading.Thread(target=self._read, args=(come,), name="watchdog", daemon=True).start()

    def guard(
        self, loop: AbstractEventLoop, end: Callable[[int], None], rescue: Callable[[], None]
    ) -> None:
        """Have ``end`` called in the loop with 128 and the signal's number when one comes.

        Should the process still be there after :data:`PATIENCE`, ``rescue`` is called in a
        thread to save what it can, and the process is ended with that code.
        """
        self._end, self._rescue = end, rescue
        self._loop = loop

    def count_down(self, code: int, seconds: float = UNHURRIED) -> None:
        """End the process with ``code`` in some seconds, unless it has ended by then."""
        if self._last_resort is None:
            self._last_resort = threading.Timer(seconds, self._end_process, (code,))
            self._last_resort.daemon = True
            self._last_resort.start()

    def _read(self, pipe: int) -> None:
        while True:
            for number in os.read(pipe, 64):
                self._take(number)

    def _take(self, number: int) -> None:
        if number not in SIGNALS:
            self._call(lambda: None)  # wakes the loop, whose thread may have to run a handler
        elif self._loop is None:
            os._exit(128 + number)
        else:
            self.count_down(128 + number, PATIENCE)
            self._call(self._end, 128 + number)

    def _call(self, what: Callable[..., None], *values: int) -> None:
        with suppress(RuntimeError):  # the loop is closed: the end has begun
            if self._loop is not None:
                self._loop.call_soon_threadsafe(what, *values)

    def _end_process(self, code: int) -> None:
        """End with what can be saved saved; neither the disk nor the terminal holds it up."""
        rescue = threading.Thread(target=self._rescue, daemon=True)
        rescue.start()
        rescue.join(RESCUE)
        # Not a daemon: what it throws away may let the orderly end go on, which is to wait for it.
        back = threading.Thread(target=self._give_terminal_back)
        back.start()
        back.join(RESCUE)
        os._exit(code)

    def _give_terminal_back(self) -> None:
        """Set the terminal as it was; what it has not taken by now is thrown away."""
        with suppress(OSError, termios.error):
            if self._settings is None or os.tcgetpgrp(_INPUT) != os.getpgrp():
                return
            termios.tcsetattr(_INPUT, termios.TCSANOW, self._settings)
            terminal = os.open(os.ttyname(_OUTPUT), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, _OUTPUT)  # what is still to be written would fill it again
            _interrupt_writes()
            ends = time.monotonic() + RESCUE
            while not _written(terminal, _CUT_OFF + _RESTORED) and time.monotonic() < ends:
                time.sleep(0.01)


def _interrupt_writes() -> None:
    """Have a thread that waits for the terminal begin its write anew; it keeps others out."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.ident is not None:
            signal.pthread_kill(thread.ident, _NUDGE)


def _written(terminal: int, data: bytes) -> bool:
    """Write to a terminal in the place of what it has not taken; tell whether all fitted in."""
    termios.tcflush(terminal, termios.TCOFLUSH)
    try:
        return os.write(terminal, data) == len(data)
    except BlockingIOError:
        return False


def _in_the_pipe(_number: int, _frame: object) -> None:
    """Do nothing more: without a handler the system would end the process at once."""

"""The watchdog: ends the program after a signal, also while its event loop is blocked.

Python runs signal handlers in the main thread, between two steps of it. A terminal that
nobody reads, or a disk that does not answer, may block that thread within a step. So the
system writes the number of a signal into a pipe (``signal.set_wakeup_fd``), and a thread
reads it there, asks the event loop to end the program, and ends the process if that takes
too long.
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

SIGNAL_TIMEOUT = 2.0
"""Seconds that an orderly end may take after a signal."""

QUIT_TIMEOUT = 5.0
"""Seconds that an orderly end may take after quitting, when someone may wait for its messages."""

RESCUE_TIMEOUT = 1.0
"""Seconds each for writing drafts and for restoring the terminal when the end took too long."""

SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
"""The signals that end the program."""

_WAKE = signal.SIGURG
"""Interrupts a blocking call of a thread; the system does not send it unasked."""

_INPUT, _OUTPUT = 0, 2
_END_HALF_SENT = b"\x18\x1b[?2026l"
"""Ends an escape sequence and a screen update that were only half sent."""
_RESET = (
    b"\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2048l\x1b[<u"
    b"\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Resets what Textual sets: pastes, lines, mouse, resizes, keys, screen, cursor, focus."""


class Watchdog:
    """Ensures that the program ends, from :meth:`start` until the process is gone."""

    def __init__(self) -> None:
        self._loop: AbstractEventLoop | None = None
        self._end: Callable[[int], None] = lambda code: None
        self._rescue: Callable[[], None] = lambda: None
        self._settings: list[Any] | None = None
        self._last_resort: threading.Timer | None = None

    def start(self) -> None:
        """Handle the signals that end the program. Call it once, in the main thread."""
        with suppress(termios.error):
            self._settings = termios.tcgetattr(_INPUT)
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        for number in (*SIGNALS, _WAKE):
            signal.signal(number, _ignore)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        threading.Thread(target=self._read, args=(reader,), name="watchdog", daemon=True).start()

    def guard(
        self, loop: AbstractEventLoop, end: Callable[[int], None], rescue: Callable[[], None]
    ) -> None:
        """When a signal comes, call ``end`` in the loop with the exit code, 128 and its number.

        If the process is still there after :data:`SIGNAL_TIMEOUT`, call ``rescue`` in a thread
        to save what it can, and end the process with that code.
        """
        self._end, self._rescue = end, rescue
        self._loop = loop

    def count_down(self, code: int, seconds: float = QUIT_TIMEOUT) -> None:
        """End the process with ``code`` after some seconds, unless it has ended by then."""
        if self._last_resort is None:
            self._last_resort = threading.Timer(seconds, self._end_process, (code,))
            self._last_resort.daemon = True
            self._last_resort.start()

    def _read(self, pipe: int) -> None:
        while True:
            for number in os.read(pipe, 64):
                self._handle(number)

    def _handle(self, number: int) -> None:
        if number not in SIGNALS:
            self._call_in_loop(
                lambda: None
            )  # wakes the loop, so that its thread runs pending handlers
        elif self._loop is None:
            os._exit(128 + number)
        else:
            self.count_down(128 + number, SIGNAL_TIMEOUT)
            self._call_in_loop(self._end, 128 + number)

    def _call_in_loop(self, function: Callable[..., None], *values: int) -> None:
        with suppress(RuntimeError):  # the loop is closed: the end has begun
            if self._loop is not None:
                self._loop.call_soon_threadsafe(function, *values)

    def _end_process(self, code: int) -> None:
        """Save what can be saved and end; do not wait for a blocked disk or terminal."""
        rescue = threading.Thread(target=self._rescue, daemon=True)
        rescue.start()
        rescue.join(RESCUE_TIMEOUT)
        # Not a daemon: discarding output may unblock the orderly end, which must wait for it.
        restore = threading.Thread(target=self._restore_terminal)
        restore.start()
        restore.join(RESCUE_TIMEOUT)
        os._exit(code)

    def _restore_terminal(self) -> None:
        """Set the terminal as it was, and discard output that it has not accepted."""
        with suppress(OSError, termios.error):
            if self._settings is None or os.tcgetpgrp(_INPUT) != os.getpgrp():
                return
            termios.tcsetattr(_INPUT, termios.TCSANOW, self._settings)
            terminal = os.open(os.ttyname(_OUTPUT), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, _OUTPUT)  # pending output would fill the terminal again
            _interrupt_writes()
            deadline = time.monotonic() + RESCUE_TIMEOUT
            while (
                not _write_instead(terminal, _END_HALF_SENT + _RESET)
                and time.monotonic() < deadline
            ):
                time.sleep(0.01)


def _interrupt_writes() -> None:
    """Interrupt a thread that blocks in a write to the terminal, to let others write."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.ident is not None:
            signal.pthread_kill(thread.ident, _WAKE)


def _write_instead(terminal: int, data: bytes) -> bool:
    """Replace the pending output of a terminal by ``data``. Returns whether all of it fitted."""
    termios.tcflush(terminal, termios.TCOFLUSH)
    try:
        return os.write(terminal, data) == len(data)
    except BlockingIOError:
        return False


def _ignore(_number: int, _frame: object) -> None:
    """Do nothing: the pipe has it. Without a handler the system would end the process at once."""

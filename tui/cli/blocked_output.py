"""Output that nobody takes, as in a pipe to a program that hangs: it does not keep the program.

No signal ends a blocked write: Python goes on with it. So after a signal a thread watches the
writes, and sends what is not taken nowhere.
"""

from __future__ import annotations

import _thread
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

PATIENCE = 2.0
"""Seconds that a write may be blocked after a signal, and that an end by a signal may take."""

INTERRUPTS_A_WRITE = signal.SIGURG
"""Interrupts a blocked call of a thread; the system does not send it unasked."""

_LOOK_AGAIN = 0.1
"""Seconds between two looks at the writes."""


class Writes:
    """The writes of a command to its standard streams."""

    def __init__(self) -> None:
        """Call it in the thread that writes."""
        self._writer = _thread.get_ident()
        self._stream: TextIO | None = None
        """The stream that is written to; ``None`` between two writes."""
        self._since = 0.0
        self._is_watched = False

    @contextmanager
    def to(self, stream: TextIO) -> Iterator[None]:
        """Take note of a write to a stream: the block."""
        self._since, self._stream = time.monotonic(), stream
        try:
            yield
        finally:
            self._stream = None

    def give_up_blocked(self) -> None:
        """From now on, end writes that are blocked. A signal handler may call it, and again."""
        if not self._is_watched:
            self._is_watched = True
            _start(self._watch)

    def _watch(self) -> None:
        begun = time.monotonic()
        while True:
            time.sleep(_LOOK_AGAIN)
            stream, blocked = self._stream, time.monotonic() - max(self._since, begun)
            if stream is not None and blocked > PATIENCE:
                _send_nowhere(stream, self._writer)
                begun = time.monotonic()


def end_soon(code: int) -> None:
    """End the process with ``code`` after :data:`PATIENCE`, even if output is not taken."""

    def end() -> None:
        time.sleep(PATIENCE)
        os._exit(code)

    _start(end)


def _send_nowhere(stream: TextIO, writer: int) -> None:
    """Have the write of a thread that is blocked, and all later ones, go to the null device."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
    signal.pthread_kill(writer, INTERRUPTS_A_WRITE)  # its write begins again


def _start(work: Callable[[], None]) -> None:
    # A signal may come while ``threading`` itself is being imported.
    _thread.start_new_thread(work, ())

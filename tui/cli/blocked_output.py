"""Output that nobody takes, as in a pipe to a program that hangs: it does not keep the program.

No signal ends a blocked write: Python goes on with it. So after a signal a thread watches the
writes. What a stream does not take goes nowhere; for a file that blocks, the program ends.
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
    """The writes of a command to its standard streams, and to the file that it was given."""

    def __init__(self) -> None:
        """Call it in the thread that writes."""
        self._writer = _thread.get_ident()
        self._stream: TextIO | None = None
        """The stream that is written to; ``None`` for a file."""
        self._since: float | None = None
        """When the write that is under way began; ``None`` between two writes."""
        self._is_watched = False

    @contextmanager
    def to(self, stream: TextIO | None) -> Iterator[None]:
        """Take note of a write to a stream, or to a file (``None``): the block."""
        self._stream, self._since = stream, time.monotonic()
        try:
            yield
        finally:
            self._since = None

    def give_up_blocked(self, code: int) -> None:
        """From now on, end writes that are blocked, or with ``code`` the process.

        A signal handler may call it, and again.
        """
        if not self._is_watched:
            self._is_watched = True
            _start(lambda: self._watch(code))

    def _watch(self, code: int) -> None:
        begun = time.monotonic()
        while True:
            time.sleep(_LOOK_AGAIN)
            stream, since = self._stream, self._since
            if since is None or time.monotonic() - max(since, begun) < PATIENCE:
                continue
            if stream is None:
                os._exit(code)
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

"""Collecting garbage while nobody presses a key.

Screens leave cycles behind. Looking through everything for them takes 20 to 100 ms, and Python
would do it in the middle of a key.
"""

from __future__ import annotations

import asyncio
import gc
from functools import cache

QUIET = 1.5
"""Seconds without input after which everything is looked through."""

DUE = 10
"""Collections of younger objects after which that is worth while; Python's own measure."""

AT_LAST = 300
"""Collections of younger objects after which Python does it whatever happens."""


@cache
def freeze_imports() -> None:
    """Keep what exists by now out of all collections, at the first call in a process.

    Tests call it before their first app, and what one app left is collected while another runs.
    """
    gc.freeze()


class QuietCollector:
    """Puts full collections off until there was no input for a while."""

    def __init__(self) -> None:
        self._thresholds = gc.get_threshold()
        self._due: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Collect from now on; what exists already stays, and is never looked through."""
        freeze_imports()
        young, middle, _full = self._thresholds
        gc.set_threshold(young, middle, AT_LAST)
        gc.enable()

    def put_off(self) -> None:
        """Begin to wait again, since there was input."""
        if self._due:
            self._due.cancel()
        self._due = asyncio.get_running_loop().call_later(QUIET, self._collect)

    def end(self) -> None:
        """Leave collecting to Python again."""
        if self._due:
            self._due.cancel()
        gc.set_threshold(*self._thresholds)

    def _collect(self) -> None:
        self._due = None
        if gc.get_count()[2] >= DUE:
            gc.collect()

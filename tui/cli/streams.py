"""Standard streams that the caller has closed (``>&-``), as cron and some services do."""

from __future__ import annotations

import os
import sys


def open_closed_streams() -> None:
    """Open closed streams on the null device, before a file of ours gets their number.

    What goes to a closed standard output cannot be written: that is an error as on a full disk.
    """
    for name, flags in (
        ("stdin", os.O_RDONLY),
        ("stdout", os.O_RDONLY),
        ("stderr", os.O_WRONLY),
    ):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, flags)
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w"))

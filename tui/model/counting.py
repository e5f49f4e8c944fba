"""Counting things in words."""

from __future__ import annotations

from tui.model.webhook import FlagsTold


def count(number: int, thing: str) -> str:
    """Return ``1 change``, ``3 changes``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def flags_on(on: int, known: int, told: FlagsTold) -> str:
    """Say how many of a webhook's flags are on: ``18 of 22 flags on``."""
    match told:
        case FlagsTold.NEVER_CHOSEN:
            return f"all {known} flags on, never chosen"
        case FlagsTold.NOTHING:
            return f"{known} flags, not told which are on"
        case FlagsTold.EACH:
            return f"{on} of {known} flags on"


def flags_in_short(on: int, known: int, told: FlagsTold) -> str:
    """Say the same in few cells: ``18/22``, ``?/22`` where it is not told, ``-`` for none."""
    if not known:
        return "-"
    return f"{'?' if told is FlagsTold.NOTHING else on}/{known}"

"""Counting things in words."""

from __future__ import annotations

from collections.abc import Iterable

from tui.model.webhook import FlagsTold

MOST_LISTED = 6
"""How many things are named in a line."""


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


def listed(words: Iterable[str]) -> str:
    """Join the first few in a line, and say how many more there are."""
    found = list(words)
    more = len(found) - MOST_LISTED
    return ", ".join(found[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")

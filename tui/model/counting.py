"""Counting things in words."""

from __future__ import annotations

from collections.abc import Iterable

from tui.i18n import _, ngettext, number
from tui.model.webhook import FlagsTold

MOST_LISTED = 6
"""How many things a line names, at most."""


def flags_on(on: int, known: int, told: FlagsTold) -> str:
    """Say how many of a webhook's flags are on: ``18 of 22 flags on``."""
    match told:
        case FlagsTold.NEVER_CHOSEN:
            text = ngettext(
                "all {known} flag on, never chosen", "all {known} flags on, never chosen", known
            )
        case FlagsTold.NOTHING:
            text = ngettext(
                "{known} flag, not told which are on", "{known} flags, not told which are on", known
            )
        case FlagsTold.EACH:
            text = ngettext("{on} of {known} flag on", "{on} of {known} flags on", known)
    return text.format(on=number(on), known=number(known))


def flags_in_short(on: int, known: int, told: FlagsTold) -> str:
    """Say the same in a narrow column: ``18/22``, ``?/22`` where it is unknown, ``-`` for none."""
    if not known:
        return "-"
    return f"{'?' if told is FlagsTold.NOTHING else on}/{known}"


def listed(words: Iterable[str]) -> str:
    """Join the first few words in a line, and say how many more there are."""
    found = list(words)
    more = len(found) - MOST_LISTED
    names = ", ".join(found[:MOST_LISTED])
    if more <= 0:
        return names
    return _("{names} and {count} more").format(names=names, count=number(more))

"""What a flag of a webhook is, with what is staged of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from tui.model.webhook import FlagsTold, Values, Webhook


class FlagState(Enum):
    """The state of a flag in a row: as the server has it, or as it is staged."""

    ON = auto()
    OFF = auto()
    TURNS_ON = auto()
    TURNS_OFF = auto()
    UNKNOWN = auto()
    """The server does not tell whether it is on."""
    MISSING = auto()
    """The webhook does not have it."""


@dataclass(frozen=True, slots=True)
class FlagCount:
    """The number of webhooks that have a flag, and of those in which a change of it is staged."""

    on: int = 0
    """The webhooks in which it is on, on the server."""
    there: int = 0
    """The webhooks that have it."""
    turns_on: int = 0
    turns_off: int = 0


def flag_state(webhook: Webhook, wanted: Values | None, flag: str) -> FlagState:
    """Return the state of a flag of a webhook; ``wanted`` are the staged values."""
    on = webhook.flags.get(flag)
    if on is None:
        # It can be staged all the same: the review says that it is not there.
        return FlagState.TURNS_ON if wanted and wanted.flags.get(flag) else FlagState.MISSING
    wants = on if wanted is None else wanted.flags.get(flag, on)
    if wants != on:
        return FlagState.TURNS_ON if wants else FlagState.TURNS_OFF
    if webhook.flags_told is FlagsTold.NOTHING:
        return FlagState.UNKNOWN
    return FlagState.ON if on else FlagState.OFF

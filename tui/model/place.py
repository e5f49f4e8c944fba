"""The place that a screen shows: profile, server, instance, webhook; and marks of the server."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Place:
    """The parts of a place, for the top of a screen; empty parts are not shown."""

    profile: str
    """The profile's name, or words in its place where there is none yet."""
    host: str = ""
    kind: str = ""
    """The kind of server."""
    instance: str = ""
    webhook: str = ""

    def __str__(self) -> str:
        here = " › ".join(filter(None, (self.instance, self.webhook)))
        return " · ".join(filter(None, (self.profile, self.kind, here, self.host)))


class Mark(Enum):
    """What every screen must show of a server."""

    PRODUCTION = auto()
    READ_ONLY = auto()
    NO_HISTORY = auto()
    """Saves are not noted: the journal cannot be written."""

"""The place that a screen shows: profile, server, instance, webhook."""

from __future__ import annotations

from dataclasses import dataclass


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

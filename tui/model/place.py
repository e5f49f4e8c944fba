"""Where one is: whose server it is, and what of it is in front."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """The parts of a place, for the top of a screen; empty ones are not shown."""

    profile: str
    """The profile's name, or what is there before there is one."""
    host: str = ""
    kind: str = ""
    """Which kind of server it is."""
    instance: str = ""
    webhook: str = ""

    def __str__(self) -> str:
        here = " › ".join(filter(None, (self.instance, self.webhook)))
        return " · ".join(filter(None, (self.profile, self.kind, here, self.host)))

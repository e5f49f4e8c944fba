"""Comparing what a server has with what a save asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tui.core.save_result import Outcome
from tui.model.capabilities import Capabilities
from tui.model.diff import Change, Merge, changes, value_at
from tui.model.text import clean
from tui.model.webhook import FlagsTold, Webhook


@dataclass(slots=True)
class Comparison:
    """What a save asks for, to be compared with what the server has."""

    before: Webhook
    """What the server had just before writing."""
    merge: Merge
    capabilities: Capabilities
    """The server's."""
    asked: tuple[Change, ...] = field(init=False)
    """What has to change there."""

    def __post_init__(self) -> None:
        self.asked = changes(self.before.values, self.merge.values)

    def is_asked(self, change: Change) -> bool:
        """Whether a change is in a place that the save has to write."""
        return any(change.place == one.place for one in self.asked)

    def is_wanted(self, change: Change) -> bool:
        """Whether a change is in a place of the edit, whether or not others changed it already."""
        return any(change.place == one.place for one in (*self.asked, *self.merge.agreed))

    def tells(self, change: Change) -> bool:
        """Whether a change makes a difference: where not all flags are named, others are off."""
        every = self.capabilities.names_all_flags
        return change.old != change.new if every else change.matters

    def missing(self, now: Webhook) -> tuple[Change, ...]:
        """Return what is wanted and is not so."""
        differs = filter(self.is_wanted, changes(now.values, self.merge.values))
        return tuple(one for one in (*differs, *self.merge.lost) if self.tells(one))

    def crossed(self, missing: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return those of ``missing`` in whose place somebody else has put a value."""
        had = self.before.values
        return tuple(
            one for one in missing if self.tells(replace(one, new=value_at(had, one.place)))
        )

    def merged(self) -> tuple[Change, ...]:
        """Return what others had changed before, and the save keeps."""
        return tuple(filter(self.tells, self.merge.from_theirs))

    def besides(self, now: Webhook) -> Iterator[Change]:
        """Yield the changes since the write began that this save did not ask for."""
        for change in changes(self.before.values, now.values):
            # A flag that a server leaves out is off; where it tells of none, nothing is known.
            was_told = not change.is_flag or self.before.flags_told is not FlagsTold.NOTHING
            if was_told and self.tells(change) and not self.is_wanted(change):
                yield change

    def flags_chosen(self, now: Webhook) -> bool:
        """Whether the server stored all flags as on where nobody had chosen any."""
        before, after = self.before.flags_told, now.flags_told
        asked = any(change.is_flag for change in self.asked)
        return before is FlagsTold.NEVER_CHOSEN and after is FlagsTold.EACH and not asked

    def headers_changed(self, now: Webhook) -> tuple[str, ...]:
        """Name the headers that differ; their values are nobody's to show."""
        had, has = self.before.headers or {}, now.headers or {}
        return tuple(clean(name, 60) for name in {**had, **has} if had.get(name) != has.get(name))

    def outcome(self, now: Webhook) -> Outcome | None:
        """Say how much of what was asked for is there; ``None`` for nothing of it."""
        if now.is_new:
            return None
        if not (missing := self.missing(now)):
            return Outcome.SAVED
        places = {one.place for one in missing}
        return Outcome.PARTLY if any(one.place not in places for one in self.asked) else None

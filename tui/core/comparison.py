"""Comparing the state of a server with the request of a save."""

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
    """Compares the state of the server with the changes that a save requests."""

    before: Webhook
    """The state of the server just before the write."""
    merge: Merge
    capabilities: Capabilities
    """The server's."""
    requested: tuple[Change, ...] = field(init=False)
    """Changes to write: the differences between ``before`` and the merged values."""

    def __post_init__(self) -> None:
        self.requested = changes(self.before.values, self.merge.values)

    def is_requested(self, change: Change) -> bool:
        """Tell whether the save has to write the place of a change."""
        return any(change.place == one.place for one in self.requested)

    def is_edited(self, change: Change) -> bool:
        """Tell whether the user edited the place of a change, even if others already agree."""
        return any(change.place == one.place for one in (*self.requested, *self.merge.agreed))

    def counts(self, change: Change) -> bool:
        """Tell whether a change has an effect: a flag that the server does not name is off."""
        every = self.capabilities.names_all_flags
        return change.old != change.new if every else change.matters

    def missing(self, now: Webhook) -> tuple[Change, ...]:
        """Return the edited changes that the server does not have."""
        differing = filter(self.is_edited, changes(now.values, self.merge.values))
        return tuple(one for one in (*differing, *self.merge.lost) if self.counts(one))

    def contested(self, missing: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return those of ``missing`` whose place got another value since the write began."""
        old = self.before.values
        return tuple(
            one for one in missing if self.counts(replace(one, new=value_at(old, one.place)))
        )

    def merged(self) -> tuple[Change, ...]:
        """Return the changes of others before the write, which the save keeps."""
        return tuple(filter(self.counts, self.merge.from_theirs))

    def unrequested(self, now: Webhook) -> Iterator[Change]:
        """Yield the changes since the write began that this save did not request."""
        for change in changes(self.before.values, now.values):
            # Flags that a server leaves out are off, unless it tells nothing about flags at all.
            was_told = not change.is_flag or self.before.flags_told is not FlagsTold.NOTHING
            if was_told and self.counts(change) and not self.is_edited(change):
                yield change

    def flags_chosen(self, now: Webhook) -> bool:
        """Tell whether the save turned "never chosen" into all flags stored as on."""
        before, after = self.before.flags_told, now.flags_told
        requested = any(change.is_flag for change in self.requested)
        return before is FlagsTold.NEVER_CHOSEN and after is FlagsTold.EACH and not requested

    def headers_changed(self, now: Webhook) -> tuple[str, ...]:
        """Return the names of the headers that differ, never their values."""
        old, new = self.before.headers or {}, now.headers or {}
        return tuple(clean(name, 60) for name in {**old, **new} if old.get(name) != new.get(name))

    def outcome(self, now: Webhook) -> Outcome | None:
        """Return whether all or some requested changes were stored; ``None`` for none of them."""
        if now.is_new:
            return None
        if not (missing := self.missing(now)):
            return Outcome.SAVED
        places = {one.place for one in missing}
        return Outcome.PARTLY if any(one.place not in places for one in self.requested) else None

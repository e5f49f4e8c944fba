"""Differences between two states of a webhook, and the merge of two edits of one base."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tui.i18n import _, number
from tui.model.flag_words import label
from tui.model.webhook import FIELDS, Values

FLAGS = "flags"
"""The key of a change that stands for all flags."""

Value = str | bool | None
"""The value of a field or flag; ``None`` for a flag that one side does not have."""

Place = tuple[bool, str]
"""A field or flag of a webhook: whether it is a flag, and its key. A flag may have the key of a
field."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field or flag that differs."""

    key: str
    """``name``, ``url``, ``enabled``, or the wire name of an option or flag."""
    old: Value
    new: Value
    is_flag: bool = False

    @property
    def place(self) -> Place:
        """The field or flag that differs."""
        return self.is_flag, self.key

    @property
    def matters(self) -> bool:
        """Whether it has an effect: a flag that comes or goes while it is off has none."""
        if self.is_flag:
            return bool(self.old) != bool(self.new)
        return self.old != self.new

    def is_so(self, values: Values) -> bool:
        """Tell whether ``values`` are as this change makes them."""
        return value_at(values, self.place) == self.new


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field or flag that both sides changed to different values."""

    key: str
    base: Value
    theirs: Value
    mine: Value
    is_flag: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome of :func:`merge`."""

    values: Values
    """The merged values; in a conflict they have mine, until somebody chooses."""
    from_theirs: tuple[Change, ...]
    """Changes taken over from the other side: those in other places than mine, and the flags
    that the other side no longer has."""
    conflicts: tuple[Conflict, ...]
    agreed: tuple[Change, ...]
    """Changes that both sides made alike."""
    lost: tuple[Change, ...]
    """My changes of flags that the other side no longer has: they cannot be saved."""


def value_at(values: Values, place: Place) -> Value:
    """Return the value of a field or flag; ``None`` for a flag that does not exist."""
    is_flag, key = place
    return values.flags.get(key) if is_flag else values.get(key)


def changes(old: Values, new: Values) -> tuple[Change, ...]:
    """List the differences: fields first, then options, then flags in the order of ``old``."""
    if old == new:
        return ()
    fields = (
        Change(name, old.get(name), new.get(name))
        for name in (*FIELDS, *_differing(old.options, new.options))
        if old.get(name) != new.get(name)
    )
    flags = (
        Change(flag, old.flags.get(flag), new.flags.get(flag), is_flag=True)
        for flag in _differing(old.flags, new.flags)
    )
    return (*fields, *flags)


def description(values: Values) -> tuple[Change, ...]:
    """List the values of a new webhook as changes from nothing; all flags are one change."""
    fields = (Change(name, None, values.get(name)) for name in (*FIELDS, *values.options))
    return (*fields, Change(FLAGS, None, _flags_in_words(values.flags)))


def summary(old: Values, new: Values, *, is_new: bool) -> tuple[Change, ...]:
    """List the differences for people: of a new webhook all flags are one change."""
    found = changes(old, new)
    if not is_new:
        return found
    differing = {FLAGS if change.is_flag else change.key for change in found}
    return tuple(change for change in description(new) if change.key in differing)


def _flags_in_words(flags: Mapping[str, bool]) -> str:
    on = [label(flag) for flag, is_on in flags.items() if is_on]
    some = 0 < len(on) < len(flags)
    text = _("{on} of {known} on: {flags}") if some else _("{on} of {known} on")
    return text.format(on=number(len(on)), known=number(len(flags)), flags=", ".join(on))


def merge(base: Values, theirs: Values, mine: Values) -> Merge:
    """Merge two edits of ``base``, field by field and flag by flag.

    The server decides which flags exist: a flag that it dropped meanwhile is dropped, and one
    that it gained is kept as the server has it.
    """
    by_them, by_me = _by_place(changes(base, theirs)), _by_place(changes(base, mine))
    both = [(by_them[place], by_me[place]) for place in by_me if place in by_them]
    conflicts = tuple(
        Conflict(my.key, my.old, their.new, my.new, my.is_flag)
        for their, my in both
        if their.new is not None and their.new != my.new
    )
    flags = {
        flag: mine.flags.get(flag, on) if (True, flag) in by_me else on
        for flag, on in theirs.flags.items()
    }
    values = replace(theirs, flags=flags)
    for (is_flag, name), my in by_me.items():
        if not is_flag and my.new is not None and theirs.get(name) is not None:
            values = values.with_value(name, my.new)
    from_theirs = (
        change for place, change in by_them.items() if place not in by_me or change.new is None
    )
    agreed = tuple(my for their, my in both if their.new == my.new)
    lost = (replace(my, old=None) for their, my in both if their.new is None and my.new is not None)
    return Merge(values, tuple(from_theirs), conflicts, agreed, tuple(lost))


def _by_place(found: Iterable[Change]) -> dict[Place, Change]:
    return {change.place: change for change in found}


def _differing(old: Mapping[str, bool], new: Mapping[str, bool]) -> list[str]:
    """Return the keys whose values differ or that one side lacks, in the order of ``old``."""
    if old == new:
        return []
    changed = [key for key, on in old.items() if new.get(key) != on]
    return changed + [key for key in new if key not in old]

"""What differs between two states of a webhook, and how two edits of one base come together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui.model.webhook import FIELDS, Values

Value = str | bool | None
"""A field's value; ``None`` for a flag that one side does not have."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field or flag that differs."""

    key: str
    """``name``, ``url``, ``enabled``, or a flag's wire name."""
    old: Value
    new: Value
    is_flag: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field or flag that both sides changed, differently."""

    key: str
    base: Value
    theirs: Value
    mine: Value
    is_flag: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome of :func:`merge`."""

    values: Values
    """Mine over theirs: what both sides changed stands as mine until somebody chooses."""
    from_theirs: tuple[Change, ...]
    """What the other side changed and this side did not."""
    conflicts: tuple[Conflict, ...]


def changes(old: Values, new: Values) -> tuple[Change, ...]:
    """List what differs, fields first, then flags in the order of ``old``."""
    fields = (
        Change(name, getattr(old, name), getattr(new, name))
        for name in FIELDS
        if getattr(old, name) != getattr(new, name)
    )
    flags = (
        Change(flag, old.flags.get(flag), new.flags.get(flag), is_flag=True)
        for flag in _all_flags(old.flags, new.flags)
        if old.flags.get(flag) != new.flags.get(flag)
    )
    return (*fields, *flags)


def merge(base: Values, theirs: Values, mine: Values) -> Merge:
    """Merge two edits of ``base``, field by field and flag by flag.

    A flag the server has dropped meanwhile is dropped, one it has gained is kept as the
    server has it: which flags there are is the server's to say.
    """
    by_them = {change.key: change for change in changes(base, theirs)}
    by_me = {change.key: change for change in changes(base, mine)}
    conflicts = tuple(
        Conflict(key, change.old, by_them[key].new, change.new, change.is_flag)
        for key, change in by_me.items()
        if key in by_them and by_them[key].new != change.new and by_them[key].new is not None
    )
    fields = {name: getattr(mine if name in by_me else theirs, name) for name in FIELDS}
    flags = {
        flag: mine.flags.get(flag, on) if flag in by_me else on for flag, on in theirs.flags.items()
    }
    untouched = tuple(change for key, change in by_them.items() if key not in by_me)
    return Merge(Values(flags=flags, **fields), untouched, conflicts)


def _all_flags(*maps: Mapping[str, bool]) -> dict[str, None]:
    return {flag: None for flags in maps for flag in flags}

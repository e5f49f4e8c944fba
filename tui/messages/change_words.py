"""Changes of a webhook in words, and their values fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui.model.counting import count, listed
from tui.model.diff import Change, Conflict, Value, summary
from tui.model.flag_words import label
from tui.model.webhook import Values, Webhook

_ANY_BLANK = re.compile(r"\s")
_UNSEEN_BLANK = re.compile(r"^\s|\s$|(?<=\s)\s|\s(?=\s)")


def visible(value: Value, key: str) -> str:
    """Write a value for the screen: blanks that would not be seen are dots, in a URL all are."""
    if not value or isinstance(value, bool):
        return shown(value)
    return (_ANY_BLANK if key == "url" else _UNSEEN_BLANK).sub("·", value)


def shown(value: Value) -> str:
    """Write a value for people."""
    match value:
        case None:
            return "(not there)"
        case bool():
            return "on" if value else "off"
        case "":
            return "(empty)"
        case _:
            return value


def unsaved_words(base: Webhook, values: Values) -> str:
    """Say how much of an edit is not saved; of a new webhook, what it will have."""
    changed = len(summary(base.values, values, is_new=base.is_new))
    if not base.is_new:
        return f"{count(changed, 'change')}, not saved" if changed else "no changes"
    will_have = f"new, {values.flags_on} of {len(values.flags)} on"
    return f"{will_have}, not saved" if changed else will_have


def change_words(change: Change) -> str:
    """Write a change: ``presenceUpdate on → off``; of a new webhook only what it will have."""
    if change.old is None and not change.is_flag:
        return f"{title(change)} {visible(change.new, change.key)}"
    old, new = visible(change.old, change.key), visible(change.new, change.key)
    return f"{title(change)} {old} → {new}"


def title(change: Change | Conflict) -> str:
    """Name what a change or conflict is about."""
    if change.is_flag:
        return label(change.key)
    return "URL" if change.key == "url" else change.key


def names(changes: Iterable[Change | Conflict]) -> str:
    """Name some changes in a line, the first few and how many more."""
    return listed(map(title, changes))

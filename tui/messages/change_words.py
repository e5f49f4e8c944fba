"""Changes of a webhook in words, and the values in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui.i18n import _, ngettext, number
from tui.model.counting import listed
from tui.model.diff import Change, Conflict, Value, summary
from tui.model.flag_words import label
from tui.model.webhook import Values, Webhook

_BLANK = re.compile(r"\s")
_INVISIBLE_BLANK = re.compile(r"^\s|\s$|(?<=\s)\s|\s(?=\s)")
"""A blank that nobody sees: at an end, or beside another."""

_FIELD_TITLES = {"name": _("name"), "url": _("URL"), "enabled": _("enabled")}


def visible_value(value: Value, key: str) -> str:
    """Write a value with a dot for each blank that would not be seen; in a URL for every blank."""
    if not value or isinstance(value, bool):
        return value_words(value)
    return (_BLANK if key == "url" else _INVISIBLE_BLANK).sub("·", value)


def value_words(value: Value) -> str:
    """Write a value for people."""
    match value:
        case None:
            return _("(not there)")
        case bool():
            return _("on") if value else _("off")
        case "":
            return _("(empty)")
        case text:
            return text


def unsaved_words(base: Webhook, values: Values) -> str:
    """Say how many changes are not saved; of a new webhook, how many flags are on too."""
    changed = len(summary(base.values, values, is_new=base.is_new))
    if base.is_new:
        text = _("new, {on} of {known} on, not saved") if changed else _("new, {on} of {known} on")
        return text.format(on=number(values.flags_on), known=number(len(values.flags)))
    if not changed:
        return _("no changes")
    text = ngettext("{count} change, not saved", "{count} changes, not saved", changed)
    return text.format(count=number(changed))


def change_words(change: Change) -> str:
    """Write a change: ``presenceUpdate on → off``; of a new webhook only the value it will have."""
    if change.old is None and not change.is_flag:
        return f"{title(change)} {visible_value(change.new, change.key)}"
    old, new = visible_value(change.old, change.key), visible_value(change.new, change.key)
    return f"{title(change)} {old} → {new}"


def title(change: Change | Conflict) -> str:
    """Name the field, option or flag of a change or conflict."""
    return label(change.key) if change.is_flag else _FIELD_TITLES.get(change.key, change.key)


def names(changes: Iterable[Change | Conflict]) -> str:
    """Name the first few changes in a line, and say how many more there are."""
    return listed(map(title, changes))

"""A change of the history in lines: the values before, after, and now on the server."""

from __future__ import annotations

from collections.abc import Iterable

from tui.app.widgets.line_widget import Line, Role, Span, fit, line, wrap
from tui.i18n import _
from tui.messages.change_words import title, value_words, visible_value
from tui.messages.history_words import header_changes
from tui.model.diff import Change, value_at
from tui.model.flag_words import label
from tui.model.webhook import Values
from tui.storage.journal import Entry, WebhookState

_NAME = 26
"""Cells of the name of a field or flag, at most."""
_MOST_LINES = 4
"""Lines of a long value, at most."""


def changes_and_now(changes: Iterable[Change], now: Values | None, width: int) -> list[Line]:
    """List changes with both values, and the value now if the webhook still exists."""
    found = tuple(changes)
    cells = min(max((len(title(one)) for one in found), default=0), _NAME) + 2
    lines: list[Line] = []
    for change in found:
        name: Span = (f"   {fit(title(change), cells)}", "strong")
        if isinstance(change.new, bool) or isinstance(change.old, bool):
            lines.append(_short(name, change, now))
        else:
            lines += _long(name, change, now, width)
    return lines


def header_lines(entry: Entry, width: int) -> list[Line]:
    """Name the headers that an entry added and removed; no lines if there are none."""
    if entry.before is None or entry.after is None:
        return []
    words = header_changes(entry.before, entry.after)
    return plain_lines(_("headers: {changes}").format(changes=words), width) if words else []


def state_lines(state: WebhookState, width: int) -> list[Line]:
    """Write a whole state: its fields, and the flags that are on."""
    values = state.values
    flags = [label(one) for one, on in values.flags.items() if on]
    said = (
        *(((_("name"), values.name),) if values.name else ()),
        (_("URL"), visible_value(values.url, "url")),
        (_("enabled"), value_words(values.enabled)),
        *((name, value_words(on)) for name, on in values.options.items()),
        (_("flags on"), ", ".join(flags) or _("none")),
        (_("headers"), ", ".join(state.headers) or _("none")),
    )
    cells = max(len(name) for name, _text in said) + 2
    lines: list[Line] = []
    for name, text in said:
        lead: Span = (f"   {name:<{cells}}", "strong")
        for part in wrap(text, max(width - cells - 5, 20), 8):
            lines.append(line(lead, part))
            lead = (" " * (cells + 3), "text")
    return lines


def plain_lines(words: str, width: int, role: Role = "text") -> list[Line]:
    """Break a sentence into lines."""
    return [line((f"   {part}", role)) for part in wrap(words, max(width - 5, 20), _MOST_LINES)]


def _short(name: Span, change: Change, now: Values | None) -> Line:
    both = f"{value_words(change.old)} → {value_words(change.new)}"
    if now is None:
        return line(name, both)
    current = value_at(now, change.place)
    said = _("   now {value}").format(value=value_words(current))
    return line(name, f"{both:<12}", (said, "muted" if current == change.new else "changed"))


def _long(name: Span, change: Change, now: Values | None, width: int) -> list[Line]:
    sides: list[tuple[str, str, Role]] = [
        (_("was"), visible_value(change.old, change.key), "muted"),
        (_("became"), visible_value(change.new, change.key), "text"),
    ]
    if now is not None:
        current = value_at(now, change.place)
        same = current == change.new
        words = _("the same") if same else visible_value(current, change.key)
        sides.append((_("now"), words, "muted" if same else "changed"))
    label_cells = max(len(side) for side, _text, _role in sides) + 2
    room = max(width - len(name[0]) - label_cells - 2, 20)
    lines: list[Line] = []
    blank: Span = (" " * len(name[0]), "text")
    for side, text, role in sides:
        lead = f"{side:<{label_cells}}"
        for part in wrap(text, room, _MOST_LINES):
            lines.append(line(name, (lead, "muted"), (part, role)))
            name, lead = blank, " " * label_cells
    return lines

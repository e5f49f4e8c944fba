"""The list of instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len

from tui.app.widgets.found_text import match_spans
from tui.app.widgets.line_widget import Role, Span, fit
from tui.app.widgets.row_list import RowList
from tui.model.counting import flags_in_short
from tui.model.instance import Instance
from tui.model.search import Words
from tui.model.webhook import Webhook

_CONNECTIONS: dict[str, Span] = {
    "open": ("●", "on"),
    "online": ("●", "on"),
    "connecting": ("◌", "changed"),
    "reconnecting": ("◌", "changed"),
    "pairing": ("◌", "changed"),
    "refused": ("✕", "error"),
    "temporary_ban": ("✕", "error"),
}
_ROOMY = 74
"""Cells from which the number has a column."""
_SHORTEST_NAME = 5
"""Cells of a name that stay where its state needs the rest, which then stands there whole."""


class InstanceTable(RowList):
    """One row an instance: connection, state, name, and what there is to say of its webhooks."""

    one_webhook = False
    """Whether an instance has one webhook at most, which then stands in its row."""
    reading = False
    """Whether webhooks that are not known yet are being asked for."""
    words: Words = ()
    """The words of the filter."""

    def __init__(
        self,
        find: Callable[[str], Instance | None],
        found_in_webhooks: Callable[[str], bool],
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._instance = find
        self._found_in_webhooks = found_in_webhooks
        self._drafted: frozenset[str] = frozenset()

    def mark(self, drafted: Iterable[str]) -> None:
        """Mark the instances, by id, that have a draft."""
        self._drafted = frozenset(drafted)
        self.repaint()

    def is_match(self, key: str) -> bool:
        """Whether the filter was found in a webhook of an instance."""
        return self._found_in_webhooks(key)

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw an instance."""
        instance = self._instance(key)
        if instance is None:
            return ()
        mark, role = _CONNECTIONS.get(instance.connection.casefold(), ("○", "muted"))
        width = self.size.width - 4
        # What it is called has a third of the row, its webhook the rest.
        about = width - 14 - max(width * 3 // 10, 16) if self.one_webhook else 18
        number = 15 if width >= _ROOMY and not self.one_webhook else 0
        # An instance that is not active is rare, and then part of what it is called.
        state = "" if instance.state in ("", "active") else f" {instance.state}"
        room = max(width - 14 - number - bool(number) - about, 10)
        name = instance.name.strip() or "(no name)"
        taken = min(cell_len(name[: room + 1]), max(room - len(state), _SHORTEST_NAME))
        return (
            (f"{mark} ", role),
            (fit(instance.connection or "?", 10), "text"),
            ("*" if key in self._drafted else " ", "changed"),
            *match_spans(name, taken, "text", self.words),
            (fit(state, room - taken) + " ", "warning"),
            *(match_spans(instance.number, number, "muted", self.words) if number else ()),
            (" " if number else "", "text"),
            *(self._webhook(instance, about) if self.one_webhook else _webhooks(instance)),
        )

    def _webhook(self, instance: Instance, room: int) -> tuple[Span, ...]:
        if instance.webhooks is None:
            return ((fit("…" if self.reading else "not read", room), "muted"),)
        if not instance.webhooks:
            return ((fit("no webhook", room), "muted"),)
        webhook = instance.webhooks[0]
        role: Role = "text" if webhook.enabled else "muted"
        return (
            ("on  ", "on") if webhook.enabled else ("off ", "off"),
            (f"{flag_count(webhook):>5}  ", "text"),
            *match_spans(webhook.url, room - 11, role, self.words),
        )


def _webhooks(instance: Instance) -> tuple[Span, ...]:
    role: Role = "text" if instance.enabled_webhooks else "muted"
    return ((fit(webhook_summary(instance), 18), role),)


def flag_count(webhook: Webhook) -> str:
    """Say in short how many flags are on."""
    return flags_in_short(webhook.flags_on, len(webhook.flags), webhook.flags_told)


def webhook_summary(instance: Instance) -> str:
    """Say how many webhooks an instance has and how many are on."""
    if instance.webhooks is None:
        return "…"
    count, on = len(instance.webhooks), instance.enabled_webhooks
    match count:
        case 0:
            return "no webhook"
        case 1:
            return "1 webhook, on" if on else "1 webhook, off"
        case _:
            return f"{count} webhooks, {on} on"

"""The list of instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len

from tui.app.widgets.found_text import match_spans
from tui.app.widgets.line_widget import Role, Span, fit
from tui.app.widgets.row_list import RowList
from tui.i18n import _, ngettext, number
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
_WIDTH_WITH_NUMBER = 74
"""Cells of width from which the phone number has a column."""
_MIN_NAME_CELLS = 5
"""Cells that a name keeps when its state, which is shown whole, needs the rest."""


class InstanceTable(RowList):
    """One row for each instance: connection, name, state, number, and its webhooks."""

    one_webhook = False
    """Whether an instance has at most one webhook, which its row then shows."""
    reading = False
    """Whether webhooks that are not known yet are being read."""
    words: Words = ()
    """The words of the filter."""

    def __init__(
        self,
        instance_of: Callable[[str], Instance | None],
        found_in_webhooks: Callable[[str], bool],
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._instance_of = instance_of
        self._found_in_webhooks = found_in_webhooks
        self._drafted: frozenset[str] = frozenset()

    def mark(self, drafted: Iterable[str]) -> None:
        """Mark the instances, by id, that have a draft."""
        self._drafted = frozenset(drafted)
        self.repaint()

    def is_match(self, key: str) -> bool:
        """Whether the filter matches a webhook of an instance."""
        return self._found_in_webhooks(key)

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw an instance."""
        instance = self._instance_of(key)
        if instance is None:
            return ()
        mark, role = _CONNECTIONS.get(instance.connection.casefold(), ("○", "muted"))
        width = self.size.width - 4
        # Name and state get a third of the row, the webhook the rest.
        about = width - 14 - max(width * 3 // 10, 16) if self.one_webhook else 18
        number_cells = 15 if width >= _WIDTH_WITH_NUMBER and not self.one_webhook else 0
        # Few instances are not active; their state follows the name.
        state = "" if instance.state in ("", "active") else f" {instance.state}"
        room = max(width - 14 - number_cells - bool(number_cells) - about, 10)
        name = instance.name.strip() or _("(no name)")
        taken = min(cell_len(name[: room + 1]), max(room - len(state), _MIN_NAME_CELLS))
        return (
            (f"{mark} ", role),
            (fit(instance.connection or "?", 10), "text"),
            ("*" if key in self._drafted else " ", "changed"),
            *match_spans(name, taken, "text", self.words),
            (fit(state, room - taken) + " ", "warning"),
            *self._number(instance, number_cells),
            *(self._webhook(instance, about) if self.one_webhook else _webhooks(instance)),
        )

    def _number(self, instance: Instance, cells: int) -> tuple[Span, ...]:
        if not cells:
            return ()
        return (*match_spans(instance.number, cells, "muted", self.words), (" ", "text"))

    def _webhook(self, instance: Instance, room: int) -> tuple[Span, ...]:
        if instance.webhooks is None:
            return ((fit("…" if self.reading else _("not read"), room), "muted"),)
        if not instance.webhooks:
            return ((fit(_("no webhook"), room), "muted"),)
        webhook = instance.webhooks[0]
        role: Role = "text" if webhook.enabled else "muted"
        return (
            (fit(_("on"), 4), "on") if webhook.enabled else (fit(_("off"), 4), "off"),
            (f"{flag_count(webhook):>5}  ", "text"),
            *match_spans(webhook.url, room - 11, role, self.words),
        )


def _webhooks(instance: Instance) -> tuple[Span, ...]:
    role: Role = "text" if instance.enabled_webhooks else "muted"
    return ((fit(webhook_summary(instance), 18), role),)


def flag_count(webhook: Webhook) -> str:
    """Say briefly how many flags are on: ``18/22``."""
    return flags_in_short(webhook.flags_on, len(webhook.flags), webhook.flags_told)


def webhook_summary(instance: Instance) -> str:
    """Say how many webhooks an instance has and how many are on."""
    if instance.webhooks is None:
        return "…"
    count, on = len(instance.webhooks), instance.enabled_webhooks
    if count == 0:
        return _("no webhook")
    if count == 1:
        return _("1 webhook, on") if on else _("1 webhook, off")
    text = ngettext("{count} webhook, {on} on", "{count} webhooks, {on} on", count)
    return text.format(count=number(count), on=number(on))

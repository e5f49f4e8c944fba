"""The list of instances."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len

from tui.model.instance import Instance
from tui.widgets.lines import Span, fit
from tui.widgets.rows import Rows

_CONNECTIONS = {"open": ("●", "on"), "connecting": ("◌", "changed"), "refused": ("✕", "error")}
_ROOMY = 74
"""Cells from which the number has a column."""


class InstanceTable(Rows):
    """One row an instance: connection, state, name, number, how many webhooks and how many on."""

    def __init__(self, find: Callable[[str], Instance | None], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._instance = find

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw an instance."""
        instance = self._instance(key)
        if instance is None:
            return ()
        mark, role = _CONNECTIONS.get(instance.connection, ("○", "muted"))
        width = self.size.width - 4
        number = fit(instance.number, 15) + " " if width >= _ROOMY else ""
        # An instance that is not active is rare, and then part of what it is called.
        state = "" if instance.state == "active" else f" {instance.state}"
        room = max(width - 13 - len(number) - 19, 10)
        name = instance.name.strip() or "(no name)"
        taken = min(cell_len(name[: room + 1]), max(room - len(state), 6))
        return (
            (f"{mark} ", role),
            (fit(instance.connection or "?", 10) + " ", "text"),
            (fit(name, taken), "text"),
            (fit(state, room - taken) + " ", "warning"),
            (number, "muted"),
            (fit(webhook_summary(instance), 18), "text" if instance.enabled_webhooks else "muted"),
        )


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

"""A list of webhooks as JSON, in the shape of a run's report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.api.errors import ApiError
from tui.api.http.masking import mask
from tui.core.command.list_reader import ListReader
from tui.model.instance import Instance
from tui.model.report_format import FORMAT
from tui.model.webhook import Webhook
from tui.storage.journal import WebhookState

if TYPE_CHECKING:
    from tui.core.session import Session


def list_head(session: Session, command: str) -> dict[str, Any]:
    """Return the part of the document before the rows."""
    return {
        "hookboard": FORMAT,
        "command": command,
        "run": "",
        "server": {"url": session.url, "kind": session.kind},
    }


def list_end(reader: ListReader) -> dict[str, Any]:
    """Return the part after the rows: their number, and the errors of reading.

    ``complete`` is false if anything that was requested may be missing.
    """
    reading, selected = reader.reading, reader.selected
    unread = [
        {"instance": one.name, "instance_id": one.id, "said": _said(reading.failures.get(one.id))}
        for one in selected.unread
    ]
    return {
        "totals": {"rows": len(selected.rows), "not_read": len(unread)},
        "complete": reading.is_whole,
        "not_read": unread,
        "said": [*_said(reading.trouble), *reading.problems],
    }


def webhook_json(instance: Instance, webhook: Webhook) -> dict[str, Any]:
    """Return a webhook as a row: headers by name only, secrets in the URL masked."""
    flags = webhook.flags
    return {
        "instance": instance.name,
        "instance_id": instance.id,
        "webhook": webhook.name,
        "webhook_id": webhook.id,
        "url": mask(webhook.url),
        "enabled": webhook.enabled,
        "on": [flag for flag, is_on in flags.items() if is_on],
        "off": [flag for flag, is_on in flags.items() if not is_on],
        "options": dict(webhook.options),
        "headers": list(WebhookState.of(webhook).headers),
        "state": instance.state,
        "connection": instance.connection,
        "updated_at": webhook.updated_at.isoformat() if webhook.updated_at else None,
    }


def _said(error: ApiError | None) -> list[str]:
    return [error.what, *error.said] if error else []

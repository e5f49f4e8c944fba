"""A webhook with its wanted values, in the form of files: staged changes and plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui.storage.journal import Action, RowRecord, WebhookRef
from tui.storage.journal.state import state_from, state_json


def row_json(record: RowRecord) -> dict[str, Any]:
    """Return the target of a row as JSON, without its progress."""
    ref = record.ref
    return {
        "action": record.action.value,
        "instance": ref.instance,
        "instance_id": ref.instance_id,
        "webhook": ref.webhook,
        "webhook_id": ref.webhook_id,
        "base": state_json(record.base),
        "wanted": state_json(record.wanted),
    }


def row_from(told: object, server: str, position: int) -> RowRecord:
    """Read a row; the inverse of :func:`row_json`. Raises ``ValueError``."""
    match told:
        case {
            "action": str(action),
            "instance": str(instance),
            "instance_id": str(instance_id),
            "webhook": str(webhook),
            "webhook_id": str(webhook_id),
            "base": Mapping() as base,
            "wanted": Mapping() as wanted,
        }:
            ref = WebhookRef(server, instance_id, webhook_id, instance, webhook)
            return RowRecord(position, Action(action), ref, state_from(base), state_from(wanted))
    raise ValueError

"""Targets in the form in which files and the journal keep them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui.core.plan.plan import Target
from tui.core.recorder import ref_of
from tui.model.instance import Instance
from tui.model.webhook import Webhook
from tui.storage.journal import Action, RowRecord, WebhookState

FindInstance = Callable[[str], Instance | None]
"""Returns an instance by its id, as the list has it now."""


def action_of(target: Target) -> Action:
    """Return whether a target is to be changed, created or deleted."""
    if target.deletes:
        return Action.DELETE
    return Action.CREATE if target.base.is_new else Action.CHANGE


def record_of(target: Target, server: str, position: int) -> RowRecord:
    """Return a target to keep: the values, and of headers only the names."""
    action = action_of(target)
    ref = ref_of(server, target.instance, target.base)
    if action is Action.CREATE:
        ref = replace(ref, webhook=target.wanted.name)
    wanted = WebhookState.of(target.base.with_values(target.wanted))
    return RowRecord(position, action, ref, WebhookState.of(target.base), wanted)


def target_of(record: RowRecord, find: FindInstance) -> Target:
    """Return the target from its kept form."""
    ref = record.ref
    return Target(
        find(ref.instance_id) or Instance(ref.instance_id, ref.instance),
        _base_of(record),
        record.wanted.values,
        deletes=record.action is Action.DELETE,
    )


def _base_of(record: RowRecord) -> Webhook:
    """Return the planned base; its headers are read again before anything is written."""
    is_new = record.action is Action.CREATE
    base = record.base.as_webhook("" if is_new else record.ref.webhook_id)
    return replace(base, is_new=is_new)

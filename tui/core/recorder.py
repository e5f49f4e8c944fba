"""Noting writes to one server in the journal.

Nothing here waits for the disk or raises: failures are in :meth:`Journal.take_news`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tui.core.delete import Deleted, Deletion
from tui.core.save_result import Outcome, SaveResult
from tui.model.diff import merge
from tui.model.row_outcome import RowOutcome
from tui.storage.journal import Origin, WebhookRef, WebhookState, Written

if TYPE_CHECKING:
    from tui.core.edit import Edit
    from tui.model.instance import Instance
    from tui.model.webhook import Webhook
    from tui.storage.journal import Journal

_WROTE = (Outcome.SAVED, Outcome.SAVED_AFTER_ALL, Outcome.PARTLY, Outcome.UNKNOWN)
"""The outcomes of saves that may have changed something on the server."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Notes the edits of one server that come from one place."""

    journal: Journal
    server: str
    """The server's address."""
    origin: Origin

    def saved(self, instance: Instance, tried: Edit, result: SaveResult) -> None:
        """Note how a save of an edit ended."""
        at = result.seen or result.before or tried.base
        if not at.id:
            return  # it was not made, or nobody knows its id yet
        ref = ref_of(self.server, instance, at)
        if written := written_by(result, tried, self.origin):
            self.journal.note_write(ref, written)

    def interrupted(self, instance: Instance, tried: Edit) -> None:
        """Note a write whose answer nobody waited for: its outcome is not known."""
        if tried.base.id:
            wanted = WebhookState.of(tried.base.with_values(tried.values))
            written = Written(self.origin, RowOutcome.NOT_KNOWN, None, None, wanted)
            self.journal.note_write(ref_of(self.server, instance, tried.base), written)

    def read(self, instance: Instance, webhook: Webhook, asked_at: datetime) -> None:
        """Note the state of a webhook from a read that began at this time."""
        if not webhook.is_new:
            ref = ref_of(self.server, instance, webhook)
            self.journal.note_read(ref, WebhookState.of(webhook), asked_at)

    def deleted(self, instance: Instance, webhook: Webhook, result: Deleted) -> None:
        """Note how a deletion ended."""
        if written := written_by_deletion(result, webhook, self.origin):
            self.journal.note_write(ref_of(self.server, instance, webhook), written)


def ref_of(server: str, instance: Instance, webhook: Webhook) -> WebhookRef:
    """Return the journal's key for a webhook."""
    return WebhookRef(server, instance.id, webhook.id, instance.name, webhook.name)


def written_by(result: SaveResult, tried: Edit, origin: Origin, run: str = "") -> Written | None:
    """Return the write of a save, certain or possible; ``None`` if it wrote nothing."""
    if result.outcome not in _WROTE or result.row_outcome is RowOutcome.ALREADY_SO:
        return None
    before = result.before or tried.base
    merging = merge(tried.base.values, before.values, tried.values)
    return Written(
        origin,
        result.row_outcome,
        None if before.is_new else WebhookState.of(before),
        WebhookState.of(result.seen) if result.seen else None,
        WebhookState.of(before.with_values(merging.values)),
        run,
    )


def written_by_deletion(
    result: Deleted, webhook: Webhook, origin: Origin, run: str = ""
) -> Written | None:
    """Return the write of a deletion; ``None`` if the webhook still exists."""
    match result.outcome:
        case Deletion.DELETED:
            outcome = RowOutcome.SAVED
        case Deletion.DELETED_AFTER_ALL:
            outcome = RowOutcome.SAVED_AFTER_ALL
        case Deletion.UNKNOWN:
            outcome = RowOutcome.NOT_KNOWN
        case _:
            return None
    return Written(origin, outcome, WebhookState.of(webhook), None, None, run)

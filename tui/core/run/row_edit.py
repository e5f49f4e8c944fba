"""From a row of a run to an edit of its webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.edit import Edit
from tui.core.run.row import RunRow

if TYPE_CHECKING:
    from tui.core.session import Session


def edit_of(session: Session, row: RunRow) -> Edit | None:
    """Return an edit of the webhook of a row; ``None`` where the list no longer has it.

    It has the wanted changes that were not stored. Its base is the planned one: the editor reads
    the webhook again, and asks where others changed the same.
    """
    target = row.target
    instance = session.store.get(target.instance.id)
    webhook_id = row.webhook_id or target.base.id
    webhook = session.webhook(instance, webhook_id) if instance else None
    if webhook is None:
        return None
    if not row.ended or row.outcome.is_as_asked or target.deletes:
        return Edit.of(webhook, session.capabilities)
    base = webhook.with_values(target.base.values)
    return Edit(base, target.wanted, session.capabilities)

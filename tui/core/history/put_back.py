"""Restoring webhooks for a command: as they were at a time, or before a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tui.core.history.earlier_run import run_by_id
from tui.core.history.history import (
    entry_changes,
    put_back,
    state_at,
    undo,
    webhook_history,
    whole_state,
    with_retries,
    without_changes,
)
from tui.core.plan.plan import LeftOut, Reason, RowKey, Target
from tui.core.recorder import ref_of
from tui.core.run.row import RunRow
from tui.core.selection import Selection, select
from tui.i18n import _
from tui.model.instance import Instance
from tui.model.user_error import UserError
from tui.model.webhook import Webhook
from tui.storage.journal import Origin

if TYPE_CHECKING:
    from tui.core.session import Session

_NOT_OURS = (Origin.OTHERS, Origin.FIRST_SEEN)


async def targets_at(
    session: Session, selection: Selection, time: datetime, *, whole: bool
) -> list[Target | LeftOut]:
    """Return the targets that restore the selected webhooks as they were at a time.

    Only changes made by Hookboard since then are undone, changes by others stay; ``whole`` restores
    the whole state. A webhook that was first read later is left out. Raises :class:`UserError` if
    nothing is selected.
    """
    store = session.store
    found = select((store[key] for key in store.ids), selection)
    if not found.rows:
        raise UserError(_("No webhook is selected."))
    return [
        await _target_at(session, instance, webhook, time, whole=whole)
        for instance, webhook in found.rows
    ]


async def targets_before_run(
    session: Session, selection: Selection, run: str, *, whole: bool
) -> list[Target | LeftOut]:
    """Return the targets that undo the writes of a run and its retries to the selected webhooks.

    ``whole`` restores the whole state before the run. Raises :class:`UserError` if there is no such
    run.
    """
    past = await run_by_id(session, run)
    rows = await with_retries(session, run, past.rows)
    selected = [row for row in rows if _is_selected(session, row, selection)]
    if not whole:
        return put_back(session, selected)
    return list(_whole_targets(session, selected))


def _whole_targets(session: Session, rows: Sequence[RunRow]) -> Iterable[Target | LeftOut]:
    by_webhook: dict[RowKey, list[RunRow]] = {}
    for row in rows:
        by_webhook.setdefault(row.target.key, []).append(row)
    for of_one in by_webhook.values():
        read = [row for row in of_one if row.ended and row.result.before and row.webhook_id]
        if not read or read[0].target.deletes:
            yield from put_back(session, of_one)
            continue
        first, instance = read[0], session.store.get(read[0].target.instance.id)
        assert first.result.before is not None
        if instance is None:
            yield LeftOut(Reason.GONE, first.target.instance, first.target.base)
        else:
            yield whole_state(instance, first.webhook_id, first.result.before)


def _is_selected(session: Session, row: RunRow, selection: Selection) -> bool:
    """Tell whether a row is selected, by its webhook as it is now, or as planned if it is gone."""
    instance = session.store.get(row.target.instance.id) or row.target.instance
    webhook = instance.webhook(row.webhook_id) or row.target.base
    return selection.has(instance, webhook)


async def _target_at(
    session: Session, instance: Instance, webhook: Webhook, time: datetime, *, whole: bool
) -> Target | LeftOut:
    entries = await webhook_history(session, ref_of(session.journal_key, instance, webhook))
    before = state_at(entries, time)
    if before is None:
        unknown = _("Nothing is known of it at that time.")
        return LeftOut(Reason.INVALID, instance, webhook, (unknown,))
    if whole:
        return whole_state(instance, webhook.id, before)
    ours = [one for one in entries if one.at > time and one.origin not in _NOT_OURS]
    after = next((one.after for one in ours if one.after is not None), None)
    if after is None:
        return LeftOut(Reason.ALREADY_SO, instance, webhook)
    undone = without_changes(after, before, map(entry_changes, ours))
    return undo(instance, webhook.id, undone, after)

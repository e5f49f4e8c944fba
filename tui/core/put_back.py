"""Restoring webhooks for a command: as they were at a time, or before a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from tui.core.earlier_run import run_by_id
from tui.core.history import entry_changes, put_back, state_at, undo, webhook_history, whole_state
from tui.core.plan import LeftOut, Reason, Target
from tui.core.recorder import ref_of
from tui.core.run_row import RunRow
from tui.core.selection import Selection, select
from tui.i18n import _
from tui.model.diff import Place, value_at
from tui.model.instance import Instance
from tui.model.user_error import UserError
from tui.model.webhook import Values, Webhook
from tui.storage.journal import Entry, Origin, WebhookState

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
    """Return the targets that undo the writes of a run to the selected webhooks.

    ``whole`` restores the whole state before the run. Raises :class:`UserError` if there is no such
    run.
    """
    past = await run_by_id(session, run)
    rows = [row for row in past.rows if _is_selected(session, row, selection)]
    if not whole:
        return put_back(session, rows)
    return list(_whole_targets(session, rows))


def _whole_targets(session: Session, rows: Sequence[RunRow]) -> Iterable[Target | LeftOut]:
    for row in rows:
        before = row.result.before
        instance = session.store.get(row.target.instance.id)
        if before is not None and row.ended and not row.target.deletes:
            if instance is None:
                yield LeftOut(Reason.GONE, row.target.instance, row.target.base)
            else:
                yield whole_state(instance, row.webhook_id, before)
        else:
            yield from put_back(session, [row])


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
    return undo(instance, webhook.id, _undone(after, before, ours), after)


def _undone(after: WebhookState, before: WebhookState, ours: Iterable[Entry]) -> WebhookState:
    """Return the state without our changes: other differences were made by others."""
    places = {change.place for entry in ours for change in entry_changes(entry)}
    values = after.values
    for place in places:
        values = _with_value_of(values, before.values, place)
    return replace(after, values=values)


def _with_value_of(values: Values, other: Values, place: Place) -> Values:
    value = value_at(other, place)
    is_flag, key = place
    if value is None:
        return values
    if is_flag:
        return replace(values, flags={**values.flags, key: bool(value)})
    return values.with_value(key, value)

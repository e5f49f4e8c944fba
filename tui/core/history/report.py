"""The history of a server for a command: changes of webhooks, and rows of runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from tui.core.history.earlier_run import record_by_id
from tui.core.history.history import past_runs
from tui.core.selection import Selection
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.storage.journal import Entry, RowRecord, RunRecord

if TYPE_CHECKING:
    from tui.core.session import Session


async def entries_since(session: Session, selection: Selection, since: datetime) -> list[Entry]:
    """Return the changes of the selected webhooks since a time, newest first.

    Rows of interrupted runs that have an intent and no outcome are among them. Raises
    :class:`UserError`.
    """
    if session.journal is None:
        return []
    found = list(await session.journal.changes_since(session.journal_key, since))
    for run in await past_runs(session):
        if run.ended is None and run.began >= since:
            rows = await session.journal.rows(session.journal_key, run.id)
            found += entries_of_run(run, (row for row in rows if row.intent and not row.end))
    found.sort(key=lambda entry: entry.at, reverse=True)
    return [entry for entry in found if _is_selected(entry, selection)]


async def entries_of(session: Session, selection: Selection, run: str) -> list[Entry]:
    """Return all rows of a run, reached or not. Raises :class:`UserError`."""
    record = await record_by_id(session, run)
    assert session.journal is not None, "it has the run"
    rows = await session.journal.rows(session.journal_key, record.id)
    return [one for one in entries_of_run(record, rows) if _is_selected(one, selection)]


def entries_of_run(run: RunRecord, rows: Iterable[RowRecord]) -> list[Entry]:
    """Return rows of a run as entries; rows without an outcome show the intended changes."""
    return [_entry(run, row) for row in rows]


def _entry(run: RunRecord, row: RowRecord) -> Entry:
    unended = RowOutcome.NOT_KNOWN if row.intent else RowOutcome.NOT_REACHED
    entry = Entry(
        row.ref,
        row.intent or run.began,
        None,
        run.origin,
        run.who,
        run.id,
        unended,
        row.base,
        row.wanted,
    )
    if row.end is None:
        return entry
    end = row.end
    return replace(entry, outcome=end.outcome, before=end.before, after=end.after)


def _is_selected(entry: Entry, selection: Selection) -> bool:
    """Tell whether an entry's webhook is selected, by its state after the change."""
    state = entry.after or entry.before
    if state is None:
        return not (selection.where or selection.but_not)
    webhook = state.as_webhook(entry.ref.webhook_id)
    return selection.has(Instance(entry.ref.instance_id, entry.ref.instance), webhook)

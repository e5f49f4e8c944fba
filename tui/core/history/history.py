"""The history: resuming, retrying and undoing runs, and undoing changes of single webhooks.

The result is always a list of targets for a plan, so that undoing is reviewed and saved like any
other change. Only the change itself is undone; later changes by others stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from tui.core.plan.plan import LeftOut, Plan, Reason, RowKey, Target, plan, rebased
from tui.core.run.journal import RunJournal, change_json, lock_folder, rows_of_records
from tui.core.run.report import masked
from tui.core.run.row import RunRow
from tui.core.run.run import Run, RunOwner
from tui.core.webhook_loader import read_webhooks
from tui.model.diff import Change, value_at
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.model.time import utc_now
from tui.model.webhook import FlagsTold, Values, Webhook
from tui.storage.disk import on_disk
from tui.storage.journal import Action, Entry, Origin, RunRecord, WebhookRef, WebhookState
from tui.storage.run_lock import is_run_under_way

if TYPE_CHECKING:
    from tui.core.session import Session


LATELY = timedelta(days=30)
"""The age of the oldest change that is listed for a whole server."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run from the journal, with its rows."""

    record: RunRecord
    rows: tuple[RunRow, ...]


def new_run(
    session: Session,
    targets: Iterable[Target],
    origin: Origin,
    owner: RunOwner | None = None,
    *,
    of_run: str = "",
    at_once: int | None = None,
) -> Run:
    """Return a run over targets; ``of_run`` is the run that it undoes."""
    rows = [RunRow(position, target) for position, target in enumerate(targets)]
    return _run_over(session, rows, origin, owner, of_run, at_once)


async def webhook_history(session: Session, ref: WebhookRef) -> tuple[Entry, ...]:
    """Return the entries of a webhook, newest first. Raises :class:`UserError`."""
    return await session.journal.history(ref) if session.journal else ()


async def server_changes(session: Session) -> tuple[Entry, ...]:
    """Return the recent changes on a server, newest first. Raises :class:`UserError`."""
    if session.journal is None:
        return ()
    return await session.journal.changes_since(session.journal_key, session.now() - LATELY)


async def read_and_note(session: Session, instance: Instance) -> None:
    """Read the webhooks of an instance again, and note what others changed.

    Raises :class:`ApiError`.
    """
    asked_at = utc_now()
    now = await read_webhooks(session, instance)
    if recorder := session.recorder(Origin.OTHERS):
        for webhook in now.webhooks or ():
            recorder.read(now, webhook, asked_at)


async def past_run(session: Session, record: RunRecord) -> PastRun:
    """Read a run from the journal. Raises :class:`UserError`."""
    assert session.journal is not None
    records = await session.journal.rows(record.server, record.id)
    return PastRun(record, rows_of_records(records, session.store.get))


async def past_runs(session: Session) -> tuple[RunRecord, ...]:
    """Return the runs on a server, newest first. Raises :class:`UserError`."""
    return await session.journal.runs(session.journal_key) if session.journal else ()


async def run_totals(session: Session, record: RunRecord) -> Mapping[RowOutcome, int]:
    """Return the number of rows of a run by outcome. Raises :class:`UserError`."""
    return await session.journal.totals(record.id) if session.journal else {}


async def cut_off_runs(session: Session, under_way: str = "") -> tuple[RunRecord, ...]:
    """Return the interrupted runs that can be resumed, newest first. Raises :class:`UserError`.

    ``under_way`` is the id of the run that this program carries out on the server: all others are
    interrupted. None is returned while another program carries one out: it may be any of them.
    """
    if session.journal is None:
        return ()
    key = session.journal_key
    if not under_way and await on_disk(is_run_under_way, lock_folder(session.journal), key):
        return ()
    runs = await session.journal.runs(key)
    return tuple(run for run in runs if run.ended is None and run.id != under_way)


def resumed(
    session: Session, past: PastRun, owner: RunOwner | None = None, at_once: int | None = None
) -> Run:
    """Return a run that resumes the rows without an outcome, under the same id."""
    record = past.record
    journal = RunJournal(session.journal, record.server, record.origin, run=record.id)
    return Run(session, past.rows, journal, owner, at_once)


def to_try_again(rows: Iterable[RunRow]) -> tuple[RunRow, ...]:
    """Return the rows of a run that may succeed when they are sent again."""
    return tuple(row for row in rows if row.outcome.may_be_tried_again)


def to_put_back(rows: Iterable[RunRow]) -> Iterator[RunRow]:
    """Yield the rows of a run that wrote something, which can be undone."""
    for row in rows:
        wrote = row.outcome.is_as_asked or row.result.missing
        if row.ended and wrote and row.result.before != row.result.after:
            yield row


def tried_again(
    session: Session,
    rows: Iterable[RunRow],
    origin: Origin,
    owner: RunOwner | None = None,
    *,
    of_run: str = "",
    at_once: int | None = None,
) -> Run:
    """Return a new run over the rows of an earlier one that may succeed now, with their bases.

    A write with an unknown outcome may have arrived, so its row is treated as begun.
    """
    again = [
        RunRow(position, row.target, had_intent=row.outcome is RowOutcome.NOT_KNOWN)
        for position, row in enumerate(to_try_again(rows))
    ]
    return _run_over(session, again, origin, owner, of_run, at_once)


def _run_over(
    session: Session,
    rows: Iterable[RunRow],
    origin: Origin,
    owner: RunOwner | None,
    of_run: str,
    at_once: int | None,
) -> Run:
    journal = RunJournal(session.journal, session.journal_key, origin, of_run=of_run)
    return Run(session, rows, journal, owner, at_once)


def server_plan(session: Session, targets: Iterable[Target | LeftOut]) -> Plan:
    """Return a plan of targets; its size is compared with all webhooks of the server."""
    return plan(targets, session.capabilities, total=session.store.webhook_count)


async def with_retries(session: Session, run: str, rows: Iterable[RunRow]) -> tuple[RunRow, ...]:
    """Return the rows of a run, and after them those of the runs that tried it again.

    Raises :class:`UserError`.
    """
    found, family = [*rows], {run}
    for record in reversed(await past_runs(session) if run else ()):
        if record.of_run in family and record.origin is not Origin.RESTORE:
            family.add(record.id)
            found += (await past_run(session, record)).rows
    return tuple(found)


def put_back(session: Session, rows: Iterable[RunRow]) -> list[Target | LeftOut]:
    """Return the targets that undo the writes of runs' rows, based on the list as it is now.

    A webhook may have several rows, the oldest first. Rows that wrote nothing are left out.
    """
    written: dict[RowKey, list[RunRow]] = {}
    for row in to_put_back(rows):
        written.setdefault(row.target.key, []).append(row)
    found = (_put_back_rows(session, of_one) for of_one in written.values())
    return [one for one in found if one is not None]


def _put_back_rows(session: Session, rows: Sequence[RunRow]) -> Target | LeftOut | None:
    """Return the target that undoes the writes of one webhook's rows; ``None`` for none."""
    first, last = rows[0], rows[-1]
    before, after = first.result.before, last.result.after
    instance = session.store.get(last.target.instance.id)
    if instance is None:
        return LeftOut(Reason.GONE, last.target.instance)
    if last.action is Action.DELETE and before is not None:
        return _made_again(session, instance, before)
    if after is None:
        return None
    if before is not None and len(rows) > 1:  # others may have changed it in between
        before = without_changes(after, before, map(_row_changes, rows))
    return undo(instance, last.webhook_id, before, after)


def _row_changes(row: RunRow) -> tuple[Change, ...]:
    before, after = row.result.before, row.result.after
    return before.changes_to(after) if before and after else ()


def without_changes(
    after: WebhookState, before: WebhookState, made: Iterable[Iterable[Change]]
) -> WebhookState:
    """Return a state with the values of an earlier one wherever changes were made."""
    values = after.values
    for is_flag, key in {change.place for some in made for change in some}:
        value = value_at(before.values, (is_flag, key))
        if value is not None and is_flag:
            values = replace(values, flags={**values.flags, key: bool(value)})
        elif value is not None:
            values = values.with_value(key, value)
    return replace(after, values=values)


class NoUndo(Enum):
    """The reason why an entry of the history cannot be undone or put back."""

    FIRST_SEEN = auto()
    """The webhook was seen for the first time: that is no change."""
    NOT_KNOWN = auto()
    """The state that the change left is not known."""
    DELETED = auto()
    """The webhook was deleted."""
    ONLY_HEADERS = auto()
    """Only headers were changed, and their values are not kept."""


def undo_entry(session: Session, instance: Instance, entry: Entry) -> Target | LeftOut | NoUndo:
    """Return the target that undoes the change of an entry, or the reason why there is none."""
    if entry.origin is Origin.FIRST_SEEN:
        return NoUndo.FIRST_SEEN
    if entry.after is None:
        why = _without_state(entry)
        if why is NoUndo.DELETED and entry.before and _is_gone(instance, entry):
            return _made_again(session, instance, entry.before)
        return why
    if entry.before is not None and not entry_changes(entry):
        return NoUndo.ONLY_HEADERS
    return undo(instance, entry.ref.webhook_id, entry.before, entry.after)


def whole_entry(session: Session, instance: Instance, entry: Entry) -> Target | LeftOut | NoUndo:
    """Return the target that restores the whole state of an entry, or why there is none.

    A deleted webhook is created again, without its headers.
    """
    if entry.after is None:
        return _without_state(entry)
    if _is_gone(instance, entry):
        return _made_again(session, instance, entry.after)
    return whole_state(instance, entry.ref.webhook_id, entry.after)


def _is_gone(instance: Instance, entry: Entry) -> bool:
    """Whether the webhook of an entry is known to be gone."""
    return instance.webhooks is not None and instance.webhook(entry.ref.webhook_id) is None


def _made_again(session: Session, instance: Instance, state: WebhookState) -> Target:
    """Return the target that creates a deleted webhook again, without its headers."""
    blank = replace(session.server.blank(instance), is_new=True)
    return Target(instance, blank, _values_for(blank, state))


def loses_headers(target: Target | LeftOut, entry: Entry) -> bool:
    """Whether a deleted webhook would come back without the headers it had."""
    state = entry.after or entry.before
    return isinstance(target, Target) and target.base.is_new and bool(state and state.headers)


def _without_state(entry: Entry) -> NoUndo:
    return NoUndo.NOT_KNOWN if entry.outcome is RowOutcome.NOT_KNOWN else NoUndo.DELETED


def undo(
    instance: Instance, webhook_id: str, before: WebhookState | None, after: WebhookState
) -> Target | LeftOut:
    """Return the target that undoes one change of a webhook, based on the list as it is now.

    ``before`` is ``None`` for the change that created the webhook: undoing it deletes it.
    """
    now = instance.webhook(webhook_id)
    if now is None:
        reason = Reason.NOT_READ if instance.webhooks is None else Reason.GONE
        return LeftOut(reason, instance)
    base = now.with_values(_values_for(now, after))
    if before is None:
        return rebased(Target(instance, base, base.values, deletes=True), now)
    wanted = _values_for(base, before)
    return rebased(Target(instance, base, wanted), now, keep_theirs=True)


def whole_state(instance: Instance, webhook_id: str, state: WebhookState) -> Target | LeftOut:
    """Return the target that restores a whole earlier state, over later changes by anybody."""
    now = instance.webhook(webhook_id)
    if now is None:
        return LeftOut(Reason.GONE, instance)
    return Target(instance, now, _values_for(now, state))


def state_at(entries: Iterable[Entry], time: datetime) -> WebhookState | None:
    """Return the state of a webhook at a time, from its entries, newest first.

    ``None`` if it did not exist then, or nothing is known of it that early.
    """
    for entry in entries:
        if entry.at <= time:
            return entry.after
    return None


def entry_changes(entry: Entry) -> tuple[Change, ...]:
    """Return the changes of an entry; none where the state before or after is not known."""
    if entry.before is None or entry.after is None:
        return ()
    return entry.before.changes_to(entry.after)


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as a row of JSON."""
    ref = entry.ref
    return {
        "instance": ref.instance,
        "instance_id": ref.instance_id,
        "webhook": ref.webhook,
        "webhook_id": ref.webhook_id,
        "at": entry.at.isoformat(),
        "since": entry.since.isoformat() if entry.since else None,
        "who": entry.who,
        "from": entry.origin.value,
        "run": entry.run,
        "outcome": entry.outcome.value if entry.outcome else None,
        "changes": [change_json(masked(one)) for one in entry_changes(entry)],
    }


def _values_for(now: Webhook, state: WebhookState) -> Values:
    """Return the values of an earlier state for a webhook, with the flags that it has now."""
    old = state.values
    told = state.flags_told is not FlagsTold.NOTHING
    flags = {key: old.flags.get(key, on) if told else on for key, on in now.flags.items()}
    options = {key: old.options.get(key, on) for key, on in now.options.items()}
    return replace(old, flags=flags, options=options)

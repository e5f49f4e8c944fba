"""History: runs that go on, are tried again or put back, and changes of webhooks undone.

What comes of it is a list of targets for a plan: undoing is reviewed and saved like any other
change. Only what a change did is undone; what others changed since stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from tui.core.plan import LeftOut, Plan, Reason, Target, plan, rebased
from tui.core.run import Run, RunOwner
from tui.core.run_journal import RunJournal, change_json, lock_folder, rows_of_records
from tui.core.run_report import masked
from tui.core.run_row import RunRow
from tui.core.webhook_loader import read_webhooks
from tui.model.diff import Change
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
"""How far back the changes of a whole server are listed."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run as the journal has it, with its rows."""

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
    """Return a run over targets; ``of_run`` is the run that it puts back."""
    rows = [RunRow(position, target) for position, target in enumerate(targets)]
    return _run_over(session, rows, origin, owner, of_run, at_once)


async def webhook_history(session: Session, ref: WebhookRef) -> tuple[Entry, ...]:
    """Return the entries of a webhook, newest first. Raises :class:`UserError`."""
    return await session.journal.history(ref) if session.journal else ()


async def server_changes(session: Session) -> tuple[Entry, ...]:
    """Return what changed on a server lately, newest first. Raises :class:`UserError`."""
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
    """Return how many rows of a run ended with each outcome. Raises :class:`UserError`."""
    return await session.journal.totals(record.id) if session.journal else {}


async def cut_off_runs(session: Session) -> tuple[RunRecord, ...]:
    """Return the runs that were killed and can go on, newest first. Raises :class:`UserError`.

    There are none while a run is under way on the server, here or in another program.
    """
    if session.journal is None:
        return ()
    key = session.journal_key
    if await on_disk(is_run_under_way, lock_folder(session.journal), key):
        return ()
    return tuple(run for run in await session.journal.runs(key) if run.ended is None)


def resumed(
    session: Session, past: PastRun, owner: RunOwner | None = None, at_once: int | None = None
) -> Run:
    """Return a run that goes on with the rows that have no outcome, under the same id."""
    record = past.record
    journal = RunJournal(session.journal, record.server, record.origin, run=record.id)
    return Run(session, past.rows, journal, owner, at_once)


def to_try_again(rows: Iterable[RunRow]) -> tuple[RunRow, ...]:
    """Return the rows of a run that may end better when they are sent again."""
    return tuple(row for row in rows if row.outcome.may_be_tried_again)


def tried_again(
    session: Session,
    rows: Iterable[RunRow],
    origin: Origin,
    owner: RunOwner | None = None,
    *,
    of_run: str = "",
    at_once: int | None = None,
) -> Run:
    """Return a new run over the rows of one that may end better now, with their planned bases.

    A write of which nothing is known may have arrived, so that row is treated as begun.
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
    """Return a plan of targets, measured by the webhooks that the server has."""
    return plan(targets, session.capabilities, total=session.store.webhook_count)


def put_back(session: Session, rows: Iterable[RunRow]) -> list[Target | LeftOut]:
    """Return the targets that undo what rows of a run wrote, as the server's list is now.

    Rows that wrote nothing are not in it.
    """
    found: list[Target | LeftOut] = []
    for row in rows:
        before, after = row.result.before, row.result.after
        action = row.action
        wrote = row.outcome.is_as_asked or row.result.missing
        if not row.ended or not wrote or before == after:
            continue
        instance = session.store.get(row.target.instance.id)
        if instance is None:
            found.append(LeftOut(Reason.GONE, row.target.instance))
        elif action is Action.DELETE and before is not None:
            found.append(_made_again(session, instance, before))
        elif after is not None:
            found.append(undo(instance, row.webhook_id, before, after))
    return found


class NoUndo(Enum):
    """Why an entry of the history cannot be undone or put back."""

    FIRST_SEEN = auto()
    """It is no change."""
    NOT_KNOWN = auto()
    """What the server has had since is not known."""
    DELETED = auto()
    """The webhook was deleted."""
    ONLY_HEADERS = auto()
    """Only headers were changed, and their values are not kept."""


def undo_entry(session: Session, instance: Instance, entry: Entry) -> Target | LeftOut | NoUndo:
    """Return the target that undoes what an entry changed, or why there is none."""
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
    """Return the target that gives a webhook the whole state of an entry, or why there is none.

    A webhook that was deleted is made again, without its headers.
    """
    if entry.after is None:
        return _without_state(entry)
    if _is_gone(instance, entry):
        return _made_again(session, instance, entry.after)
    return whole_state(instance, entry.ref.webhook_id, entry.after)


def _is_gone(instance: Instance, entry: Entry) -> bool:
    """Whether the webhook of an entry is no longer there; not where that was not read."""
    return instance.webhooks is not None and instance.webhook(entry.ref.webhook_id) is None


def _made_again(session: Session, instance: Instance, state: WebhookState) -> Target:
    """Return the target that makes a deleted webhook again, without its headers."""
    blank = replace(session.server.blank(instance), is_new=True)
    return Target(instance, blank, _values_for(blank, state))


def loses_headers(target: Target | LeftOut, entry: Entry) -> bool:
    """Whether a webhook that is made again from an entry had headers, which are not kept."""
    state = entry.after or entry.before
    return isinstance(target, Target) and target.base.is_new and bool(state and state.headers)


def _without_state(entry: Entry) -> NoUndo:
    return NoUndo.NOT_KNOWN if entry.outcome is RowOutcome.NOT_KNOWN else NoUndo.DELETED


def undo(
    instance: Instance, webhook_id: str, before: WebhookState | None, after: WebhookState
) -> Target | LeftOut:
    """Return the target that undoes one change of a webhook, as the server's list is now.

    ``before`` is ``None`` where the change made the webhook: undone, it is deleted.
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
    """Return the target that gives a webhook a whole earlier state, whoever changed it since."""
    now = instance.webhook(webhook_id)
    if now is None:
        return LeftOut(Reason.GONE, instance)
    return Target(instance, now, _values_for(now, state))


def state_at(entries: Iterable[Entry], time: datetime) -> WebhookState | None:
    """Return the state of a webhook at a time, from its entries, the newest first.

    ``None`` where it was not there, or nothing is known of it so early.
    """
    for entry in entries:
        if entry.at <= time:
            return entry.after
    return None


def entry_changes(entry: Entry) -> tuple[Change, ...]:
    """Return what an entry of the history changed; nothing where one side is not known."""
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

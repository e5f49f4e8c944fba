"""One row of a run: the save or deletion of one webhook, and its result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tui.api.errors import (
    ApiError,
    AsksToWait,
    NoAnswer,
    NotFound,
    Refused,
    Unauthorised,
    Unreachable,
)
from tui.api.port import WebhookServer
from tui.core.delete import Deletion, delete
from tui.core.edit import Edit
from tui.core.edit_session import EditSession, Owner
from tui.core.plan.plan import Target
from tui.core.plan.target_record import action_of
from tui.core.recorder import written_by, written_by_deletion
from tui.core.save import read_again
from tui.core.save_result import Objection, Outcome, SaveResult
from tui.core.store import Store
from tui.model.diff import Change, Conflict, changes, merge
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.model.webhook import Webhook
from tui.storage.journal import Action, Origin, WebhookState, Written

MayPutBack = Callable[[tuple[Change, ...]], Awaitable[bool]]
"""Asks whether to turn flags off again that a save may have reset."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """The result of a row, and the state of the server as far as it is known."""

    outcome: RowOutcome = RowOutcome.NOT_REACHED
    before: WebhookState | None = None
    """The state of the server just before the write."""
    after: WebhookState | None = None
    """The state of the server now."""
    merged: tuple[Change, ...] = ()
    """Changes since the plan was made that nobody here requested, made by others or by the server;
    they stay."""
    missing: tuple[Change, ...] = ()
    """Wanted changes that were not stored, from the server's value to the wanted one."""
    conflicts: tuple[Conflict, ...] = ()
    what: str = ""
    """What went wrong, in a line."""
    said: tuple[str, ...] = ()
    """The server's own words."""
    unreached: bool = False
    """Whether nothing was written because the server was not reached, or did not answer."""
    objection: Objection | None = None
    """The reason why Hookboard did not send it; ``None`` unless it is invalid."""
    field_errors: tuple[tuple[str, str], ...] = ()
    """The rules that are broken, by field."""
    requests: int = 0
    seconds: float = 0.0


@dataclass(slots=True, eq=False)
class RunRow:
    """A row of a run, with its progress."""

    position: int
    """Its place in the run, from 0."""
    target: Target
    result: RowResult = field(default_factory=RowResult)
    ended: bool = False
    had_intent: bool = False
    """Whether an earlier run began it, so that its write may have arrived."""
    refusals: int = 0
    """How often the server refused it as one request too many."""
    webhook_id: str = ""
    """The id of a webhook that this row created."""

    @property
    def outcome(self) -> RowOutcome:
        """The outcome; "not reached" until it has ended."""
        return self.result.outcome

    @property
    def action(self) -> Action:
        """Whether it changes, creates or deletes its webhook."""
        return action_of(self.target)


@dataclass(frozen=True, slots=True)
class Tried:
    """The result of one try at a row."""

    result: RowResult
    written: Written | None = None
    """The webhook's new state, to note in the journal."""
    waits: AsksToWait | None = None
    """The error by which the server asks to try again later."""
    needs_token: bool = False
    """Whether it may succeed with another token."""
    webhook_id: str = ""
    found_gone: bool = False
    """Whether a webhook to delete was gone already."""

    @property
    def is_gone(self) -> bool:
        """Whether its webhook was not on the server."""
        return self.found_gone or self.result.outcome is RowOutcome.GONE


async def try_row(
    server: WebhookServer,
    store: Store,
    row: RunRow,
    origin: Origin,
    run: str,
    may_put_back: MayPutBack,
) -> Tried:
    """Carry out a row; an :class:`ApiError` is returned in the result, never raised.

    Where its webhook is gone, the store gets what is left of its instance.
    """
    tried = await _try_once(server, store, row, origin, run, may_put_back)
    if tried.is_gone:
        await _read_what_is_left(server, store, row.target.instance)
    return tried


async def _read_what_is_left(server: WebhookServer, store: Store, instance: Instance) -> None:
    """Read the webhooks that an instance still has; remove it from the store if it is gone too."""
    if store.get(instance.id) is None:
        return
    with suppress(ApiError):
        try:
            store.found(instance.id, await server.webhooks(instance))
        except NotFound:
            store.remove(instance.id)


async def _try_once(
    server: WebhookServer,
    store: Store,
    row: RunRow,
    origin: Origin,
    run: str,
    may_put_back: MayPutBack,
) -> Tried:
    if row.target.deletes:
        return await _try_deletion(server, store, row, origin, run)
    if row.had_intent and row.target.base.is_new and server.capabilities.many:
        try:
            if made := await _made_before(server, row.target):
                return made
        except ApiError as error:
            return _after_error(error)
    owner = _RowOwner(may_put_back)
    edit = Edit(row.target.base, row.target.wanted, server.capabilities)
    instance = store.get(row.target.instance.id) or row.target.instance
    result = await EditSession(server, store, instance, edit, owner).save()
    if result is not None and result.outcome is Outcome.CONFLICT:
        owner.save_ended(result, edit)  # an edit session asks about conflicts instead
    return _saved(owner, row, origin, run)


class _RowOwner(Owner):
    """Collects the results of a row's saves: putting flags back takes a second one."""

    def __init__(self, may_put_back: MayPutBack) -> None:
        self._may_put_back = may_put_back
        self.results: list[tuple[SaveResult, Edit]] = []

    def save_ended(self, result: SaveResult, tried: Edit) -> None:
        """Keep the result."""
        self.results.append((result, tried))

    async def may_put_back(self, flags: tuple[Change, ...]) -> bool:
        """Ask whoever started the run."""
        return await self._may_put_back(flags)


def _saved(owner: _RowOwner, row: RunRow, origin: Origin, run: str) -> Tried:
    """Return the result of the saves of a row."""
    first, tried = owner.results[0]
    last, _tried = owner.results[-1]
    outcome = last.row_outcome
    if len(owner.results) > 1 and outcome is RowOutcome.ALREADY_SO:
        outcome = first.row_outcome
    before = first.before
    if outcome is RowOutcome.ALREADY_SO and row.had_intent:
        outcome = RowOutcome.SAVED_AFTER_ALL
        before = _before_earlier_try(row.target, before) if before else None
    seen = last.seen or last.webhook
    error = last.error
    result = RowResult(
        outcome,
        WebhookState.of(before) if before and not before.is_new else None,
        WebhookState.of(seen) if seen and not seen.is_new else None,
        merged=(*(one for each, _edit in owner.results for one in each.merged), *last.unrequested),
        missing=last.missing,
        conflicts=last.merge.conflicts if last.merge else (),
        what=error.what if error else "",
        said=_said(error),
        unreached=outcome is RowOutcome.NOT_SAVED and _is_unreached(error, last.before),
        objection=last.objection,
        field_errors=last.field_errors,
    )
    ended = replace(last, before=first.before or last.before)
    waits = error if isinstance(error, AsksToWait) and outcome is RowOutcome.NOT_SAVED else None
    return Tried(
        result,
        written_by(ended, tried, origin, run),
        waits,
        last.needs_token,
        seen.id if seen else "",
    )


def _before_earlier_try(target: Target, now: Webhook) -> Webhook:
    """Return what the server had before an earlier try wrote a row, so that it can be put back.

    What others changed since is in it.
    """
    return now.with_values(merge(target.wanted, now.values, target.base.values).values)


async def _made_before(server: WebhookServer, target: Target) -> Tried | None:
    """Return the result for a webhook that an unanswered request has created."""
    wanted = target.wanted
    for webhook in await server.webhooks(target.instance):
        if (webhook.name, webhook.url) == (wanted.name, wanted.url):
            missing = changes(webhook.values, wanted)
            outcome = RowOutcome.PARTLY if missing else RowOutcome.SAVED_AFTER_ALL
            after = WebhookState.of(webhook)
            return Tried(RowResult(outcome, None, after, missing=missing), webhook_id=webhook.id)
    return None


async def _try_deletion(
    server: WebhookServer, store: Store, row: RunRow, origin: Origin, run: str
) -> Tried:
    """Delete a webhook, unless others changed it since the plan was made."""
    target = row.target
    instance: Instance = store.get(target.instance.id) or target.instance
    try:
        now = await read_again(server, instance, target.base)
    except NotFound:
        if row.had_intent:
            deleted_before = WebhookState.of(target.base)
            saved = RowResult(RowOutcome.SAVED_AFTER_ALL, deleted_before)
            return Tried(saved, found_gone=True)
        return Tried(RowResult(RowOutcome.ALREADY_SO), found_gone=True)
    except ApiError as error:
        return _after_error(error)
    before = WebhookState.of(now)
    if theirs := changes(target.base.values, now.values):
        return Tried(RowResult(RowOutcome.CONFLICT, before, before, missing=theirs))
    deleted = await delete(server, instance, target.base.id)
    if deleted.webhooks is not None:
        store.found(instance.id, deleted.webhooks)
    match deleted.outcome:
        case Deletion.DELETED:
            result = RowResult(RowOutcome.SAVED, before)
        case Deletion.GONE_BEFORE:
            result = RowResult(RowOutcome.ALREADY_SO, before)
        case Deletion.DELETED_AFTER_ALL:
            result = RowResult(RowOutcome.SAVED_AFTER_ALL, before)
        case Deletion.UNKNOWN:
            result = RowResult(RowOutcome.NOT_KNOWN, before, what=_what(deleted.error))
        case Deletion.NOT_DELETED if deleted.error is not None:
            return _after_error(deleted.error, now)
        case Deletion.NOT_DELETED:
            result = RowResult(RowOutcome.NOT_SAVED, before, before)
    return Tried(result, written_by_deletion(deleted, now, origin, run))


def _after_error(error: ApiError, read: Webhook | None = None) -> Tried:
    """Return the result for a row that wrote nothing; ``read`` is its webhook if it was read."""
    match error:
        case Unauthorised():
            outcome = RowOutcome.NO_ACCESS
        case NotFound():
            outcome = RowOutcome.GONE
        case Refused():
            outcome = RowOutcome.REFUSED
        case _:
            outcome = RowOutcome.NOT_SAVED
    return Tried(
        RowResult(
            outcome, what=error.what, said=_said(error), unreached=_is_unreached(error, read)
        ),
        waits=error if isinstance(error, AsksToWait) else None,
        needs_token=outcome is RowOutcome.NO_ACCESS,
    )


def _is_unreached(error: ApiError | None, read: Webhook | None) -> bool:
    """Whether a row was not written because the server was not reached, or never answered."""
    return isinstance(error, Unreachable) or (isinstance(error, NoAnswer) and read is None)


def _what(error: ApiError | None) -> str:
    return error.what if error else ""


def _said(error: ApiError | None) -> tuple[str, ...]:
    """Return the server's own words, also those about a field."""
    if error is None:
        return ()
    fields = error.fields.values() if isinstance(error, Refused) else ()
    return (*error.said, *(words for found in fields for words in found))

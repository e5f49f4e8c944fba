"""The save protocol: from what was read and what was edited to a result one can rely on.

No server of these tells whether a save took, and none guards against two editors. So a
webhook is read again before it is written, merged with what others changed, written whole,
and the answer compared with what was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from tui.api.errors import ApiError, NotFound, Refused, Unauthorised
from tui.api.port import WebhookServer
from tui.model.changes import Change, Merge, changes, merge
from tui.model.checks import check
from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook


class Outcome(Enum):
    """How a save ended."""

    NO_CHANGES = auto()
    INVALID = auto()
    """Found wrong on this side; nothing was sent."""
    CONFLICT = auto()
    """Others changed the same fields since; nothing was written."""
    SAVED = auto()
    SAVED_AFTER_ALL = auto()
    """The write seemed to fail, and reading again shows that it took."""
    PARTLY = auto()
    """Some of it took; what is missing is named."""
    REFUSED = auto()
    UNAUTHORISED = auto()
    NOT_SAVED = auto()
    """It failed, and the server has what it had, or was never reached."""
    UNKNOWN = auto()
    """It failed, and what the server has now could not be read."""


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What became of a save, and what the server has now as far as that is known."""

    outcome: Outcome
    webhook: Webhook | None = None
    """What the server has now: the new base. ``None`` where it was not read."""
    merged: tuple[Change, ...] = ()
    """What others had changed since, taken over."""
    missing: tuple[Change, ...] = ()
    """What was asked for and is not so on the server."""
    merge: Merge | None = None
    """For a conflict: both sides."""
    error: ApiError | None = None
    field_errors: tuple[tuple[str, str], ...] = ()
    """For what this side found wrong: field and words."""


async def save(
    server: WebhookServer, instance: Instance, base: Webhook, values: Values
) -> SaveResult:
    """Save an edit of ``base``; never raises an :class:`ApiError`, the result has it."""
    if not changes(base.values, values):
        return SaveResult(Outcome.NO_CHANGES, base)
    if errors := check(values, base.values).errors:
        return SaveResult(Outcome.INVALID, field_errors=tuple(errors.items()))
    try:
        current = await server.webhook(instance, base.id)
    except ApiError as error:
        return _nothing_sent(error)
    merging = merge(base.values, current.values, values)
    if merging.conflicts:
        return SaveResult(Outcome.CONFLICT, current, merge=merging)
    return await _write(_Save(server, instance, current, merging))


@dataclass(slots=True)
class _Save:
    """A save under way, past the point where anything could be in its way."""

    server: WebhookServer
    instance: Instance
    current: Webhook
    merge: Merge
    wrote: bool = False
    """Whether the server took a write: from then on ``current`` is what it had."""

    def missing(self, now: Webhook) -> tuple[Change, ...]:
        return (*changes(now.values, self.merge.values), *self.merge.lost)

    def result(
        self, outcome: Outcome, now: Webhook | None, error: ApiError | None = None
    ) -> SaveResult:
        missing = self.missing(now) if now else ()
        return SaveResult(outcome, now, self.merge.from_theirs, missing, error=error)

    async def read(self) -> Webhook:
        return await self.server.webhook(self.instance, self.current.id)

    async def write_whole(self) -> Webhook:
        """Write everything, and return what the server has then."""
        written = await self.server.update(self.instance, self.current, self.merge.values)
        self.wrote = True
        return written or await self.read()

    async def write_flags(self, now: Webhook, flags: Mapping[str, bool]) -> Webhook:
        """Write flags that did not stick, and return what the server has then."""
        try:
            taken = await self.server.update_flags(self.instance, now.id, flags)
        except NotFound:
            if not self.wrote:
                raise
            return now  # the webhook was there a moment ago: this server has no such address
        self.wrote = True
        if taken is None:
            return await self.read()
        return now.with_values(replace(now.values, flags={**now.flags, **taken}))


async def _write(save: _Save) -> SaveResult:
    wanted = save.merge.values
    now = save.current
    todo = changes(now.values, wanted)
    try:
        if todo and not (save.server.flags_apart and all(change.is_flag for change in todo)):
            now = await save.write_whole()
        if missing := _flags_missing(now, wanted):
            now = await save.write_flags(now, missing)
    except ApiError as error:
        return await _after_error(save, error)
    return save.result(Outcome.PARTLY if save.missing(now) else Outcome.SAVED, now)


def _flags_missing(now: Webhook, wanted: Values) -> dict[str, bool]:
    return {flag: on for flag, on in wanted.flags.items() if now.flags.get(flag) != on}


async def _after_error(save: _Save, error: ApiError) -> SaveResult:
    """Find out what the server has, and say that instead of guessing."""
    now = save.current
    if error.applied_unknown or save.wrote:
        try:
            now = await save.read()
        except ApiError:
            return save.result(Outcome.UNKNOWN, None, error)
    if not save.missing(now):
        return save.result(Outcome.SAVED_AFTER_ALL, now, error)
    if changes(now.values, save.current.values):
        return save.result(Outcome.PARTLY, now, error)
    match error:
        case Refused():
            return save.result(Outcome.REFUSED, now, error)
        case Unauthorised():
            return save.result(Outcome.UNAUTHORISED, now, error)
        case _:
            return save.result(Outcome.NOT_SAVED, now, error)


def _nothing_sent(error: ApiError) -> SaveResult:
    outcome = Outcome.UNAUTHORISED if isinstance(error, Unauthorised) else Outcome.NOT_SAVED
    return SaveResult(outcome, error=error)

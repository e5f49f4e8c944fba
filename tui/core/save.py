"""The save protocol: from what was read and what was edited to a result one can rely on.

No server of these tells whether a save took, and none guards against two editors. So a
webhook is read again before it is written, merged with what others changed, written whole,
and the answer compared with what was asked for. What an answer says is compared once with
what a read shows; a server that was right is believed from then on.

The servers leave one window open: what somebody else writes after this side's last look and
before its write is overwritten. What a look has shown is not, unless its owner chose so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from tui.api.errors import ApiError, NotFound, Refused, Unauthorised
from tui.api.port import WebhookServer
from tui.model.diff import Change, Merge, changes, merge, value_at
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.validation import check
from tui.model.webhook import FlagsTold, Values, Webhook

THERE_ALREADY = "a webhook of this name and URL is there already; the list, read again, has it"
BY_OTHERS = "others changed it meanwhile, ^r reads that"


class Outcome(Enum):
    """How a save ended."""

    NO_CHANGES = auto()
    INVALID = auto()
    """Found wrong on this side; nothing was written."""
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
    """Nothing of it took: the server failed, kept what it had, or was never reached."""
    UNKNOWN = auto()
    """It failed, whatever was answered, and what the server has now could not be read."""


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What became of a save, and what the server has now as far as that is known."""

    outcome: Outcome
    webhook: Webhook | None = None
    """What the server has now: the new base. ``None`` where that was not read, and where
    ``crossed`` has something: from the old base the next save sees both sides."""
    merged: tuple[Change, ...] = ()
    """What others had changed since, taken over."""
    missing: tuple[Change, ...] = ()
    """What is wanted and not so on the server: what it has, what is wanted."""
    crossed: tuple[Change, ...] = ()
    """Those of ``missing`` in whose place somebody else's value stands."""
    besides: tuple[Change, ...] = ()
    """What nobody here asked for and is not as it was read just before writing: others did
    that, or the server itself."""
    restored: tuple[Change, ...] = ()
    """Flags that the write had reset on the way: how they were then, how they are again. Of
    :attr:`Outcome.UNKNOWN`, how they are to be again."""
    maybe_reset: tuple[Change, ...] = ()
    """Flags that are on since the write, by the server's doing or by somebody else's: how they
    are, how they were. They were left so; see :attr:`WebhookServer.resets_flags`."""
    unsettled: tuple[Change, ...] = ()
    """Of :attr:`Outcome.UNKNOWN`, the flags that were sent apart, after the rest was taken."""
    flags_chosen: bool = False
    """Whether all flags, which nobody had chosen, were stored as on: the server wanted them."""
    headers: tuple[str, ...] = ()
    """Names of the headers that are not as they were read just before writing."""
    merge: Merge | None = None
    """For a conflict: both sides."""
    error: ApiError | None = None
    reading_error: ApiError | None = None
    """Of :attr:`Outcome.UNKNOWN`, why what the server has now could not be read."""
    field_errors: tuple[tuple[str, str], ...] = ()
    """For what this side found wrong: field and words."""

    @property
    def is_saved(self) -> bool:
        """Whether the server has everything that was wanted."""
        return self.outcome in (Outcome.NO_CHANGES, Outcome.SAVED, Outcome.SAVED_AFTER_ALL)

    @property
    def needs_token(self) -> bool:
        """Whether another token lets the save go on."""
        errors = (self.error, self.reading_error)
        unknown = self.outcome is Outcome.UNKNOWN
        return self.outcome is Outcome.UNAUTHORISED or (
            unknown and any(isinstance(error, Unauthorised) for error in errors)
        )


async def save(
    server: WebhookServer,
    instance: Instance,
    base: Webhook,
    values: Values,
    writing: Callable[[], None] = lambda: None,
) -> SaveResult:
    """Save an edit of ``base``; never raises an :class:`ApiError`, the result has it.

    ``writing`` is called when the first write is about to be sent: whoever stops waiting
    before knows that nothing was changed.
    """
    if not base.is_new and not changes(base.values, values):
        return SaveResult(Outcome.NO_CHANGES, base)
    on_server = None if base.is_new else base.values
    if errors := check(values, on_server, server.abilities).errors:
        return SaveResult(Outcome.INVALID, field_errors=tuple(errors.items()))
    try:
        if base.is_new and server.abilities.many:
            # Nobody else can change what is not there yet; what is there already is not it.
            others = await server.webhooks(instance)
            if any((one.name, one.url) == (values.name, values.url) for one in others):
                # It may be this one, made by a save whose answer was lost.
                return SaveResult(Outcome.INVALID, field_errors=(("name", THERE_ALREADY),))
            ids = frozenset(one.id for one in others)
            made = _Save(server, instance, base, _unopposed(base, values), ids)
            return await _write(made, writing)
        current = await read_again(server, instance, base)
    except ApiError as error:
        return _nothing_sent(error)
    merging = merge(base.values, current.values, values)
    if merging.conflicts:
        return SaveResult(Outcome.CONFLICT, current, merge=merging)
    if errors := check(merging.values, current.values, server.abilities).errors:
        # Right on both sides, wrong together: with flags that others turned off, none is on.
        theirs = ((key, f"{BY_OTHERS}; {words}") for key, words in errors.items())
        return SaveResult(Outcome.INVALID, field_errors=tuple(theirs))
    return await _write(_Save(server, instance, current, merging), writing)


async def read_again(server: WebhookServer, instance: Instance, base: Webhook) -> Webhook:
    """Read what the server has of ``base`` now; of one that was never made, that is ``base``.

    Raises :class:`ApiError`, :class:`NotFound` where it is gone.
    """
    if base.is_new and server.abilities.many:
        return base
    current = await server.webhook(instance, base.id)
    if current.is_new and not base.is_new:
        raise NotFound(
            f"{server.host} has no webhook there any more",
            "Its instance was deleted, or made anew; r reads the list again. "
            f"{server.abilities.none_shown}".rstrip(),
        )
    return current


@dataclass(slots=True)
class _Save:
    """A save under way, past the point where anything could be in its way."""

    server: WebhookServer
    instance: Instance
    current: Webhook
    """What the server had just before writing."""
    merge: Merge
    others: frozenset[str] = frozenset()
    """Where one is made, the ids of those that were there before."""
    asked: tuple[Change, ...] = field(init=False)
    """What has to change there."""
    writes: int = 0
    """How many writes the server took: from the first on ``current`` is what it had."""
    proof: bool = True
    """Whether the last that was heard is a proof: an answer may only repeat the question."""
    restored: tuple[Change, ...] = ()
    maybe_reset: tuple[Change, ...] = ()
    unsettled: tuple[Change, ...] = ()
    """The flags sent apart after the rest was taken."""
    doubt: ApiError | None = None
    """The answer to a write of flags that leaves open whether they were stored."""
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.asked = changes(self.current.values, self.merge.values)
        self.id = self.current.id

    def is_asked(self, change: Change) -> bool:
        """Whether a change is in a place that this save has to write."""
        return any(change.place == one.place for one in self.asked)

    def is_wanted(self, change: Change) -> bool:
        """Whether a change is in a place of the edit, others having made it or not."""
        return any(change.place == one.place for one in (*self.asked, *self.merge.agreed))

    def tells(self, change: Change) -> bool:
        """Whether a change makes a difference: where not all flags are named, others are off."""
        every = self.server.abilities.names_all_flags
        return change.old != change.new if every else change.matters

    def missing(self, now: Webhook) -> tuple[Change, ...]:
        """Return what is wanted and is not so."""
        differs = filter(self.is_wanted, changes(now.values, self.merge.values))
        return tuple(one for one in (*differs, *self.merge.lost) if self.tells(one))

    def result(
        self, outcome: Outcome, now: Webhook | None, error: ApiError | None = None
    ) -> SaveResult:
        """Return the result for what the server has now."""
        merged = tuple(filter(self.tells, self.merge.from_theirs))
        result = SaveResult(outcome, now, merged, error=error)
        if now is None:
            return result
        missing = self.missing(now)
        if self.current.is_new and self.server.abilities.many:
            # Nobody had anything in its place: what it has beyond what was asked, it began with.
            return replace(result, webhook=now, missing=missing)
        had = self.current.values
        crossed = tuple(
            one for one in missing if self.tells(replace(one, new=value_at(had, one.place)))
        )
        return replace(
            result,
            webhook=None if crossed else now,
            missing=missing,
            crossed=crossed,
            besides=() if self.current.is_new else tuple(self._besides(now)),
            restored=tuple(one for one in self.restored if one.is_so(now.values)),
            maybe_reset=tuple(one for one in self.maybe_reset if not one.is_so(now.values)),
            flags_chosen=self._flags_chosen(now),
            headers=_headers_changed(self.current, now),
        )

    def _flags_chosen(self, now: Webhook) -> bool:
        before, after = self.current.flags_told, now.flags_told
        asked = any(change.is_flag for change in self.asked)
        return before is FlagsTold.NEVER_CHOSEN and after is FlagsTold.EACH and not asked

    def unknown(self, error: ApiError, reading: ApiError) -> SaveResult:
        """Return the result where what the server has now could not be read."""
        return replace(
            self.result(Outcome.UNKNOWN, None, error),
            restored=self.restored,
            unsettled=self.unsettled,
            reading_error=reading,
        )

    def _besides(self, now: Webhook) -> Iterator[Change]:
        for change in changes(self.current.values, now.values):
            # A flag that a server leaves out is off; where it tells of none, nothing is known.
            was_told = not change.is_flag or self.current.flags_told is not FlagsTold.NOTHING
            if was_told and self.tells(change) and not self.is_wanted(change):
                yield change

    async def read(self) -> Webhook:
        """Read what the server has now; of one that is being made, what it began as if it has none.

        One that is not known by its id yet is known by its name and address.
        """
        if self.id:
            return await self.server.webhook(self.instance, self.id)
        for webhook in await self.server.webhooks(self.instance):
            mine = (webhook.name, webhook.url) == (self.merge.values.name, self.merge.values.url)
            if mine and webhook.id not in self.others:
                self.id = webhook.id
                return webhook
        return self.current

    async def write_whole(self) -> Webhook:
        """Write everything, and return what the server has then."""
        written = await self.server.update(self.instance, self.current, self.merge.values)
        self.writes += 1
        if written is None:
            now = await self.read()
            self.server.compare(self.asked, now)
            return now
        self.id = written.id
        self.proof = self.server.is_believed(self.asked)
        return written

    def flags_to_write(self, now: Webhook) -> dict[str, bool]:
        """Return the flags that a write of everything left undone.

        Flags nobody here asked for may be others' doing and stay. Where all are on, the PUT may
        have reset them (each defaults to on: vendor's page; that a PUT does: guess): they are
        put back where a person confirmed that this server does so.
        """
        if not self.server.abilities.flags_alone:
            return {}
        differs = changes(now.values, self.merge.values)
        undone = [one for one in differs if one.is_flag and one.new is not None]
        unasked = tuple(one for one in undone if not self.is_asked(one))
        if all(now.flags.values()):
            if self.server.resets_flags:
                self.restored = unasked
            else:
                self.maybe_reset = unasked
        elif self.writes:
            self.server.resets_flags = False  # this PUT, for one, did not turn all on
        to_write = [one for one in undone if self.is_asked(one) or one in self.restored]
        self.unsettled = tuple(to_write) if self.writes else ()
        return {one.key: bool(one.new) for one in to_write}

    async def write_flags(self, now: Webhook, flags: Mapping[str, bool]) -> Webhook:
        """Write flags that did not stick, and return what the server has then."""
        try:
            told = await self.server.update_flags(self.instance, now.id, flags)
        except NotFound as error:
            if not self.writes:
                raise
            # The webhook was there a moment ago: most likely this server has no such address.
            self.doubt = error
            return now
        self.writes += 1
        self.proof = told is None or self.server.is_believed(self.asked)
        if told is None:
            return await self.read()
        if self.writes > 1 and told.keys() > flags.keys():
            # Told from what the server has, as the PUT's answer was: worth no fourth request.
            self.proof = True
        return now.with_values(
            replace(now.values, flags={flag: told.get(flag, on) for flag, on in now.flags.items()})
        )

    async def look(self, now: Webhook) -> Webhook:
        """Read again where an answer is no proof, or is not what was asked for."""
        if self.proof and not self.missing(now) and not _headers_changed(self.current, now):
            return now
        try:
            seen = await self.read()
        except ApiError:
            if self.doubt:
                raise
            return now  # what the server answered stands
        self.server.compare((one for one in self.asked if one.is_so(now.values)), seen)
        return seen


async def _write(save: _Save, writing: Callable[[], None]) -> SaveResult:
    now = save.current
    writing()
    only_flags = all(change.is_flag for change in save.asked)
    try:
        if save.asked and not (only_flags and save.server.flags_apart):
            now = await save.write_whole()
        if flags := save.flags_to_write(now):
            now = await save.write_flags(now, flags)
        if save.writes:
            now = await save.look(now)
    except ApiError as error:
        return await _after_error(save, error)
    return save.result(_outcome(save, now) or Outcome.NOT_SAVED, now)


async def _after_error(save: _Save, error: ApiError) -> SaveResult:
    """Find out what the server has, and say that instead of guessing."""
    now = save.current
    if error.applied_unknown or save.writes:
        try:
            now = await save.read()
        except ApiError as reading:
            return save.unknown(save.doubt or error, reading)
    match _outcome(save, now), error:
        case Outcome.SAVED, _:
            return save.result(Outcome.SAVED_AFTER_ALL, now, error)
        case Outcome.PARTLY, _:
            return save.result(Outcome.PARTLY, now, error)
        case _, Refused():
            return save.result(Outcome.REFUSED, now, error)
        case _, Unauthorised():
            return save.result(Outcome.UNAUTHORISED, now, error)
        case _:
            return save.result(Outcome.NOT_SAVED, now, error)


def _outcome(save: _Save, now: Webhook) -> Outcome | None:
    """Say how much of what was asked for is there; ``None`` for nothing of it."""
    if now.is_new:
        return None
    if not (missing := save.missing(now)):
        return Outcome.SAVED
    places = {one.place for one in missing}
    return Outcome.PARTLY if any(one.place not in places for one in save.asked) else None


def _headers_changed(before: Webhook, now: Webhook) -> tuple[str, ...]:
    """Name the headers that differ; their values are nobody's to show."""
    had, has = before.headers or {}, now.headers or {}
    return tuple(clean(name, 60) for name in {**had, **has} if had.get(name) != has.get(name))


def _unopposed(base: Webhook, values: Values) -> Merge:
    return merge(base.values, base.values, values)


def _nothing_sent(error: ApiError) -> SaveResult:
    outcome = Outcome.UNAUTHORISED if isinstance(error, Unauthorised) else Outcome.NOT_SAVED
    return SaveResult(outcome, error=error)

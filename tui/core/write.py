"""The write of a save: its requests, and finding out what the server stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tui.api.errors import ApiError, NotFound, Refused, Unauthorised
from tui.api.port import WebhookServer
from tui.core.comparison import Comparison
from tui.core.save_result import Outcome, SaveResult
from tui.model.diff import Change, Merge, changes
from tui.model.instance import Instance
from tui.model.webhook import Webhook


@dataclass(slots=True)
class Write:
    """The write of a webhook, once nothing prevents it."""

    server: WebhookServer
    instance: Instance
    before: Webhook
    """The state of the server just before the write."""
    merge: Merge
    others: frozenset[str] = frozenset()
    """For a new webhook: the ids of the instance's webhooks before the write."""
    comparison: Comparison = field(init=False)
    writes: int = 0
    """Number of writes that the server accepted."""
    is_trusted: bool = True
    """Whether the last answer can be trusted: some servers repeat a request without storing it."""
    restored: tuple[Change, ...] = ()
    maybe_reset: tuple[Change, ...] = ()
    unsettled: tuple[Change, ...] = ()
    """Flags that are sent alone, after the rest was stored."""
    doubt: ApiError | None = None
    """An answer to a write of flags that does not tell whether they were stored."""
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.comparison = Comparison(self.before, self.merge, self.server.capabilities)
        self.id = self.before.id

    async def carry_out(self, writing: Callable[[], None]) -> SaveResult:
        """Write and return the result; ``writing`` is called just before the first request."""
        now = self.before
        writing()
        requested = self.comparison.requested
        only_flags = all(change.is_flag for change in requested)
        try:
            if requested and not (only_flags and self.server.flags_apart):
                now = await self._write_whole()
            if flags := self._flags_to_write(now):
                now = await self._write_flags(now, flags)
            if self.writes:
                now = await self._verified(now)
        except ApiError as error:
            return await self._after_error(error)
        return self._result(self.comparison.outcome(now) or Outcome.NOT_SAVED, now)

    async def _write_whole(self) -> Webhook:
        """Write everything, and return the state of the server afterwards."""
        written = await self.server.update(self.instance, self.before, self.merge.values)
        self.writes += 1
        if written is None:
            now = await self._read()
            self.server.learn_from_read(self.comparison.requested, now)
            return now
        self.id = written.id
        self.is_trusted = self.server.is_trusted(self.comparison.requested)
        return written

    def _flags_to_write(self, now: Webhook) -> dict[str, bool]:
        """Return the flags that still have to be written.

        Other flags that differ may be changes by others and stay. Where all flags are on, the PUT
        may have reset them (each defaults to on: vendor's page; that a PUT does: guess): they are
        put back where a user confirmed that this server resets flags.
        """
        if not self.server.capabilities.flags_alone:
            return {}
        differs = changes(now.values, self.merge.values)
        undone = [one for one in differs if one.is_flag and one.new is not None]
        unrequested = tuple(one for one in undone if not self.comparison.is_requested(one))
        if all(now.flags.values()):
            if self.server.resets_flags:
                self.restored = unrequested
            else:
                self.maybe_reset = unrequested
        elif self.writes:
            self.server.resets_flags = False  # this PUT did not turn all on
        to_write = [
            one for one in undone if self.comparison.is_requested(one) or one in self.restored
        ]
        self.unsettled = tuple(to_write) if self.writes else ()
        return {one.key: bool(one.new) for one in to_write}

    async def _write_flags(self, now: Webhook, flags: Mapping[str, bool]) -> Webhook:
        """Write flags alone, and return the state of the server afterwards."""
        try:
            told = await self.server.update_flags(self.instance, now.id, flags)
        except NotFound as error:
            if not self.writes:
                raise
            # The webhook existed a moment ago: most likely this server has no such address.
            self.doubt = error
            return now
        self.writes += 1
        self.is_trusted = told is None or self.server.is_trusted(self.comparison.requested)
        if told is None:
            return await self._read()
        if self.writes > 1 and told.keys() > flags.keys():
            # The answer has all flags, so it is no mere repetition: no fourth request is needed.
            self.is_trusted = True
        return now.with_values(
            replace(now.values, flags={flag: told.get(flag, on) for flag, on in now.flags.items()})
        )

    async def _verified(self, now: Webhook) -> Webhook:
        """Return the state of the server, read again unless the answer is trusted and complete."""
        is_complete = not (self.comparison.missing(now) or self.comparison.headers_changed(now))
        if self.is_trusted and is_complete:
            return now
        try:
            seen = await self._read()
        except ApiError:
            if self.doubt:
                raise
            return now  # the answer is all there is
        self.server.learn_from_read(
            (one for one in self.comparison.requested if one.is_so(now.values)), seen
        )
        return seen

    async def _read(self) -> Webhook:
        """Read the webhook; return the blank one where the server has not created it.

        While its id is not known, it is found by its name and URL.
        """
        if self.id:
            return await self.server.webhook(self.instance, self.id)
        for webhook in await self.server.webhooks(self.instance):
            mine = (webhook.name, webhook.url) == (self.merge.values.name, self.merge.values.url)
            if mine and webhook.id not in self.others:
                self.id = webhook.id
                return webhook
        return self.before

    async def _after_error(self, error: ApiError) -> SaveResult:
        """Read the state of the server instead of guessing, and return the result."""
        now = self.before
        if error.applied_unknown or self.writes:
            try:
                now = await self._read()
            except ApiError as reading:
                return self._unknown(self.doubt or error, reading)
        match self.comparison.outcome(now), error:
            case Outcome.SAVED, _:
                return self._result(Outcome.SAVED_AFTER_ALL, now, error)
            case Outcome.PARTLY, _:
                return self._result(Outcome.PARTLY, now, error)
            case _, Refused():
                return self._result(Outcome.REFUSED, now, error)
            case _, Unauthorised():
                return self._result(Outcome.UNAUTHORISED, now, error)
            case _:
                return self._result(Outcome.NOT_SAVED, now, error)

    def _result(self, outcome: Outcome, now: Webhook, error: ApiError | None = None) -> SaveResult:
        """Return the result for the state of the server."""
        missing = self.comparison.missing(now)
        result = SaveResult(
            outcome,
            now,
            self.before,
            now,
            self.comparison.merged(),
            missing,
            wrote=bool(self.writes or error),
            error=error,
        )
        if self.before.is_new and self.server.capabilities.many:
            # No value of others can be in a new webhook: other differences are its defaults.
            return result
        contested = self.comparison.contested(missing)
        return replace(
            result,
            webhook=None if contested else now,
            contested=contested,
            unrequested=() if self.before.is_new else tuple(self.comparison.unrequested(now)),
            restored=tuple(one for one in self.restored if one.is_so(now.values)),
            maybe_reset=tuple(one for one in self.maybe_reset if not one.is_so(now.values)),
            flags_chosen=self.comparison.flags_chosen(now),
            headers=self.comparison.headers_changed(now),
        )

    def _unknown(self, error: ApiError, reading: ApiError) -> SaveResult:
        """Return the result where the state of the server could not be read."""
        return SaveResult(
            Outcome.UNKNOWN,
            before=self.before,
            wrote=True,
            merged=self.comparison.merged(),
            restored=self.restored,
            unsettled=self.unsettled,
            error=error,
            reading_error=reading,
        )

"""The writing part of a save: the requests, and finding out what the server has afterwards."""

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
    """A webhook being written, after everything that could prevent it was checked."""

    server: WebhookServer
    instance: Instance
    before: Webhook
    """What the server had just before writing."""
    merge: Merge
    others: frozenset[str] = frozenset()
    """When a webhook is created, the ids of those that were there before."""
    compared: Comparison = field(init=False)
    writes: int = 0
    """How many writes the server took: from the first on, ``before`` is what it had."""
    proof: bool = True
    """Whether the last answer can be trusted: some servers repeat a request without storing it."""
    restored: tuple[Change, ...] = ()
    maybe_reset: tuple[Change, ...] = ()
    unsettled: tuple[Change, ...] = ()
    """The flags sent apart after the rest was taken."""
    doubt: ApiError | None = None
    """The answer to a write of flags that leaves open whether they were stored."""
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.compared = Comparison(self.before, self.merge, self.server.capabilities)
        self.id = self.before.id

    async def carry_out(self, writing: Callable[[], None]) -> SaveResult:
        """Write; ``writing`` is called when the first write is about to be sent."""
        now = self.before
        writing()
        asked = self.compared.asked
        only_flags = all(change.is_flag for change in asked)
        try:
            if asked and not (only_flags and self.server.flags_apart):
                now = await self._write_whole()
            if flags := self._flags_to_write(now):
                now = await self._write_flags(now, flags)
            if self.writes:
                now = await self._look(now)
        except ApiError as error:
            return await self._after_error(error)
        return self._result(self.compared.outcome(now) or Outcome.NOT_SAVED, now)

    async def _write_whole(self) -> Webhook:
        """Write everything, and return what the server has then."""
        written = await self.server.update(self.instance, self.before, self.merge.values)
        self.writes += 1
        if written is None:
            now = await self._read()
            self.server.compare(self.compared.asked, now)
            return now
        self.id = written.id
        self.proof = self.server.is_trusted(self.compared.asked)
        return written

    def _flags_to_write(self, now: Webhook) -> dict[str, bool]:
        """Return the flags that a write of everything left undone.

        Flags that we did not ask for may be changes by others and stay. Where all are on, the PUT
        may have reset them (each defaults to on: vendor's page; that a PUT does: guess): they are
        put back where a person confirmed that this server does so.
        """
        if not self.server.capabilities.flags_alone:
            return {}
        differs = changes(now.values, self.merge.values)
        undone = [one for one in differs if one.is_flag and one.new is not None]
        unasked = tuple(one for one in undone if not self.compared.is_asked(one))
        if all(now.flags.values()):
            if self.server.resets_flags:
                self.restored = unasked
            else:
                self.maybe_reset = unasked
        elif self.writes:
            self.server.resets_flags = False  # this PUT, for one, did not turn all on
        to_write = [one for one in undone if self.compared.is_asked(one) or one in self.restored]
        self.unsettled = tuple(to_write) if self.writes else ()
        return {one.key: bool(one.new) for one in to_write}

    async def _write_flags(self, now: Webhook, flags: Mapping[str, bool]) -> Webhook:
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
        self.proof = told is None or self.server.is_trusted(self.compared.asked)
        if told is None:
            return await self._read()
        if self.writes > 1 and told.keys() > flags.keys():
            # Told from what the server has, as the PUT's answer was: worth no fourth request.
            self.proof = True
        return now.with_values(
            replace(now.values, flags={flag: told.get(flag, on) for flag, on in now.flags.items()})
        )

    async def _look(self, now: Webhook) -> Webhook:
        """Read again where an answer is no proof, or is not what was asked for."""
        as_asked = not self.compared.missing(now) and not self.compared.headers_changed(now)
        if self.proof and as_asked:
            return now
        try:
            seen = await self._read()
        except ApiError:
            if self.doubt:
                raise
            return now  # what the server answered stands
        self.server.compare((one for one in self.compared.asked if one.is_so(now.values)), seen)
        return seen

    async def _read(self) -> Webhook:
        """Read what the server has now; for a webhook it has not created, how that would begin.

        As long as its id is not known, it is found by its name and URL.
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
        """Find out what the server has, and say that instead of guessing."""
        now = self.before
        if error.applied_unknown or self.writes:
            try:
                now = await self._read()
            except ApiError as reading:
                return self._unknown(self.doubt or error, reading)
        match self.compared.outcome(now), error:
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
        """Return the result for what the server has now."""
        missing = self.compared.missing(now)
        result = SaveResult(
            outcome,
            now,
            self.before,
            now,
            self.compared.merged(),
            missing,
            wrote=bool(self.writes or error),
            error=error,
        )
        if self.before.is_new and self.server.capabilities.many:
            # Nobody had anything in its place: what it has beyond what was asked, it began with.
            return result
        crossed = self.compared.crossed(missing)
        return replace(
            result,
            webhook=None if crossed else now,
            crossed=crossed,
            besides=() if self.before.is_new else tuple(self.compared.besides(now)),
            restored=tuple(one for one in self.restored if one.is_so(now.values)),
            maybe_reset=tuple(one for one in self.maybe_reset if not one.is_so(now.values)),
            flags_chosen=self.compared.flags_chosen(now),
            headers=self.compared.headers_changed(now),
        )

    def _unknown(self, error: ApiError, reading: ApiError) -> SaveResult:
        """Return the result where what the server has now could not be read."""
        return SaveResult(
            Outcome.UNKNOWN,
            before=self.before,
            wrote=True,
            merged=self.compared.merged(),
            restored=self.restored,
            unsettled=self.unsettled,
            error=error,
            reading_error=reading,
        )

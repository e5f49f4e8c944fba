"""How a save ended, and what it showed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from tui.api.errors import ApiError, FlagsRefused, NotFound, Unauthorised
from tui.model.diff import Change, Merge
from tui.model.row_outcome import RowOutcome
from tui.model.sentence import Wording
from tui.model.webhook import Webhook


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


_ROW_OUTCOMES = {
    Outcome.NO_CHANGES: RowOutcome.ALREADY_SO,
    Outcome.INVALID: RowOutcome.INVALID,
    Outcome.CONFLICT: RowOutcome.CONFLICT,
    Outcome.SAVED: RowOutcome.SAVED,
    Outcome.SAVED_AFTER_ALL: RowOutcome.SAVED_AFTER_ALL,
    Outcome.PARTLY: RowOutcome.PARTLY,
    Outcome.REFUSED: RowOutcome.REFUSED,
    Outcome.UNAUTHORISED: RowOutcome.NO_ACCESS,
    Outcome.NOT_SAVED: RowOutcome.NOT_SAVED,
    Outcome.UNKNOWN: RowOutcome.NOT_KNOWN,
}


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What became of a save, and what the server has now as far as that is known."""

    outcome: Outcome
    webhook: Webhook | None = None
    """What the server has now: the new base. ``None`` where that was not read, and where
    ``crossed`` has something: from the old base the next save sees both sides."""
    before: Webhook | None = None
    """What the server had just before writing; ``None`` where it did not come to that."""
    seen: Webhook | None = None
    """What the server had when it was last looked at, after writing."""
    merged: tuple[Change, ...] = ()
    """What others had changed since, taken over."""
    missing: tuple[Change, ...] = ()
    """What is wanted and not so on the server: what it has, what is wanted."""
    crossed: tuple[Change, ...] = ()
    """Those of ``missing`` in whose place somebody else's value stands."""
    besides: tuple[Change, ...] = ()
    """Changes we did not ask for that appeared between our read and our write, made by another
    user or by the server."""
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
    wrote: bool = False
    """Whether a write was sent that the server took, or may have taken."""
    error: ApiError | None = None
    reading_error: ApiError | None = None
    """Of :attr:`Outcome.UNKNOWN`, why what the server has now could not be read."""
    field_errors: tuple[tuple[str, Wording], ...] = ()
    """For what this side found wrong: field and words."""

    @property
    def is_saved(self) -> bool:
        """Whether the server has everything that was wanted."""
        return self.outcome in (Outcome.NO_CHANGES, Outcome.SAVED, Outcome.SAVED_AFTER_ALL)

    @property
    def row_outcome(self) -> RowOutcome:
        """The outcome in the words of a run."""
        if self.outcome is Outcome.SAVED and not self.wrote:
            return RowOutcome.ALREADY_SO
        if self.outcome is Outcome.NOT_SAVED and isinstance(self.error, NotFound):
            return RowOutcome.GONE
        return _ROW_OUTCOMES[self.outcome]

    @property
    def needs_token(self) -> bool:
        """Whether another token lets the save go on."""
        errors = (self.error, self.reading_error)
        unknown = self.outcome is Outcome.UNKNOWN
        return self.outcome is Outcome.UNAUTHORISED or (
            unknown and any(isinstance(error, Unauthorised) for error in errors)
        )

    @property
    def refused_flags(self) -> tuple[str, ...]:
        """The flags for which nothing was saved: the server does not accept them."""
        if self.outcome is Outcome.REFUSED and isinstance(self.error, FlagsRefused):
            return self.error.flags
        return ()

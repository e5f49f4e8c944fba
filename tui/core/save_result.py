"""The result of a save."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from tui.api.errors import ApiError, FlagsRefused, NotAddressable, NotFound, Unauthorised
from tui.model.diff import Change, Merge
from tui.model.row_outcome import RowOutcome
from tui.model.webhook import Webhook


class Outcome(Enum):
    """How a save ended."""

    NO_CHANGES = auto()
    INVALID = auto()
    """Hookboard refused to send it; nothing was written. See :class:`Objection`."""
    CONFLICT = auto()
    """Others changed the same fields meanwhile; nothing was written."""
    SAVED = auto()
    SAVED_AFTER_ALL = auto()
    """The write seemed to fail, but reading again shows that it was stored."""
    PARTLY = auto()
    """Some changes were stored; ``missing`` has the others."""
    REFUSED = auto()
    UNAUTHORISED = auto()
    NOT_SAVED = auto()
    """Nothing was stored: the server failed, kept its values, or was never reached."""
    UNKNOWN = auto()
    """The write failed in some way, and reading the state of the server failed too."""


class Objection(Enum):
    """The reason why Hookboard refuses to send a save."""

    VALUES = auto()
    """The edited values break a rule."""
    EXISTS = auto()
    """The instance already has a webhook of the new one's name and URL."""
    MERGED = auto()
    """The edited values break a rule only together with the changes of others."""


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
    """The outcome of a save, and the state of the server as far as it is known."""

    outcome: Outcome
    webhook: Webhook | None = None
    """The webhook on the server now: the new base. ``None`` where it was not read, and where
    ``contested`` is not empty: with the old base the next save sees both sides."""
    before: Webhook | None = None
    """The webhook on the server just before the write; ``None`` without a write."""
    seen: Webhook | None = None
    """The webhook on the server when it was last read after the write."""
    merged: tuple[Change, ...] = ()
    """Earlier changes of others, which the save kept."""
    missing: tuple[Change, ...] = ()
    """Edited changes that were not stored, from the server's value to the edited one."""
    contested: tuple[Change, ...] = ()
    """Those of ``missing`` whose place has the value of somebody else."""
    unrequested: tuple[Change, ...] = ()
    """Changes we did not ask for that appeared between our read and our write, made by another
    user or by the server."""
    restored: tuple[Change, ...] = ()
    """Flags that the write had reset and that were put back, from the reset value to the old
    one. With :attr:`Outcome.UNKNOWN` it is not known whether they were."""
    maybe_reset: tuple[Change, ...] = ()
    """Flags that are on since the write, turned on by the server or by somebody else, as changes
    back to the old value. They were left on; see :attr:`WebhookServer.resets_flags`."""
    unsettled: tuple[Change, ...] = ()
    """With :attr:`Outcome.UNKNOWN`: flags that were sent after the rest was stored."""
    flags_chosen: bool = False
    """Whether the server stored all flags as on, which nobody had chosen before."""
    headers: tuple[str, ...] = ()
    """Names of the headers that changed between the read and the write."""
    merge: Merge | None = None
    """For a conflict: both sides."""
    wrote: bool = False
    """Whether a write was sent that the server took, or may have taken."""
    error: ApiError | None = None
    reading_error: ApiError | None = None
    """With :attr:`Outcome.UNKNOWN`: why the state of the server could not be read."""
    objection: Objection | None = None
    """With :attr:`Outcome.INVALID`: why Hookboard did not send it."""
    field_errors: tuple[tuple[str, str], ...] = ()
    """With :attr:`Outcome.INVALID`: the rules that are broken, by field."""

    @property
    def is_saved(self) -> bool:
        """Whether the server has all edited values."""
        return self.outcome in (Outcome.NO_CHANGES, Outcome.SAVED, Outcome.SAVED_AFTER_ALL)

    @property
    def row_outcome(self) -> RowOutcome:
        """The outcome in the words of a run."""
        if self.outcome is Outcome.SAVED and not self.wrote:
            return RowOutcome.ALREADY_SO
        if self.outcome is Outcome.NOT_SAVED:
            was_there = self.before is not None
            match self.error:
                case NotFound() if not was_there:
                    return RowOutcome.GONE
                case NotAddressable():
                    return RowOutcome.REFUSED  # and will be, however often it is tried
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
        """The flags for which the server refused the save."""
        if self.outcome is Outcome.REFUSED and isinstance(self.error, FlagsRefused):
            return self.error.flags
        return ()

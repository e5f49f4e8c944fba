"""The outcome of one row of a run, in the twelve words that the screen and JSON use."""

from __future__ import annotations

from enum import StrEnum


class RowOutcome(StrEnum):
    """The outcome of one webhook of a run; the value is its name in JSON and in the journal."""

    SAVED = "saved"
    ALREADY_SO = "already_so"
    """The server had all wanted values: nothing was written."""
    SAVED_AFTER_ALL = "saved_after_all"
    """The write seemed to fail, but reading again shows that it was stored."""
    PARTLY = "partly"
    CONFLICT = "conflict"
    """Others changed the same fields since the plan was made; nothing was written."""
    REFUSED = "refused"
    NO_ACCESS = "no_access"
    NOT_SAVED = "not_saved"
    """The server failed, kept its values, or could not be reached."""
    NOT_KNOWN = "not_known"
    """A write was sent, and the state of the server could not be read afterwards."""
    GONE = "gone"
    """The webhook or its instance is no longer on the server."""
    INVALID = "invalid"
    """Hookboard refused to send it; nothing was written."""
    NOT_REACHED = "not_reached"
    """The run ended before this row began."""

    @property
    def is_as_asked(self) -> bool:
        """Whether the server has all wanted values."""
        return self in (self.SAVED, self.ALREADY_SO, self.SAVED_AFTER_ALL)

    @property
    def may_have_written(self) -> bool:
        """Whether the webhook on the server was changed, or may have been."""
        return self in (self.SAVED, self.SAVED_AFTER_ALL, self.PARTLY, self.NOT_KNOWN)

    @property
    def is_failure(self) -> bool:
        """Whether it counts towards the failures that pause a run.

        A conflict and a webhook that is gone are other people's decisions, not failures.
        """
        return not self.is_as_asked and self not in (self.CONFLICT, self.GONE, self.NOT_REACHED)

    @property
    def may_be_tried_again(self) -> bool:
        """Whether the same row may succeed when it is sent again."""
        return self in (
            self.NOT_KNOWN,
            self.NO_ACCESS,
            self.PARTLY,
            self.NOT_SAVED,
            self.NOT_REACHED,
        )

"""The records of the journal: entries of webhooks, and runs with their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tui.model.row_outcome import RowOutcome
from tui.storage.journal.state import WebhookState


class Origin(StrEnum):
    """Where a change came from; the value is its name in JSON and in the journal."""

    FIRST_SEEN = "first_seen"
    """No change: the first state that was ever read of a webhook."""
    OTHERS = "others"
    """A read showed another state than the last one known."""
    EDITOR = "editor"
    BOARD = "board"
    COMMAND_LINE = "command_line"
    RESTORE = "restore"


class Action(StrEnum):
    """The action of a row of a run on its webhook."""

    CHANGE = "change"
    CREATE = "create"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class WebhookRef:
    """A reference to a webhook, with the names it had then."""

    server: str
    """The server's address, as :func:`tui.model.address.normalise` writes it."""
    instance_id: str
    webhook_id: str
    instance: str
    """The instance's name."""
    webhook: str
    """The webhook's name; empty where the kind of server has no names."""

    @property
    def key(self) -> tuple[str, str, str]:
        """The identity of the webhook, without its names, which may change."""
        return self.server, self.instance_id, self.webhook_id


@dataclass(frozen=True, slots=True)
class Written:
    """A write of this program: what was wanted, and the result."""

    origin: Origin
    outcome: RowOutcome
    before: WebhookState | None
    """The state just before the write; ``None`` for a new webhook, or if it was not read: then the
    last known state counts."""
    after: WebhookState | None
    """The state after the write; ``None`` if the webhook was deleted, or the state is not known."""
    wanted: WebhookState | None = None
    """The wanted state; needed if the outcome is not known."""
    run: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One state of a webhook, how it came about and when."""

    ref: WebhookRef
    at: datetime
    since: datetime | None
    """For a change by others: when the state before it was last seen. It happened in between."""
    origin: Origin
    who: str
    """The login name of the user who changed it here; empty for others."""
    run: str
    outcome: RowOutcome | None
    before: WebhookState | None
    after: WebhookState | None
    """``None`` if it was deleted, or the outcome is not known."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run in the journal, without its rows."""

    id: str
    server: str
    began: datetime
    ended: datetime | None
    """``None`` while it is under way, and for an interrupted run."""
    origin: Origin
    who: str
    of_run: str
    """The run that this one undoes or retries; empty for none."""
    rows: int


@dataclass(frozen=True, slots=True)
class RowEnd:
    """How a row of a run ended."""

    outcome: RowOutcome
    before: WebhookState | None
    """The state just before the write, if it was read."""
    after: WebhookState | None
    """The state after the write, as far as it is known."""
    report: str = "{}"
    """The rest of its report, as JSON."""


@dataclass(frozen=True, slots=True)
class RowRecord:
    """A row of a run: its target, its progress, and its end."""

    position: int
    action: Action
    ref: WebhookRef
    """Its webhook; a new one has no id until the row has ended."""
    base: WebhookState
    wanted: WebhookState
    intent: datetime | None = None
    """The time just before its write."""
    end: RowEnd | None = None
    """``None`` until it has ended: with an intent it may have been written."""

"""What the journal is given and gives back: entries of webhooks, and runs with their rows."""

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
    """A read showed something else than the last state known."""
    EDITOR = "editor"
    BOARD = "board"
    COMMAND_LINE = "command_line"
    RESTORE = "restore"


class Action(StrEnum):
    """What a row of a run does with its webhook."""

    CHANGE = "change"
    CREATE = "create"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class WebhookRef:
    """Which webhook something is about, and what it was called then."""

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
        """What tells it from other webhooks: names may change."""
        return self.server, self.instance_id, self.webhook_id


@dataclass(frozen=True, slots=True)
class Written:
    """A write of this program: what it was to do, and what came of it."""

    origin: Origin
    outcome: RowOutcome
    before: WebhookState | None
    """What the server had just before; ``None`` where the write made the webhook, or where that
    was not read: then it is what was known last."""
    after: WebhookState | None
    """What the server has now; ``None`` where it was deleted, or that is not known."""
    wanted: WebhookState | None = None
    """What the write was to come to; needed where the outcome is not known."""
    run: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One state of a webhook, how it came about and when."""

    ref: WebhookRef
    at: datetime
    since: datetime | None
    """Of a change by others, when the state before was last seen: it happened in between."""
    origin: Origin
    who: str
    """The login name of whoever changed it here; empty for others."""
    run: str
    outcome: RowOutcome | None
    before: WebhookState | None
    after: WebhookState | None
    """``None`` where it was deleted, or where the outcome is not known."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as the journal has it, without its rows."""

    id: str
    server: str
    began: datetime
    ended: datetime | None
    """``None`` while it is under way, and of one that was cut off."""
    origin: Origin
    who: str
    of_run: str
    """The run that this one puts back or tries again; empty for none."""
    rows: int


@dataclass(frozen=True, slots=True)
class RowEnd:
    """How a row of a run ended."""

    outcome: RowOutcome
    before: WebhookState | None
    """What the server had just before writing, where that was read."""
    after: WebhookState | None
    """What the server has now, as far as that is known."""
    report: str = "{}"
    """What else is to be told of it, as JSON."""


@dataclass(frozen=True, slots=True)
class RowRecord:
    """A row of a run: what it was to do, how far it is, and how it ended."""

    position: int
    action: Action
    ref: WebhookRef
    """Which webhook; one that is to be made has no id until it has ended."""
    base: WebhookState
    wanted: WebhookState
    intent: datetime | None = None
    """When it was about to be written."""
    end: RowEnd | None = None
    """``None`` until it has ended: with an intent it may have been written."""

"""The tables of webhooks and their states: noting reads and writes.

Every function works inside the transaction of its caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from tui.model.diff import changes, value_at
from tui.model.row_outcome import RowOutcome
from tui.storage.journal.entries import Entry, Origin, WebhookRef, Written
from tui.storage.journal.state import WebhookState, decode, encode

if TYPE_CHECKING:
    from sqlite3 import Connection

MOST_STATES = 200
"""States kept of one webhook; the oldest go."""

_WHOSE = "server = ? AND instance = ? AND webhook = ?"


class _Known(NamedTuple):
    """A webhook in the journal, with its last state."""

    key: int
    seen: float
    """When its last state was last confirmed by a read."""
    state: int
    before: str | None
    after: str | None
    wanted: str | None
    outcome: str | None

    @property
    def is_open(self) -> bool:
        """Whether the outcome of the last write is not known."""
        return self.outcome == RowOutcome.NOT_KNOWN and self.after is None


def packed(text: str) -> bytes:
    """Return text from outside as it is stored: it may be no valid UTF-8, and hold NUL."""
    return text.encode("utf-8", "surrogatepass")


def unpacked(content: bytes) -> str:
    """Return the text of a stored value; the inverse of :func:`packed`."""
    return content.decode("utf-8", "surrogatepass")


def note_read(
    connection: Connection, ref: WebhookRef, state: WebhookState | None, asked_at: float
) -> None:
    """Note the state from a read that began at ``asked_at``; ``None`` if it is gone.

    A change that nobody here made is noted as a change by others. A read is ignored if the webhook
    was written or read since ``asked_at``.
    """
    text = encode(state)
    known = _known(connection, ref)
    if known is None:
        if state is not None:
            key = _add_webhook(connection, ref, asked_at)
            _add_state(connection, key, asked_at, Origin.FIRST_SEEN, after=text)
        return
    if known.seen > asked_at:
        return
    if known.is_open:
        known = _settle(connection, known, state)
    last = decode(known.after)
    if text != known.after:
        if state is not None and last is not None and last.is_same(state):
            text = encode(last.updated(state))
            connection.execute("UPDATE states SET after = ? WHERE key = ?", (text, known.state))
        else:
            _add_state(
                connection,
                known.key,
                asked_at,
                Origin.OTHERS,
                since=known.seen,
                before=known.after,
                after=text,
            )
    _touch(connection, known.key, ref, asked_at)


def note_gone(
    connection: Connection, server: str, instance_id: str, there: Iterable[str], asked_at: float
) -> None:
    """Note that known webhooks of an instance are gone, all but those in ``there``.

    The caller has read all webhooks of the instance.
    """
    found = connection.execute(
        "SELECT webhook, instance_name, name FROM webhooks WHERE server = ? AND instance = ?",
        (server, packed(instance_id)),
    ).fetchall()
    left = set(there)
    for webhook, instance, name in found:
        if (webhook_id := unpacked(webhook)) not in left:
            ref = WebhookRef(server, instance_id, webhook_id, unpacked(instance), unpacked(name))
            note_read(connection, ref, None, asked_at)


def note_write(
    connection: Connection, ref: WebhookRef, written: Written, who: str, at: float
) -> None:
    """Note a write of this program, and first the state that was read just before it."""
    if (known := _known(connection, ref)) is not None:
        at = max(at, known.seen)  # a clock may have been put back
    if written.before is not None:
        note_read(connection, ref, written.before, at)
        known = _known(connection, ref)
    key = _add_webhook(connection, ref, at) if known is None else known.key
    before = encode(written.before)
    if before is None and known and written.outcome is RowOutcome.NOT_KNOWN:
        before = known.after
    _add_state(
        connection,
        key,
        at,
        written.origin,
        before=before,
        after=encode(written.after),
        wanted=encode(written.wanted) if written.outcome is RowOutcome.NOT_KNOWN else None,
        outcome=written.outcome,
        who=who,
        run=written.run,
    )
    _touch(connection, key, ref, at)


def history(connection: Connection, ref: WebhookRef) -> tuple[Entry, ...]:
    """Return the entries of a webhook, newest first."""
    rows = connection.execute(
        "SELECT at, since, origin, who, run, outcome, before, after FROM states"
        f" WHERE of_webhook = (SELECT key FROM webhooks WHERE {_WHOSE}) ORDER BY key DESC",
        _whose(ref),
    )
    return tuple(_entry(ref, row) for row in rows)


def server_history(connection: Connection, server: str, since: float) -> tuple[Entry, ...]:
    """Return the changes of all webhooks of a server since a time, newest first."""
    rows = connection.execute(
        "SELECT w.instance, w.webhook, w.instance_name, w.name, s.at, s.since, s.origin, s.who,"
        " s.run, s.outcome, s.before, s.after FROM states s JOIN webhooks w ON w.key = s.of_webhook"
        " WHERE w.server = ? AND s.at >= ? AND s.origin != ? ORDER BY s.key DESC",
        (server, since, Origin.FIRST_SEEN),
    )
    return tuple(_entry(WebhookRef(server, *map(unpacked, row[:4])), row[4:]) for row in rows)


def forget_before(connection: Connection, time: float) -> None:
    """Forget older states, but never the last one of a webhook: reads are compared with it."""
    connection.execute(
        "DELETE FROM states WHERE at < ? AND key <"
        " (SELECT max(key) FROM states later WHERE later.of_webhook = states.of_webhook)",
        (time,),
    )


def _known(connection: Connection, ref: WebhookRef) -> _Known | None:
    row = connection.execute(
        "SELECT w.key, w.seen, s.key, s.before, s.after, s.wanted, s.outcome"
        " FROM webhooks w JOIN states s ON s.of_webhook = w.key"
        f" WHERE {_WHOSE} ORDER BY s.key DESC LIMIT 1",
        _whose(ref),
    ).fetchone()
    return _Known(*row) if row else None


def _settle(connection: Connection, known: _Known, now: WebhookState | None) -> _Known:
    """Note the outcome of a write that was not known, now that its webhook was read."""
    before, wanted = decode(known.before), decode(known.wanted)
    outcome = RowOutcome.NOT_SAVED
    if now is not None and before is not None and wanted is not None:
        asked = changes(before.values, wanted.values)
        taken = sum(value_at(now.values, one.place) == one.new for one in asked)
        if taken:
            outcome = RowOutcome.SAVED_AFTER_ALL if taken == len(asked) else RowOutcome.PARTLY
    after = known.before if outcome is RowOutcome.NOT_SAVED else encode(now)
    connection.execute(
        "UPDATE states SET outcome = ?, after = ? WHERE key = ?", (outcome, after, known.state)
    )
    return known._replace(outcome=outcome, after=after)


def _add_webhook(connection: Connection, ref: WebhookRef, at: float) -> int:
    added = connection.execute(
        "INSERT INTO webhooks (server, instance, webhook, instance_name, name, seen)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (*_whose(ref), packed(ref.instance), packed(ref.webhook), at),
    )
    return added.lastrowid or 0


def _add_state(
    connection: Connection,
    key: int,
    at: float,
    origin: Origin,
    *,
    since: float | None = None,
    before: str | None = None,
    after: str | None = None,
    wanted: str | None = None,
    outcome: RowOutcome | None = None,
    who: str = "",
    run: str = "",
) -> None:
    """Add a state of a webhook, and forget the oldest if there are too many."""
    connection.execute(
        "INSERT INTO states (of_webhook, at, since, origin, who, run, outcome, before, after,"
        " wanted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, at, since, origin, who, run, outcome, before, after, wanted),
    )
    connection.execute(
        "DELETE FROM states WHERE of_webhook = ? AND key <= (SELECT key FROM states"
        " WHERE of_webhook = ? ORDER BY key DESC LIMIT 1 OFFSET ?)",
        (key, key, MOST_STATES),
    )


def _touch(connection: Connection, key: int, ref: WebhookRef, at: float) -> None:
    """Note when a webhook was last seen, and its names."""
    connection.execute(
        "UPDATE webhooks SET seen = max(seen, ?), instance_name = ?, name = ? WHERE key = ?",
        (at, packed(ref.instance), packed(ref.webhook), key),
    )


def _whose(ref: WebhookRef) -> tuple[str, bytes, bytes]:
    return ref.server, packed(ref.instance_id), packed(ref.webhook_id)


def _entry(ref: WebhookRef, row: tuple[object, ...]) -> Entry:
    at, since, origin, who, run, outcome, before, after = row
    return Entry(
        ref,
        time_of(at),
        None if since is None else time_of(since),
        Origin(str(origin)),
        str(who),
        str(run),
        RowOutcome(str(outcome)) if outcome else None,
        decode(before if isinstance(before, str) else None),
        decode(after if isinstance(after, str) else None),
    )


def time_of(seconds: object) -> datetime:
    """Return a stored time with its zone."""
    assert isinstance(seconds, float)
    return datetime.fromtimestamp(seconds, UTC)

"""The tables of runs and their rows. Every function works inside its caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from itertools import count
from typing import TYPE_CHECKING

from tui.model.row_outcome import RowOutcome
from tui.storage.journal.entries import Action, Origin, RowEnd, RowRecord, RunRecord, WebhookRef
from tui.storage.journal.state import decode, encode
from tui.storage.journal.states_table import packed, time_of, unpacked

if TYPE_CHECKING:
    from sqlite3 import Connection


def begin_run(
    connection: Connection,
    server: str,
    began: float,
    origin: Origin,
    who: str,
    of_run: str,
    rows: Iterable[RowRecord],
) -> str:
    """Note a run with all its rows, before the first of them is begun; return its id."""
    run = _new_id(connection)
    connection.execute(
        "INSERT INTO runs (id, server, began, origin, who, of_run) VALUES (?, ?, ?, ?, ?, ?)",
        (run, server, began, origin, who, of_run),
    )
    connection.executemany(
        "INSERT INTO rows (run, position, action, instance, webhook, instance_name, name, base,"
        " wanted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                run,
                row.position,
                row.action,
                packed(row.ref.instance_id),
                packed(row.ref.webhook_id),
                packed(row.ref.instance),
                packed(row.ref.webhook),
                encode(row.base),
                encode(row.wanted),
            )
            for row in rows
        ),
    )
    return run


def note_intent(connection: Connection, run: str, position: int, at: float) -> None:
    """Note that a row is about to be written; an earlier end of it no longer counts."""
    connection.execute(
        "UPDATE rows SET intent = ?, outcome = NULL WHERE run = ? AND position = ?",
        (at, run, position),
    )


def end_row(connection: Connection, run: str, position: int, webhook_id: str, end: RowEnd) -> None:
    """Note the end of a row; a new webhook has its id by now."""
    states = encode(end.before), encode(end.after)
    connection.execute(
        "UPDATE rows SET webhook = ?, outcome = ?, before = ?, after = ?, report = ?"
        " WHERE run = ? AND position = ?",
        (packed(webhook_id), end.outcome, *states, end.report, run, position),
    )


def end_run(connection: Connection, run: str, at: float | None) -> None:
    """Note the end of a run, or with ``None`` that it was resumed."""
    connection.execute("UPDATE runs SET ended = ? WHERE id = ?", (at, run))


def runs(connection: Connection, server: str) -> tuple[RunRecord, ...]:
    """Return the runs on a server, newest first."""
    found = connection.execute(
        "SELECT id, began, ended, origin, who, of_run,"
        " (SELECT count(*) FROM rows WHERE run = id)"
        " FROM runs WHERE server = ? ORDER BY began DESC, rowid DESC",
        (server,),
    )
    return tuple(
        RunRecord(
            run,
            server,
            time_of(began),
            None if ended is None else time_of(ended),
            Origin(origin),
            who,
            of_run,
            rows,
        )
        for run, began, ended, origin, who, of_run, rows in found
    )


def totals(connection: Connection, run: str) -> Mapping[RowOutcome, int]:
    """Return the number of rows of a run by outcome; rows without one are not reached."""
    found = connection.execute(
        "SELECT coalesce(outcome, ?), count(*) FROM rows WHERE run = ? GROUP BY 1",
        (RowOutcome.NOT_REACHED, run),
    )
    return {RowOutcome(outcome): count for outcome, count in found}


def rows_of(connection: Connection, server: str, run: str) -> tuple[RowRecord, ...]:
    """Return the rows of a run in their order. Raises ``ValueError`` for content it cannot read."""
    found = connection.execute(
        "SELECT position, action, instance, webhook, instance_name, name, base, wanted, intent,"
        " outcome, before, after, report FROM rows WHERE run = ? ORDER BY position",
        (run,),
    )
    return tuple(_row(server, row) for row in found)


def forget_before(connection: Connection, time: float) -> None:
    """Forget the runs that are older, with their rows."""
    connection.execute(
        "DELETE FROM rows WHERE run IN (SELECT id FROM runs WHERE began < ?)", (time,)
    )
    connection.execute("DELETE FROM runs WHERE began < ?", (time,))


def _new_id(connection: Connection) -> str:
    """Return an id that no run has: short, since people type it."""
    for length in count(2):
        run = secrets.token_hex(length)
        if not connection.execute("SELECT 1 FROM runs WHERE id = ?", (run,)).fetchone():
            return run
    raise AssertionError("counting never ends")


def _row(
    server: str,
    row: tuple[
        int,
        str,
        bytes,
        bytes,
        bytes,
        bytes,
        str,
        str,
        float | None,
        str | None,
        str | None,
        str | None,
        str | None,
    ],
) -> RowRecord:
    position, action, instance, webhook, instance_name, name, base, wanted = row[:8]
    intent, outcome, before, after, report = row[8:]
    base_state, wanted_state = decode(base), decode(wanted)
    assert base_state is not None
    assert wanted_state is not None
    return RowRecord(
        position,
        Action(action),
        WebhookRef(
            server, unpacked(instance), unpacked(webhook), unpacked(instance_name), unpacked(name)
        ),
        base_state,
        wanted_state,
        None if intent is None else time_of(intent),
        RowEnd(RowOutcome(outcome), decode(before), decode(after), report or "{}")
        if outcome
        else None,
    )

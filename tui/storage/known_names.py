"""What the journal knows of a server by name, for a shell that completes words: read and no more.

It asks no server, makes no file and imports next to nothing: a shell waits for it at every ``tab``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any
from urllib.parse import quote

BUSY_SECONDS = 0.2
"""How long a word waits for another program that is writing."""

FEW = 50
"""Webhooks of which the flags are looked at, and runs that are named: the latest."""

_LAST_STATE = (
    "SELECT w.instance_name, w.instance, w.name, s.after FROM webhooks w JOIN states s ON s.key ="
    " (SELECT max(key) FROM states WHERE of_webhook = w.key)"
    " WHERE (w.server = ?1 OR ?1 IS NULL)"
)
_IS_THERE = " AND (s.after IS NOT NULL OR s.outcome = 'not_known')"


def webhook_names(journal: str, server: str | None) -> Iterator[tuple[str, str]]:
    """Yield the names of instances with those of their webhooks, as they were last seen.

    An instance without a name goes by its id. ``server`` is the one whose names are meant;
    ``None`` stands for every server. Nothing comes from a journal that cannot be read.
    """
    for name, instance_id, webhook, _state in _rows(
        journal, f"{_LAST_STATE}{_IS_THERE} ORDER BY w.key", server
    ):
        yield _text(name) or _text(instance_id), _text(webhook)


def flag_names(journal: str, server: str | None) -> list[str]:
    """Return the flags of the webhooks that were seen last, in alphabetical order."""
    import json  # other words do without

    query = f"{_LAST_STATE} AND s.after IS NOT NULL ORDER BY w.seen DESC LIMIT {FEW}"
    found: set[str] = set()
    for *_names, state in _rows(journal, query, server):
        with suppress(ValueError, KeyError, TypeError):
            told = json.loads(state)
            found.update(told["on"], told["off"])
    return sorted(found)


def run_ids(journal: str, server: str | None) -> list[str]:
    """Return the ids of the latest runs, the last one first."""
    query = f"SELECT id FROM runs WHERE server = ?1 OR ?1 IS NULL ORDER BY began DESC LIMIT {FEW}"
    return [run for (run,) in _rows(journal, query, server)]


def _rows(journal: str, query: str, server: str | None) -> list[tuple[Any, ...]]:
    """Return what a query finds; nothing where the journal cannot be read, or is not there."""
    # A shell wants words or none: the command itself says what is wrong with the journal.
    uri = f"file:{quote(journal)}?mode=ro"
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(uri, timeout=BUSY_SECONDS, uri=True)) as connection,
    ):
        return connection.execute(query, (server,)).fetchall()
    return []


def _text(packed: bytes) -> str:
    return packed.decode("utf-8", "surrogatepass")

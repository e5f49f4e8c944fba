"""The data of the CodeChat v2 sandbox: instances with any number of webhooks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tui.sandbox.codechat_v2.bodies import Search
from tui.sandbox.data_file import IN_MEMORY, SETTINGS, DataFile, DataFileError
from tui.sandbox.records import Instance, Webhook

_APPLICATION_ID = 0x484B4244  # "HKBD", in the header of every data file
_VERSION = 1
_SCHEMA = (
    SETTINGS,
    """CREATE TABLE instance (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
        state TEXT NOT NULL, connection TEXT NOT NULL, created_at TEXT NOT NULL,
        auth_id TEXT NOT NULL, whatsapp TEXT, folded_name TEXT NOT NULL, words TEXT NOT NULL)""",
    """CREATE TABLE webhook (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        instance_id TEXT NOT NULL REFERENCES instance (id), name TEXT NOT NULL, url TEXT NOT NULL,
        enabled INTEGER NOT NULL, headers TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
        events_id TEXT NOT NULL, flags TEXT NOT NULL, events_updated_at TEXT NOT NULL)""",
    "CREATE INDEX webhook_of_instance ON webhook (instance_id)",
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {_VERSION}",
)
_INSTANCE = "id, name, state, connection, created_at, auth_id, whatsapp"
_WEBHOOK = (
    "id, instance_id, name, url, enabled, headers, created_at, updated_at,"
    " events_id, flags, events_updated_at"
)
_CONDITIONS = {
    "instance_id": "id = ?",
    "state": "state = ?",
    "connection": "connection = ?",
    "name": "instr(folded_name, casefold(?))",
    "text": "instr(words, casefold(?))",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search: ``total`` is the number of matches on all pages."""

    total: int
    records: list[tuple[Instance, list[Webhook]]]


class Store(DataFile):
    """Instances, webhooks and settings; every method is thread-safe."""

    def __init__(self, data: str | Path = IN_MEMORY) -> None:
        """Open ``data``; raise ``OSError`` when that is not possible."""
        super().__init__(data)
        self._db.create_function("casefold", 1, str.casefold, deterministic=True)

    def create(self) -> bool:
        """Make the tables; return False where they exist. For use inside a transaction.

        Raises :class:`DataFileError` for the database of another program or version, and leaves
        it as it was.
        """
        ((kind,),) = self._rows("PRAGMA application_id")
        ((version,),) = self._rows("PRAGMA user_version")
        if (kind, version) == (_APPLICATION_ID, _VERSION):
            return False
        if kind or self._rows("SELECT 1 FROM sqlite_master LIMIT 1"):
            raise DataFileError(f"{self._data} is not a data file of this sandbox")
        for statement in _SCHEMA:
            self._rows(statement)
        return True

    def add(self, records: Iterable[tuple[Instance, list[Webhook]]]) -> None:
        """Add instances with their webhooks. For use inside a transaction."""
        instances: list[tuple[object, ...]] = []
        webhooks: list[tuple[object, ...]] = []
        for instance, theirs in records:
            instances.append(_instance_row(instance))
            webhooks.extend(map(_webhook_row, theirs))
        with self._lock:
            self._db.executemany(
                f"INSERT INTO instance ({_INSTANCE}, folded_name, words)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                instances,
            )
            self._db.executemany(
                f"INSERT INTO webhook ({_WEBHOOK}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                webhooks,
            )

    def search(self, wanted: Search, size: int) -> Page:
        """Return one page of ``size`` instances, in the order they were added.

        ``name`` and ``text`` match parts, without regard to case; ``text`` is looked for in the
        name, the id and the WhatsApp number. The others must be equal (guess).
        """
        given = asdict(wanted)
        conditions, values = ["1"], []
        for field, condition in _CONDITIONS.items():
            if value := given[field]:
                conditions.append(condition)
                values.append(value)
        source = f"FROM instance WHERE {' AND '.join(conditions)}"
        with self._lock:
            ((total,),) = self._rows(f"SELECT count(*) {source}", *values)
            skipped = (wanted.page - 1) * size
            if skipped >= total:
                return Page(total, [])
            found = self._rows(
                f"SELECT {_INSTANCE} {source} ORDER BY position LIMIT ? OFFSET ?",
                *values,
                size,
                skipped,
            )
            return Page(total, self._with_webhooks(found))

    def connected(self) -> list[Instance]:
        """Return the instances whose connection is open."""
        rows = self._rows(
            f"SELECT {_INSTANCE} FROM instance WHERE connection = 'open' ORDER BY position"
        )
        return [_instance(row) for row in rows]

    def instance(self, instance_id: str) -> Instance | None:
        """Return one instance, None where there is none."""
        rows = self._rows(f"SELECT {_INSTANCE} FROM instance WHERE id = ?", instance_id)
        return _instance(rows[0]) if rows else None

    def webhooks(self, instance_id: str) -> list[Webhook]:
        """Return the webhooks of an instance, oldest first."""
        return [
            _webhook(row)
            for row in self._rows(
                f"SELECT {_WEBHOOK} FROM webhook WHERE instance_id = ? ORDER BY position",
                instance_id,
            )
        ]

    def webhook(self, instance_id: str, webhook_id: str) -> Webhook | None:
        """Return one webhook of an instance, None where there is none."""
        rows = self._rows(
            f"SELECT {_WEBHOOK} FROM webhook WHERE instance_id = ? AND id = ?",
            instance_id,
            webhook_id,
        )
        return _webhook(rows[0]) if rows else None

    def save(self, webhook: Webhook) -> None:
        """Replace the webhook with this id, or add it."""
        updates = ", ".join(f"{column} = excluded.{column}" for column in _WEBHOOK.split(", "))
        self._rows(
            f"INSERT INTO webhook ({_WEBHOOK}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            f" ON CONFLICT (id) DO UPDATE SET {updates}",
            *_webhook_row(webhook),
        )

    def delete(self, webhook: Webhook) -> None:
        """Remove a webhook."""
        self._rows("DELETE FROM webhook WHERE id = ?", webhook.id)

    def _with_webhooks(self, found: list[Any]) -> list[tuple[Instance, list[Webhook]]]:
        instances = [_instance(row) for row in found]
        theirs: defaultdict[str, list[Webhook]] = defaultdict(list)
        rows = self._rows(
            f"SELECT {_WEBHOOK} FROM webhook"
            " WHERE instance_id IN (SELECT value FROM json_each(?)) ORDER BY position",
            json.dumps([instance.id for instance in instances]),
        )
        for webhook in map(_webhook, rows):
            theirs[webhook.instance_id].append(webhook)
        return [(instance, theirs[instance.id]) for instance in instances]


def _instance_row(instance: Instance) -> tuple[object, ...]:
    paired = instance.whatsapp
    words = "\n".join((instance.name, instance.id, paired["remoteJid"] if paired else ""))
    return (
        instance.id,
        instance.name,
        instance.state,
        instance.connection,
        instance.created_at,
        instance.auth_id,
        None if paired is None else json.dumps(paired),
        instance.name.casefold(),
        words.casefold(),
    )


def _instance(row: tuple[Any, ...]) -> Instance:
    id_, name, state, connection, created_at, auth_id, whatsapp = row
    return Instance(
        id=id_,
        name=name,
        state=state,
        connection=connection,
        created_at=created_at,
        auth_id=auth_id,
        whatsapp=None if whatsapp is None else json.loads(whatsapp),
    )


def _webhook_row(webhook: Webhook) -> tuple[object, ...]:
    return (
        webhook.id,
        webhook.instance_id,
        webhook.name,
        webhook.url,
        webhook.enabled,
        None if webhook.headers is None else json.dumps(webhook.headers),
        webhook.created_at,
        webhook.updated_at,
        webhook.events_id,
        json.dumps(webhook.flags),
        webhook.events_updated_at,
    )


def _webhook(row: tuple[Any, ...]) -> Webhook:
    id_, instance_id, name, url, enabled, headers, created, updated, events_id, flags, at = row
    return Webhook(
        id=id_,
        instance_id=instance_id,
        name=name,
        url=url,
        enabled=bool(enabled),
        headers=None if headers is None else json.loads(headers),
        created_at=created,
        updated_at=updated,
        events_id=events_id,
        flags=json.loads(flags),
        events_updated_at=at,
    )

"""The shapes of CodeChat API v2, read strictly and turned into the model.

Sources: the vendor's page "Update Webhook" (v2.1.3) and a public client of v2.2.1 with its
types. A record that does not have its shape is left out of a list and said to be, so that
one broken record does not hide the others.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from tui.api.adapters.fields import BadRecord, Fields
from tui.api.adapters.records import MOST_WEBHOOKS, portions, token_of
from tui.api.port import Page
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.time import parse_time
from tui.model.webhook import Webhook, readable

FLAGS = (
    "qrcodeUpdate", "stateInstance", "messagesSet", "messagesUpsert", "messagesUpdate",
    "sendMessage", "contactsSet", "contactsUpsert", "contactsUpdate", "presenceUpdate", "chatsSet",
    "chatsUpdate", "chatsUpsert", "chatsDelete", "groupsUpsert", "groupUpdate",
    "groupParticipantsUpdate", "connectionUpdate", "callUpsert", "newJwt",
)  # fmt: skip
"""The flags on the vendor's page: those of a new webhook."""

EVENTS = "WebhookEvents"
NOT_EVENTS = frozenset({"webhookEventsId", "webhookId", "createdAt", "updatedAt"})
"""What stands among the events, is none, and never goes back."""

READ = frozenset(
    {"webhookId", "name", "url", "enabled", "headers", "createdAt", "updatedAt", EVENTS}
)
"""The properties of a webhook that have a place in the model."""


@dataclass(frozen=True, slots=True)
class PageOfInstances:
    """One answer to a search, as the model has it."""

    page: Page
    pages: int | None
    """How many pages there are, as far as the server says."""


def in_parts(body: Any) -> Iterator[PageOfInstances]:
    """Read the answer of the search some records at a time; at least one part comes of it.

    A page is nested [client] or at top level [client's types]. Raises ``ValueError`` at once
    for anything else.
    """
    answer = Fields(body)
    paged = answer.inside("BusinessPage") if "BusinessPage" in answer else answer
    pages, total = paged.amount("totalPages"), paged.amount("totalRecords")
    records = paged.needed_array("records")
    if pages is None and total and records:
        pages = ceil(total / len(records))
    return (PageOfInstances(_read(part, total), pages) for part in portions(records))


def _read(records: Sequence[Any], total: int | None) -> Page:
    instances: list[Instance] = []
    problems: list[str] = []
    for record in records:
        try:
            instances.append(read_instance(record, problems))
        except BadRecord as error:
            problems.append(f"an instance was left out: {error}")
    return Page(tuple(instances), total, tuple(problems))


def read_instance(record: Any, problems: list[str]) -> Instance:
    """Turn a record into an instance; webhooks that cannot be read are named in ``problems``."""
    fields = Fields(record)
    whatsapp, webhooks = fields.inside("WhatsApp"), fields.array("Webhook")
    name = clean(fields.text("name"))
    return Instance(
        id=fields.needed_id("instanceId"),
        name=name,
        state=sys.intern(clean(fields.text("state"), 24)),
        connection=sys.intern(clean(fields.text("connection"), 24)),
        number=clean(whatsapp.text("remoteJid").partition("@")[0], 40),
        push_name=clean(whatsapp.text("pushName"), 80),
        created_at=parse_time(fields.value("createdAt")),
        token=token_of(fields.inside("Auth").text("jwt")),
        webhooks=None if webhooks is None else read_webhooks(webhooks, problems, name),
    )


def read_webhooks(records: list[Any], problems: list[str], of: str) -> tuple[Webhook, ...]:
    """Turn records into webhooks; what cannot be read is named in ``problems``."""
    webhooks: list[Webhook] = []
    if len(records) > MOST_WEBHOOKS:
        problems.append(f"{of} has {len(records):,} webhooks; {MOST_WEBHOOKS:,} of them were read")
    for record in records[:MOST_WEBHOOKS]:
        try:
            webhooks.append(read_webhook(record))
        except BadRecord as error:
            problems.append(f"a webhook of {of} was left out: {error}")
    return tuple(webhooks)


def read_webhook(record: Any) -> Webhook:
    """Turn a record into a webhook. Raises :class:`BadRecord`."""
    fields = Fields(record)
    raw: dict[str, str] = {}
    flags: dict[str, bool] = {}
    extra_events: dict[str, object] = {}
    for key, value in (fields.table(EVENTS) or {}).items():
        if isinstance(value, bool):
            flags[sys.intern(key)] = value
        elif key not in NOT_EVENTS:
            extra_events[key] = value
    return Webhook(
        id=fields.needed_id("webhookId"),
        name=readable(fields.text("name"), raw, "name"),
        url=readable(fields.text("url"), raw, "url"),
        enabled=fields.flag("enabled"),
        flags=flags,
        headers=fields.table("headers"),
        created_at=parse_time(fields.value("createdAt")),
        updated_at=parse_time(fields.value("updatedAt")),
        raw=raw,
        extra={key: value for key, value in record.items() if key not in READ and goes_back(key)},
        extra_events=extra_events,
    )


def is_whole(record: Any) -> bool:
    """Whether an answer to a write says everything that was asked for, flags included."""
    return isinstance(record, Mapping) and all(
        record.get(key) is not None for key in ("webhookId", "name", "url", "enabled", EVENTS)
    )


def read_flags(body: Any, asked: Collection[str]) -> dict[str, bool] | None:
    """Read from a PATCH's answer which flags the webhook has now.

    They stand at top level or among a webhook's events [guess]. ``None`` where the answer is
    silent about any of those that were asked for.
    """
    events = body.get(EVENTS, body) if isinstance(body, Mapping) else None
    if not isinstance(events, Mapping):
        return None
    flags = {flag: on for flag, on in events.items() if isinstance(on, bool)}
    return flags if flags.keys() >= set(asked) else None


def goes_back(key: str) -> bool:
    """Whether an unknown property belongs into a PUT.

    Ids, times and related records are the server's own; in this API they end in ``Id`` or
    ``At``, or begin with a capital [doc, client].
    """
    return not key.endswith(("Id", "At")) and not key[:1].isupper()


def put_body(current: Webhook, name: str, url: str, enabled: bool) -> dict[str, object]:
    """Return a PUT's body without the flags: the documented three, headers, the unknown rest."""
    body: dict[str, object] = {
        **current.extra,
        "name": current.wire_text("name", name),
        "url": current.wire_text("url", url),
        "enabled": enabled,
    }
    if current.headers is not None:
        body["headers"] = current.headers
    return body

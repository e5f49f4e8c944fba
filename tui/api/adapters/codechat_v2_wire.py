"""The records of CodeChat API v2, read strictly and turned into the model.

Sources: the vendor's page "Update Webhook" (v2.1.3) and a public client of v2.2.1 with its
types. A record of the wrong shape is left out of its list and reported: one broken record
must not hide the others.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from tui.api.adapters.fields import BadRecord, Fields
from tui.api.adapters.records import MOST_WEBHOOKS, batches, token_of
from tui.api.port import Page
from tui.i18n import _, number
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
"""The flags on the vendor's page; a new webhook has them."""

EVENTS = "WebhookEvents"
NOT_EVENTS = frozenset({"webhookEventsId", "webhookId", "createdAt", "updatedAt"})
"""Properties among the events that are no events and are not written back."""

READ = frozenset(
    {"webhookId", "name", "url", "enabled", "headers", "createdAt", "updatedAt", EVENTS}
)
"""The properties of a webhook that the model has fields for."""


@dataclass(frozen=True, slots=True)
class PageOfInstances:
    """A part of an answer to a search."""

    page: Page
    pages: int | None
    """The number of pages; ``None`` where the server does not say."""


def in_parts(body: Any) -> Iterator[PageOfInstances]:
    """Read the answer to a search batch by batch; there is at least one part.

    A page is nested [client] or at the top level [client's types]. Raises ``ValueError`` at
    once for anything else.
    """
    answer = Fields(body)
    paged = answer.inside("BusinessPage") if "BusinessPage" in answer else answer
    pages, total = paged.amount("totalPages"), paged.amount("totalRecords")
    records = paged.needed_array("records")
    if pages is None and total and records:
        pages = ceil(total / len(records))
    return (PageOfInstances(_read(part, total), pages) for part in batches(records))


def _read(records: Sequence[Any], total: int | None) -> Page:
    instances: list[Instance] = []
    problems: list[str] = []
    for record in records:
        try:
            instances.append(read_instance(record, problems))
        except BadRecord as error:
            problem = _("An instance was left out: {reason}")
            problems.append(problem.format(reason=error))
    return Page(tuple(instances), total, tuple(problems))


def read_instance(record: Any, problems: list[str]) -> Instance:
    """Turn a record into an instance; ``problems`` gets a sentence for each unreadable webhook."""
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


def read_webhooks(records: list[Any], problems: list[str], instance: str) -> tuple[Webhook, ...]:
    """Turn an instance's records into webhooks; ``problems`` gets a sentence for each failure."""
    webhooks: list[Webhook] = []
    if len(records) > MOST_WEBHOOKS:
        problem = _("{instance} has {count} webhooks; only {limit} of them were read")
        counted = {"count": number(len(records)), "limit": number(MOST_WEBHOOKS)}
        problems.append(problem.format(instance=instance, **counted))
    for record in records[:MOST_WEBHOOKS]:
        try:
            webhooks.append(read_webhook(record))
        except BadRecord as error:
            problem = _("A webhook of {instance} was left out: {reason}")
            problems.append(problem.format(instance=instance, reason=error))
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
    """Whether an answer to a write has all properties of a webhook, flags included."""
    return isinstance(record, Mapping) and all(
        record.get(key) is not None for key in ("webhookId", "name", "url", "enabled", EVENTS)
    )


def read_flags(body: Any, asked: Collection[str]) -> dict[str, bool] | None:
    """Read the webhook's flags from the answer to a PATCH.

    They are at the top level or among a webhook's events [guess]. ``None`` where the answer
    leaves out one of the flags ``asked`` for.
    """
    events = body.get(EVENTS, body) if isinstance(body, Mapping) else None
    if not isinstance(events, Mapping):
        return None
    flags = {flag: on for flag, on in events.items() if isinstance(on, bool)}
    return flags if flags.keys() >= set(asked) else None


def goes_back(key: str) -> bool:
    """Whether an unknown property is written back in a PUT.

    Ids, times and related records are the server's; their names end in ``Id`` or ``At``, or
    begin with a capital [doc, client].
    """
    return not key.endswith(("Id", "At")) and not key[:1].isupper()


def put_body(current: Webhook, name: str, url: str, enabled: bool) -> dict[str, object]:
    """Return the body of a PUT without the flags, but with headers and unknown properties."""
    body: dict[str, object] = {
        **current.extra,
        "name": current.wire_text("name", name),
        "url": current.wire_text("url", url),
        "enabled": enabled,
    }
    if current.headers is not None:
        body["headers"] = current.headers
    return body

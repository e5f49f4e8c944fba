"""Instances and webhooks of CodeChat v2 as records and on the wire.

Sources: the vendor's page and a public client. The sample data of all kinds is made from them.
"""

from __future__ import annotations

from base64 import b32hexencode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Wire = dict[str, Any]
"""A JSON object, as sent."""

DOCUMENTED_FLAGS = (
    "qrcodeUpdate",
    "stateInstance",
    "messagesSet",
    "messagesUpsert",
    "messagesUpdate",
    "sendMessage",
    "contactsSet",
    "contactsUpsert",
    "contactsUpdate",
    "presenceUpdate",
    "chatsSet",
    "chatsUpdate",
    "chatsUpsert",
    "chatsDelete",
    "groupsUpsert",
    "groupUpdate",
    "groupParticipantsUpdate",
    "connectionUpdate",
    "callUpsert",
    "newJwt",
)
"""The flags of the vendor's page, in its order; all are on in a new webhook."""

_CROCKFORD = bytes.maketrans(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUV", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)


def iso(moment: datetime) -> str:
    """Return an aware ``moment`` as the servers write it: UTC, milliseconds, ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ulid(moment: datetime, entropy: bytes) -> str:
    """Return the ULID of ``moment`` and 10 bytes of ``entropy``: 26 characters."""
    stamp = int(moment.timestamp() * 1000).to_bytes(10)
    # 20 bytes make 32 digits without padding; a ULID is the last 26 of them.
    return b32hexencode(stamp + entropy).translate(_CROCKFORD).decode()[6:]


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook; moments are ISO 8601 text, ``headers`` is None where it has none."""

    id: str
    instance_id: str
    name: str
    url: str
    enabled: bool
    headers: dict[str, str] | None
    created_at: str
    updated_at: str
    events_id: str
    flags: dict[str, bool]
    events_updated_at: str

    def events(self) -> Wire:
        """Return the ``WebhookEvents`` object: the flags, its id and its dates."""
        return {
            **self.flags,
            "webhookEventsId": self.events_id,
            "createdAt": self.created_at,
            "updatedAt": self.events_updated_at,
        }

    def wire(self) -> Wire:
        """Return the whole webhook, as every address answers it."""
        return {
            "webhookId": self.id,
            "name": self.name,
            "url": self.url,
            "enabled": self.enabled,
            "headers": self.headers,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "instanceInstanceId": self.instance_id,
            "WebhookEvents": self.events(),
        }


@dataclass(frozen=True, slots=True)
class Instance:
    """One WhatsApp connection; ``whatsapp`` is None until a phone is paired."""

    id: str
    name: str
    state: str
    connection: str
    created_at: str
    auth_id: str
    whatsapp: Wire | None

    @property
    def issued(self) -> int:
        """When its JWT was issued, in seconds since 1970: at the creation, so it never changes."""
        return int(datetime.fromisoformat(self.created_at).timestamp())

    def wire(self, business_id: str, jwt: str, webhooks: Iterable[Webhook] | None) -> Wire:
        """Return the instance with its credentials; ``webhooks`` None leaves its webhooks out."""
        listed = {} if webhooks is None else {"Webhook": [hook.wire() for hook in webhooks]}
        return {
            "instanceId": self.id,
            "name": self.name,
            "state": self.state,
            "connection": self.connection,
            "createdAt": self.created_at,
            "deletedAt": None,
            "businessBusinessId": business_id,
            "Auth": {"authId": self.auth_id, "jwt": jwt, "createdAt": self.created_at},
            "WhatsApp": self.whatsapp,
            **listed,
        }

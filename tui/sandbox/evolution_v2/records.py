"""The documents of the Evolution sandbox and its rules, recorded unless marked as a guess.

A document is ``{"instance": ..., "webhook": ...}``, both as they are answered; the webhook is None
until one is set.
"""

from __future__ import annotations

import json
import re
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from tui.sandbox.records import Instance, Webhook, Wire
from tui.sandbox.sample import sample

EVENTS = (
    "APPLICATION_STARTUP",
    "QRCODE_UPDATED",
    "MESSAGES_SET",
    "MESSAGES_UPSERT",
    "MESSAGES_EDITED",
    "MESSAGES_UPDATE",
    "MESSAGES_DELETE",
    "SEND_MESSAGE",
    "SEND_MESSAGE_UPDATE",
    "CONTACTS_SET",
    "CONTACTS_UPSERT",
    "CONTACTS_UPDATE",
    "PRESENCE_UPDATE",
    "CHATS_SET",
    "CHATS_UPSERT",
    "CHATS_UPDATE",
    "CHATS_DELETE",
    "GROUPS_UPSERT",
    "GROUP_UPDATE",
    "GROUP_PARTICIPANTS_UPDATE",
    "CONNECTION_UPDATE",
    "LABELS_EDIT",
    "LABELS_ASSOCIATION",
    "CALL",
    "TYPEBOT_START",
    "TYPEBOT_CHANGE_STATUS",
    "REMOVE_INSTANCE",
    "LOGOUT_INSTANCE",
    "INSTANCE_CREATE",
    "INSTANCE_DELETE",
    "STATUS_INSTANCE",
)
"""The server's enum up to 2.3.7, in its order."""

LATER_EVENTS = (*EVENTS[:3], "MESSAGING_HISTORY_SET", *EVENTS[3:])
"""The enum of 2.4.0; the place of the new event is a guess."""

DROPPED_EVENT = "NEW_JWT_TOKEN"
"""An event that older versions accepted and stored; the enum no longer has it."""

URL_LIMIT = 500
"""The longest URL that is stored, in characters."""

NAME_LIMIT = 255
"""The longest name of an instance, in characters (guess; 300 is too long)."""

SETTINGS: Wire = {
    "rejectCall": False,
    "msgCall": "",
    "groupsIgnore": False,
    "alwaysOnline": False,
    "readMessages": False,
    "readStatus": False,
    "syncFullHistory": False,
    "wavoipToken": "",
}
"""The settings of a new instance, as answered."""

_TYPES = {
    "enabled": ("boolean", bool),
    "url": ("string", str),
    "headers": ("object", dict),
    "byEvents": ("boolean", bool),
    "base64": ("boolean", bool),
    "events": ("array", list),
}
_REQUIRED = ("enabled", "url")
# The sample has the flags of v2; flags not listed here differ in case only, or are unknown here.
_RENAMED = {
    "qrcodeUpdate": "QRCODE_UPDATED",
    "stateInstance": "STATUS_INSTANCE",
    "callUpsert": "CALL",
    "labelAssociation": "LABELS_ASSOCIATION",
    "labelEdit": "LABELS_EDIT",
}


def problems(body: Wire, events: Sequence[str]) -> Iterator[str]:
    """Yield the schema's complaints about the body that sets a webhook; ``events`` is its enum.

    An empty ``url`` is refused only where nothing but ``enabled`` comes with it.
    """
    if "webhook" not in body:
        yield 'instance requires property "webhook"'
        return
    sent = body["webhook"]
    if not isinstance(sent, dict):
        yield "webhook is not of a type(s) object"
        return
    yield from _type_problems(sent, events)
    yield from (f'webhook requires property "{name}"' for name in _REQUIRED if name not in sent)
    if sent.keys() <= set(_REQUIRED) and sent.get("url") == "":
        yield 'The "url" cannot be empty'


def _type_problems(sent: Wire, events: Sequence[str]) -> Iterator[str]:
    enum = f"is not one of enum values: {','.join(events)}"
    for name, (words, kind) in _TYPES.items():
        if not isinstance(sent.get(name, kind()), kind):
            yield f"webhook.{name} is not of a type(s) {words}"
        elif name == "events":
            for index, event in enumerate(sent.get(name, ())):
                if not isinstance(event, str):
                    yield f"webhook.events[{index}] is not of a type(s) string"
                if event not in events:
                    yield f"webhook.events[{index}] {enum}"


def written(base: Wire, sent: Wire, now: str, events: Sequence[str] = EVENTS) -> Wire:
    """Return the webhook ``base`` changed by ``sent``, at the moment ``now``.

    A disabled webhook has no events; one enabled with an empty list has all ``events``. Raises
    ``KeyError`` when it is enabled without ``events``.
    """
    stored = (sent["events"] or list(events)) if sent["enabled"] else []
    return base | {
        "url": sent["url"],
        "headers": _stored(sent["headers"]) if "headers" in sent else base["headers"],
        "enabled": sent["enabled"],
        "events": stored,
        "webhookByEvents": sent.get("byEvents", base["webhookByEvents"]),
        "webhookBase64": sent.get("base64", base["webhookBase64"]),
        "updatedAt": now,
    }


def database_fault(webhook: Wire) -> str | None:
    """Return why the database would refuse ``webhook``, None when it would not.

    The column in the JSON error is the recorded one: it is a column of Prisma's own query.
    """
    url: str = webhook["url"]
    if not is_text([url, webhook["headers"]]):
        fault = "JSON Error: unexpected end of hex escape at line 1 column 202"
    elif "\0" in url:
        return 'invalid byte sequence for encoding "UTF8": 0x00'
    elif len(url) > URL_LIMIT:
        fault = (
            "The provided value for the column is too long for the column's type."
            " Column: (not available)"
        )
    else:
        return None
    return invocation("webhook.upsert", fault)


def invocation(call: str, fault: str) -> str:
    """Return Prisma's words for a ``fault`` in one of its calls."""
    return f"\nInvalid `prisma.{call}()` invocation:\n\n\n{fault}"


def is_text(value: Any) -> bool:
    """Tell whether no string in a JSON value holds half a surrogate pair."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def new_instance(
    name: str, now: str, *, token: str | None = None, entropy: bytes | None = None, **known: object
) -> Wire:
    """Return an instance made at the moment ``now``, with the ``known`` fields.

    Its ids are made from ``entropy``, 32 bytes, by default random; its token is random unless
    given.
    """
    entropy = entropy or secrets.token_bytes(32)
    instance_id = str(uuid.UUID(bytes=entropy[:16], version=4))
    made = {"createdAt": now, "updatedAt": now}
    others = ("Chatwoot", "Proxy", "Rabbitmq", "Nats", "Sqs", "Websocket")
    return {
        "id": instance_id,
        "name": name,
        "connectionStatus": "close",
        "ownerJid": None,
        "profileName": None,
        "profilePicUrl": None,
        "integration": "WHATSAPP-BAILEYS",
        "number": None,
        "businessId": None,
        "token": token or str(uuid.uuid4()).upper(),
        "clientName": "evolution_exchange",
        "disconnectionReasonCode": None,
        "disconnectionObject": None,
        "disconnectionAt": None,
        **made,
        **dict.fromkeys(others),
        "Setting": {"id": _cuid(entropy[16:]), **SETTINGS, **made, "instanceId": instance_id},
        "_count": {"Message": 0, "Contact": 0, "Chat": 0},
    } | known


def new_webhook(instance_id: str, now: str, entropy: bytes | None = None) -> Wire:
    """Return a webhook before it is first set; ``entropy`` as for :func:`new_instance`."""
    return {
        "id": _cuid(entropy or secrets.token_bytes(32)),
        "url": "",
        "headers": None,
        "enabled": False,
        "events": [],
        "webhookByEvents": False,
        "webhookBase64": False,
        "createdAt": now,
        "updatedAt": now,
        "instanceId": instance_id,
    }


def documents(count: int) -> Iterator[tuple[str, Wire]]:
    """Yield the sample by name: each instance with its first webhook, if it has one."""
    for instance, webhooks in sample(count):
        record = _sampled_instance(instance)
        webhook = _sampled_webhook(webhooks[0], record["id"]) if webhooks else None
        yield instance.name, {"instance": record, "webhook": webhook}


def grown_older(documents: Iterator[tuple[str, Wire]]) -> Iterator[tuple[str, Wire]]:
    """Yield the sample as a 2.4.0 may have it: one webhook has all events, one a dropped event."""
    for name, document in documents:
        if name == "central-atendimento":
            document["webhook"]["events"] = list(LATER_EVENTS)
        elif name == "loja-centro":
            document["webhook"]["events"].insert(2, DROPPED_EVENT)
        yield name, document


def _sampled_instance(instance: Instance) -> Wire:
    paired = instance.whatsapp or {"remoteJid": None, "pushName": None}
    return new_instance(
        instance.name,
        instance.created_at,
        entropy=_entropy(instance.id),
        # There is no word for a refused connection; ``number`` is not the paired one (guess).
        connectionStatus=instance.connection.replace("refused", "close"),
        ownerJid=paired["remoteJid"],
        profileName=paired["pushName"],
    )


def _sampled_webhook(webhook: Webhook, instance_id: str) -> Wire:
    """Return a webhook of the sample; its switches are made up."""
    sent: Wire = {
        "url": webhook.url,
        "enabled": webhook.enabled,
        "events": _events(webhook.flags),
        "byEvents": webhook.name == "auditoria",
        "base64": webhook.name == "n8n",
    }
    if webhook.headers is not None:
        sent["headers"] = webhook.headers
    base = new_webhook(instance_id, webhook.created_at, _entropy(webhook.id))
    return written(base, sent, webhook.updated_at)


def _events(flags: Mapping[str, bool]) -> list[str]:
    on = {
        _RENAMED.get(flag, re.sub("[A-Z]", r"_\g<0>", flag).upper())
        for flag, is_on in flags.items()
        if is_on
    }
    return [event for event in EVENTS if event in on]


def _stored(headers: Wire) -> Wire:
    """Return ``headers`` in the order of PostgreSQL's jsonb: short names first, then by bytes."""

    def rank(name: str) -> tuple[int, str]:
        return len(name.encode("utf-8", "surrogatepass")), name

    return {name: headers[name] for name in sorted(headers, key=rank)}


def _cuid(entropy: bytes) -> str:
    """Return an id of 25 characters that looks like Prisma's."""
    return f"c{entropy.hex()[:24]}"


def _entropy(what: str) -> bytes:
    return blake2b(what.encode(), digest_size=32).digest()

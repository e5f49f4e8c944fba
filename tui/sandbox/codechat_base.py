"""The base of the two CodeChat generations with one webhook per instance.

A document is an instance as the list answers it, with ``Auth`` and ``Webhook`` (None until one is
set); its name is the instance's.
"""

from __future__ import annotations

import hmac
import json
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NoReturn, Self

import jwt
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from tui.sandbox.any_sandbox import AnySandbox, utc_now
from tui.sandbox.data_file import IN_MEMORY
from tui.sandbox.document_store import Documents
from tui.sandbox.express import Answer, SentPaths, Unreadable
from tui.sandbox.latency import Latency
from tui.sandbox.records import Instance, Webhook, Wire, ulid
from tui.sandbox.sample import sample

URL_LIMIT = 500
"""The longest URL that is stored, in characters."""

_ALGORITHM = "HS256"
# The sample has the flags of v2; flags not listed here have the same name everywhere.
_RENAMED = {
    "qrcodeUpdate": "qrcodeUpdated",
    "stateInstance": "statusInstance",
    "messagesUpdate": "messagesUpdated",
    "contactsUpdate": "contactsUpdated",
    "presenceUpdate": "presenceUpdated",
    "chatsUpdate": "chatsUpdated",
    "chatsDelete": "chatsDeleted",
    "groupUpdate": "groupsUpdated",
    "groupParticipantsUpdate": "groupsParticipantsUpdated",
    "connectionUpdate": "connectionUpdated",
    "newJwt": "refreshToken",
    "labelAssociation": "labelsAssociation",
    "labelEdit": "labelsEdit",
    "newsletterUpsert": "newsLetter",
}


class Refusal(Exception):
    """A request that is answered with an error: its HTTP ``status``, and a ``body``."""

    def __init__(self, status: int, body: Wire) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


class CodeChat(AnySandbox, ABC):
    """A server of one generation; :meth:`open` makes one, :meth:`close` ends it.

    ``latency`` (seconds) and ``database_down`` may be changed at any time and apply from the
    next request on.
    """

    flags: ClassVar[tuple[str, ...]]
    """The flags of the server, in its order."""
    newest_first: ClassVar[bool] = False
    """Whether the list begins with the newest instance."""
    documents: Documents
    """The data."""

    def __init__(
        self,
        documents: Documents,
        *,
        latency: float = 0.0,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(documents, latency, now)
        self.documents = documents
        self.database_down = False
        self.app = Starlette(
            routes=self._routes(),
            middleware=[Middleware(Latency, sandbox=self), Middleware(SentPaths)],
            exception_handlers={
                Refusal: _refused,
                Unreadable: self._unreadable,
                HTTPException: self._not_routed,
                Exception: self._failed,
            },
        )
        self.app.router.redirect_slashes = False

    @classmethod
    def open(
        cls,
        *,
        data: str | Path = IN_MEMORY,
        instances: int = 12,
        latency: float = 0.0,
        token: str | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Return a server over ``data``, filled with ``instances`` when it is new.

        A file with the data of this kind of server is used as it is, with its signing key and
        token; ``token`` replaces the stored one. ``latency`` is in seconds, for every request.
        ``now`` dates changes. Raises ``ValueError`` for an argument out of range, ``OSError``
        when the file cannot be opened, and its subclass :class:`.data_file.DataFileError` when
        the file holds something else.
        """
        if instances < 0 or latency < 0:
            raise ValueError("instances and latency cannot be negative")
        documents = Documents(
            cls.kind, data, fill=partial(cls._fill, instances=instances), token=token
        )
        return cls(documents, latency=latency, now=now)

    @abstractmethod
    def _routes(self) -> Sequence[BaseRoute]:
        """Return the routes of the contract and no others."""

    @staticmethod
    @abstractmethod
    def _status(instance: Instance) -> Wire:
        """Return the fields for the connection of an instance of the sample."""

    @classmethod
    @abstractmethod
    def _events(cls, flags: Mapping[str, bool]) -> Wire | None:
        """Return a webhook's flags as they are stored, from flags with this kind's names."""

    @abstractmethod
    async def _unreadable(self, request: Request, error: Any) -> Response:
        """Answer a request whose path cannot be decoded."""

    @abstractmethod
    async def _not_routed(self, request: Request, error: Any) -> Response:
        """Answer 404 and 405 of the router."""

    @abstractmethod
    async def _failed(self, request: Request, error: Any) -> Response:
        """Answer 500 to an unexpected error."""

    @classmethod
    def _token(cls, name: str, token_id: str, issued: int, key: str) -> str:
        """Return the JWT of an instance, issued at a moment in seconds since 1970."""
        return signed(name, token_id, issued, key)

    def _is_key(self, sent: str | None) -> bool:
        """Tell whether a header holds the global key."""
        # Header values arrive decoded as Latin-1: encoding them gives the bytes that were sent.
        return sent is not None and hmac.compare_digest(sent.encode("latin-1"), self.token.encode())

    def _bearer(self, request: Request) -> str | None:
        """Return the name of the instance whose JWT a request has, None without a valid one.

        The expiry is ignored: tokens expire in the second they are made (recorded).
        """
        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            claims = jwt.decode(
                sent,
                self.documents.setting("key"),
                algorithms=[_ALGORITHM],
                options={"verify_exp": False, "verify_iat": False, "require": ["instanceName"]},
            )
        except jwt.InvalidTokenError:
            return None
        return str(claims["instanceName"])

    def _number(self, what: str) -> int:
        """Return the next id of a ``what``; ids count from 1 and are never used again."""
        number = int(self.documents.setting(what)) + 1
        self.documents.set(what, str(number))
        return number

    @classmethod
    def _fill(cls, documents: Documents, instances: int) -> None:
        key = secrets.token_hex(32)
        documents.set("key", key)
        documents.set("token", secrets.token_urlsafe(32))
        documents.set("instance", str(instances))
        documents.set("auth", str(instances))
        documents.set("webhook", str(instances))
        oldest_first = list(sample(instances))
        if cls.newest_first:
            oldest_first.reverse()
        documents.add(
            (instance.name, cls._sampled(number, instance, webhooks[:1], key))
            for number, (instance, webhooks) in enumerate(oldest_first, 1)
        )

    def _listed(self) -> list[Wire]:
        """Return all instances in the order of the list."""
        oldest_first = self.documents.all()
        return oldest_first[::-1] if self.newest_first else oldest_first

    @classmethod
    def _sampled(cls, number: int, instance: Instance, webhooks: list[Webhook], key: str) -> Wire:
        paired = instance.whatsapp or {}
        record = new_instance(
            number,
            instance.name,
            paired.get("pushName"),
            cls._status(instance),
            instance.created_at,
            cls._token(instance.name, instance.auth_id, instance.issued, key),
        )
        record["ownerJid"] = paired.get("remoteJid")
        for webhook in webhooks:
            events = cls._events(_known(webhook.flags, cls.flags))
            record["Webhook"] = {
                **new_webhook(number, webhook.created_at, webhook.url, webhook.enabled, events),
                "updatedAt": webhook.updated_at,
            }
        return record


def new_instance(
    number: int, name: str, description: str | None, status: Wire, at: str, token: str
) -> Wire:
    """Return the document of an instance without a webhook, made at the moment ``at``."""
    return {
        "id": number,
        "name": name,
        "description": description,
        **status,
        "ownerJid": None,
        "profilePicUrl": None,
        "createdAt": at,
        "updatedAt": at,
        "Auth": {"id": number, "token": token, "createdAt": at, "updatedAt": at},
        "Webhook": None,
    }


def signed(name: str, token_id: str, issued: int, key: str) -> str:
    """Return the JWT of an instance, issued at a moment in seconds since 1970.

    It expires in the second it is made, and is accepted for ever (recorded for v1).
    """
    claims = {
        "instanceName": name,
        "apiName": "whatsapp-api",
        "tokenId": token_id,
        "iat": issued,
        "exp": issued,
        "sub": "g-t",
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def token_id(moment: datetime) -> str:
    """Return an id for a token made at that moment."""
    return ulid(moment, secrets.token_bytes(10))


def webhook_of(instance: Wire) -> Wire | None:
    """Return the webhook as its own addresses answer it: with the instance's id at the end."""
    webhook: Wire | None = instance["Webhook"]
    order = ("id", "url", "enabled", "events", "createdAt", "updatedAt")
    return webhook and {key: webhook[key] for key in order} | {"instanceId": instance["id"]}


def new_webhook(number: int, at: str, url: str, enabled: bool, events: Wire | None) -> Wire:
    """Return the ``Webhook`` of an instance's document, made at the moment ``at``."""
    return {
        "id": number,
        "enabled": enabled,
        "url": url,
        "events": events,
        "createdAt": at,
        "updatedAt": at,
    }


def as_stored(events: Mapping[str, Any]) -> Wire:
    """Return flags in the order in which PostgreSQL keeps the keys of an object (recorded)."""
    return dict(sorted(events.items(), key=lambda item: (len(item[0].encode()), item[0].encode())))


def parsed(text: str) -> Any:
    """Return the value of a JSON text, in a form that can be stored and sent.

    Half surrogate pairs are replaced (recorded), infinite numbers become null. Raises
    ``ValueError`` for invalid JSON.
    """
    try:
        value = json.loads(text, parse_constant=_no_number)
        whole = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")
        return json.loads(whole.decode("utf-16", "replace"), parse_constant=lambda _: None)
    except RecursionError:
        raise ValueError("too deep") from None


def _known(flags: Mapping[str, bool], known: Collection[str]) -> dict[str, bool]:
    renamed = {_RENAMED.get(flag, flag): on for flag, on in flags.items()}
    return {flag: on for flag, on in renamed.items() if flag in known}


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


async def _refused(_: Request, error: Any) -> Response:
    return Answer(error.body, error.status)

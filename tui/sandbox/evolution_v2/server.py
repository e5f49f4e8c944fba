"""The sandbox of Evolution API v2 (2.3.x): one webhook per instance, addressed by its name.

Its answers are recorded from 2.3.6 unless marked as a guess.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tui.sandbox.any_sandbox import AnySandbox, utc_now
from tui.sandbox.data_file import IN_MEMORY
from tui.sandbox.document_store import Documents
from tui.sandbox.evolution_v2 import records
from tui.sandbox.express import Answer, SentPaths, Unreadable, parameter, read_json
from tui.sandbox.latency import Latency
from tui.sandbox.records import Wire, iso

Release = Literal["2.3.6", "2.4.0"]
"""Versions that differ in the events they accept."""

LEAVING = timedelta(seconds=1)
"""How long a deleted instance is still known by name: less than 3 s (guess)."""

# The first is recorded, the others are a guess.
_INTEGRATIONS = ("WHATSAPP-BAILEYS", "WHATSAPP-BUSINESS", "EVOLUTION")
_DOWN = "Can't reach database server at 127.0.0.1:55432"


class _Refused(Exception):
    """A request that is answered with an HTTP error; each has its own shape of message."""

    def __init__(self, status: int, message: str | list[str] | list[list[str]]) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class EvolutionV2(AnySandbox):
    """An Evolution server; :func:`open_evolution_v2` makes one, :meth:`close` ends it.

    ``latency`` (seconds), ``database_down``, ``release`` and ``not_loaded`` may be changed at
    any time and apply from the next request on.
    """

    kind = "evolution-v2"
    documents: Documents
    """The data."""

    def __init__(
        self,
        documents: Documents,
        *,
        latency: float = 0.0,
        release: Release = "2.3.6",
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(documents, latency, now)
        self.documents = documents
        self.release: Release = release
        """The version, which decides the known events."""
        self.not_loaded: set[str] = set()
        """Names of instances that are in its database but not in its memory."""
        self.database_down = False
        self._left: dict[str, datetime] = {}
        self.app = Starlette(
            routes=[
                Route("/", self._root),
                Route("/instance/fetchInstances", self._list),
                Route("/instance/create", self._create, methods=["POST"]),
                Route("/instance/delete/{name}", self._delete, methods=["DELETE"]),
                Route("/webhook/find/{name}", self._find),
                Route("/webhook/set/{name}", self._set, methods=["POST"]),
            ],
            middleware=[Middleware(Latency, sandbox=self), Middleware(SentPaths)],
            exception_handlers={
                _Refused: _refused,
                Unreadable: _unreadable,
                HTTPException: _not_routed,
                Exception: _failed,
            },
        )
        self.app.router.redirect_slashes = False

    @property
    def events(self) -> Sequence[str]:
        """The events that the server accepts."""
        return records.EVENTS if self.release == "2.3.6" else records.LATER_EVENTS

    async def _root(self, request: Request) -> Response:
        return Answer(
            {
                "status": 200,
                "message": "Welcome to the Evolution API, it is working!",
                "version": self.release,
                "clientName": "evolution_exchange",
                "documentation": "https://doc.evolution-api.com",
                "whatsappWebVersion": "2.3000.1027934701",
            }
        )

    async def _list(self, request: Request) -> Response:
        """Answer the instances that a key gives access to, not in the order of their creation.

        The answer to an unknown id is a guess, like the one to an unknown name.
        """
        wanted = {
            field: request.query_params[asked]
            for field, asked in (("name", "instanceName"), ("id", "instanceId"))
            if request.query_params.get(asked)
        }
        if not self._is_global(request):
            self._need_key_of_database()
            wanted["token"] = _key(request)
        self._need_database("instance.findMany")
        instances = [document["instance"] for document in self.documents.all()]
        found = [each for each in instances if each.items() >= wanted.items()]
        if not found and "token" in wanted:
            raise _Refused(401, "Unauthorized")
        if not found and wanted:
            raise _Refused(404, [f'Instance "{next(iter(wanted.values()))}" not found'])
        return Answer(sorted(found, key=lambda each: str(each["id"])))

    async def _create(self, request: Request) -> Response:
        body = await read_json(request)
        with self.documents.transaction():
            name = self._free_name(body)
            if not self._is_global(request):
                raise _Refused(401, "Unauthorized")
            document = _created(name, body, iso(self.now()), self.events)
            self.documents.put(name, document)
        return Answer(_welcome(**document), 201)

    async def _delete(self, request: Request) -> Response:
        name, _ = self._admit(request)
        self._need_database("instance.delete")  # guess
        self.documents.delete(name)
        self._left[name] = self.now()
        return Answer(
            {"status": "SUCCESS", "error": False, "response": {"message": "Instance deleted"}}
        )

    async def _find(self, request: Request) -> Response:
        """Answer the webhook, ``null`` where there is none.

        ``null`` too where the instance is not loaded or ``enabled`` is NULL (both seen).
        """
        name, document = self._admit(request)
        self._need_database("webhook.findUnique")
        webhook = document and document["webhook"]
        hidden = name in self.not_loaded or (webhook and webhook["enabled"] is None)
        return Answer(None if hidden else webhook)

    async def _set(self, request: Request) -> Response:
        body = await read_json(request)
        with self.documents.transaction():
            name, document = self._admit(request)
            if found := list(records.problems(body, self.events)):
                raise _Refused(400, [found])
            sent = body["webhook"]
            if sent["enabled"] and "events" not in sent:
                raise _Refused(500, "Cannot read properties of undefined (reading 'length')")
            if name in self.not_loaded:  # the 500 was seen; the words are a guess
                words = "Cannot read properties of undefined (reading 'instanceId')"
                raise _Refused(500, words)
            self._need_database("webhook.upsert")
            if document is None:  # guess
                words = records.invocation("webhook.upsert", _foreign_key("Webhook"))
                raise _Refused(500, words)
            now = iso(self.now())
            base = document["webhook"] or records.new_webhook(document["instance"]["id"], now)
            document["webhook"] = records.written(base, sent, now, self.events)
            if fault := records.database_fault(document["webhook"]):
                raise _Refused(500, fault)
            self.documents.put(name, document)
        return Answer(document["webhook"], 201)

    def _admit(self, request: Request) -> tuple[str, Wire | None]:
        """Return the name in the address, and its document unless it is deleted.

        Raises :class:`_Refused`, 404 for an unknown name before 401 for a wrong key.
        """
        name = parameter(request, "name")
        document = self.documents.get(name)
        if document is None and not self._is_leaving(name):
            self._need_database("instance.findMany")  # guess
            raise _Refused(404, [f'The "{name}" instance does not exist'])
        if not self._is_global(request):
            self._need_key_of_database()
            if document is None or document["instance"]["token"] != _key(request):
                raise _Refused(401, "Unauthorized")
        return name, document

    def _free_name(self, body: Wire) -> str:
        """Return the name of a new instance; raise :class:`_Refused` when it is taken."""
        name = body.get("instanceName", "undefined")
        if not isinstance(name, str):
            raise _Refused(500, [_no_name(name)])
        # Without a name the server finds any instance; where there are none is a guess.
        taken = "instanceName" not in body or self._is_leaving(name)
        if taken or (records.is_text(name) and self.documents.get(name)):
            raise _Refused(403, [f'This name "{name}" is already in use.'])
        self._need_database("instance.findMany")  # guess
        return name

    def _is_leaving(self, name: str) -> bool:
        return name in self._left and self.now() - self._left[name] < LEAVING

    def _is_global(self, request: Request) -> bool:
        # Header values arrive decoded as Latin-1: encoding them gives the bytes that were sent.
        return hmac.compare_digest(_key(request).encode("latin-1"), self.token.encode())

    def _need_database(self, call: str) -> None:
        if self.database_down:
            raise _Refused(500, records.invocation(call, _DOWN))

    def _need_key_of_database(self) -> None:
        """Refuse all keys but the global one while the database, which holds them, is down."""
        if self.database_down:
            raise _Refused(401, "Unauthorized")


def open_evolution_v2(
    *,
    data: str | Path = IN_MEMORY,
    instances: int = 12,
    latency: float = 0.0,
    token: str | None = None,
    release: Release = "2.3.6",
    now: Callable[[], datetime] = utc_now,
) -> EvolutionV2:
    """Return a server over ``data``, filled with ``instances`` when it is new.

    A file with the data of this kind of server is used as it is, with its keys; ``token``
    replaces the stored global key. ``latency`` is in seconds, for every request. New data of
    ``release`` 2.4.0 has an event of that version, and one that it no longer accepts. ``now``
    dates changes. Raises ``ValueError`` for an argument out of range, ``OSError`` when the file
    cannot be opened, and its subclass :class:`.data_file.DataFileError` when the file holds
    something else.
    """
    if instances < 0 or latency < 0:
        raise ValueError("instances and latency cannot be negative")

    def fill(documents: Documents) -> None:
        documents.set("token", secrets.token_hex(16).upper())
        made = records.documents(instances)
        documents.add(made if release == "2.3.6" else records.grown_older(made))

    documents = Documents(EvolutionV2.kind, data, fill=fill, token=token)
    return EvolutionV2(documents, latency=latency, release=release, now=now)


def _created(name: str, body: Wire, now: str, events: Sequence[str]) -> Wire:
    """Return the document of a new instance; raise :class:`_Refused` 400."""
    if body.get("integration") not in _INTEGRATIONS:
        raise _Refused(400, ["Invalid integration"])
    if len(name) > records.NAME_LIMIT or "\0" in name or not records.is_text(body):
        fault = _foreign_key("Setting")
        raise _Refused(400, [records.invocation("setting.upsert", fault)])
    token = body.get("token")
    instance = records.new_instance(
        name,
        now,
        token=token if isinstance(token, str) else None,
        integration=body["integration"],
    )
    given, webhook = body.get("webhook"), None
    if isinstance(given, dict) and given.get("url"):
        sent = {"enabled": True, "events": []} | given
        if found := list(records.problems({"webhook": sent}, events)):
            raise _Refused(400, [found])
        webhook = records.written(records.new_webhook(instance["id"], now), sent, now, events)
    return {"instance": instance, "webhook": webhook}


def _welcome(instance: Wire, webhook: Wire | None) -> Wire:
    """Return the answer to the creation of an instance."""
    shown = webhook and {
        "webhookUrl": webhook["url"],
        "webhookHeaders": webhook["headers"],
        "webhookByEvents": webhook["webhookByEvents"],
        "webhookBase64": webhook["webhookBase64"],
    }
    return {
        "instance": {
            "instanceName": instance["name"],
            "instanceId": instance["id"],
            "integration": instance["integration"],
            "webhookWaBusiness": None,
            "accessTokenWaBusiness": "",
            "status": instance["connectionStatus"],
        },
        "hash": instance["token"],
        "webhook": shown or {},
        **{name: {} for name in ("websocket", "rabbitmq", "nats", "sqs")},
        "settings": records.SETTINGS,
    }


def _no_name(value: object) -> str:
    """Return the database client's words for an instance name that is not a string.

    Recorded for a whole number; the words for other types are a guess.
    """
    types = {bool: "Boolean", int: "Int", float: "Float", list: "List", type(None): "Null"}
    shown = json.dumps(value)
    call = f"{{\n  where: {{\n    name: {shown}\n          {'~' * len(shown)}\n  }}\n}}"
    fault = "Argument `name`: Invalid value provided. Expected StringFilter or String"
    return (
        f"PrismaClientValidationError: \nInvalid `prisma.instance.findMany()` invocation:\n\n"
        f"{call}\n\n{fault}, provided {types.get(type(value), 'Object')}."
    )


def _foreign_key(table: str) -> str:
    return f"Foreign key constraint violated on the constraint: `{table}_instanceId_fkey`"


def _key(request: Request) -> str:
    return request.headers.get("apikey", "")


async def _refused(_: Request, error: Any) -> Response:
    return _error(error.status, error.message)


async def _unreadable(_: Request, error: Any) -> Response:
    return _error(error.status, error.message, "Internal Server Error")


async def _not_routed(request: Request, _: Any) -> Response:
    return _error(404, [f"Cannot {request.method} {request.scope['path']}"])


async def _failed(_: Request, error: Any) -> Response:
    return _error(500, "Internal Server Error")


def _error(status: int, message: object, words: str | None = None) -> Response:
    error = words or HTTPStatus(status).phrase
    return Answer({"status": status, "error": error, "response": {"message": message}}, status)

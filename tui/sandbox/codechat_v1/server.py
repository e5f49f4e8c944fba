"""The sandbox of CodeChat v1: the open-source Node server 1.3.7, as it was recorded.

It has the server's traps. A PUT depends on whether the instance is loaded in the server's memory;
connecting loads it. Of an instance that is not loaded, URL and ``enabled`` are written first, then
one flag after the other, and the answer shows only the flags that were sent. Of a loaded one the
flags are written first, are needed with every PUT, and are all in the answer, without timestamps.
Nothing is undone when a step fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tui.sandbox.codechat_base import (
    CodeChat,
    Refusal,
    as_stored,
    new_instance,
    new_webhook,
    signed,
    token_id,
    webhook_of,
)
from tui.sandbox.codechat_v1 import words
from tui.sandbox.codechat_v1.words import refusal
from tui.sandbox.document_store import Documents
from tui.sandbox.express import Answer, parameter
from tui.sandbox.records import Instance, Wire, iso


class CodeChatV1(CodeChat):
    """A CodeChat v1 server. Online instances are loaded from the start (guess)."""

    kind = "codechat-v1"
    flags = words.FLAGS
    loaded: set[str]
    """The names of the instances in the server's memory."""

    def __init__(self, documents: Documents, **options: Any) -> None:
        super().__init__(documents, **options)
        self.loaded = {
            instance["name"]
            for instance in documents.all()
            if instance["connectionStatus"] == "ONLINE"
        }

    def _routes(self) -> list[Route]:
        return [
            Route("/instance/fetchInstances", self._list),
            Route("/instance/create", self._create, methods=["POST"]),
            Route("/instance/connect/{name}", self._connect),
            Route("/instance/delete/{name}", self._delete, methods=["DELETE"]),
            Route("/webhook/find/{name}", self._find),
            Route("/webhook/set/{name}", self._set, methods=["PUT"]),
        ]

    @staticmethod
    def _status(instance: Instance) -> Wire:
        return {"connectionStatus": "ONLINE" if instance.connection == "open" else "OFFLINE"}

    @classmethod
    def _events(cls, flags: Mapping[str, bool]) -> Wire | None:
        """Return None where all flags are on, as if none was ever sent."""
        return None if all(flags.values()) else as_stored(flags)

    async def _list(self, request: Request) -> Response:
        self._admit_key(request)
        self._reach_database()
        wanted = request.query_params.get("instanceName")
        if wanted is None:
            return Answer(self.documents.all())
        return Answer([self._instance(wanted)])

    async def _create(self, request: Request) -> Response:
        body = await words.read_body(request)
        self._admit_key(request)
        if problems := list(words.create_problems(body)):
            raise refusal(400, *problems)
        self._reach_database()
        name = body.get("instanceName")
        if name == "" or name in self.loaded:
            raise refusal(403, f'This name "{name}" is already in use.')
        if name is None or self.documents.get(name):
            raise refusal(400, "Instance already exists")
        now, key = self.now(), self.documents.setting("key")
        token = signed(name, token_id(now), int(now.timestamp()), key)
        instance = new_instance(
            self._number("instance"),
            name,
            body.get("description"),
            {"connectionStatus": "OFFLINE"},
            iso(now),
            token,
        )
        self.documents.put(name, instance)
        shown = ("id", "name", "description", "createdAt", "updatedAt")
        auth = {"id": instance["id"], "token": token}
        return Answer({key: instance[key] for key in shown} | {"Auth": auth}, 201)

    async def _connect(self, request: Request) -> Response:
        """Load the instance, and answer the number of QR codes: none is made."""
        name = self._admit(request)
        self._reach_database()
        self._instance(name)
        self.loaded.add(name)
        return Answer({"count": 0})

    async def _delete(self, request: Request) -> Response:
        self._admit_key(request)
        name = parameter(request, "name")
        self._reach_database()
        instance = self.documents.get(name)
        if instance is None:
            raise refusal(400, words.deleting_fault())
        if instance["Webhook"] and request.query_params.get("force") != "true":
            raise refusal(
                400,
                "This instance has dependencies and cannot be deleted",
                '"force" parameter to delete all dependencies',
            )
        self.documents.delete(name)
        self.loaded.discard(name)
        del instance["Auth"], instance["Webhook"]
        return Answer({**instance, "externalAttributes": None, "deletedAt": iso(self.now())})

    async def _find(self, request: Request) -> Response:
        name = self._admit(request)
        if self.database_down:
            return Answer({"enabled": None, "url": ""})
        instance = self.documents.get(name)
        return Answer(instance and webhook_of(instance))

    async def _set(self, request: Request) -> Response:
        body = await words.read_body(request)
        name = self._admit(request)
        if problems := list(words.webhook_problems(body)):
            raise refusal(400, *problems)
        if self.database_down:
            raise refusal(400, words.unreachable_fault())
        instance = self._instance(name)
        if instance["Webhook"] is None:
            answer = self._set_first(instance, body)
        elif name in self.loaded:
            answer = self._set_loaded(instance, body)
        else:
            answer = self._set_stored(instance, body)
        if name in self.loaded:
            del answer["createdAt"], answer["updatedAt"]
        return Answer(answer, 201)

    def _set_first(self, instance: Wire, body: Wire) -> Wire:
        url, events = body["url"], body.get("events")
        if fault := words.url_fault("create", url):
            raise self._fault(instance, fault, fault)
        instance["Webhook"] = new_webhook(
            self._number("webhook"),
            iso(self.now()),
            url,
            body["enabled"],
            None if events is None else as_stored(events),
        )
        self.documents.put(instance["name"], instance)
        return _webhook(instance)

    def _set_stored(self, instance: Wire, body: Wire) -> Wire:
        self._write_details(instance, body)
        if "events" not in body:
            return _webhook(instance)
        self._write_flags(instance, body["events"])
        return _webhook(instance) | {"events": body["events"]}

    def _set_loaded(self, instance: Wire, body: Wire) -> Wire:
        if "events" not in body:
            raise refusal(400, words.no_events())
        self._write_flags(instance, body["events"])
        self._write_details(instance, body)
        return _webhook(instance)

    def _write_details(self, instance: Wire, body: Wire) -> None:
        if fault := words.url_fault("update", body["url"]):
            raise self._fault(instance, fault, fault)
        instance["Webhook"].update(
            url=body["url"], enabled=body["enabled"], updatedAt=iso(self.now())
        )
        self.documents.put(instance["name"], instance)

    def _write_flags(self, instance: Wire, events: Wire) -> None:
        """Write one flag after the other until one fails; those before it stay."""
        webhook = instance["Webhook"]
        written, fault = {}, ""
        if (
            webhook["events"] is None
        ):  # the sent object is stored whole, even an empty one (its source)
            webhook["events"], events = as_stored(events), {}
        for flag, value in events.items():
            if fault := words.flag_fault(flag, value):
                break
            written[flag] = value
        if written:
            webhook["events"] = as_stored(webhook["events"] | written)
        webhook["updatedAt"] = iso(self.now())
        self.documents.put(instance["name"], instance)
        if fault:
            raise self._fault(instance, fault, [words.with_stack(fault)])

    def _fault(self, instance: Wire, fault: str, stored: object) -> Refusal:
        """Return the refusal for a fault: ``stored`` where the instance is not loaded."""
        loaded = instance["name"] in self.loaded
        return refusal(400, words.with_stack(fault) if loaded else stored)

    def _instance(self, name: str) -> Wire:
        instance = self.documents.get(name)
        if instance is None:
            raise refusal(400, "Instance not found")
        return instance

    def _reach_database(self) -> None:
        """Refuse while the database is down (recorded for the list, a guess for the others)."""
        if self.database_down:
            raise words.database_down()

    def _admit_key(self, request: Request) -> None:
        """Accept only the global key."""
        sent = request.headers.get("apikey")
        if sent is None:
            raise refusal(403, "Missing global api key", "The global api key must be set")
        if not self._is_key(sent):
            raise refusal(401)

    def _admit(self, request: Request) -> str:
        """Return the name in the address; needs the global key or the JWT of that instance."""
        name = parameter(request, "name")
        if self._is_key(request.headers.get("apikey")) or self._bearer(request) == name:
            return name
        raise refusal(401)

    async def _unreadable(self, request: Request, error: Any) -> Response:
        return Answer({"statusCode": 400, "status": 400}, 400)

    async def _not_routed(self, request: Request, error: Any) -> Response:
        sent = request.scope["raw_path"].decode("latin-1")
        said = f"Cannot {request.method} {sent}"
        return Answer({"status": 404, "message": said, "error": "Not Found"}, 404)

    async def _failed(self, request: Request, error: Any) -> Response:
        return Answer({}, 500)


open_codechat_v1 = CodeChatV1.open
"""Return a CodeChat v1 server; see :meth:`.codechat_base.CodeChat.open`."""


def _webhook(instance: Wire) -> Wire:
    webhook = webhook_of(instance)
    assert webhook is not None
    return webhook

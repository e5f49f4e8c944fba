"""The sandbox of CodeChat's Go generation: nothing of it is recorded.

[doc] is the vendor's documents, [guess] is none:

- the addresses of v1 work as aliases [doc], with the same answers as the new ones [guess];
- lists are opened by the global key under any of its headers, and different keys in one
  request are 400 [doc]; a missing or a wrong key is 401 [guess];
- a webhook is opened by the JWT of its instance; another instance's is 403 [doc], the global
  key is 401 [guess];
- ``enabled`` left out means true, flags left out stay as they are, ``{}`` clears them and what
  is unknown is refused, in the flags and beside them [doc]; a flag that is not named in a
  partial object is off, null counts as left out, every flag is answered [guess];
- an instance without a webhook answers 200 ``null`` [guess].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .codechat import URL_LIMIT, CodeChat, Refusal, new_webhook, parsed, webhook_of
from .express import Answer, parameter
from .records import Instance, Wire, iso

FLAGS = (
    "callUpsert",
    "chatsDeleted",
    "chatsUpdated",
    "connectionUpdated",
    "contactsUpdated",
    "contactsUpsert",
    "groupsParticipantsUpdated",
    "groupsUpdated",
    "groupsUpsert",
    "historySync",
    "identityUpdated",
    "labelsAssociation",
    "labelsEdit",
    "mediaRetry",
    "messagesDeleted",
    "messagesStarred",
    "messagesUndecryptable",
    "messagesUpdated",
    "messagesUpsert",
    "newsLetter",
    "presenceUpdated",
    "profilePictureUpdated",
    "qrcodeUpdated",
    "sendMessage",
    "settingsUpdated",
    "statusInstance",
    "userAboutUpdated",
)
"""The flags it knows, and no others [doc]."""
NAME_LIMIT = 255
"""The longest name that a list is asked for, in characters [doc]."""

_KEY_HEADERS = ("apikey", "x-api-key")  # apiKey is the first of them: case is no difference
_TYPES = {"url": (str, "a string"), "enabled": (bool, "a boolean"), "events": (dict, "an object")}
_CONNECTIONS = {"open": "online", "close": "offline", "refused": "logged_out"}


class CodeChatGo(CodeChat):
    """A CodeChat Go server; while its database is down it answers 503 [guess]."""

    kind = "codechat-go"
    flags = FLAGS

    def _routes(self) -> list[Route]:
        webhook = "/instance/{name}/webhook"
        return [
            Route("/instance", self._list),
            Route("/instance/fetchInstances", self._list),
            Route(webhook, self._find, methods=["GET"]),
            Route("/webhook/find/{name}", self._find),
            Route(webhook, self._set, methods=["PUT"]),
            Route("/webhook/set/{name}", self._set, methods=["PUT"]),
        ]

    @staticmethod
    def _status(instance: Instance) -> Wire:
        waiting = "connecting" if instance.whatsapp else "qr_code"
        return {
            "status": "ONLINE" if instance.connection == "open" else "OFFLINE",
            "connectionStatus": _CONNECTIONS.get(instance.connection, waiting),
        }

    @classmethod
    def _events(cls, flags: Mapping[str, bool]) -> Wire:
        return {flag: flags.get(flag, False) for flag in FLAGS}

    async def _list(self, request: Request) -> Response:
        """Answer all instances, or those of the name asked for: none for an unknown [guess]."""
        self._admit_key(request)
        self._reach_database()
        wanted = request.query_params.get("instanceName")
        if wanted is None:
            return Answer(self.documents.all())
        if not 0 < len(wanted) <= NAME_LIMIT:
            raise _refusal(400, f"instanceName must have 1 to {NAME_LIMIT} characters")
        found = self.documents.get(wanted)
        return Answer([found] if found else [])

    async def _find(self, request: Request) -> Response:
        return Answer(webhook_of(self._admit(request)))

    async def _set(self, request: Request) -> Response:
        raw = await request.body()  # first, so that nothing happens between reading and writing
        instance = self._admit(request)
        body = _read_body(raw)
        if problems := list(_problems(body)):
            raise _refusal(400, *problems)
        url, enabled = body["url"], body.get("enabled", True)
        now = iso(self.now())
        webhook = instance["Webhook"]
        if webhook is None:
            events = self._events(body.get("events", {}))
            instance["Webhook"] = new_webhook(self._number("webhook"), now, url, enabled, events)
        else:
            events = self._events(body.get("events", webhook["events"]))
            webhook.update(url=url, enabled=enabled, events=events, updatedAt=now)
        self.documents.put(instance["name"], instance)
        return Answer(webhook_of(instance))

    def _admit_key(self, request: Request) -> None:
        """Let the global key pass."""
        keys = {key for header in _KEY_HEADERS for key in request.headers.getlist(header)}
        if len(keys) > 1:
            raise _refusal(400, "different API keys in one request")
        if not any(map(self._is_key, keys)):
            raise _refusal(401, "invalid API key" if keys else "missing API key")

    def _admit(self, request: Request) -> Wire:
        """Return the instance in the address to who has its JWT."""
        name = parameter(request, "name")
        owner = self._bearer(request)
        if owner is None:
            raise _refusal(401, "missing or invalid instance token")
        if owner != name:
            raise _refusal(403, "the token belongs to another instance")
        self._reach_database()
        instance = self.documents.get(name)
        if instance is None:
            raise _refusal(404, "instance not found")
        return instance

    def _reach_database(self) -> None:
        if self.database_down:
            raise _refusal(503, "database unavailable")

    async def _unreadable(self, request: Request, error: Any) -> Response:
        return _told(_refusal(400, "malformed address"))

    async def _not_routed(self, request: Request, error: Any) -> Response:
        """Answer in the other of the two shapes: some routes say ``message`` [doc]."""
        status = error.status_code
        fault = {"statusCode": status, "error": _slug(status), "message": "no such route"}
        return Answer(fault, status, error.headers)

    async def _failed(self, request: Request, error: Any) -> Response:
        return _told(_refusal(500, "internal error"))


open_codechat_go = CodeChatGo.open
"""Return a CodeChat Go server; see :meth:`.codechat.CodeChat.open`."""


def _refusal(status: int, *messages: str) -> Refusal:
    """Return a refusal in the documented shape."""
    body = {"statusCode": status, "error": _slug(status), "messages": list(messages)}
    return Refusal(status, body)


def _told(refusal: Refusal) -> Response:
    return Answer(refusal.body, refusal.status)


def _slug(status: int) -> str:
    """Return the name of a status as errors write it: ``bad-request`` [doc]."""
    return HTTPStatus(status).phrase.lower().replace(" ", "-")


def _read_body(raw: bytes) -> Wire:
    """Return the JSON object in ``raw``, without what is null; raise :class:`Refusal` 400."""
    try:
        value = parsed(raw.decode())
    except ValueError:
        raise _refusal(400, "the body is not valid JSON") from None
    if not isinstance(value, dict):
        raise _refusal(400, "the body must be an object")
    return {key: each for key, each in value.items() if each is not None}


def _problems(body: Wire) -> Iterator[str]:
    """Yield what is wrong with the body of a webhook; the wording is a guess."""
    for field, value in body.items():
        if field not in _TYPES:
            yield f'unknown field "{field}"'
        elif not isinstance(value, _TYPES[field][0]):
            yield f"{field} must be {_TYPES[field][1]}"
    url, events = body.get("url", ""), body.get("events")
    if isinstance(url, str):
        yield from _url_problems(url)
    for flag, on in events.items() if isinstance(events, dict) else ():
        if flag not in FLAGS:
            yield f'unknown field "{flag}"'
        elif not isinstance(on, bool):
            yield f"events.{flag} must be a boolean"


def _url_problems(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        is_web_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # a host that is none
        is_web_address = False
    if not is_web_address:
        yield "url must be an http or https URL" if url else "url is required"
    if len(url) > URL_LIMIT:
        yield f"url must have at most {URL_LIMIT} characters"

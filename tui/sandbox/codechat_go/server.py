"""The sandbox of CodeChat's Go generation: the public server of July 2026, as it was recorded.

Facts that are not recorded are marked: [doc] is from the vendor's page, [guess] has no source.

- Access to a webhook needs the JWT of its instance, not expired and equal to the stored one. Its
  name is compared with the address **as it was sent**: no token gives access to an instance
  whose name needs percent-encoding.
- Only flags that were sent are stored: an object is merged into them, ``{}`` clears them.
- A missing or null ``enabled`` means true.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tui.sandbox.codechat_base import (
    CodeChat,
    Refusal,
    as_stored,
    new_instance,
    new_webhook,
    webhook_of,
)
from tui.sandbox.codechat_go import words
from tui.sandbox.codechat_go.words import refusal
from tui.sandbox.express import Answer
from tui.sandbox.records import Instance, Wire

LIFE = timedelta(hours=1)
"""How long the token of a new instance is valid."""

_ALGORITHM = "HS256"
_KEY_HEADERS = ("apikey", "x-api-key")  # names of headers ignore case: apiKey is the first
_CONNECTIONS = {"open": "online", "close": "offline", "refused": "logged_out"}


class CodeChatGo(CodeChat):
    """A CodeChat Go server at the addresses of the public one."""

    kind = "codechat-go"
    flags = words.FLAGS
    newest_first = True

    def _routes(self) -> list[Route]:
        return [
            Route("/instance/fetchInstances", self._list),
            Route("/instance/create", self._list),
            Route("/instance/create", self._create, methods=["POST"]),
            Route("/instance/delete/{name}", self._delete, methods=["DELETE"]),
            Route("/webhook/find/{name}", self._find),
            Route("/webhook/set/{name}", self._set, methods=["PUT"]),
            Route("/health", self._health),
            Route("/ready", self._ready),
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
        return as_stored(flags)

    @classmethod
    def _token(cls, name: str, token_id: str, issued: int, key: str) -> str:
        """Return a JWT that never expires: the sample is used at any time [guess]."""
        return jwt.encode({"instanceName": name}, key, algorithm=_ALGORITHM)

    async def _list(self, request: Request) -> Response:
        """Answer all instances, or the one with the requested name."""
        self._admit_key(request)
        self._reach_database()
        wanted = request.query_params.get("instanceName")
        if wanted is not None and not 0 < len(wanted) <= words.NAME_LIMIT:
            raise refusal(422, words.INVALID_MEANING)
        found = self._listed() if wanted is None else filter(None, [self.documents.get(wanted)])
        return Answer([{**one, "Webhook": webhook_of(one)} for one in found])

    async def _create(self, request: Request) -> Response:
        raw = await request.body()
        self._admit_key(request)
        body = words.read_body(raw)
        words.check_new_instance(body)
        self._reach_database()
        name = (body.get("instanceName") or f"instance-{uuid.uuid4()}").strip()
        number = self._number("instance")  # a name that is taken uses a number, too
        if self.documents.get(name):
            raise refusal(409, words.CONFLICT)
        now = self.now()
        at, end = _moment(now), int((now + LIFE).timestamp())
        claims = {"instanceName": name, "exp": end}
        token = jwt.encode(claims, self.documents.setting("key"), algorithm=_ALGORITHM)
        status = {"status": "ONLINE", "connectionStatus": "offline"}
        instance = new_instance(number, name, body.get("description"), status, at, token)
        instance["Auth"]["id"] = self._number("auth")
        self.documents.put(name, instance)
        shown = ("id", "name", "description", "createdAt", "updatedAt")
        auth = {key: instance["Auth"][key] for key in ("id", "token")}
        return Answer({key: instance[key] for key in shown} | {"Auth": auth}, 201)

    async def _delete(self, request: Request) -> Response:
        instance = self._admit(request)
        force = request.query_params.get("force") == "true"
        if instance["Webhook"] and not force:
            found = "Relacionamentos encontrados: webhooks=1."
            raise refusal(500, words.NEEDS_FORCE, found)
        self.documents.delete(instance["name"])
        done = "Instance and related data deleted successfully"
        outcome = {"instanceName": instance["name"], "deleted": True, "forced": force}
        return Answer({**outcome, "message": done})

    async def _find(self, request: Request) -> Response:
        webhook = webhook_of(self._admit(request))
        if webhook is None:
            raise refusal(404, words.NO_WEBHOOK)
        return Answer(webhook)

    async def _set(self, request: Request) -> Response:
        raw = (
            await request.body()
        )  # first, so that no other request comes between reading and writing
        instance = self._admit(request)
        body = words.read_body(raw)
        words.check_webhook(body)
        now, enabled = _moment(self.now()), body.get("enabled") is not False
        webhook = instance["Webhook"]
        if webhook is None:
            webhook = new_webhook(self._number("webhook"), now, body["url"], enabled, {})
            instance["Webhook"] = webhook
        sent = {flag: on is True for flag, on in body.get("events", {}).items()}
        if "events" in body:
            webhook["events"] = as_stored({**webhook["events"], **sent} if sent else {})
        webhook.update(url=body["url"], enabled=enabled, updatedAt=now)
        self.documents.put(instance["name"], instance)
        return Answer(webhook_of(instance))

    async def _health(self, request: Request) -> Response:
        return Answer({"status": "ok"})

    async def _ready(self, request: Request) -> Response:
        return Answer({"status": "ready"})

    def _admit_key(self, request: Request) -> None:
        """Accept only the global key."""
        keys = {key for header in _KEY_HEADERS for key in request.headers.getlist(header)}
        if len(keys) > 1:
            raise refusal(400, words.INVALID)
        if not any(map(self._is_key, keys)):
            raise refusal(401, words.NO_TOKEN)

    def _admit(self, request: Request) -> Wire:
        """Return the instance in the address; needs its JWT."""
        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        owner = self._owner(sent.strip()) if scheme.lower() == "bearer" else None
        if owner is None:
            raise refusal(401, words.NO_TOKEN)
        if owner != request.path_params["name"]:
            raise refusal(403, words.FORBIDDEN)
        self._reach_database()
        instance = self.documents.get(owner)
        if instance is None:
            raise refusal(404, words.NO_INSTANCE)
        kept = instance["Auth"]  # where it is null, any valid token is accepted [guess]
        if kept and kept["token"] != sent.strip():
            raise refusal(401, words.OLD_TOKEN)
        return instance

    def _owner(self, token: str) -> str | None:
        """Return the name of a JWT's instance; ``None`` for an invalid one."""
        try:
            claims = jwt.decode(
                token,
                self.documents.setting("key"),
                algorithms=[_ALGORITHM],
                # Checked below by this server's clock, not the machine's.
                options={"verify_exp": False, "require": ["instanceName"]},
            )
        except jwt.InvalidTokenError:
            return None
        end = claims.get("exp")
        has_ended = isinstance(end, int) and end <= self.now().timestamp()
        return None if has_ended else str(claims["instanceName"])

    def _reach_database(self) -> None:
        if self.database_down:
            raise refusal(500, words.FAILED)

    async def _unreadable(self, request: Request, error: Any) -> Response:
        """Raise the error: this server never decodes paths, so there is none."""
        raise error

    async def _not_routed(self, request: Request, error: Any) -> Response:
        """Answer 404 to an unknown address, and 500 to a method that an address does not have."""
        if error.status_code == 404:
            return _answer(refusal(404, words.NOT_ROUTED))
        return _answer(refusal(500, words.FAILED), error.headers)

    async def _failed(self, request: Request, error: Any) -> Response:
        return _answer(refusal(500, words.FAILED))


open_codechat_go = CodeChatGo.open
"""Return a CodeChat Go server; see :meth:`.codechat_base.CodeChat.open`."""


def _answer(refused: Refusal, headers: Any = None) -> Response:
    return Answer(refused.body, refused.status, headers)


def _moment(moment: datetime) -> str:
    """Return a moment as Go writes it: UTC, microseconds without trailing zeros."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.rstrip("0").rstrip(".") + "Z"

"""Requests that the Go server refuses, and its words: all recorded unless marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from tui.sandbox.codechat_base import URL_LIMIT, Refusal, parsed
from tui.sandbox.records import Wire

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
"""All flags that the server accepts."""

NAME_LIMIT = 255
"""The longest name of an instance, in characters (vendor's page)."""

NO_TOKEN = "Token ausente ou invalido."
OLD_TOKEN = "old token is invalid"
FORBIDDEN = "Acesso negado."
NOT_ROUTED = "Recurso nao encontrado."
NO_INSTANCE = "instance not found"
NO_WEBHOOK = "webhook not found"
INVALID = "Requisicao invalida."
INVALID_MEANING = "Requisicao semanticamente invalida."
CONFLICT = "Conflito ao processar a requisicao."
FAILED = "Erro interno do servidor."
NEEDS_FORCE = "A instancia possui dados relacionados e nao pode ser removida sem force=true."

_WEBHOOK_TYPES = {"url": str, "enabled": bool, "events": dict}
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def refusal(status: int, *messages: str) -> Refusal:
    """Return a refusal in the shape of this server."""
    slug = HTTPStatus(status).phrase.lower().replace(" ", "-")
    return Refusal(status, {"statusCode": status, "error": slug, "messages": list(messages)})


def read_body(raw: bytes) -> Wire:
    """Return the JSON object in ``raw``, for every content type; ``null`` counts as ``{}``.

    Bytes that are not UTF-8 are replaced. Raises :class:`Refusal` 400.
    """
    try:
        value = parsed(raw.decode("utf-8", "replace"))
    except ValueError:
        raise refusal(400, INVALID) from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise refusal(400, INVALID)
    return value


def check_webhook(body: Wire) -> None:
    """Raise :class:`Refusal` 400 for the first mistake in a webhook's body."""
    for field, value in body.items():
        is_null = value is None and field != "events"
        if not is_null and not isinstance(value, _WEBHOOK_TYPES.get(field, ())):
            raise refusal(400, INVALID)
    events = body.get("events", {})
    if not all(on is None or isinstance(on, bool) for on in events.values()):
        raise refusal(400, INVALID)
    for problem in (*_url_problems(body.get("url") or ""), *_unknown(events)):
        raise refusal(400, problem)


def check_new_instance(body: Wire) -> None:
    """Raise :class:`Refusal` for a mistake in the body of a new instance."""
    name, description = body.get("instanceName"), body.get("description")
    if name == "" or not isinstance(name, str | None) or not isinstance(description, str | None):
        raise refusal(400, INVALID)
    if name is not None and len(name) > NAME_LIMIT:
        raise refusal(422, INVALID_MEANING)
    if "\0" in (description or ""):
        raise refusal(500, FAILED)


def _unknown(events: Mapping[str, Any]) -> Iterator[str]:
    return (f"unsupported webhook event: {flag}" for flag in events if flag not in FLAGS)


def _url_problems(url: str) -> Iterator[str]:
    """Yield the mistakes of a URL: its characters are counted first, then its bytes."""
    if not url:
        yield "url is required"
    if len(url) > URL_LIMIT:
        yield f"url must be less than {URL_LIMIT}"
    if len(url.encode()) > URL_LIMIT or not _is_web_address(url):
        yield "url must be a valid URL"


def _is_web_address(url: str) -> bool:
    """Tell whether Go's parser reads ``url`` as http or https with a host; any port is allowed."""
    if url != url.strip() or _CONTROL.search(url) or _BAD_ESCAPE.search(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # an invalid host
        return False

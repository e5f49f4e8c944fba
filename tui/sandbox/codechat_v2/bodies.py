"""Request bodies: which ones a validating NestJS server accepts, and how it refuses others.

The rules are those of the vendor's page (``name`` is required, a missing ``enabled`` means
false), the wording is class-validator's. All else is a guess:

- missing ``headers`` and flags stay as they are, ``headers: null`` empties them;
- flags the webhook does not have are ignored, but refused by a PATCH in ``reject`` mode;
- a POST reads its body as a PUT does.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn
from urllib.parse import urlsplit

from tui.sandbox.codechat_v2.errors import Refused
from tui.sandbox.records import Webhook, Wire

FlagMode = Literal["put", "patch", "reject"]
"""What the PUT does with ``WebhookEvents``: accept it, ignore it, or answer 400."""

URL_LIMIT = 500
"""The longest URL that is accepted, in characters."""

_EVENTS = "WebhookEvents"
_FILTERS = ("instanceId", "name", "state", "connection", "search")
_DETAILS = frozenset({"name", "url", "enabled", "headers"})


@dataclass(frozen=True, slots=True)
class Search:
    """The filters of a search, where an empty text filters nothing, and the page from 1 on."""

    instance_id: str = ""
    name: str = ""
    state: str = ""
    connection: str = ""
    text: str = ""
    page: int = 1


def parse(raw: bytes) -> Wire:
    """Return the JSON object in ``raw``, ``{}`` when empty; raise :class:`Refused` 400."""
    try:
        value = json.loads(raw.decode("utf-8-sig") or "{}", parse_constant=_no_number)
        # Half a surrogate pair is legal in JSON, but cannot be stored or sent.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not valid JSON") from None
    if not isinstance(value, dict):
        raise Refused(400, "The body must be a JSON object")
    return value


def with_details(base: Webhook, body: Wire, mode: FlagMode, now: str) -> Webhook:
    """Return ``base`` changed by the ``body`` of a PUT or POST; raise :class:`Refused` 400."""
    problems = [
        *_name_problems(body.get("name")),
        *_url_problems(body.get("url")),
        *_enabled_problems(body.get("enabled", False)),
        *_header_problems(body.get("headers")),
        *_surplus(body, _DETAILS | ({_EVENTS} if mode == "put" else set()), mode),
    ]
    sent = body.get(_EVENTS, {}) if mode == "put" else {}
    if isinstance(sent, dict):
        problems += _flag_problems(sent, base.flags, f"{_EVENTS}.")
    else:
        problems.append(f"{_EVENTS} must be an object")
    if problems:
        raise Refused(400, *problems)
    details = replace(
        base,
        name=body["name"],
        url=body["url"],
        enabled=body.get("enabled", False),
        headers=body.get("headers", base.headers),
        updated_at=now,
    )
    return _flagged(details, sent, now) if sent else details


def with_flags(base: Webhook, body: Wire, mode: FlagMode, now: str) -> Webhook:
    """Return ``base`` changed by the flags of a PATCH ``body``; raise :class:`Refused` 400."""
    problems = [*_flag_problems(body, base.flags), *_surplus(body, base.flags, mode)]
    if problems:
        raise Refused(400, *problems)
    return _flagged(base, body, now)


def read_search(body: Wire) -> Search:
    """Return the filter and page of a search ``body``; raise :class:`Refused` 400."""
    given = {key: value for key, value in body.items() if value is not None}
    texts = {key: given.get(key, "") for key in _FILTERS}
    problems = [
        f"{key} must be a string" for key, text in texts.items() if not isinstance(text, str)
    ]
    page = given.get("page", 1)
    if type(page) is not int:  # a bool is an int, but not a page
        problems.append("page must be an integer number")
    elif page < 1:
        problems.append("page must not be less than 1")
    if problems:
        raise Refused(400, *problems)
    return Search(
        instance_id=texts["instanceId"],
        name=texts["name"],
        state=texts["state"],
        connection=texts["connection"],
        text=texts["search"],
        page=page,
    )


def _flagged(base: Webhook, sent: Mapping[str, bool], now: str) -> Webhook:
    flags = {flag: sent.get(flag, on) for flag, on in base.flags.items()}
    return replace(base, flags=flags, events_updated_at=now)


def _name_problems(name: Any) -> Iterator[str]:
    if name is None or name == "":
        yield "name should not be empty"
    if not isinstance(name, str):
        yield "name must be a string"


def _url_problems(url: Any) -> Iterator[str]:
    if not isinstance(url, str) or not _is_web_address(url):
        yield "url must be a URL address"
    if isinstance(url, str) and len(url) > URL_LIMIT:
        yield f"url must be shorter than or equal to {URL_LIMIT} characters"


def _is_web_address(url: str) -> bool:
    """Tell whether ``url`` is absolute, http or https, with any host."""
    if " " in url or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an invalid port or IPv6 address
        return False


def _enabled_problems(enabled: Any) -> Iterator[str]:
    if not isinstance(enabled, bool):
        yield "enabled must be a boolean value"


def _header_problems(headers: Any) -> Iterator[str]:
    if headers is None:
        return
    if not isinstance(headers, dict):
        yield "headers must be an object"
    elif not all(isinstance(value, str) for value in headers.values()):
        yield "each value in headers must be a string"


def _flag_problems(sent: Wire, known: Collection[str], prefix: str = "") -> list[str]:
    return [
        f"{prefix}{flag} must be a boolean value"
        for flag, on in sent.items()
        if flag in known and not isinstance(on, bool)
    ]


def _surplus(body: Wire, known: Collection[str], mode: FlagMode) -> list[str]:
    if mode != "reject":
        return []
    return [f"property {key} should not exist" for key in body if key not in known]


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")

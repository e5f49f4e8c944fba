"""Finding the messages in the body of an error, whatever its shape.

Servers of one family put them in different places: ``message`` holds a string, a list,
objects with ``property`` and ``message``, or a message beside its stack trace; others use
``response.message`` or only ``error`` (recorded), or ``messages`` (vendor's page). ``errors``,
``detail`` and ``issues`` are from other frameworks (guess). A proxy in front answers with
a page of HTML, and a body may be cut short.

:func:`read_messages` only finds the messages; :mod:`tui.api.http.error_text` makes sentences of
them. Keys that repeat the request (``body``, ``value``, ``target``) are skipped.
"""

from __future__ import annotations

import codecs
import html
import json
import re
from collections.abc import Collection
from http import HTTPStatus
from itertools import islice
from typing import Any, NamedTuple

from tui.api.http.secret_spelling import redact
from tui.i18n import _
from tui.model.secret import Secret

MOST_MESSAGES = 500
"""The most messages that are read from a body."""

_MOST_BYTES = 2 * 1024 * 1024
_MOST_NODES = 10_000  # values visited: a body of a million empty lists has no message

_PROPERTY_KEYS = ("property", "field", "instancePath", "path", "loc")
"""Keys of an item that name the property it is about."""

_MESSAGE_KEYS = (
    *("message", "messages", "msg", "children", "errors", "issues"),
    *("formErrors", "fieldErrors", "response", "detail", "details", "error_description"),
    *("meta", "driverAdapterError", "cause", "originalMessage"),  # a database driver's dump
)
"""Keys that hold messages, in the order in which they are shown."""

_BY_PROPERTY = frozenset({"message", "messages", "errors", "fieldErrors", "detail", "details"})
"""The keys of these that may hold messages by property: ``{"url": ["is invalid"]}``."""

_LABEL_KEYS = ("error", "title", "kind", "type", "name", "code", "status")
"""Keys that classify the error; shown when there is no message."""

_WITH_PROPERTIES = frozenset({"webhook", "WebhookEvents", "events"})
"""Properties whose properties may have messages; others could repeat what we sent."""

_SKIPPED = frozenset({"body", "value", "target", "stack", "trace", "request", "params"})
_CLASSES = ("Error", "Exception")


class Message(NamedTuple):
    """One message of the server as it came: not cleaned, of any length."""

    text: str
    place: str = ""
    """The property it is about, a path with dots or slashes; empty for none."""
    weak: bool = False
    """Whether it says no more than a status or an error code does ("Bad Request", "P2002")."""


class _Node(NamedTuple):
    value: Any
    place: str = ""
    keyed: bool = False
    code: str = ""
    weak: bool = False


def read_messages(body: bytes, content_type: str, known: Collection[Secret] = ()) -> list[Message]:
    """Return the messages in ``body``, at most :data:`MOST_MESSAGES`, in the server's order.

    ``content_type`` is the header as it came, or empty; it only counts where the body itself
    does not show its type. ``known`` secrets are redacted twice: before the text is split,
    which may cut one, and in the decoded messages. Never raises.
    """
    text = redact(_decode(body[:_MOST_BYTES], content_type).strip(), *known)
    return [
        found._replace(text=redact(found.text, *known), place=redact(found.place, *known))
        for found in _found_in(text, content_type)
    ]


def _found_in(text: str, content_type: str) -> list[Message]:
    if not text:
        return []
    try:
        return _walk(json.loads(text))
    except (ValueError, RecursionError):
        pass
    if re.match(r'\{|\[\s*(?:["{\[]|$)', text):
        return _salvage(text)
    if text.startswith("<") or ("html" in content_type.lower() and "</" in text):
        return [_page(text)]
    if text.count("\ufffd") + text.count("\0") > len(text) // 10:
        return [Message(_("an answer that is not text"), weak=True)]
    return [Message(text, weak=_only_status(text))]


def _decode(body: bytes, content_type: str) -> str:
    """Decode by a byte order mark, as UTF-8, or as Latin-1 where that is declared."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        western = re.search(r"iso-8859-1\b|latin-?1\b|windows-1252", content_type, re.I)
        return body.decode("cp1252" if western else "utf-8", "replace")


def _walk(document: Any) -> list[Message]:
    """Collect the messages of a JSON document depth first, without recursion."""
    found: list[Message] = []
    ahead = [_Node(document)]
    for _step in range(_MOST_NODES):
        if not ahead or len(found) == MOST_MESSAGES:
            break
        node = ahead.pop()
        match node.value:
            case dict():
                ahead.extend(reversed(_children(node)))
            case list():
                ahead.extend(node._replace(value=each) for each in node.value[_MOST_NODES::-1])
            case str() if inner := _json_inside(node.value):
                ahead.append(node._replace(value=inner))
            case bool() | None:
                pass
            case str() | int() | float():
                found.append(_message(node))
    return found


def _message(node: _Node) -> Message:
    text = str(node.value)
    weak = node.weak or not isinstance(node.value, str) or _only_status(text)
    return Message(f"{text} ({node.code})" if node.code else text, node.place, weak)


def _json_inside(text: str) -> Any:
    """Decode a text that is the JSON of an object or list, as in relayed errors."""
    if not (text.startswith(("{", "[")) and text.endswith(("}", "]"))):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _children(node: _Node) -> list[_Node]:
    """Return the parts of an object to visit, messages before labels."""
    item: dict[str, Any] = node.value
    place = _joined(node.place, _place(item))
    code = item.get("code")
    code = code if isinstance(code, str) else ""
    told = [
        _Node(item[key], place, key in _BY_PROPERTY, code if key == "meta" else node.code)
        for key in _MESSAGE_KEYS
        if key in item
    ]
    if isinstance(constraints := item.get("constraints"), dict):
        told[:0] = [_Node(text, place) for text in constraints.values()]
    found = (_label(key, item[key], place, node.code or code) for key in _LABEL_KEYS if key in item)
    labels = [label for label in found if label]
    if node.keyed and not told and not labels:
        return [
            _Node(
                value,
                _joined(node.place, key),
                keyed=isinstance(value, list) or key in _WITH_PROPERTIES,
            )
            for key, value in islice(item.items(), MOST_MESSAGES)
            if key not in _SKIPPED and isinstance(value, str | list | dict)
        ]
    return told + labels


def _label(key: str, value: Any, place: str, code: str) -> _Node | None:
    """Return the node of a label: a sentence counts as a message, a word as weak.

    ``None`` for a status as a number, and for the ``name`` of anything but an exception.
    """
    if key == "error" and (isinstance(value, dict | list) or " " in str(value)):
        return _Node(value, place, keyed=True)
    if not isinstance(value, str) or (key == "name" and not value.endswith(_CLASSES)):
        return None
    return _Node(value, place, code="" if key == "code" else code, weak=True)


def _place(item: dict[str, Any]) -> str:
    """Return the property an item names: ``url``, ``/webhook/url`` or ``["body", "url"]``."""
    for key in _PROPERTY_KEYS:
        match item.get(key):
            # At the top of an answer "path" is the address of the request.
            case str(name) if name and not (key == "path" and name.startswith("/")):
                return name.strip("/")
            case list(parts) if parts:
                return ".".join(str(part) for part in parts[:20] if isinstance(part, str | int))
    return ""


def _joined(parent: str, name: str) -> str:
    if not parent or not name or parent.split(".")[-1] == name:
        return parent or name
    return f"{parent}.{name}"


def _only_status(text: str) -> bool:
    return len(text) < 50 and _words(text) in _STATUS_WORDS


def _words(text: str) -> str:
    """Reduce ``Bad Request``, ``bad-request`` and ``BadRequestException`` to the same words."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    words = re.sub(r"[\W_]+", " ", spaced).strip().lower()
    return words.removesuffix(" exception").removesuffix(" error")


_STATUS_WORDS = {_words(status.phrase) for status in HTTPStatus} | {
    "error",
    "exception",
    "http",
}

_STRING = r'"((?:[^"\\]++|\\.)*+)("?)'
_IN_BROKEN_JSON = re.compile(
    r'"(?:message|messages|msg|detail|error)"\s*:\s*+(?:\[[\[\s]*+)?'
    + rf"(?P<strings>{_STRING}(?:\s*+,\s*+{_STRING}(?!\s*:))*+)",
    re.S,
)


def _salvage(text: str) -> list[Message]:
    """Find messages in JSON that is cut short or malformed; the rest is not shown."""
    found: list[Message] = []
    for match in islice(_IN_BROKEN_JSON.finditer(text), MOST_MESSAGES):
        for string, end in re.findall(_STRING, match["strings"], re.S):
            try:
                said = json.loads(f'"{string}"', strict=False)
            except ValueError:
                said = string
            found.append(Message(said if end else said + "…", weak=_only_status(said)))
    unreadable = Message(_("an answer that begins as JSON and cannot be read"), weak=True)
    return found[:MOST_MESSAGES] or [unreadable]


def _page(text: str) -> Message:
    """Return the message of a page: its title or first heading, else the start of its text."""
    head = re.sub(r"<!--.*?(?:-->|$)", " ", text[:16_384], flags=re.S)
    head = re.sub(r"<(script|style)\b.*?(?:</\1\s*>|$)", " ", head, flags=re.S | re.I)
    kind = "XML" if text.startswith("<?xml") and "<html" not in head.lower() else "HTML"
    shown = [_element(head, tag) for tag in ("title", "h1", "h2", "pre")]
    telling = [words for words in shown if words and words.lower() != "error"]
    words = (telling[0] if telling else _without_tags(head))[:200].strip()
    if not words:
        return Message(_("a page of {kind}, not the API").format(kind=kind))
    return Message(_("{words} (a page of {kind}, not the API)").format(words=words, kind=kind))


def _element(page: str, tag: str) -> str:
    """Return the text of the first ``tag`` up to a line break, or nothing."""
    found = re.search(rf"<{tag}\b[^>]{{0,200}}+>(.{{0,500}})", page, re.S | re.I)
    if not found:
        return ""
    inside = re.split(rf"</{tag}|<br", found[1], maxsplit=1, flags=re.I)[0]
    return _without_tags(inside)


def _without_tags(markup: str) -> str:
    text = html.unescape(re.sub(r"<[^>]*+(?:>|$)", " ", markup))
    return re.sub(r"[ \t\r\n\xa0]+", " ", text).strip()

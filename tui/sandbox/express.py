"""Paths as Express routes them and bodies as V8 parses them, for the sandboxes of Node servers.

The wording is recorded where a recording has it, and otherwise V8's own.
"""

from __future__ import annotations

import json
import math
import re
from email.message import Message
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tui.sandbox.records import Wire

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTEXT = 10
"""Characters that V8 shows on each side of an unexpected token."""
_V8_WORDS = {
    "Expecting property name enclosed in double quotes": "Expected property name or '}' in JSON",
    "Expecting ':' delimiter": "Expected ':' after property name in JSON",
    "Expecting ',' delimiter": "Expected ',' or '}' after property value in JSON",
    "Unterminated string starting at": "Unterminated string in JSON",
    "Invalid control character at": "Bad control character in string literal in JSON",
    "Invalid \\escape": "Bad escaped character in JSON",
    "Extra data": "Unexpected non-whitespace character after JSON",
}
"""The error messages of Python, and those of V8 for the same mistake."""


class Unreadable(Exception):
    """A request that Express refuses by itself, before a route handles it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Answer(JSONResponse):
    """JSON with the charset in the content type, as Express writes it."""

    media_type = "application/json; charset=utf-8"


class SentPaths:
    """Middleware that routes paths as they were sent: a name may hold an encoded slash.

    A slash at the end makes no difference (recorded).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with the path as it was sent."""
        if scope["type"] == "http":
            scope["path"] = scope["raw_path"].decode("latin-1").rstrip("/") or "/"
        await self._app(scope, receive, send)


def parameter(request: Request, name: str) -> str:
    """Return a parameter of the path, decoded.

    Raises :class:`Unreadable` 400 where it cannot be decoded (recorded).
    """
    sent: str = request.path_params[name]
    try:
        if _BAD_ESCAPE.search(sent):
            raise ValueError(sent)
        return unquote(sent, errors="strict")
    except ValueError:
        raise Unreadable(400, f"Failed to decode param '{sent}'") from None


async def read_json(request: Request) -> Wire:
    """Return the JSON object of a body; ``{}`` where it is an array or empty.

    A body of another content type counts as empty (recorded). Raises :class:`Unreadable`: 415 for
    a charset other than Unicode's, 400 for anything but a JSON object or array.
    """
    described = Message()
    described["content-type"] = request.headers.get("content-type", "")
    if described.get_content_type() != "application/json":
        return {}
    charset = described.get_content_charset("utf-8")
    if not charset.startswith("utf-"):
        raise Unreadable(415, f'unsupported charset "{charset.upper()}"')
    text = (await request.body()).decode("utf-8-sig", errors="replace")
    value = _parse(text) if text else {}
    return value if isinstance(value, dict) else {}


def _parse(text: str) -> Any:
    start = len(text) - len(text.lstrip(" \t\n\r"))
    if text[start : start + 1] not in ("{", "["):  # Express parses nothing else
        raise Unreadable(400, _unexpected(text, start))

    def no_number(word: str) -> Any:
        raise json.JSONDecodeError("Expecting value", text, text.index(word))

    try:
        return json.loads(text, parse_constant=no_number, parse_int=_number, parse_float=_number)
    except json.JSONDecodeError as error:
        words = _V8_WORDS.get(error.msg)
        if words is None:
            raise Unreadable(400, _unexpected(text, error.pos)) from None
        where = f"at position {error.pos} (line {error.lineno} column {error.colno})"
        raise Unreadable(400, f"{words} {where}") from None
    except RecursionError:
        raise Unreadable(400, "Maximum call stack size exceeded") from None


def _number(digits: str) -> int | float | None:
    """Return a number as JavaScript would write it: a double, ``null`` for one out of range."""
    number = float(digits)
    if math.isinf(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _unexpected(text: str, at: int) -> str:
    if at >= len(text):
        return "Unexpected end of JSON input"
    start, end = max(at - _CONTEXT, 0), at + _CONTEXT
    if len(text) <= 2 * _CONTEXT:
        start, end = 0, len(text)
    left, right = "..." * (start > 0), "..." * (end < len(text))
    return f"Unexpected token '{text[at]}', {left}\"{text[start:end]}\"{right} is not valid JSON"

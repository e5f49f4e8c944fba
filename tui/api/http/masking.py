"""Masking secrets in requests and answers before anybody sees them.

Bodies are read token by token, not parsed: they may be cut off, malformed, or no JSON at all,
and their secrets must be masked nevertheless.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress

from tui.api.http.secret_spelling import redact
from tui.model.secret import MASK, Secret
from tui.model.secret_names import is_harmless, is_secret_name
from tui.model.text import clean

SHORTEST = 6
"""The fewest characters of a webhook's secret that is masked wherever a server repeats it."""

_STRING = r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)'
_PIECE = re.compile(
    rf"""(?P<key>{_STRING}\s*:)
    |(?P<string>{_STRING})
    |(?P<open>[{{\[])
    |(?P<close>[}}\]])
    |(?P<between>[\s,:]+)
    |(?P<word>[^\s"{{}}\[\],:]+)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN_STRING = re.compile(r'"[^"\\]*+"')
_HALF_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_LITERALS = frozenset({"true", "false", "null"})
"""Values that are no secret under any name."""
_WORD = r"[^=?&;\#\s\"\\]{0,40}"
_NAMED = "auth|token|jwt|secret|key|passw|pwd|signature|credential|session"
_IN_URL = rf"""(?P<host>://)[^/\s"\\@:]*:[^/\s"\\@]*(?=@)
    |(?P<query>[?&;\#]{_WORD}(?:{_NAMED}){_WORD}=)[^&\s"\\\#]+"""
_IN_URLS = re.compile(_IN_URL, re.IGNORECASE | re.VERBOSE)
_ANYWHERE = re.compile(
    # A value after a scheme or a header's name; credentials and secrets in a URL; a JWT.
    rf"""(?P<scheme>\b(?:bearer|basic|digest)\s+)[^\s"',\\]{{6,}}
    |(?P<header>\b(?:proxy-)?(?:authorization|(?:x-)?api-?key)\s*[:=]\s*)[^\s"'\\,;]+
    |{_IN_URL}
    |eyJ[\w-]{{8,}}(?:\.[\w-]*)*""",
    re.IGNORECASE | re.VERBOSE,
)


def mask(text: str, *known: Secret) -> str:
    """Return ``text`` safe to show: no secrets, no control characters but line breaks.

    The ``known`` secrets are masked everywhere. In JSON a value is masked if its key names a
    secret, at any depth; in headers every value is that is not known to be harmless. Keys stay.
    """
    text = redact(text, *known)
    return "\n".join(clean(line) for line in _covered(text).split("\n"))


def secrets_in(body: object) -> tuple[Secret, ...]:
    """Return the secrets in the headers of webhooks in a request's body, which answers may repeat.

    Values shorter than :data:`SHORTEST` are left out: they would mask parts of other words.
    """
    if not isinstance(body, dict):
        return ()
    found: list[Secret] = []
    for name, value in body.items():
        if name.lower() == "headers" and isinstance(value, dict):
            found += _header_secrets(value)
        else:
            found += secrets_in(value)
    return tuple(found)


def _header_secrets(headers: dict[str, object]) -> Iterator[Secret]:
    for name, value in headers.items():
        if isinstance(value, str) and not is_harmless(name, value):
            for secret in (value, value.partition(" ")[2]):  # also without a scheme as "Bearer"
                if len(secret) >= SHORTEST:
                    yield Secret(secret)


def mask_urls(text: str) -> str:
    """Return ``text`` with the credentials and the secrets of its URLs masked."""
    return _IN_URLS.sub(_cover, text)


def _covered(text: str) -> str:
    return "".join(_pieces(_ANYWHERE.sub(_cover, text)))


def _pieces(text: str) -> Iterator[str]:
    depth, below = 0, 0  # `below`: the depth from which everything is masked, 0 for none
    named, headers, name = False, 0, ""  # `headers`: the depth of a headers object
    for piece in _PIECE.finditer(text):
        shown = piece[0]
        match piece.lastgroup:
            case "key":
                name = _unquoted(shown.rstrip(": \t\r\n"))
                named = is_secret_name(name) or name.lower() == "headers"
            case "open":
                depth += 1
                if named and not below:
                    below = depth
                    headers = depth if name.lower() == "headers" and shown == "{" else 0
                named = False
            case "close":
                if depth <= below:
                    below = headers = 0
                depth = max(depth - 1, 0)
            case "string" | "word":
                if not (headers and depth == headers and _is_harmless(name, shown)):
                    shown = _value(shown, hidden=named or bool(below))
                named = False
        yield shown


def _is_harmless(name: str, piece: str) -> bool:
    """Whether a piece of JSON is the whole value of a header, and may be shown."""
    whole = len(piece) > 1 and piece[0] == piece[-1] == '"'
    return whole and is_harmless(name, _unquoted(piece))


def _value(piece: str, *, hidden: bool) -> str:
    if hidden:
        return piece if piece in _LITERALS else MASK
    if len(piece) > 4 and piece[0] == '"':
        inner = _unquoted(piece)
        if inner.lstrip()[:1] in ("{", "["):  # JSON inside a string, as in relayed errors
            return json.dumps(_covered(inner), ensure_ascii=False)
    return piece


def _unquoted(string: str) -> str:
    """Decode a JSON string; one that was cut off, as far as it goes."""
    if _PLAIN_STRING.fullmatch(string):  # most are; in a log file every body is masked
        return string[1:-1]
    for whole in (string, f'{string}"', _HALF_ESCAPE.sub('"', string)):
        with suppress(ValueError):
            return str(json.loads(whole, strict=False))
    return string


def _cover(match: re.Match[str]) -> str:
    return f"{match[match.lastgroup] if match.lastgroup else ''}{MASK}"

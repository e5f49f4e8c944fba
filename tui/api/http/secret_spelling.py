r"""Redacting a secret in a server's text, in every spelling.

A server may repeat a token in the escapes of JSON, HTML or an address: ``\/`` for a slash,
``\u002B``, ``%2B`` or ``&#43;`` for a plus, also one escape inside another. All of these are
decoded before a person sees them, so the secret is looked for in the decoded text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tui.model.secret import MASK, Secret

SHORTEST_END = 6
"""The fewest characters of a secret that are redacted where a text ends in the middle of it."""

_LAYERS = 6
"""The number of times a text is decoded: JSON in JSON in a page needs three."""

_ESCAPE = re.compile(
    r"""\\+(?:u(?P<code>[0-9a-f]{4})|(?P<itself>[^u\s]))
    |%(?P<byte>[0-9a-f]{2})
    |&(?:\#\d{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});?""",
    re.VERBOSE | re.IGNORECASE,
)
_HALF_ESCAPE = re.compile(r"(?:\\+(?:u[0-9a-f]{0,3})?|%[0-9a-f]?|&[#\w]{0,32})\Z", re.IGNORECASE)


def redact(text: str, *secrets: Secret) -> str:
    """Return ``text`` with the secrets masked, also one that is cut off by its end."""
    for secret in sorted(filter(None, secrets), key=lambda one: -len(one.reveal())):
        plain = secret.reveal()
        text = _redact_one(text, plain).replace(plain, MASK)
        if "+" in plain and len(plain) > SHORTEST_END:  # form decoding makes a blank of a plus
            text = _redact_one(text, plain.replace("+", " "))
    return text


def _redact_one(text: str, secret: str) -> str:
    # A backslash at the end forms an escape with the next character of the text.
    wanted = _decoded(secret)[0].rstrip("\\")
    if not wanted:
        return text
    for end in (text, _HALF_ESCAPE.sub("", text)):
        plain, starts = _decoded(end)
        if begins := _beginning_at_end(plain, wanted):
            text = text[: starts[len(plain) - begins]] + MASK
            break
    plain, starts = _decoded(text)
    kept, at = list[str](), 0
    found = plain.find(wanted)
    while found >= 0:
        kept += (text[at : starts[found]], MASK)
        at = starts[found + len(wanted)]
        found = plain.find(wanted, found + len(wanted))
    return "".join((*kept, text[at:]))


def _beginning_at_end(plain: str, wanted: str) -> int:
    """Return how many characters at the end of ``plain`` begin the secret."""
    longest = min(len(wanted) - 1, len(plain))
    lengths = range(longest, SHORTEST_END - 1, -1)
    return next((length for length in lengths if plain.endswith(wanted[:length])), 0)


def _decoded(text: str) -> tuple[str, Sequence[int]]:
    """Return a text without escapes, and the start of each character, and of the end, in it."""
    starts: Sequence[int] = range(len(text) + 1)
    for _ in range(_LAYERS):
        pieces, moved, at = list[str](), list[int](), 0
        for found in _ESCAPE.finditer(text):
            character = _character(found)
            if character != found[0]:
                pieces += (text[at : found.start()], character)
                moved += starts[at : found.start()]
                moved += [starts[found.start()]] * len(character)
                at = found.end()
        if not pieces:
            break
        text = "".join((*pieces, text[at:]))
        starts = [*moved, *starts[at:]]
    return text, starts


def _character(escape: re.Match[str]) -> str:
    if code := escape["code"] or escape["byte"]:
        return chr(int(code, 16))
    if escape["itself"]:
        return escape["itself"]
    from html import unescape  # imported only when needed: it has thousands of names

    return unescape(escape[0])

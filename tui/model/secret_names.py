"""Deciding which values of a webhook's headers and unknown properties may be shown."""

from __future__ import annotations

import re

_SECRET_NAME = re.compile(
    r"auth|token|jwt|secret|segredo|key|chave|cookie|pass(?!ive)|pwd|senha|\bpin\b|otp|bypass|"
    r"signature|assinatura|credential|credencia|session|sess[aã]o|bearer|access|client.?id",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(bearer|basic|digest|apikey)\s", re.IGNORECASE)
_SECRET_VALUE = re.compile(rf"^{_SCHEME.pattern}|^eyJ|[A-Za-z0-9+/=_-]{{20,}}", re.IGNORECASE)

_OF_STANDARDS = """accept agent alive cache charset connection content control encoding keep
    language type user"""
_OF_BELONGING = """app application brand channel company department empresa env environment equipe
    event format from group instance lang locale loja name origin platform product project region
    sector service setor shop source stage store team tenant time timezone topic unidade unit
    version webhook workspace x"""
_HARMLESS_WORDS = frozenset(f"{_OF_STANDARDS} {_OF_BELONGING}".split())
"""Words in the names of harmless headers: those of standard headers, and those that say where
something comes from or belongs."""

_NAME_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W_a-zA-Z]+")
_WORD = r"(?:[^\W\d_]{1,20}|v?\d{1,4}|n8n)"
_HARMLESS_VALUE = re.compile(rf"{_WORD}(?:[ ./;:,=+*_-]{{1,2}}{_WORD}){{0,8}}")
"""Words and short numbers, such as ``application/json; charset=utf-8``."""
_MOST_DIGITS = 4
"""Digits in a value that is shown, at most: a longer number may be a PIN or a key."""


def is_secret_name(name: str) -> bool:
    """Tell whether the name says that its value is a secret."""
    return bool(_SECRET_NAME.search(name))


def looks_secret(name: str, value: object) -> bool:
    """Tell whether to hide the value of an unknown property, by its name and its look."""
    if is_secret_name(name):
        return True
    return not isinstance(value, str) or bool(_SECRET_VALUE.search(value))


def is_harmless(name: str, value: object) -> bool:
    """Tell whether a header's value may be shown: name and look must both be known as harmless.

    A list of the names of secrets would never be complete: ``x-vercel-protection-bypass``.
    """
    if not isinstance(value, str) or is_secret_name(name) or _SCHEME.match(value):
        return False
    words = [word.lower() for word in _NAME_WORDS.findall(name)]
    known = bool(words) and _HARMLESS_WORDS.issuperset(words)
    few_digits = sum(map(str.isdigit, value)) <= _MOST_DIGITS
    plain = not value or (len(value) <= 60 and bool(_HARMLESS_VALUE.fullmatch(value)))
    return known and few_digits and plain

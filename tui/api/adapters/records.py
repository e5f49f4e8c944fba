"""Reading the records of a server's list, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tui.model.secret import Secret

VALUES_AT_ONCE = 1_500
"""Values of records read in one go, some 2 ms; between two goes the keys are answered."""

MOST_LEFT_OUT = 1_000
"""Records of a list that may be left out because they cannot be read; beyond it is no list."""

MOST_WEBHOOKS = 1_000
"""Webhooks read of one instance."""


def portions(records: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Part records into what is read in one go; at least one part comes of it."""
    start = size = 0
    for at, record in enumerate(records):
        size += _values_in(record)
        if size >= VALUES_AT_ONCE:
            yield records[start : at + 1]
            start, size = at + 1, 0
    if size or not start:
        yield records[start:]


def _values_in(record: Any) -> int:
    """Count a record and all that stands in it, however deep: records differ a lot in size."""
    count, ahead = 0, [record]
    while ahead:
        count += 1
        match ahead.pop():
            case dict() as table:
                ahead += table.values()
            case list() as values:
                ahead += values
    return count


def token_of(text: str) -> Secret | None:
    """Return a token a server handed out, unless no header can carry it."""
    token = Secret(text)
    return token if token and token.fits_header else None


def jwt_in(auth: object) -> str:
    """Return the token in an instance's ``Auth``; empty where there is none."""
    token = auth.get("token") if isinstance(auth, dict) else None
    return token if isinstance(token, str) else ""

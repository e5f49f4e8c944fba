"""Reading the records of a list, for every kind of server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tui.model.secret import Secret

VALUES_AT_ONCE = 1_500
"""Values in a batch of records, read in some 2 ms; between two batches keys are handled."""

MOST_LEFT_OUT = 1_000
"""The most unreadable records of a list; beyond that it is an error."""

MOST_WEBHOOKS = 1_000
"""The most webhooks read of one instance."""


def batches(records: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Split records into batches, each read in one go; there is at least one."""
    start = size = 0
    for at, record in enumerate(records):
        size += _count_values(record)
        if size >= VALUES_AT_ONCE:
            yield records[start : at + 1]
            start, size = at + 1, 0
    if size or not start:
        yield records[start:]


def _count_values(record: Any) -> int:
    """Count a record and all values in it, at any depth: records differ a lot in size."""
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
    """Return a token from a server, or ``None`` if no header can hold it."""
    token = Secret(text)
    return token if token and token.fits_header else None


def jwt_in(auth: object) -> str:
    """Return the token in an instance's ``Auth``; empty where there is none."""
    token = auth.get("token") if isinstance(auth, dict) else None
    return token if isinstance(token, str) else ""

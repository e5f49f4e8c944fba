"""Reading the records of a server's list, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from tui.model.secret import Secret
from tui.model.text import clean

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


_NO_OBJECT = ("model_type", "dict_type")
"""What Pydantic calls another value than an object; its words name a class of ours."""


def reason(error: ValidationError) -> str:
    """Say in one line what was wrong with a record, without its content."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    said = "it is no object" if first["type"] in _NO_OBJECT else first["msg"]
    return clean(f"{where}: {said}" if where else said, 160)


def token_of(text: str | None) -> Secret | None:
    """Return a token a server handed out, unless no header can carry it."""
    token = Secret(text or "")
    return token if token and token.fits_header else None


def jwt_in(auth: object) -> str | None:
    """Return the token in an instance's ``Auth``."""
    token = auth.get("token") if isinstance(auth, dict) else None
    return token if isinstance(token, str) else None

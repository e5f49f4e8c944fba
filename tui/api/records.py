"""Reading the records of a server's list, whatever its kind."""

from __future__ import annotations

from pydantic import ValidationError

from tui.model.secret import Secret
from tui.model.text import clean

RECORDS_AT_ONCE = 25
"""Records read in one go, some 2 ms; between two goes the keys are answered."""


def reason(error: ValidationError) -> str:
    """Say in one line what was wrong with a record, without its content."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return clean(f"{where}: {first['msg']}" if where else first["msg"], 160)


def token_of(text: str | None) -> Secret | None:
    """Return a token a server handed out, unless no header can carry it."""
    fits = text and text.isascii() and text.isprintable() and " " not in text
    return Secret(text) if text and fits else None


def jwt_in(auth: object) -> str | None:
    """Return the token in an instance's ``Auth``."""
    token = auth.get("token") if isinstance(auth, dict) else None
    return token if isinstance(token, str) else None

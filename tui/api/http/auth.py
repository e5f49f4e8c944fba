"""Which token goes with a request, and in which header."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tui.model.jwt import Wanted
from tui.model.secret import MASK, TYPED, Secret

Header = Literal["Authorization: Bearer {}", "apikey: {}"]
"""How servers of this family take a token."""

BEARER: Header = "Authorization: Bearer {}"
APIKEY: Header = "apikey: {}"


@dataclass(frozen=True, slots=True)
class Credential:
    """A token, how it is sent, and in words whose it is and where it came from.

    Where there is no token, ``source`` says so, and why.
    """

    token: Secret | None
    whose: str
    source: str
    wanted: Wanted = field(default_factory=Wanted)
    """Whose would be right, to explain a refusal."""
    header: Header = BEARER

    def __str__(self) -> str:
        if self.token and self.source == TYPED:
            return "the token you typed"
        return f"{self.whose} (from {self.source})" if self.token else self.source


def header_field(header: Header, token: str = MASK) -> tuple[str, str]:
    """Return a header's name and value with ``token`` in it, masked unless it is given."""
    name, _, value = header.format(token).partition(": ")
    return name, value

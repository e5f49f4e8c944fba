"""The token that goes with a request, and the header it goes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tui.i18n import _
from tui.model.jwt import Wanted
from tui.model.secret import MASK, TYPED, Secret

Header = Literal["Authorization: Bearer {}", "apikey: {}"]
"""The headers in which servers of this family accept a token."""

BEARER: Header = "Authorization: Bearer {}"
APIKEY: Header = "apikey: {}"


@dataclass(frozen=True, slots=True)
class Credential:
    """A token, the header it goes in, and in words whose it is and where it came from."""

    token: Secret | None
    whose: str
    source: str
    """The source of the token in words; without a token, the reason why there is none."""
    wanted: Wanted = field(default_factory=Wanted)
    """The token that would be right, to explain a refusal."""
    header: Header = BEARER

    def __str__(self) -> str:
        if not self.token:
            return self.source
        if self.source == TYPED:
            return _("the token you typed")
        return _("{token} (from {source})").format(token=self.whose, source=self.source)


def header_field(header: Header, token: str = MASK) -> tuple[str, str]:
    """Return a header's name and its value with the token, masked unless it is given."""
    name, _separator, value = header.format(token).partition(": ")
    return name, value

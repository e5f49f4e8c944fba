"""The content of a file: single webhooks, rules that always hold, changes made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tui.core.selection import Selection

FORMAT = 1
"""The version of the format: ``hookboard = 1``."""

Kind = Literal["webhook", "rule", "change"]
"""The tables of a file."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an entry in the file."""

    kind: Kind
    number: int
    """Its place among those of its kind, from 1."""
    line: int | None = None
    """Its line; ``None`` if the format has no line numbers."""

    def __str__(self) -> str:
        return f"[[{self.kind}]] {self.number}"


@dataclass(frozen=True, slots=True)
class WebhookEntry:
    """One wanted webhook; values that are ``None`` or not named are left alone."""

    place: Place
    instance: str
    """The instance's name or id."""
    name: str | None = None
    id: str | None = None
    """The webhook's id, if its name is not unique."""
    url: str | None = None
    enabled: bool | None = None
    flags: Mapping[str, bool] = field(default_factory=dict)
    options: Mapping[str, bool] = field(default_factory=dict)
    is_absent: bool = False
    """Whether the webhook must not exist."""


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """Wanted values of all selected webhooks; a ``change`` is made once."""

    place: Place
    selection: Selection
    flags: Mapping[str, bool] = field(default_factory=dict)
    host: str | None = None
    enabled: bool | None = None
    preset: str | None = None
    expect: int | None = None
    """The number of webhooks that must be selected."""


@dataclass(frozen=True, slots=True)
class WebhookFile:
    """The content of a file."""

    name: str
    """The file's name in messages."""
    server: str | None = None
    webhooks: tuple[WebhookEntry, ...] = ()
    rules: tuple[RuleEntry, ...] = ()

    @property
    def changes(self) -> tuple[RuleEntry, ...]:
        """The entries that are made once."""
        return tuple(rule for rule in self.rules if rule.place.kind == "change")

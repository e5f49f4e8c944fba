"""What a file may say: webhooks one by one, rules that always hold, changes made once."""

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
    """Where an entry is."""

    kind: Kind
    number: int
    """Its place among those of its kind, from 1."""
    line: int | None = None
    """``None`` where the form of the file does not tell."""

    def __str__(self) -> str:
        return f"[[{self.kind}]] {self.number}"


@dataclass(frozen=True, slots=True)
class WebhookEntry:
    """One webhook; what is ``None`` or not named is left alone."""

    place: Place
    instance: str
    """The instance's name or id."""
    name: str | None = None
    id: str | None = None
    """The webhook's id, where its name does not tell it from others."""
    url: str | None = None
    enabled: bool | None = None
    flags: Mapping[str, bool] = field(default_factory=dict)
    options: Mapping[str, bool] = field(default_factory=dict)
    is_absent: bool = False
    """Whether the webhook is not to be there."""


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """What is to be so of all selected webhooks; of a ``change``, made once."""

    place: Place
    selection: Selection
    flags: Mapping[str, bool] = field(default_factory=dict)
    host: str | None = None
    enabled: bool | None = None
    preset: str | None = None
    expect: int | None = None
    """How many webhooks have to be selected."""


@dataclass(frozen=True, slots=True)
class WebhookFile:
    """The content of a file."""

    name: str
    """What the file is called in messages."""
    server: str | None = None
    webhooks: tuple[WebhookEntry, ...] = ()
    rules: tuple[RuleEntry, ...] = ()

    @property
    def changes(self) -> tuple[RuleEntry, ...]:
        """The entries that are made once."""
        return tuple(rule for rule in self.rules if rule.place.kind == "change")

"""The webhook as a server stores it, and the part of it that people edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto

from tui.model.text import clean, restored

FIELDS = ("name", "url", "enabled")
"""The fields of the form, in its order; the flags follow them."""

_NOTHING: Mapping[str, object] = {}


class FlagsTold(Enum):
    """How much a server tells about a webhook's flags."""

    EACH = auto()
    """It tells which flags are on; those it leaves out are off."""
    NEVER_CHOSEN = auto()
    """Nobody has chosen flags yet: the server sends every event, and all flags count as on."""
    NOTHING = auto()
    """It tells nothing: flags that count as off may be on."""


@dataclass(frozen=True, slots=True)
class Values:
    """The editable values: name, URL, enabled, the flags by wire name, and options."""

    name: str
    url: str
    enabled: bool
    flags: Mapping[str, bool]
    options: Mapping[str, bool] = field(default_factory=lambda: {})
    """Further switches that the server may have, by wire name."""

    @property
    def flags_on(self) -> int:
        """The number of flags that are on."""
        return sum(self.flags.values())

    def get(self, key: str) -> str | bool | None:
        """Return the value of a field or option; ``None`` for an option that does not exist."""
        match key:
            case "name":
                return self.name
            case "url":
                return self.url
            case "enabled":
                return self.enabled
        return self.options.get(key)

    def with_value(self, key: str, value: object) -> Values:
        """Return a copy with another value for a field or option."""
        if key in FIELDS:
            return replace(self, **{key: value})  # type: ignore[arg-type]
        return replace(self, options={**self.options, key: bool(value)})


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook as it was read.

    ``name`` and ``url`` are safe to show. Where cleaning changed them, ``raw`` has the server's
    own text under the same key, so that a save sends back unedited text as it came.
    """

    id: str
    """The server's own id, not cleaned: it goes into addresses, never onto the screen as it is."""
    name: str
    url: str
    enabled: bool
    flags: Mapping[str, bool]
    """The booleans that the server sent among the events, by wire name, in its order."""
    headers: Mapping[str, object] | None = field(default=None, repr=False)
    """Headers with their values, which may be secrets. ``None`` where the server sent none."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    raw: Mapping[str, str] = field(default_factory=lambda: {})
    extra: Mapping[str, object] = field(default_factory=lambda: _NOTHING, repr=False)
    """Properties that Hookboard does not know, kept to be sent back."""
    extra_events: Mapping[str, object] = field(default_factory=lambda: _NOTHING, repr=False)
    """Values among the events that are not booleans, kept to be sent back."""
    options: Mapping[str, bool] = field(default_factory=lambda: {})
    """Further switches that the server may have, by wire name."""
    flags_told: FlagsTold = FlagsTold.EACH
    unsaid: frozenset[str] = frozenset()
    """Flags that the server left out: they count as off, and the server may not know them."""
    refused: frozenset[str] = frozenset()
    """Flags of this webhook that the server does not accept: a save with one of them on fails."""
    is_new: bool = False
    """The server does not have it yet: the first save creates it."""
    note: str = ""
    """A sentence on what to know about it beyond its values."""

    @property
    def values(self) -> Values:
        """The editable part."""
        return Values(self.name, self.url, self.enabled, self.flags, self.options)

    @property
    def flags_on(self) -> int:
        """The number of flags that are on."""
        return sum(self.flags.values())

    def wire_text(self, field_name: str, edited: str) -> str:
        """Return what to send for ``name`` or ``url``: unedited parts as the server has them."""
        raw = self.raw.get(field_name)
        return edited if raw is None else restored(raw, edited)

    def with_values(self, values: Values) -> Webhook:
        """Return a copy of this webhook with ``values``."""
        return replace(
            self,
            name=values.name,
            url=values.url,
            enabled=values.enabled,
            flags=values.flags,
            options=values.options,
        )


def readable(text: str, raw: dict[str, str], key: str) -> str:
    """Clean ``text`` for showing; put the original into ``raw`` where that changed it."""
    shown = clean(text)
    if shown != text:
        raw[key] = text
    return shown

"""The webhook as a server keeps it, and the part of it a person edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto

from tui.model.text import clean, restored

FIELDS = ("name", "url", "enabled")
"""The fields of the form, in its order; the flags come after them."""

_NOTHING: Mapping[str, object] = {}


class FlagsTold(Enum):
    """What a server tells of a webhook's flags."""

    EACH = auto()
    """Which ones are on; those it leaves out are off."""
    NEVER_CHOSEN = auto()
    """That none was ever chosen: it sends every event, and all of them count as on."""
    NOTHING = auto()
    """Nothing: those that count as off may be on."""


@dataclass(frozen=True, slots=True)
class Values:
    """What the form edits: name, URL, enabled, the flags by wire name, and options."""

    name: str
    url: str
    enabled: bool
    flags: Mapping[str, bool]
    options: Mapping[str, bool] = field(default_factory=lambda: {})
    """Switches besides, where the server has any, by the name they are sent under."""

    @property
    def flags_on(self) -> int:
        """How many flags are on."""
        return sum(self.flags.values())

    def get(self, key: str) -> str | bool | None:
        """Return the value of a field or option; ``None`` for an option that is not there."""
        match key:
            case "name":
                return self.name
            case "url":
                return self.url
            case "enabled":
                return self.enabled
        return self.options.get(key)

    def with_value(self, key: str, value: object) -> Values:
        """Return these values with another one for a field or option."""
        if key in FIELDS:
            return replace(self, **{key: value})  # type: ignore[arg-type]
        return replace(self, options={**self.options, key: bool(value)})


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook as it was read.

    ``name`` and ``url`` are safe to show. Where cleaning altered them, ``raw`` has the
    server's own text under the same key, so that a save gives back what nobody touched.
    """

    id: str
    """As the server sent it; it goes into addresses, never onto the screen uncleaned."""
    name: str
    url: str
    enabled: bool
    flags: Mapping[str, bool]
    """Every boolean the server sent among the events, by wire name, in its order."""
    headers: Mapping[str, object] | None = field(default=None, repr=False)
    """As sent, values included: they may hold secrets. ``None`` when the server sent none."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    raw: Mapping[str, str] = field(default_factory=lambda: {})
    extra: Mapping[str, object] = field(default_factory=lambda: _NOTHING, repr=False)
    """Top-level properties Hookboard has no words for, kept for the way back."""
    extra_events: Mapping[str, object] = field(default_factory=lambda: _NOTHING, repr=False)
    """What stood among the events and is not a boolean, kept for the way back."""
    options: Mapping[str, bool] = field(default_factory=lambda: {})
    """Switches besides, where the server has any, by the name they are sent under."""
    flags_told: FlagsTold = FlagsTold.EACH
    unsaid: frozenset[str] = frozenset()
    """Flags that the server left out: they count as off, and may be ones it does not know."""
    refused: frozenset[str] = frozenset()
    """Flags of it that the server does not accept: sent on, they are in the way of a save."""
    is_new: bool = False
    """Whether the server does not have it: the first save makes it."""
    note: str = ""
    """What to know about it beyond its values, in a sentence."""

    @property
    def values(self) -> Values:
        """The editable part."""
        return Values(self.name, self.url, self.enabled, self.flags, self.options)

    @property
    def flags_on(self) -> int:
        """How many flags are on."""
        return sum(self.flags.values())

    def wire_text(self, field_name: str, edited: str) -> str:
        """Return what to send for ``name`` or ``url``: what is untouched as the server has it."""
        raw = self.raw.get(field_name)
        return edited if raw is None else restored(raw, edited)

    def with_values(self, values: Values) -> Webhook:
        """Return this webhook as it would be with ``values``."""
        return replace(
            self,
            name=values.name,
            url=values.url,
            enabled=values.enabled,
            flags=values.flags,
            options=values.options,
        )


def readable(text: str, raw: dict[str, str], key: str) -> str:
    """Clean ``text`` for showing and note the original under ``key`` when that altered it."""
    shown = clean(text)
    if shown != text:
        raw[key] = text
    return shown

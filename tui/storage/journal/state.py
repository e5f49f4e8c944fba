"""The state of one webhook in the journal, and the comparison of two states."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tui.model.diff import Change, changes
from tui.model.text import clean
from tui.model.webhook import FlagsTold, Values, Webhook

_LONGEST_HEADER_NAME = 60
"""Characters that are kept of the name of a header."""


@dataclass(frozen=True, slots=True)
class WebhookState:
    """The values of a webhook and the names of its headers, never the headers' values."""

    values: Values
    headers: tuple[str, ...] = ()
    """In alphabetical order, cleaned."""
    flags_told: FlagsTold = FlagsTold.EACH

    @classmethod
    def of(cls, webhook: Webhook) -> WebhookState:
        """Return the state of a webhook as it was read."""
        headers = {clean(name, _LONGEST_HEADER_NAME) for name in webhook.headers or ()}
        return cls(webhook.values, tuple(sorted(headers)), webhook.flags_told)

    def changes_to(self, later: WebhookState) -> tuple[Change, ...]:
        """List the changes to a later state that have an effect; headers are left out.

        A flag that is missing on one side is unknown there, and counts as unchanged.
        """
        found = changes(self.values, later.values)
        unknown = FlagsTold.NOTHING in (self.flags_told, later.flags_told)
        return tuple(one for one in found if one.matters and not (one.is_flag and unknown))

    def is_same(self, later: WebhookState) -> bool:
        """Whether a later state shows no difference."""
        return self.headers == later.headers and not self.changes_to(later)

    def updated(self, later: WebhookState) -> WebhookState:
        """Return a later state that shows no difference, with the flags known from this one."""
        if later.flags_told is FlagsTold.NOTHING and self.flags_told is not FlagsTold.NOTHING:
            values = replace(later.values, flags=self.values.flags)
            return replace(later, values=values, flags_told=self.flags_told)
        return later

    def as_webhook(self, webhook_id: str) -> Webhook:
        """Return a webhook to be used as the base of an edit; it has no headers."""
        values = self.values
        return Webhook(
            id=webhook_id,
            name=values.name,
            url=values.url,
            enabled=values.enabled,
            flags=values.flags,
            options=values.options,
            flags_told=self.flags_told,
        )


def encode(state: WebhookState | None) -> str | None:
    """Return a state as JSON in ASCII: text from outside may be no valid UTF-8."""
    return None if state is None else json.dumps(state_json(state), separators=(",", ":"))


def state_json(state: WebhookState) -> dict[str, Any]:
    """Return a state as JSON."""
    values = state.values
    return {
        "name": values.name,
        "url": values.url,
        "enabled": values.enabled,
        "on": [flag for flag, is_on in values.flags.items() if is_on],
        "off": [flag for flag, is_on in values.flags.items() if not is_on],
        "options": dict(values.options),
        "headers": state.headers,
        "told": state.flags_told.name,
    }


def decode(text: str | None) -> WebhookState | None:
    """Read a state; the inverse of :func:`encode`. Raises ``ValueError``."""
    return None if text is None else state_from(json.loads(text))


def state_from(told: object) -> WebhookState:
    """Read a state; the inverse of :func:`state_json`. Raises ``ValueError``."""
    match told:
        case {
            "name": str(name),
            "url": str(url),
            "enabled": bool(enabled),
            "on": list(on),
            "off": list(off),
            "options": dict(options),
            "headers": list(headers),
            "told": str(flags_told),
        } if flags_told in FlagsTold.__members__ and _are_texts(on, off, headers, options):
            flags = {**_all(on, True), **_all(off, False)}
            values = Values(name, url, enabled, flags, options)
            return WebhookState(values, tuple(headers), FlagsTold[flags_told])
    raise ValueError("not the state of a webhook")


def _are_texts(*parts: Iterable[object]) -> bool:
    return all(isinstance(one, str) for part in parts for one in part)


def _all(flags: Iterable[str], is_on: bool) -> Mapping[str, bool]:
    return dict.fromkeys(flags, is_on)

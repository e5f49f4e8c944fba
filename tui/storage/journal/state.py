"""The state of one webhook as the journal keeps it, and when two states are the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tui.model.diff import Change, changes
from tui.model.text import clean
from tui.model.webhook import FlagsTold, Values, Webhook

_LONGEST_HEADER_NAME = 60
"""Characters that are kept of the name of a header."""


@dataclass(frozen=True, slots=True)
class WebhookState:
    """The values of a webhook and the names of its headers, never what the headers hold."""

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
        """List what differs in a later state and makes a difference; headers are not in it.

        Flags that one side was not told of are unknown there, and count as unchanged.
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
    if state is None:
        return None
    values = state.values
    content = {
        "name": values.name,
        "url": values.url,
        "enabled": values.enabled,
        "on": [flag for flag, is_on in values.flags.items() if is_on],
        "off": [flag for flag, is_on in values.flags.items() if not is_on],
        "options": dict(values.options),
        "headers": state.headers,
        "told": state.flags_told.name,
    }
    return json.dumps(content, separators=(",", ":"))


def decode(text: str | None) -> WebhookState | None:
    """Return what :func:`encode` was given. Raises ``ValueError`` for anything else."""
    if text is None:
        return None
    match json.loads(text):
        case {
            "name": str(name),
            "url": str(url),
            "enabled": bool(enabled),
            "on": list(on),
            "off": list(off),
            "options": dict(options),
            "headers": list(headers),
            "told": str(told),
        } if told in FlagsTold.__members__:
            flags = {**_all(on, True), **_all(off, False)}
            values = Values(name, url, enabled, flags, options)
            return WebhookState(values, tuple(headers), FlagsTold[told])
    raise ValueError("not the state of a webhook")


def _all(flags: Iterable[str], is_on: bool) -> Mapping[str, bool]:
    return dict.fromkeys(flags, is_on)

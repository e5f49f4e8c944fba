"""An edit under way: the webhook as it was read, and what was made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tui.model.capabilities import ANY_SERVER, Capabilities
from tui.model.diff import Change, Conflict, Merge, changes, description, merge, summary
from tui.model.validation import Checked, check, is_test_address, url_error
from tui.model.webhook import FlagsTold, Values, Webhook


@dataclass(slots=True)
class Edit:
    """An edit of ``base``. The screen writes ``values``; saving and reading again move the base."""

    base: Webhook
    values: Values
    capabilities: Capabilities = ANY_SERVER
    """The server's."""

    @classmethod
    def of(cls, webhook: Webhook, capabilities: Capabilities = ANY_SERVER) -> Edit:
        """Begin an edit that changes nothing yet."""
        return cls(webhook, webhook.values, capabilities)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the edit changes."""
        return changes(self.base.values, self.values)

    @property
    def summary(self) -> tuple[Change, ...]:
        """What the edit changes, for people: of a new webhook all flags are one change."""
        return summary(self.base.values, self.values, is_new=self.base.is_new)

    @property
    def description(self) -> tuple[Change, ...]:
        """What the webhook will have, as far as this server knows it."""
        return tuple(
            one for one in description(self.values) if one.key != "name" or self.capabilities.names
        )

    @property
    def checked(self) -> Checked:
        """What can be said of it before anything is sent."""
        on_server = None if self.base.is_new else self.base.values
        return check(self.values, on_server, self.capabilities, self.flags_told)

    @property
    def doubts(self) -> Mapping[str, str]:
        """What is wrong with what the server has stored, by field: said before any save."""
        url = self.base.url
        wrong = not self.base.is_new and (url_error(url) or is_test_address(url))
        warning = self.checked.warnings.get("url")
        return {"url": warning} if wrong and warning and self.values.url == url else {}

    @property
    def flags_told(self) -> FlagsTold:
        """What is known of the flags: each of them, once one was changed here."""
        unchanged = self.values.flags == self.base.flags
        return self.base.flags_told if unchanged else FlagsTold.EACH

    @property
    def refused(self) -> tuple[str, ...]:
        """The flags that are on and keep the changes from being saved: the server refuses them."""
        if not self.changes:
            return ()
        return tuple(
            flag for flag, on in self.values.flags.items() if on and flag in self.base.refused
        )

    def note_refused(self, flags: Iterable[str]) -> None:
        """Take note of flags that the server does not accept."""
        self.base = replace(self.base, refused=self.base.refused.union(flags))

    def leave_out(self, flags: Iterable[str]) -> None:
        """Turn flags off, those that are there."""
        off = {flag: False for flag in flags if flag in self.values.flags}
        self.set(flags={**self.values.flags, **off})

    def changed(self, key: str) -> bool:
        """Whether a field or option (not a flag) differs from the base."""
        return self.base.values.get(key) != self.values.get(key)

    def set(self, **fields: object) -> None:
        """Change some of the values."""
        self.values = replace(self.values, **fields)  # type: ignore[arg-type]

    def rebase(self, theirs: Webhook, since: Values | None = None) -> Merge:
        """Go on from what the server has now.

        What this edit changed stays as it is; everything else follows the server. ``since``
        are the values that ``theirs`` came from, when not those of the base: those sent by
        a save, so that what was typed while it was under way stays.
        """
        merging = merge(since or self.base.values, theirs.values, self.values)
        self.base, self.values = theirs, merging.values
        return merging

    def apply(self, flags: Iterable[Change]) -> None:
        """Set flags as these changes make them."""
        self.set(flags={**self.values.flags, **{one.key: bool(one.new) for one in flags}})

    def give_way(self, conflicts: Iterable[Conflict]) -> None:
        """Let the server's side stand in these conflicts."""
        flags = dict(self.values.flags)
        for conflict in conflicts:
            if conflict.is_flag:
                flags[conflict.key] = bool(conflict.theirs)
            else:
                self.values = self.values.with_value(conflict.key, conflict.theirs)
        self.set(flags=flags)

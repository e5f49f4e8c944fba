"""An edit of a webhook: the webhook as it was read, and the edited values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tui.model.capabilities import ANY_SERVER, Capabilities
from tui.model.diff import Change, Conflict, Merge, changes, description, merge, summary
from tui.model.validation import Checked, check, is_test_address, url_error
from tui.model.webhook import FlagsTold, Values, Webhook


@dataclass(slots=True)
class Edit:
    """An edit of ``base``. Screens change ``values``; a save or another reading moves the base."""

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
        """The changes from the base to the edited values."""
        return changes(self.base.values, self.values)

    @property
    def summary(self) -> tuple[Change, ...]:
        """The changes for people: of a new webhook all flags are one change."""
        return summary(self.base.values, self.values, is_new=self.base.is_new)

    @property
    def description(self) -> tuple[Change, ...]:
        """The values of the webhook after a save, as far as this server knows them."""
        return tuple(
            one for one in description(self.values) if one.key != "name" or self.capabilities.names
        )

    @property
    def checked(self) -> Checked:
        """The findings of a check before anything is sent."""
        on_server = None if self.base.is_new else self.base.values
        return check(self.values, on_server, self.capabilities, self.flags_told)

    @property
    def doubts(self) -> Mapping[str, str]:
        """Warnings about values that the server has already, by field."""
        url = self.base.url
        wrong = not self.base.is_new and (url_error(url) or is_test_address(url))
        warning = self.checked.warnings.get("url")
        return {"url": warning} if wrong and warning and self.values.url == url else {}

    @property
    def flags_told(self) -> FlagsTold:
        """How much is known about the flags: each of them, once the user changed one."""
        unchanged = self.values.flags == self.base.flags
        return self.base.flags_told if unchanged else FlagsTold.EACH

    @property
    def refused(self) -> tuple[str, ...]:
        """The flags that are on and that the server refuses: with them a save fails."""
        if not self.changes:
            return ()
        return tuple(
            flag for flag, on in self.values.flags.items() if on and flag in self.base.refused
        )

    def note_refused(self, flags: Iterable[str]) -> None:
        """Note flags that the server does not accept."""
        self.base = replace(self.base, refused=self.base.refused.union(flags))

    def leave_out(self, flags: Iterable[str]) -> None:
        """Turn off those of ``flags`` that the webhook has."""
        off = {flag: False for flag in flags if flag in self.values.flags}
        self.set(flags={**self.values.flags, **off})

    def changed(self, key: str) -> bool:
        """Tell whether a field or option (not a flag) differs from the base."""
        return self.base.values.get(key) != self.values.get(key)

    def set(self, **fields: object) -> None:
        """Change some of the values."""
        self.values = replace(self.values, **fields)  # type: ignore[arg-type]

    def rebase(self, theirs: Webhook, since: Values | None = None) -> Merge:
        """Take the server's state as the new base.

        Edited values stay; all others follow the server. ``since`` are the values that
        ``theirs`` came from, where these are not the base's: after a save the sent ones, so
        that edits made during the save stay.
        """
        merging = merge(since or self.base.values, theirs.values, self.values)
        self.base, self.values = theirs, merging.values
        return merging

    def apply(self, flags: Iterable[Change]) -> None:
        """Set flags to the new values of these changes."""
        self.set(flags={**self.values.flags, **{one.key: bool(one.new) for one in flags}})

    def give_way(self, conflicts: Iterable[Conflict]) -> None:
        """Take the server's values in these conflicts."""
        flags = dict(self.values.flags)
        for conflict in conflicts:
            if conflict.is_flag:
                flags[conflict.key] = bool(conflict.theirs)
            else:
                self.values = self.values.with_value(conflict.key, conflict.theirs)
        self.set(flags=flags)

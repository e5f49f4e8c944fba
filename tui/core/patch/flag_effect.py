"""The effect of a patch on the flags of many webhooks, counted before it is staged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tui.core.patch.patch import Patch

_Flags = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class FlagEffect:
    """The numbers of changes that a patch makes."""

    webhooks: int = 0
    """The webhooks that it changes."""
    on: int = 0
    """The flags that it turns on, in all webhooks together."""
    off: int = 0


class FlagSets:
    """The flags of many webhooks, counted once for each different set of flags."""

    def __init__(self, webhooks: Iterable[tuple[Mapping[str, bool], frozenset[str]]]) -> None:
        """Take the flags of each webhook, and those that its server refuses."""
        self._sets: Counter[tuple[_Flags, frozenset[str]]] = Counter(
            (tuple(flags.items()), refused) for flags, refused in webhooks
        )

    def __len__(self) -> int:
        """Return the number of webhooks."""
        return self._sets.total()

    @property
    def flags(self) -> Mapping[str, bool]:
        """All flags that at least one webhook has, with the value in the last of them."""
        return {flag: on for flags, _refused in self._sets for flag, on in flags}

    def effect(self, patch: Patch) -> FlagEffect:
        """Count the changes that a patch would make."""
        webhooks = turned_on = turned_off = 0
        for (flags, refused), amount in self._sets.items():
            before = dict(flags)
            after = patch.flags_of(before, refused)
            changed = [on for flag, on in after.items() if before.get(flag) != on]
            webhooks += amount * bool(changed)
            turned_on += amount * sum(changed)
            turned_off += amount * (len(changed) - sum(changed))
        return FlagEffect(webhooks, turned_on, turned_off)

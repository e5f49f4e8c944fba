"""Which flags a server has, as far as it has shown them: by its words, and on its webhooks.

Servers of later versions have flags that this program was not written with, and lack some that
older versions stored. Which those are is learned, a lesson at a time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

MOST = 200
"""Flags that are learned of at most: six times as many as any known server has."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
"""What is learned as a name; anything else stays on the webhook that has it."""


@dataclass(frozen=True, slots=True)
class KnownFlags:
    """What one server has shown of its flags so far, by wire name."""

    listed: tuple[str, ...] = ()
    """All that it accepts, as it last said; empty when it never did."""
    found: tuple[str, ...] = ()
    """Those that it stores or has accepted besides."""
    refused: frozenset[str] = frozenset()
    """Those that it no longer accepts."""

    def offered(self, built_in: Collection[str]) -> tuple[str, ...]:
        """Return the flags to offer; ``built_in`` are taken for its list until it gives one."""
        known = dict.fromkeys((*(self.listed or built_in), *self.found))
        return tuple(flag for flag in known if flag not in self.refused)

    def with_found(self, flags: Iterable[str], built_in: Collection[str]) -> KnownFlags:
        """Return this with flags that a webhook has; what was refused stays refused."""
        known = {*(self.listed or built_in), *self.found, *self.refused}
        return self._and_found(flag for flag in flags if flag not in known)

    def with_accepted(self, flags: Iterable[str], built_in: Collection[str]) -> KnownFlags:
        """Return this with flags that the server has just accepted."""
        accepted = frozenset(flags)
        willing = replace(self, refused=self.refused - accepted)
        return willing.with_found(sorted(accepted), built_in)

    def with_list(
        self, listed: Iterable[str], sent: Iterable[str], built_in: Collection[str]
    ) -> KnownFlags:
        """Return this with the list that the server gave as it refused some of what was ``sent``.

        Whatever was known before and is not in it, the server does not accept.
        """
        names = _names(listed)
        known = {*self.listed, *built_in, *self.found, *self.refused, *_names(sent)}
        return KnownFlags(names, refused=frozenset(sorted(known.difference(names))[:MOST]))

    def _and_found(self, flags: Iterable[str]) -> KnownFlags:
        if not (new := _names(flags)):
            return self
        return replace(self, found=_names((*self.found, *new)))


def _names(flags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(flag for flag in flags if _NAME.fullmatch(flag)))[:MOST]

"""The flags that a server has, learned from its refusals and from its webhooks.

Later versions of a server have flags that Hookboard was not written with, and lack some that
older versions stored.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

MOST = 200
"""Flags learned of one server, at most: six times as many as any known server has."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
"""A name worth learning; any other stays on the webhook that has it."""


@dataclass(frozen=True, slots=True)
class KnownFlags:
    """Flags that one server has shown so far, by wire name."""

    listed: tuple[str, ...] = ()
    """The server's own list of flags; empty until it gives one."""
    found: tuple[str, ...] = ()
    """Further flags that it stores or has accepted."""
    refused: frozenset[str] = frozenset()
    """Flags that it does not accept."""

    def offered(self, built_in: Collection[str]) -> tuple[str, ...]:
        """Return the flags to offer; ``built_in`` stand for the server's list until it has one."""
        known = dict.fromkeys((*(self.listed or built_in), *self.found))
        return tuple(flag for flag in known if flag not in self.refused)

    def with_found(self, flags: Iterable[str], built_in: Collection[str]) -> KnownFlags:
        """Return a copy with the flags of a webhook; refused flags stay refused."""
        known = {*(self.listed or built_in), *self.found, *self.refused}
        return self._and_found(flag for flag in flags if flag not in known)

    def with_accepted(self, flags: Iterable[str], built_in: Collection[str]) -> KnownFlags:
        """Return a copy with flags that the server has just accepted."""
        accepted = frozenset(flags)
        willing = replace(self, refused=self.refused - accepted)
        return willing.with_found(sorted(accepted), built_in)

    def with_list(
        self, listed: Iterable[str], sent: Iterable[str], built_in: Collection[str]
    ) -> KnownFlags:
        """Return a copy with the list that the server gave when it refused some flags it was sent.

        Flags that were known before and are not in the list count as refused.
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

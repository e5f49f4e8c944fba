"""What an adapter needs kept on this side, for a server that forgets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from tui.model.known_flags import KnownFlags


class Memory(Protocol):
    """Keeps what one server forgets: the flags of webhooks by instance, and which flags it has.

    Where nothing is said of raising, what goes wrong is logged and no reason to stop.
    """

    @property
    def damage(self) -> str:
        """What was found to be wrong with what was kept, as a sentence."""
        ...

    @property
    def known_flags(self) -> KnownFlags:
        """Which flags the server has, as far as that is known here."""
        ...

    def may_have(self, instance: str) -> bool:
        """Whether flags may be kept for an instance; the disk is not asked."""
        ...

    async def get(self, instance: str) -> Mapping[str, bool] | None:
        """Return the flags kept for an instance. Raises :class:`UserError`."""
        ...

    async def keep(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Keep the flags of an instance. Raises :class:`UserError`."""
        ...

    async def renew(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Keep flags in the place of others, if any were kept."""
        ...

    async def forget(self, instance: str) -> None:
        """Keep no flags of an instance any more."""
        ...

    async def recall_known_flags(self) -> None:
        """Read which flags the server showed in other runs, once in this one."""
        ...

    async def learn_flags(self, lesson: Callable[[KnownFlags], KnownFlags]) -> None:
        """Change which flags the server is known to have."""
        ...

"""The port for keeping the flags that a server forgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from tui.model.known_flags import KnownFlags


class Memory(Protocol):
    """Keeps for one server the flags of webhooks by instance, and which flags it has.

    Methods that raise nothing log their failures.
    """

    @property
    def damage(self) -> str:
        """A sentence on damage in the kept flags; empty for none."""
        ...

    @property
    def known_flags(self) -> KnownFlags:
        """The flags that the server is known to have."""
        ...

    def may_have(self, instance: str) -> bool:
        """Whether flags may be kept for an instance, without reading the disk."""
        ...

    async def get(self, instance: str) -> Mapping[str, bool] | None:
        """Return the flags kept for an instance. Raises :class:`UserError`."""
        ...

    async def keep(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Keep the flags of an instance. Raises :class:`UserError`."""
        ...

    async def renew(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Replace the kept flags of an instance, if there are any."""
        ...

    async def forget(self, instance: str) -> None:
        """Drop the kept flags of an instance."""
        ...

    async def recall_known_flags(self) -> None:
        """Read the flags that the server showed in earlier runs, once in this run."""
        ...

    async def learn_flags(self, lesson: Callable[[KnownFlags], KnownFlags]) -> None:
        """Change the flags that the server is known to have."""
        ...

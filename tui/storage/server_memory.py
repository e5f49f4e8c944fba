"""The memory of one server's flags for its adapter, read and written without blocking the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ParamSpec

from tui.model.known_flags import KnownFlags
from tui.model.log import log
from tui.model.user_error import UserError
from tui.storage.disk import on_disk
from tui.storage.flag_memory import FlagMemory
from tui.storage.server_flags import Lesson, ServerFlags

P = ParamSpec("P")


class ServerMemory:
    """The kept flags of disabled webhooks and the known flags of the server.

    :class:`tui.api.memory.Memory` describes each method. ``folder=None`` keeps all of it for
    this run only.
    """

    def __init__(self, folder: Path | None, url: str) -> None:
        """``url`` is the server's, as :func:`tui.model.address.normalise` writes it."""
        self._webhooks = FlagMemory(folder, url)
        self._server = ServerFlags(folder, url)
        self._recalled = False

    @property
    def damage(self) -> str:
        """A sentence on damage in the file of kept flags; empty for none."""
        return self._webhooks.damage

    @property
    def known_flags(self) -> KnownFlags:
        """The flags that the server is known to have."""
        return self._server.known

    def may_have(self, instance: str) -> bool:
        """Tell whether flags may be kept for an instance."""
        return self._webhooks.may_have(instance)

    async def get(self, instance: str) -> Mapping[str, bool] | None:
        """Return the flags kept for an instance. Raises :class:`UserError`."""
        return await on_disk(self._webhooks.get, instance)

    async def keep(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Keep the flags of an instance. Raises :class:`UserError`."""
        await on_disk(self._webhooks.keep, instance, flags)

    async def renew(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Replace the flags of an instance, if any are kept."""
        await _quietly(self._webhooks.renew, instance, flags)

    async def forget(self, instance: str) -> None:
        """Keep no flags of an instance any more."""
        await _quietly(self._webhooks.forget, instance)

    async def recall_known_flags(self) -> None:
        """Read the flags that the server showed in other runs."""
        if not (self._server.is_read or self._recalled):
            await _quietly(self._server.read)
            self._recalled = True  # even if it failed: once, not for each webhook

    async def learn_flags(self, lesson: Lesson) -> None:
        """Change the known flags of the server; the disk is used only where that changes them."""
        if lesson(self.known_flags) != self.known_flags:
            await _quietly(self._server.learn, lesson)


async def _quietly(change: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Read or change kept flags; a failure is only logged."""
    try:
        await on_disk(change, *args, **kwargs)
    except UserError as error:
        log.warning("kept flags: %s", error.message)

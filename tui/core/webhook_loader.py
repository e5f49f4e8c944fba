"""Reading webhooks instance by instance, where the server's list has none.

A few requests run at the same time, instances in view come first, and webhooks that were read
before stay until they are read again. When the server refuses requests the pace slows down.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from tui.api.errors import ApiError, AsksToWait
from tui.api.pace import LONGEST_WAIT, REFUSALS, Pace
from tui.core.store import Store
from tui.model.instance import Instance

if TYPE_CHECKING:
    from tui.api.port import OnSlowed, WebhookServer
    from tui.core.session import Session

GIVE_UP = 10
"""Failures in a row after which the loader stops."""

TRIES_IN_VIEW = 3
"""Refusals after which an instance in view no longer comes before the rest."""


class WebhookLoader:
    """Reads the webhooks of a store's instances, each once.

    ``on_read`` is called with an instance's id when its webhooks are in the store, or could not
    be read; ``on_slowed`` when the server refuses a request as too many for the first time.
    """

    def __init__(
        self,
        store: Store,
        at_once: int,
        on_read: Callable[[str], None],
        on_slowed: OnSlowed | None = None,
    ) -> None:
        self._store = store
        self._at_once = at_once
        self._on_read = on_read
        self._on_slowed = on_slowed
        self._pace = Pace()
        self._waiting: dict[str, None] = {}
        self._refused: Counter[str] = Counter()
        self._in_view: Sequence[str] = ()
        self._all = 1
        self._failed_in_a_row = 0
        self.failures: dict[str, ApiError] = {}
        """The errors of instances whose webhooks could not be read, by id."""
        self.running = False

    @property
    def part_done(self) -> float:
        """The finished part of the work, from 0 to 1."""
        return 1 - len(self._waiting) / self._all if self.running else 1.0

    @property
    def is_slowed(self) -> bool:
        """Whether it reads more slowly because the server refused requests."""
        return self.running and self._pace.is_slowed

    def look_at(self, instance_ids: Sequence[str]) -> None:
        """Set the instances in view: they are read before the rest."""
        self._in_view = instance_ids

    async def run(self, server: WebhookServer, only: Iterable[str] | None = None) -> None:
        """Read the webhooks of all instances in the store, or ``only`` of some, by id.

        Returns after the last.
        """
        self._waiting = dict.fromkeys(self._store.ids if only is None else only)
        self._all = len(self._waiting) or 1
        self._pace = Pace()
        self._refused.clear()
        self._failed_in_a_row = 0
        self.failures.clear()
        self.running = True
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._at_once, len(self._waiting))):
                    group.create_task(self._work(server))
        finally:
            self.running = False

    async def _work(self, server: WebhookServer) -> None:
        while (instance := self._next()) is not None:
            sent = await self._pace.turn()
            try:
                webhooks = await server.webhooks(instance, paced=True)
            except AsksToWait as error:
                self._put_off(instance, error, sent)
                continue
            except ApiError as error:
                self._failed(instance, error)
                continue
            self._pace.answered(sent)
            self._failed_in_a_row = 0
            self._store.found_unless_newer(instance, webhooks)
            self._on_read(instance.id)

    def _next(self) -> Instance | None:
        """Return the next instance to read: one in view, else the next of the list."""
        while self._waiting:
            in_view = (one for one in self._in_view if self._is_urgent(one))
            key = next(in_view, None) or next(iter(self._waiting))
            del self._waiting[key]
            if instance := self._store.get(key):
                return instance
        return None

    def _is_urgent(self, instance_id: str) -> bool:
        """Tell whether an instance in view comes first: not after several refusals."""
        return instance_id in self._waiting and self._refused[instance_id] < TRIES_IN_VIEW

    def _put_off(self, instance: Instance, error: AsksToWait, sent: float) -> None:
        """Read a refused instance after the others, and all of them at a slower pace."""
        is_first = not self._refused
        self._refused[instance.id] += 1
        if (error.retry_after or 0.0) > LONGEST_WAIT:
            self._failed(instance, error)
            self._give_up(error)
        elif self._refused[instance.id] >= REFUSALS:
            self._failed(instance, error)
        else:
            self._pace.refused(sent, error.retry_after)
            self._waiting[instance.id] = None
            if is_first and self._on_slowed:
                self._on_slowed(error)

    def _failed(self, instance: Instance, error: ApiError) -> None:
        self.failures[instance.id] = error
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= GIVE_UP:
            # Do not send a thousand requests to a server that is down.
            self._give_up(error)
        self._on_read(instance.id)

    def _give_up(self, error: ApiError) -> None:
        """Read nothing more; the waiting instances fail with this error."""
        self.failures.update(dict.fromkeys(self._waiting, error))
        self._waiting.clear()


async def read_webhooks(session: Session, instance: Instance) -> Instance:
    """Read the webhooks of an instance, put them into the store, and return the instance there.

    Raises :class:`ApiError`.
    """
    webhooks = await session.server.webhooks(instance)
    session.store.found_unless_newer(instance, webhooks)
    return session.store.get(instance.id) or instance.with_webhooks(webhooks)

"""Asking for the webhooks of instances one by one, where a server's list has none.

Of many instances a few requests are under way at a time, what is in view comes first, and what
was read before stays until it is read again. A server that takes no more requests is asked more
slowly.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui.api.errors import ApiError, AsksToWait
from tui.core.pace import Pace
from tui.core.store import Store
from tui.model.instance import Instance

if TYPE_CHECKING:
    from tui.api.port import WebhookServer
    from tui.core.session import Session

GIVE_UP = 10
"""Failures in a row after which nothing more is asked for."""

REFUSALS = 12
"""Times that an instance is refused, at an ever slower pace, until it counts as failed."""

LONGEST_WAIT = 600.0
"""Seconds that a server may ask to be left alone; for longer nobody sits there and waits."""

TRIES_IN_VIEW = 3
"""Refusals until an instance in view no longer comes before the rest."""


class WebhookLoader:
    """Reads the webhooks of a store's instances, each once; :meth:`run` ends with the last.

    ``found`` is called with an instance's id when the store has its webhooks, or they could
    not be read; ``slowed`` when the server took no more requests for the first time.
    """

    def __init__(
        self,
        store: Store,
        at_once: int,
        found: Callable[[str], None],
        slowed: Callable[[AsksToWait], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._at_once = at_once
        self._found = found
        self._slowed = slowed
        self._pace = Pace()
        self._waiting: dict[str, None] = {}
        self._refused: Counter[str] = Counter()
        self._in_view: Sequence[str] = ()
        self._all = 1
        self._failed_in_a_row = 0
        self.failures: dict[str, ApiError] = {}
        """Why there is nothing of an instance, by its id."""
        self.running = False

    @property
    def part_done(self) -> float:
        """How much of it is done, from 0 to 1."""
        return 1 - len(self._waiting) / self._all if self.running else 1.0

    @property
    def is_slowed(self) -> bool:
        """Whether it asks more slowly than it could, because the server takes no more."""
        return self.running and self._pace.is_slowed

    def look_at(self, instance_ids: Sequence[str]) -> None:
        """Say what is in view: it is asked for before the rest."""
        self._in_view = instance_ids

    async def run(self, server: WebhookServer) -> None:
        """Read the webhooks of all instances that the store has now."""
        self._waiting = dict.fromkeys(self._store.ids)
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
            self._found(instance.id)

    def _next(self) -> Instance | None:
        """Take the next to ask for: in view, or else in the order of the list."""
        while self._waiting:
            in_view = (one for one in self._in_view if self._is_urgent(one))
            key = next(in_view, None) or next(iter(self._waiting))
            del self._waiting[key]
            if instance := self._store.get(key):
                return instance
        return None

    def _is_urgent(self, instance_id: str) -> bool:
        """Whether one in view comes before the rest: not if it is refused time and again."""
        return instance_id in self._waiting and self._refused[instance_id] < TRIES_IN_VIEW

    def _put_off(self, instance: Instance, error: AsksToWait, sent: float) -> None:
        """Ask for a refused instance again after the others, and for all of them more slowly."""
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
            if is_first:
                self._slowed(error)

    def _failed(self, instance: Instance, error: ApiError) -> None:
        self.failures[instance.id] = error
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= GIVE_UP:
            # A server that is gone is not asked a thousand times.
            self._give_up(error)
        self._found(instance.id)

    def _give_up(self, error: ApiError) -> None:
        """Ask for nothing more."""
        self.failures.update(dict.fromkeys(self._waiting, error))
        self._waiting.clear()


async def read_webhooks(session: Session, instance: Instance) -> Instance:
    """Ask for the webhooks of an instance; return it with those that hold from now on.

    Raises :class:`ApiError`.
    """
    webhooks = await session.server.webhooks(instance)
    session.store.found_unless_newer(instance, webhooks)
    return session.store.get(instance.id) or instance.with_webhooks(webhooks)

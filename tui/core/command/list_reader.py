"""Reading a server's whole list for a command: to its end, or with the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui.api.errors import ApiError
from tui.core.selection import Chooses, Selected, select
from tui.core.webhook_loader import WebhookLoader
from tui.model.time import utc_now

if TYPE_CHECKING:
    from tui.api.port import OnSlowed
    from tui.core.session import Session
    from tui.model.instance import Instance


@dataclass(slots=True)
class ListReading:
    """The result of reading the list; the instances are in the session's store."""

    trouble: ApiError | None = None
    """Why the list of instances broke off."""
    problems: list[str] = field(default_factory=list)
    """A sentence for each thing in the list that could not be understood."""
    failures: Mapping[str, ApiError] = field(default_factory=dict)
    """Why the webhooks of instances could not be read, by the instance's id."""
    ended: bool = False
    """Whether everything was requested: not after an interrupt, or when the list broke off."""

    @property
    def is_whole(self) -> bool:
        """Whether every webhook that was asked for is in the store."""
        return self.ended and not (self.trouble or self.problems or self.failures)


class ListReader:
    """Reads a list once, and the chosen webhooks where the list has none."""

    def __init__(
        self,
        session: Session,
        chooses: Chooses,
        on_progress: Callable[[int, int | None], None] = lambda done, total: None,
        on_read: Callable[[Instance], None] | None = None,
        on_slowed: OnSlowed | None = None,
    ) -> None:
        """``on_progress`` is called with the number of instances read, and of all.

        ``on_read`` is called with each instance whose webhooks are read, ``on_slowed`` when the
        server refuses a request as one too many, and the others come more slowly.
        """
        self.reading = ListReading()
        self.session = session
        self._chooses = chooses
        self._on_progress = on_progress
        self._on_read = on_read
        self._on_slowed = on_slowed

    @property
    def is_empty(self) -> bool:
        """Whether no instance was read."""
        return not len(self.session.store)

    @property
    def has_instance(self) -> bool:
        """Whether an instance was read that may have chosen webhooks."""
        store = self.session.store
        return any(self._chooses.may_have_of(store[key]) for key in store.ids)

    @property
    def selected(self) -> Selected:
        """The chosen webhooks among those that were read."""
        store = self.session.store
        return select((store[key] for key in store.ids), self._chooses)

    async def read(self) -> ListReading:
        """Read the list; an error of the server is returned in the result, never raised."""
        session, reading = self.session, self.reading
        store, asked_at = session.store, utc_now()
        store.begin()
        try:
            async for page in session.instances(self._on_slowed):
                store.add(page.instances, page.total)
                reading.problems += page.problems
                self._on_progress(store.arrived, store.total)
                for instance in page.instances:
                    self._was_read(instance.id)
            store.finish()
        except ApiError as error:
            reading.trouble = error
            return reading
        finally:
            store.abandon()
        whole = True
        if not session.capabilities.lists_webhooks:
            whole = await self._read_webhooks()
        reading.ended = True
        if whole:
            await session.note_list(asked_at, reading.failures)
        return reading

    async def _read_webhooks(self) -> bool:
        """Read the webhooks of the chosen instances; return whether all of them were requested."""
        session = self.session
        store = session.store
        chosen = [key for key in store.ids if self._chooses.may_have_of(store[key])]
        done = 0

        def on_read(instance_id: str) -> None:
            nonlocal done
            done += 1
            self._on_progress(done, len(chosen))
            self._was_read(instance_id)

        loader = WebhookLoader(store, session.at_once, on_read, self._on_slowed)
        self.reading.failures = loader.failures
        await loader.run(session.server, chosen)
        store.revise_webhooks(session.server.with_known_flags)
        return len(chosen) == len(store)

    def _was_read(self, instance_id: str) -> None:
        """Pass on an instance, if its webhooks are there."""
        instance = self.session.store.get(instance_id) if self._on_read else None
        if self._on_read and instance and instance.webhooks is not None:
            self._on_read(instance)

"""What is loaded of a server: its instances in order, the filter, and what arrives meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tui.model.instance import Instance
from tui.model.search import Searched, Words, searched, words_of
from tui.model.webhook import Webhook


class Store:
    """The instances of one server, by id, in the server's order.

    A list is read between :meth:`begin` and :meth:`finish`; what was there before stays
    until the new list is whole, so that a refresh neither blanks a screen nor moves a cursor.
    """

    def __init__(self) -> None:
        self._instances: dict[str, Instance] = {}
        self._haystacks: dict[str, Searched] = {}
        self._arrived: dict[str, None] | None = None
        self._newer: set[str] = set()
        """Ids updated after the list was requested; the list may hold older data."""
        self._needles: Words = ()
        self._visible: list[str] = []
        self._more_match = False
        self.total: int | None = None
        """How many the server said there are."""
        self.loaded = False
        """Whether the list was once read to its end."""

    def __len__(self) -> int:
        return len(self._instances)

    def __getitem__(self, instance_id: str) -> Instance:
        return self._instances[instance_id]

    def get(self, instance_id: str) -> Instance | None:
        """Return an instance, or ``None`` when it is not (or no longer) there."""
        return self._instances.get(instance_id)

    @property
    def loading(self) -> bool:
        """Whether a list is arriving."""
        return self._arrived is not None

    @property
    def arrived(self) -> int:
        """How many of the list under way have arrived."""
        return len(self._arrived) if self._arrived is not None else len(self._instances)

    @property
    def ids(self) -> Iterable[str]:
        """The ids of all instances, in order."""
        return self._instances.keys()

    @property
    def visible(self) -> Sequence[str]:
        """The ids that match the filter, in order. Do not change it.

        What becomes of an instance that is in sight does not take it out.
        """
        if self._more_match:
            self._more_match = False
            kept = set(self._visible)
            self._visible = [key for key in self._instances if key in kept or self._matches(key)]
        return self._visible

    @property
    def filter(self) -> str:
        """The filter, as it is said."""
        return " ".join(self._needles)

    @property
    def words(self) -> Words:
        """The words of the filter."""
        return self._needles

    def begin(self) -> None:
        """Start to read a list."""
        self._arrived = {}
        self._newer.clear()

    def add(self, instances: Iterable[Instance], total: int | None = None) -> None:
        """Take a page of the list; an instance that is known already is replaced.

        Not so its webhooks where the list tells nothing of them, or was asked for before they
        were put here.
        """
        if total is not None:
            self.total = total
        for instance in instances:
            known = self._instances.get(instance.id)
            new = known is None
            old = instance.webhooks is None or instance.id in self._newer
            if old and known and known.webhooks is not None:
                instance = instance.with_webhooks(known.webhooks)
            self._put(instance)
            if self._arrived is not None:
                self._arrived[instance.id] = None
            if new and self._matches(instance.id):
                self._visible.append(instance.id)

    def finish(self) -> None:
        """Take the list as whole: what it did not hold is gone, and its order counts."""
        if self._arrived is None:
            return
        self._instances = {key: self._instances[key] for key in self._arrived}
        self._haystacks = {key: self._haystacks[key] for key in self._arrived}
        self.total = len(self._instances)
        self._arrived = None
        self.loaded = True
        self._refilter()

    def abandon(self) -> None:
        """Stop before the list's end: what arrived stays beside what was there."""
        self._arrived = None

    def replace(self, instance: Instance) -> None:
        """Put an instance in the place of the one with its id, if that is still there."""
        if instance.id in self._instances:
            self._put(instance)
            self._newer.add(instance.id)

    def found(self, instance_id: str, webhooks: Iterable[Webhook]) -> None:
        """Take the webhooks of an instance, which may bring it under the filter."""
        if instance := self._instances.get(instance_id):
            self._put(instance.with_webhooks(webhooks))
            self._newer.add(instance_id)
            self._more_match |= bool(self._needles) and self._matches(instance_id)

    def found_unless_newer(self, asked: Instance, webhooks: Iterable[Webhook]) -> None:
        """Take the webhooks read of an instance, unless a save put newer ones there meanwhile."""
        now = self._instances.get(asked.id)
        if now and now.webhooks is asked.webhooks:
            self.found(asked.id, webhooks)

    def revise_webhooks(self, revise: Callable[[Webhook], Webhook]) -> None:
        """Put what ``revise`` makes of each webhook in its place; name and URL stay the same."""
        for key, instance in self._instances.items():
            before = instance.webhooks or ()
            after = tuple(map(revise, before))
            if any(new is not old for new, old in zip(after, before, strict=True)):
                self._instances[key] = instance.with_webhooks(after)

    def set_filter(self, text: str) -> None:
        """Show only instances that hold every word of ``text``, in whatever case.

        Looked at are name, id, number, push name, and the webhooks' names and URLs.
        """
        self._needles = words_of(text)
        self._refilter()

    def is_found_in_webhooks(self, instance_id: str) -> bool:
        """Whether a word of the filter is in the name or URL of an instance's webhook."""
        haystack = self._haystacks.get(instance_id)
        return haystack is not None and haystack.has_in_webhooks(self._needles)

    def _put(self, instance: Instance) -> None:
        self._instances[instance.id] = instance
        self._haystacks[instance.id] = searched(instance)

    def _matches(self, instance_id: str) -> bool:
        return self._haystacks[instance_id].has_all(self._needles)

    def _refilter(self) -> None:
        self._more_match = False
        self._visible = [key for key in self._instances if self._matches(key)]

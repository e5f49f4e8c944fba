"""The loaded instances of a server: their order, the filter, and lists that arrive meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tui.model.instance import Instance
from tui.model.search import Searched, Words, searched, words_of
from tui.model.webhook import Webhook


class Store:
    """The instances of one server, by id, in the server's order.

    A list is read between :meth:`begin` and :meth:`finish`. The old instances stay until the new
    list is complete, so that a refresh neither blanks a screen nor moves a cursor.
    """

    def __init__(self) -> None:
        self._instances: dict[str, Instance] = {}
        self._searched: dict[str, Searched] = {}
        self._arrived: dict[str, None] | None = None
        self._newer: set[str] = set()
        """Ids updated after the list was requested; the list may hold older data."""
        self._words: Words = ()
        self._visible: list[str] = []
        self._more_match = False
        self.total: int | None = None
        """The number of instances that the server told; ``None`` while it is unknown."""
        self.loaded = False
        """Whether a list was ever read to its end."""

    def __len__(self) -> int:
        return len(self._instances)

    def __getitem__(self, instance_id: str) -> Instance:
        return self._instances[instance_id]

    def get(self, instance_id: str) -> Instance | None:
        """Return an instance; ``None`` where it is not listed, or no longer."""
        return self._instances.get(instance_id)

    @property
    def loading(self) -> bool:
        """Whether a list is arriving."""
        return self._arrived is not None

    @property
    def arrived(self) -> int:
        """The number of instances of the arriving list so far; of all where none arrives."""
        return len(self._arrived) if self._arrived is not None else len(self._instances)

    @property
    def ids(self) -> Iterable[str]:
        """The ids of all instances, in order."""
        return self._instances.keys()

    @property
    def instances(self) -> Iterable[Instance]:
        """All instances, in order."""
        return self._instances.values()

    def texts(self, instance_id: str) -> Searched:
        """Return the texts of an instance in which a filter looks."""
        return self._searched[instance_id]

    @property
    def webhook_count(self) -> int:
        """The number of webhooks that were read."""
        return sum(len(instance.webhooks or ()) for instance in self._instances.values())

    @property
    def visible(self) -> Sequence[str]:
        """The ids that match the filter, in order. Do not change the list.

        A visible instance stays although a change makes it no longer match.
        """
        if self._more_match:
            self._more_match = False
            kept = set(self._visible)
            self._visible = [key for key in self._instances if key in kept or self._matches(key)]
        return self._visible

    @property
    def filter(self) -> str:
        """The filter as text."""
        return " ".join(self._words)

    @property
    def words(self) -> Words:
        """The words of the filter."""
        return self._words

    def begin(self) -> None:
        """Begin to read a list."""
        self._arrived = {}
        self._newer.clear()

    def add(self, instances: Iterable[Instance], total: int | None = None) -> None:
        """Add a page of the list; known instances are replaced.

        Their known webhooks stay where the list has none, or was requested before they were read
        or saved.
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
        """Complete the list: instances that it did not have are removed, and its order holds."""
        if self._arrived is None:
            return
        self._instances = {key: self._instances[key] for key in self._arrived}
        self._searched = {key: self._searched[key] for key in self._arrived}
        self.total = len(self._instances)
        self._arrived = None
        self.loaded = True
        self._refilter()

    def abandon(self) -> None:
        """Stop before the end of the list: both old and arrived instances stay."""
        self._arrived = None

    def replace(self, instance: Instance) -> None:
        """Replace the instance with the same id, if it is still listed."""
        if instance.id in self._instances:
            self._put(instance)
            self._newer.add(instance.id)

    def remove(self, instance_id: str) -> None:
        """Remove an instance that is no longer on the server."""
        if self._instances.pop(instance_id, None) is None:
            return
        del self._searched[instance_id]
        self._visible = [key for key in self._visible if key != instance_id]
        if self._arrived is None:
            self.total = len(self._instances)
        else:
            self._arrived.pop(instance_id, None)

    def found(self, instance_id: str, webhooks: Iterable[Webhook]) -> None:
        """Set the webhooks of an instance, which may make it match the filter."""
        if instance := self._instances.get(instance_id):
            self._put(instance.with_webhooks(webhooks))
            self._newer.add(instance_id)
            self._more_match |= bool(self._words) and self._matches(instance_id)

    def found_unless_newer(self, asked: Instance, webhooks: Iterable[Webhook]) -> None:
        """Set the webhooks that were read, unless a save put newer ones there meanwhile."""
        now = self._instances.get(asked.id)
        if now and now.webhooks is asked.webhooks:
            self.found(asked.id, webhooks)

    def revise_webhooks(self, revise: Callable[[Webhook], Webhook]) -> None:
        """Replace each webhook by what ``revise`` returns, with the same name and URL."""
        for key, instance in self._instances.items():
            before = instance.webhooks or ()
            after = tuple(map(revise, before))
            if any(new is not old for new, old in zip(after, before, strict=True)):
                self._instances[key] = instance.with_webhooks(after)

    def set_filter(self, text: str) -> None:
        """Show only the instances that have every word of ``text``, in any case.

        Name, id, number and push name are searched, and the webhooks' names and URLs.
        """
        self._words = words_of(text)
        self._refilter()

    def is_found_in_webhooks(self, instance_id: str) -> bool:
        """Tell whether a word of the filter is in the name or URL of an instance's webhook."""
        texts = self._searched.get(instance_id)
        return texts is not None and texts.has_in_webhooks(self._words)

    def _put(self, instance: Instance) -> None:
        self._instances[instance.id] = instance
        self._searched[instance.id] = searched(instance)

    def _matches(self, instance_id: str) -> bool:
        return self._searched[instance_id].has_all(self._words)

    def _refilter(self) -> None:
        self._more_match = False
        self._visible = [key for key in self._instances if self._matches(key)]

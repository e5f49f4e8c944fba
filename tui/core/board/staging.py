"""Staged changes of a server's webhooks; they are sent only when a plan of them is applied.

Each step can be undone as a whole. The base is the webhook as it was when its first change was
staged: changes by others since then are merged when the plan is made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from tui.core.patch.patch import Patch
from tui.core.plan.plan import LeftOut, Reason, RowKey, Target, rebased
from tui.model.instance import Instance
from tui.model.webhook import Webhook

Lookup = Callable[[RowKey], Webhook | Reason]
"""Returns a row's webhook as it was last read, or the reason why it cannot be changed."""


class Staging:
    """The staged changes of one server, by webhook."""

    def __init__(self) -> None:
        self._staged: dict[RowKey, Target] = {}
        self._merged: dict[RowKey, tuple[Target, Webhook, Target]] = {}
        """A cache of staged changes merged with the webhook as it is now: each redraw asks."""
        self._steps: list[dict[RowKey, Target | None]] = []
        """For each step the targets it replaced, by row; ``None`` for a row without one."""
        self.on_change: Callable[[], None] = lambda: None
        """Called after each change of the staged changes."""

    def __len__(self) -> int:
        """Return how many rows have staged changes."""
        return len(self._staged)

    def get(self, key: RowKey) -> Target | None:
        """Return the staged change of a row."""
        return self._staged.get(key)

    def current(self, key: RowKey, webhook: Webhook) -> Target | None:
        """Return the staged change of a row, merged with the webhook as it is now.

        A change that cannot be merged is returned as it was staged: the plan leaves it out.
        """
        staged = self._staged.get(key)
        if staged is None or staged.base is webhook:
            return staged
        known = self._merged.get(key)
        if known is None or known[0] is not staged or known[1] is not webhook:
            moved = rebased(staged, webhook)
            known = staged, webhook, moved if isinstance(moved, Target) else staged
            self._merged[key] = known
        return known[2]

    def stage(self, rows: Iterable[tuple[Instance, Webhook]], patch: Patch) -> Collection[RowKey]:
        """Apply a patch to rows, on top of their staged changes, as one step.

        Returns the rows that it changed.
        """
        step: dict[RowKey, Target | None] = {}
        for instance, webhook in rows:
            before = Target(instance, webhook, webhook.values)
            staged = self._staged.get(before.key)
            before = self.current(before.key, webhook) or before
            wanted = patch.applied_to(before.wanted, instance.name, webhook.refused)
            if wanted != before.wanted:
                step[before.key] = staged
                self._put(before.key, Target(before.instance, before.base, wanted))
        if step:
            self._steps.append(step)
            self.on_change()
        return step.keys()

    def undo(self) -> Collection[RowKey]:
        """Undo the last step; return its rows, none if there is nothing to undo."""
        if not self._steps:
            return ()
        step = self._steps.pop()
        for key, before in step.items():
            self._put(key, before)
        self.on_change()
        return step.keys()

    @property
    def all(self) -> tuple[Target, ...]:
        """The staged changes, in the order of staging."""
        return tuple(self._staged.values())

    def put(self, targets: Iterable[Target]) -> None:
        """Stage targets as they are, such as those of an earlier start; not a step to undo."""
        for target in targets:
            self._put(target.key, target)
        self.on_change()

    def drop(self, keys: Iterable[RowKey]) -> None:
        """Unstage the changes of rows, such as saved ones; not a step to undo."""
        dropped = {key for key in keys if key in self._staged}
        for key in dropped:
            del self._staged[key]
            for step in self._steps:
                step.pop(key, None)
        if dropped:
            self._steps = [step for step in self._steps if step]
            self.on_change()

    def clear(self) -> None:
        """Unstage everything; not a step to undo."""
        self.drop(tuple(self._staged))

    def targets(self, now: Lookup) -> Iterator[Target | LeftOut]:
        """Yield the staged changes as targets on the webhooks as they are now, for a plan."""
        for key, staged in list(self._staged.items()):
            webhook = now(key)
            if isinstance(webhook, Reason):
                yield LeftOut(webhook, staged.instance, staged.base)
            else:
                yield staged if webhook is staged.base else rebased(staged, webhook)

    def _put(self, key: RowKey, target: Target | None) -> None:
        if target is None or target.wanted == target.base.values:
            self._staged.pop(key, None)
        else:
            self._staged[key] = target

"""The waiting rows of a run, in order, never two of one instance at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from tui.core.run.row import RunRow


class RunQueue:
    """The waiting rows. Taking one holds back the others of its instance until it is freed."""

    def __init__(self, rows: Iterable[RunRow]) -> None:
        self._waiting: dict[str, deque[RunRow]] = {}
        self._ready: deque[str] = deque()
        """The instances with a waiting row and none under way, in order."""
        for row in rows:
            key = row.target.instance.id
            if key not in self._waiting:
                self._waiting[key] = deque()
                self._ready.append(key)
            self._waiting[key].append(row)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def take(self) -> RunRow | None:
        """Take the next row; ``None`` if there is none, or no instance is free."""
        if not self._ready:
            return None
        key = self._ready.popleft()
        row = self._waiting[key].popleft()
        if not self._waiting[key]:
            del self._waiting[key]
        return row

    def free(self, row: RunRow) -> None:
        """Let the next row of the same instance be taken."""
        key = row.target.instance.id
        if key in self._waiting:
            self._ready.appendleft(key)

    def put_back(self, row: RunRow) -> None:
        """Queue a row again: before the others of its instance, after other instances."""
        key = row.target.instance.id
        if key in self._waiting:
            self._ready.remove(key)
        self._waiting.setdefault(key, deque()).appendleft(row)
        self._ready.append(key)

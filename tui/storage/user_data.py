"""What is kept for the user on this machine: drafts, staged changes and the journal."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from tui.storage.drafts import Drafts
    from tui.storage.journal import Journal
    from tui.storage.staged import StagedFolder

T = TypeVar("T")


class Lazy(Generic[T]):
    """A value that is made when it is first asked for, by any thread."""

    def __init__(self, make: Callable[[], T] | None) -> None:
        self._make = make
        self._lock = Lock()
        self.made: T | None = None
        """The value, if it was made."""

    @property
    def exists(self) -> bool:
        """Whether there is a value, made already or not."""
        return self.made is not None or self._make is not None

    def get(self) -> T | None:
        """Return the value, made the first time; ``None`` where there is nothing to make."""
        with self._lock:
            if self.made is None and self._make:
                self.made = self._make()
            return self.made


class UserData:
    """The drafts, the staged changes and the journal of a session, each opened at its first use.

    Importing them takes time, for which the first list of instances should not wait.
    """

    def __init__(
        self,
        *,
        drafts: Callable[[], Drafts] | None = None,
        staged: Callable[[], StagedFolder] | None = None,
        journal: Callable[[], Journal] | None = None,
    ) -> None:
        self.drafts = Lazy(drafts)
        self.staged = Lazy(staged)
        self.journal = Lazy(journal)

    def open(self) -> None:
        """Open all of it."""
        self.drafts.get(), self.staged.get(), self.journal.get()

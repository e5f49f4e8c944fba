"""The marked rows of a board, one by one or as a range that follows the cursor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence


class Marks:
    """The ids of the rows that are marked; those that the filter hides stay marked."""

    def __init__(
        self, shown: Callable[[], Sequence[str]], with_webhook: Callable[[Iterable[str]], list[str]]
    ) -> None:
        """``shown`` returns the rows that are shown, ``with_webhook`` those that can be marked."""
        self._shown = shown
        self._with_webhook = with_webhook
        self._marked: set[str] = set()
        self._before_range: frozenset[str] = frozenset()
        self._range_from: str | None = None

    def __len__(self) -> int:
        """Return how many rows are marked, hidden ones too."""
        return len(self._marked)

    def __contains__(self, row_id: str) -> bool:
        return row_id in self._marked

    @property
    def hidden(self) -> int:
        """How many marked rows are not shown: they are not touched."""
        return len(self._marked.difference(self._shown())) if self._marked else 0

    def add(self, row_ids: Iterable[str]) -> None:
        """Mark rows; those without a webhook cannot be marked."""
        self._marked.update(self._with_webhook(row_ids))

    def toggle(self, row_id: str) -> None:
        """Mark a row, or unmark it."""
        if row_id in self._marked:
            self._marked.discard(row_id)
        else:
            self.add([row_id])

    def toggle_shown(self) -> None:
        """Mark all rows that are shown, or unmark them where all of them are marked."""
        shown = self._with_webhook(self._shown())
        if self._marked.issuperset(shown):
            self._marked.difference_update(shown)
        else:
            self._marked.update(shown)

    def forget_others(self, row_ids: Collection[str]) -> None:
        """Unmark the rows that are none of these: they are gone."""
        self._marked.intersection_update(row_ids)
        self._before_range &= self._marked

    @property
    def in_range(self) -> bool:
        """Whether a range is being marked."""
        return self._range_from is not None

    def begin_range(self, row_id: str) -> None:
        """Begin to mark a range with this row."""
        self._range_from, self._before_range = row_id, frozenset(self._marked)
        self.extend_range(row_id)

    def extend_range(self, row_id: str) -> None:
        """Mark from the row where the range began to this one, and no other row of the range."""
        shown = self._shown()
        if self._range_from in shown and row_id in shown:
            first, last = sorted(map(shown.index, (self._range_from, row_id)))
            self._marked = {*self._before_range, *self._with_webhook(shown[first : last + 1])}

    def end_range(self, *, keep: bool) -> None:
        """Stop marking a range, and keep its marks or take them back."""
        if self.in_range and not keep:
            self._marked = set(self._before_range)
        self._range_from = None

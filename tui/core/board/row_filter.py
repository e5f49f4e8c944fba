"""The filter of the board: words as on the dashboard, and conditions on host, flags and state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from tui.core.board.row import BoardRow
from tui.model.search import Words

_HOST, _FLAG = "host:", "flag:"


class RowState(Enum):
    """States of a row that a filter can ask for, with the words for them."""

    ON = "on"
    OFF = "off"
    MARKED = "marked"
    STAGED = "staged"
    FAILED = "failed"
    """The last run did not save it."""


_STATES = {state.value: state for state in RowState}
_OF_WEBHOOKS = {RowState.ON: True, RowState.OFF: False}

Marked = Mapping[RowState, Callable[[BoardRow], bool]]
"""Tells what is so of a row beside its webhook: marked, staged, failed."""


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Conditions that a row must meet to be shown. An empty filter shows every row."""

    words: Words = ()
    """Words in the names of instance and webhook, or in the URL."""
    hosts: tuple[str, ...] = ()
    """Parts of the URL's host."""
    flags: tuple[str, ...] = ()
    """Beginnings of the names of flags that are on."""
    states: frozenset[RowState] = frozenset()

    @classmethod
    def parse(cls, typed: str) -> RowFilter:
        """Read a typed filter: words, ``host:…``, ``flag:…``, ``on off marked staged failed``.

        In quotation marks a word is only a word: ``"on"``.
        """
        words: list[str] = []
        hosts: list[str] = []
        flags: list[str] = []
        states: set[RowState] = set()
        for word in typed.casefold().split():
            if word in _STATES:
                states.add(_STATES[word])
            elif word.startswith(_HOST):
                hosts.append(word.removeprefix(_HOST))
            elif word.startswith(_FLAG):
                flags.append(word.removeprefix(_FLAG))
            else:
                words.append(word.strip('"') or word)
        return cls(tuple(words), tuple(hosts), tuple(flags), frozenset(states))

    @property
    def is_empty(self) -> bool:
        """Whether it shows every row."""
        return not (self.words or self.hosts or self.flags or self.states)

    def narrows(self, other: RowFilter) -> bool:
        """Whether it finds no row that ``other`` does not find, or did not find before.

        That holds while a filter is typed on: 10,000 rows need not be searched again for each
        letter. What is marked, staged or failed may change without the rows being filtered again.
        """
        return (
            other.states <= self.states
            and other.states <= _OF_WEBHOOKS.keys()
            and all(any(old in new for new in self.words) for old in other.words)
            and all(any(old in new for new in self.hosts) for old in other.hosts)
            and all(any(new.startswith(old) for new in self.flags) for old in other.flags)
        )

    def found(
        self, rows: Iterable[BoardRow], flags: Iterable[str], marked: Marked
    ) -> Sequence[BoardRow]:
        """Return the rows that it shows; ``flags`` are the names of those that rows have.

        A row without a webhook, or whose webhook is not read, has neither host nor flags, and is
        neither on nor off.
        """
        # One pass for each condition: with 10,000 rows a call for each would hold up the keys.
        for word in self.words:
            rows = [row for row in rows if word in row.text]
        for state in self.states:
            if (on := _OF_WEBHOOKS.get(state)) is not None:
                rows = [row for row in rows if row.webhook and row.webhook.enabled is on]
            else:
                rows = [*filter(marked[state], rows)]
        if self.hosts or self.flags:
            rows = [row for row in rows if row.webhook]
        for part in filter(None, self.hosts):
            rows = [row for row in rows if part in row.host]
        for begin in self.flags:
            names = [flag for flag in flags if flag.casefold().startswith(begin)]
            rows = [row for row in rows if row.webhook and any(map(row.webhook.flags.get, names))]
        return [*rows]

"""The filter of the board: words as on the dashboard, and conditions on host, flags and state."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from tui.core.patch import host_and_port
from tui.model.instance import Instance
from tui.model.search import Words, folded, own_text
from tui.model.webhook import Webhook

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

    def shows(self, text: str, webhook: Webhook | None, marks: Collection[RowState] = ()) -> bool:
        """Whether a row is shown; ``text`` is its :func:`row_text`.

        ``marks`` are the states of the row itself: marked, staged, failed. A row without a webhook
        that was read has neither host nor flags, and is neither on nor off.
        """
        return all(word in text for word in self.words) and self._asks_for(webhook, marks)

    def _asks_for(self, webhook: Webhook | None, marks: Collection[RowState]) -> bool:
        if not (self.hosts or self.flags or self.states):
            return True
        found = {*marks}
        if webhook is not None:
            found.add(RowState.ON if webhook.enabled else RowState.OFF)
        if not self.states <= found:
            return False
        if not (self.hosts or self.flags):
            return True
        if webhook is None:
            return False
        host = host_and_port(webhook.url).casefold()
        on = [flag.casefold() for flag, is_on in webhook.flags.items() if is_on]
        return all(part in host for part in self.hosts) and all(
            any(flag.startswith(begin) for flag in on) for begin in self.flags
        )


def row_text(instance: Instance, webhook: Webhook | None) -> str:
    """Return the text in which a filter looks for its words; keep it with the row."""
    own = own_text(instance)
    return f"{own}\n{folded(webhook.name, webhook.url)}" if webhook else own

"""What the words of a filter are found in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui.model.instance import Instance

SEARCHED = 2_000
"""Characters of a text that are looked at: a filter is typed, and nobody types more."""

Words = tuple[str, ...]
"""The words of a filter, folded; all of them have to be found."""


def words_of(typed: str) -> Words:
    """Return the words of what was typed as a filter."""
    return tuple(typed.casefold().split())


def folded(*texts: str) -> str:
    """Return texts as words are looked for in them: in whatever case."""
    return "\n".join(text[:SEARCHED] for text in texts).casefold()


class Searched(NamedTuple):
    """What words are looked for in, folded once: a list of 10,000 is looked through at each key."""

    own: str
    """What an instance is called."""
    webhooks: str
    """The names and URLs of its webhooks."""

    def has_all(self, words: Words) -> bool:
        """Whether all words are found, each in whichever."""
        return all(word in self.own or word in self.webhooks for word in words)

    def has_in_webhooks(self, words: Words) -> bool:
        """Whether any of the words is found in a webhook."""
        return any(word in self.webhooks for word in words)


def searched(instance: Instance) -> Searched:
    """Return what words are looked for in: of an instance and of its webhooks."""
    texts = [text for each in instance.webhooks or () for text in (each.name, each.url)]
    return Searched(_own(instance), folded(*texts))


def _own(instance: Instance) -> str:
    return folded(instance.name, instance.id, instance.number, instance.push_name)


def webhooks_found(instance: Instance, words: Words) -> frozenset[str]:
    """Return the ids of an instance's webhooks that words are found in, by name or URL.

    Those that have all the words which the instance itself lacks; where each has only some of
    them, those.
    """
    if not words:
        return frozenset()
    own = _own(instance)
    lacking = {word for word in words if word not in own}
    found = {
        webhook.id: {word for word in words if word in folded(webhook.name, webhook.url)}
        for webhook in instance.webhooks or ()
    }
    whole = frozenset(key for key, held in found.items() if held and lacking <= held)
    return whole or frozenset(key for key, held in found.items() if held)


def first_found(text: str, words: Words) -> tuple[int, int] | None:
    """Return where the first word begins and ends in a text, ``None`` where none is in it."""
    places = _found(text, words)
    if True not in places:
        return None
    begin = places.index(True)
    end = begin
    while end < len(places) and places[end]:
        end += 1
    return begin, end


def pieces(text: str, words: Words) -> list[tuple[str, bool]]:
    """Break a text into what belongs to a word and what does not."""
    broken: list[tuple[str, bool]] = []
    for character, found in zip(text, _found(text, words), strict=True):
        if broken and broken[-1][1] is found:
            broken[-1] = (broken[-1][0] + character, found)
        else:
            broken.append((character, found))
    return broken


def _found(text: str, words: Sequence[str]) -> list[bool]:
    """Tell of each character whether it belongs to a word."""
    # A letter may be two when folded: `ß` is `ss`.
    letters = [(at, letter) for at, each in enumerate(text) for letter in each.casefold()]
    whole, found = "".join(letter for _, letter in letters), [False] * len(text)
    for word in words:
        begin = whole.find(word)
        while begin >= 0:
            for at, _ in letters[begin : begin + len(word)]:
                found[at] = True
            begin = whole.find(word, begin + len(word))
    return found

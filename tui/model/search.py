"""Finding the words of a filter in instances and their webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui.model.instance import Instance

SEARCHED = 2_000
"""Characters of a text that are searched; a server may send far longer ones."""

Words = tuple[str, ...]
"""The words of a filter, case-folded; all of them have to match."""


def words_of(typed: str) -> Words:
    """Split a typed filter into its words."""
    return tuple(typed.casefold().split())


def folded(*texts: str) -> str:
    """Return texts as one, case-folded, to search for words in."""
    return "\n".join(text[:SEARCHED] for text in texts).casefold()


class Searched(NamedTuple):
    """The texts of an instance, case-folded once: each key searches up to 10,000 of them."""

    own: str
    """The instance's own name, id, number and push name."""
    webhooks: str
    """The names and URLs of its webhooks."""

    def has_all(self, words: Words) -> bool:
        """Tell whether all words are found, in the instance or its webhooks."""
        return all(word in self.own or word in self.webhooks for word in words)

    def has_in_webhooks(self, words: Words) -> bool:
        """Tell whether any of the words is found in a webhook."""
        return any(word in self.webhooks for word in words)


def searched(instance: Instance) -> Searched:
    """Return the texts of an instance to search for words in."""
    texts = [text for each in instance.webhooks or () for text in (each.name, each.url)]
    return Searched(own_text(instance), folded(*texts))


def own_text(instance: Instance) -> str:
    """Return what an instance is called, folded."""
    return folded(instance.name, instance.id, instance.number, instance.push_name)


def webhooks_found(instance: Instance, words: Words) -> frozenset[str]:
    """Return the ids of the webhooks that match, by name or URL.

    A webhook matches when it has all the words that the instance itself lacks. Where no webhook
    has all of them, those with some match.
    """
    if not words:
        return frozenset()
    own = own_text(instance)
    lacking = {word for word in words if word not in own}
    found = {
        webhook.id: {word for word in words if word in folded(webhook.name, webhook.url)}
        for webhook in instance.webhooks or ()
    }
    whole = frozenset(key for key, held in found.items() if held and lacking <= held)
    return whole or frozenset(key for key, held in found.items() if held)


def first_found(text: str, words: Words) -> tuple[int, int] | None:
    """Return where the first match begins and ends in a text; ``None`` without a match."""
    places = _found(text, words)
    if True not in places:
        return None
    begin = places.index(True)
    end = begin
    while end < len(places) and places[end]:
        end += 1
    return begin, end


def pieces(text: str, words: Words) -> list[tuple[str, bool]]:
    """Split a text into parts that match a word and parts that do not."""
    broken: list[tuple[str, bool]] = []
    for character, found in zip(text, _found(text, words), strict=True):
        if broken and broken[-1][1] is found:
            broken[-1] = (broken[-1][0] + character, found)
        else:
            broken.append((character, found))
    return broken


def _found(text: str, words: Sequence[str]) -> list[bool]:
    """Return for each character whether it is part of a match."""
    # Folding may make two letters of one: `ß` becomes `ss`.
    letters = [(at, letter) for at, each in enumerate(text) for letter in each.casefold()]
    whole, found = "".join(letter for _, letter in letters), [False] * len(text)
    for word in words:
        begin = whole.find(word)
        while begin >= 0:
            for at, _ in letters[begin : begin + len(word)]:
                found[at] = True
            begin = whole.find(word, begin + len(word))
    return found

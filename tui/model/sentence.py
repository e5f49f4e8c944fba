"""Sentences that name commands: a screen fills in the keys, which a user may have changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

_PLACE = re.compile(r"\{([a-z0-9_.-]+)\}")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?]) ")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or more with places in braces, such as "{save} tries again".

    A place is filled from ``values``. Any other place is the id of a command, for which a screen
    shows the key. Text from outside belongs in ``values``: it is shown as it is, even where a
    server says ``{save}``. ``str()`` leaves out every sentence that names a command: the command
    line and the log have no keys.
    """

    template: str
    values: Mapping[str, Wording] = field(default_factory=dict)

    def filled(self, key_of: Callable[[str], str]) -> str:
        """Return the text with keys for commands; ``key_of`` gives the key for an id."""

        def words_at(place: re.Match[str]) -> str:
            name = place[1]
            if name not in self.values:
                return key_of(name)
            value = self.values[name]
            return value.filled(key_of) if isinstance(value, Sentence) else value

        return _PLACE.sub(words_at, self.template)

    def __str__(self) -> str:
        said = (
            part
            for part in _BETWEEN_SENTENCES.split(self.template)
            if all(name in self.values for name in _PLACE.findall(part))
        )
        values = {name: str(value) for name, value in self.values.items()}
        return " ".join(Sentence(" ".join(said), values).filled(str).split())


Wording: TypeAlias = str | Sentence
"""Words for people: plain text, or a sentence that names commands."""


def joined(*parts: Wording) -> Sentence:
    """Put sentences into one line; empty ones are left out."""
    said = {str(number): part for number, part in enumerate(parts) if part}
    return Sentence(" ".join(f"{{{number}}}" for number in said), said)

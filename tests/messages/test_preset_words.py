"""What presets do, in words."""

from __future__ import annotations

import pytest

from tui.core.patch.flag_effect import FlagEffect
from tui.messages.preset_words import effect_words


@pytest.mark.parametrize(
    "effect, total, words",
    [
        (FlagEffect(), 1, "changes nothing"),
        (FlagEffect(), 500, "changes nothing"),
        (FlagEffect(1, 3, 0), 1, "3 turned on"),
        (FlagEffect(1, 0, 2), 1, "2 turned off"),
        (FlagEffect(1, 3, 2), 1, "3 turned on, 2 off"),
        (FlagEffect(448, 0, 1344), 500, "1,344 turned off, in 448 of 500"),
    ],
)
def test_what_a_preset_would_change(effect: FlagEffect, total: int, words: str) -> None:
    assert effect_words(effect, total) == words

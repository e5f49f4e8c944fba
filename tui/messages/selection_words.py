"""The error in a condition that selects webhooks, in a sentence."""

from __future__ import annotations

from tui.core.selection import ConditionError, ConditionFault
from tui.i18n import _
from tui.model.condition_keys import KEYS
from tui.model.text import clean

_SHOWN = 60
"""The most characters of a condition that a sentence shows."""


def condition_words(error: ConditionError) -> str:
    """Say what is wrong with a condition, and how to write it."""
    text = clean(error.text, _SHOWN)
    match error.fault:
        case ConditionFault.NO_PATTERN:
            return _("{text} is not a condition. Write KEY=GLOB, such as instance=loja-*.").format(
                text=text
            )
        case ConditionFault.NOT_ON_OR_OFF:
            return _("{text} can never hold. Write on or off after the =.").format(text=text)
        case ConditionFault.UNKNOWN_KEY if error.nearest:
            return _("{key} is not a key of a condition. Did you mean {nearest}?").format(
                key=text, nearest=error.nearest
            )
    return _("{key} is not a key of a condition. There are: {keys}.").format(
        key=text, keys=", ".join(KEYS)
    )

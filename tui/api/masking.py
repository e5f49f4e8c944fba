"""Taking secrets out of text that was sent or came back, before anybody sees it."""

from __future__ import annotations

import re

from tui.model.secret import MASK, Secret
from tui.model.text import clean

_STRING = r'"(?:[^"\\]|\\.)*(?:"|$)'
_NAME = (
    r'"[^"]*(?:auth|token|jwt|secret|apikey|api_key|cookie|passw|pwd|signature|credential)[^"]*"'
)
_MASKED = re.compile(
    # What goes by a secret's name, everything in a webhook's headers, and what looks like a JWT
    # or follows Bearer wherever it stands. Text that was cut off ends in the middle of a string.
    rf"""(?P<named>{_NAME}\s*:\s*){_STRING}
    |(?P<headers>"headers"\s*:\s*)\{{[^}}]*(?:\}}|$)
    |(?P<scheme>\b(?:bearer|basic)\s+)[^\s"',]{{6,}}
    |\beyJ[\w-]{{8,}}(?:\.[\w-]*)*""",
    re.IGNORECASE | re.VERBOSE,
)


def mask(text: str, *known: Secret) -> str:
    """Return ``text`` safe to show, line breaks kept: no secrets, nothing a terminal obeys.

    ``known`` are taken out wherever they stand, whatever they look like.
    """
    for secret in known:
        if secret:
            text = text.replace(secret.reveal(), MASK)
    text = _MASKED.sub(_cover, text)
    return "\n".join(clean(line) for line in text.split("\n"))


def _cover(match: re.Match[str]) -> str:
    before = match["named"] or match["headers"] or match["scheme"] or ""
    return f"{before}{MASK}"

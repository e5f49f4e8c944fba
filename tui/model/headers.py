"""Which values of a webhook's headers and unknown properties may be shown."""

from __future__ import annotations

import re

_SECRET_NAME = re.compile(
    r"auth|token|jwt|secret|key|cookie|passw|pwd|signature|credential|session|bearer",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(r"^(bearer|basic|digest|apikey)\s|^eyJ|[A-Za-z0-9+/=_-]{20,}", re.I)


def is_secret_name(name: str) -> bool:
    """Whether what goes by this name is better hidden, whatever it looks like."""
    return bool(_SECRET_NAME.search(name))


def looks_secret(name: str, value: object) -> bool:
    """Whether a header's value is better hidden: judged by its name, then by its look."""
    if is_secret_name(name):
        return True
    return not isinstance(value, str) or bool(_SECRET_VALUE.search(value))

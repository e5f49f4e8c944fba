"""Encoding the segments of an address."""

from __future__ import annotations

import re
from urllib.parse import quote

_PLAIN = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")
"""The characters that need no encoding (RFC 3986, ``pchar``)."""


def is_plain(text: str) -> bool:
    """Whether ``text`` needs no encoding in an address."""
    return _PLAIN.fullmatch(text) is not None


def quoted(text: str) -> str:
    """Return ``text`` as a segment, percent-encoded only where it must be.

    CodeChat Go compares addresses as they were sent (recorded for ``+``).
    """
    return text if is_plain(text) else quote(text.encode("utf-8", "surrogatepass"), safe="")

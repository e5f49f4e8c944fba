"""The segments of an address: which texts may stand there, and how."""

from __future__ import annotations

import re
from urllib.parse import quote

_PLAIN = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]+")
"""What a segment may hold as it is (RFC 3986, ``pchar``)."""


def is_plain(text: str) -> bool:
    """Whether ``text`` may stand in an address as it is."""
    return _PLAIN.fullmatch(text) is not None


def quoted(text: str) -> str:
    """Return ``text`` as a segment.

    Where nothing has to be percent-encoded nothing is: CodeChat Go compares addresses as they
    were sent (recorded for ``+``).
    """
    return text if is_plain(text) else quote(text.encode("utf-8", "surrogatepass"), safe="")

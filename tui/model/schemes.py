"""A second scheme in a URL: what a paste into a field that held ``https://`` already makes."""

from __future__ import annotations

import re

_TWO_SCHEMES = re.compile(
    r"""
    [a-z][a-z0-9+.-]*            # a scheme,
    : [/\\]*
    (?: [^/\\?\#@]* @ )?         # perhaps with a user,
    (?:
        [a-z][a-z0-9+.-]* : [/\\]{2}    # then what begins an address: `ftp://`, `localhost://`
      | https? (?: : [/\\]? | [/\\]{2} ) (?! \d)  # or one that lost a sign; not a host's port
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENCODED = {"%3a": ":", "%2f": "/", "%5c": "\\"}


def has_two_schemes(url: str) -> bool:
    """Whether a second scheme stands where the host belongs, percent-encoded or not.

    One further on is none: addresses are often handed on in a path or query.
    """
    plain = re.sub("%3a|%2f|%5c", lambda found: _ENCODED[found[0].lower()], url, flags=re.I)
    return _TWO_SCHEMES.match(plain.strip()) is not None

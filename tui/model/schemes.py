"""Detecting a second scheme in a URL, as a paste behind a typed ``https://`` leaves it."""

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
    """Tell whether a second scheme stands in the place of the host, percent-encoded or not.

    A scheme further on does not count: many URLs carry an address in their path or query.
    """
    plain = re.sub("%3a|%2f|%5c", lambda found: _ENCODED[found[0].lower()], url, flags=re.I)
    return _TWO_SCHEMES.match(plain.strip()) is not None

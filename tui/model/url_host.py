"""The host in the URL of a webhook, which may have a user, a password and a port around it."""

from __future__ import annotations

import re

AUTHORITY = re.compile(
    r"""
    (?P<scheme> https? ) ://
    (?: [^/?\#\\]* @ )?                # a user and password stay as they are
    (?P<host> \[[^\]/?\#\\]*\] | [^/?\#\\:@\[\]]* )
    (?: : (?P<port> [0-9]* ) )?
    (?= [/?\#] | $ )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Scheme, user, host and port of a URL."""


def host_of(url: str) -> str:
    """Return the host of a webhook's URL; empty for none."""
    found = AUTHORITY.match(url)
    return found["host"] if found else ""


def host_and_port(url: str) -> str:
    """Return the host of a webhook's URL, with the port if it names one; empty for none."""
    found = AUTHORITY.match(url)
    if not found:
        return ""
    return found["host"] + (f":{found['port']}" if found["port"] else "")


def origin(url: str) -> str:
    """Return a URL up to its path, with user and password if it has them; empty for none."""
    found = AUTHORITY.match(url)
    return found[0] if found else ""

"""Pages of a service in front of a server (a CDN, a firewall) that only a browser gets past."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HEADERS = (
    ("cf-mitigated", "Cloudflare"),
    ("x-vercel-mitigated", "Vercel"),
    ("x-amzn-waf-action", "AWS WAF"),
)
"""Headers with which such services mark an answer of their own [their documentation]."""

_TITLES = (
    ("just a moment...", "Cloudflare"),
    ("attention required! | cloudflare", "Cloudflare"),
    ("access denied | ", "Cloudflare"),
    ("vercel security checkpoint", "Vercel"),
    ("ddos-guard", "DDoS-Guard"),
    ("sucuri website firewall", "Sucuri"),
    ("pardon our interruption", "Imperva"),
)
"""How the titles of their pages begin, for where a proxy took the headers out [guess]."""

_TITLE = re.compile(rb"<title\b[^>]{0,200}>\s*([^<]{1,200})", re.I)
_HEAD = 16 * 1024
"""Bytes of a page in which its title is looked for."""


def challenger(headers: Mapping[str, str], content: bytes | bytearray) -> str:
    """Return which service answered with a challenge or a block of its own; empty for none."""
    for header, service in _HEADERS:
        if header in headers:
            return service
    head = content[:_HEAD]
    if head.lstrip()[:1] != b"<" or not (found := _TITLE.search(head)):
        return ""
    title = found[1].decode("utf-8", "replace").lower()
    return next((service for begin, service in _TITLES if title.startswith(begin)), "")

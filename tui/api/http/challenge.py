"""Challenge pages of a service in front of a server (a CDN, a firewall): only browsers pass."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HEADERS = (
    ("cf-mitigated", "Cloudflare"),
    ("x-vercel-mitigated", "Vercel"),
    ("x-amzn-waf-action", "AWS WAF"),
)
"""Headers that mark an answer as the service's own [the services' documentation]."""

_TITLES = (
    ("just a moment...", "Cloudflare"),
    ("attention required! | cloudflare", "Cloudflare"),
    ("access denied | ", "Cloudflare"),
    ("vercel security checkpoint", "Vercel"),
    ("ddos-guard", "DDoS-Guard"),
    ("sucuri website firewall", "Sucuri"),
    ("pardon our interruption", "Imperva"),
)
"""The beginnings of the pages' titles, in case a proxy removed the headers [guess]."""

_TITLE = re.compile(rb"<title\b[^>]{0,200}>\s*([^<]{1,200})", re.I)
_HEAD = 16 * 1024
"""The bytes of a page that are searched for its title."""


def challenging_service(headers: Mapping[str, str], content: bytes | bytearray) -> str:
    """Return the service that answered with a challenge or block page; empty for none."""
    for header, service in _HEADERS:
        if header in headers:
            return service
    head = content[:_HEAD]
    if head.lstrip()[:1] != b"<" or not (found := _TITLE.search(head)):
        return ""
    title = found[1].decode("utf-8", "replace").lower()
    return next((service for begin, service in _TITLES if title.startswith(begin)), "")

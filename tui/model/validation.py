"""Checking an edit before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from tui.i18n import _, number
from tui.model.address import is_loopback
from tui.model.capabilities import ANY_SERVER, Capabilities
from tui.model.schemes import has_two_schemes
from tui.model.webhook import FlagsTold, Values

MAX_URL = 500
"""Characters; servers refuse more (vendor's contract)."""

_FORBIDDEN = re.compile(
    "[\\s\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\u2400-\u2421\ufffd]"
)
"""White space, control characters (C1 and bidirectional ones too), and the marks for them."""

_MARK = re.compile("[\u2400-\u2421\ufffd]")
"""The mark for a character that was cleaned away; see :mod:`tui.model.text`."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Findings: errors prevent a save, warnings do not, a question is asked before it."""

    errors: Mapping[str, str] = field(default_factory=dict)
    """By field; ``flags`` stands for all flags together."""
    warnings: Mapping[str, str] = field(default_factory=dict)
    """By field."""
    question: str | None = None


def check(
    values: Values,
    base: Values | None = None,
    capabilities: Capabilities = ANY_SERVER,
    flags_told: FlagsTold = FlagsTold.EACH,
) -> Checked:
    """Check an edit of ``base`` (``None`` for a new webhook) without asking the server.

    A value that the server has already is at most warned of: servers store invalid ones, and
    people must be able to disable such a webhook. ``capabilities`` are the server's,
    ``flags_told`` is what it tells about the flags in ``values``.
    """
    errors: dict[str, str] = {}
    warnings: dict[str, str] = {}
    if capabilities.names and not values.name.strip():
        untouched = base is not None and base.name == values.name
        (warnings if untouched else errors)["name"] = _("the name must not be empty")
    elif _marks(values.name) > (_marks(base.name) if base else 0):
        errors["name"] = _("the name has a mark for a character that cannot be shown: take it out")
    if problem := url_error(values.url, capabilities.url_bytes):
        untouched = base is not None and base.url == values.url
        (warnings if untouched else errors)["url"] = problem
    elif warning := url_warning(values.url):
        warnings["url"] = warning
    question = None
    on = [flag for flag, is_on in values.flags.items() if is_on]
    if values.enabled and values.flags and not on:
        if flags_told is not FlagsTold.NOTHING:
            question = _("It is enabled with no flag on: nothing will be sent to it.")
        if capabilities.no_flags:
            errors["flags"], question = capabilities.no_flags, None
    elif values.enabled and on and capabilities.never_sent.keys() >= set(on):
        question = _("The server never sends the flags that are on: nothing will be sent to it.")
    elif capabilities.off_forgets and not values.enabled and (base is None or base.enabled):
        question = capabilities.off_forgets
    return Checked(errors, warnings, question)


def _marks(text: str) -> int:
    return len(_MARK.findall(text))


def url_error(url: str, most_bytes: int | None = None) -> str | None:
    """Say why ``url`` cannot be a webhook's address; ``None`` where it can.

    ``most_bytes`` is the limit of a server that counts bytes.
    """
    if not url:
        return _("the URL must not be empty")
    if len(url) > MAX_URL:
        return _("the URL has {count} characters; at most {most} are allowed").format(
            count=number(len(url)), most=number(MAX_URL)
        )
    length = len(url.encode("utf-8", "surrogatepass"))
    if most_bytes is not None and length > most_bytes:
        return _(
            "the URL has {count} bytes; at most {most} are allowed (a letter with an accent "
            "counts as two)"
        ).format(count=number(length), most=number(most_bytes))
    if _FORBIDDEN.search(url):
        return _("the URL must not have white space or control characters in it")
    if has_two_schemes(url):
        return _("the URL begins with two schemes: take one of them out")
    parts = _split(url)
    if parts is None:
        return _("the URL is not well-formed")
    if parts.scheme not in ("http", "https"):
        if parts.scheme and "://" in url:
            return _("the scheme {scheme}:// is not supported; use http:// or https://").format(
                scheme=parts.scheme
            )
        return _("the URL must begin with http:// or https://")
    if not parts.hostname:
        return _("the URL names no host")
    return None


def url_warning(url: str) -> str | None:
    """Say what is doubtful about a URL that is allowed; ``None`` for nothing."""
    parts = _split(url)
    if parts is None or not parts.hostname:
        return None
    host = parts.hostname
    if parts.username or parts.password:
        return _("credentials in the URL: everyone who may list webhooks can read them")
    if is_test_address(url):
        return _("/webhook-test/ is n8n's test address; it answers only while its editor listens")
    if is_loopback(host):
        return _("{host} is the server's own machine, not this one").format(host=host)
    if parts.scheme == "http" and not _is_private(host):
        return _("http to a public host: everyone on the way can read the messages")
    return None


def is_test_address(url: str) -> bool:
    """Tell whether n8n answers a URL only while its editor listens."""
    parts = _split(url)
    return parts is not None and "/webhook-test/" in parts.path


@lru_cache(maxsize=256)
def _is_private(host: str) -> bool:
    """Tell whether a host is on a private network, as every name without a dot is (``n8n``)."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".test"))


@lru_cache(maxsize=256)  # a check splits a URL five times, and a plan checks thousands
def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _port = parts.port  # out of range or not a number: ValueError
    except ValueError:
        return None
    return parts

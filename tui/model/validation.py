"""What can be said of an edit before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from tui.model.address import is_loopback
from tui.model.capabilities import ANY_SERVER, Capabilities
from tui.model.schemes import has_two_schemes
from tui.model.webhook import FlagsTold, Values

MAX_URL = 500
"""Characters; servers refuse more (vendor's contract)."""

# White space and control characters, the C1 range and bidirectional controls included, and
# what stands for them where a server's text was cleaned.
_FORBIDDEN = re.compile(
    "[\\s\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\u2400-\u2421\ufffd]"
)


_STANDS_IN = re.compile("[\u2400-\u2421\ufffd]")
"""What stands for a character that was taken out of a text; see :mod:`tui.model.text`."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings: errors block a save, warnings never do, questions are asked first."""

    errors: Mapping[str, str] = field(default_factory=dict)
    """By field; ``flags`` stands for all of them."""
    warnings: Mapping[str, str] = field(default_factory=dict)
    """By field."""
    question: str | None = None


def check(
    values: Values,
    base: Values | None = None,
    capabilities: Capabilities = ANY_SERVER,
    flags_told: FlagsTold = FlagsTold.EACH,
) -> Checked:
    """Check an edit of ``base`` (``None``: of a new webhook) without asking the server.

    What stands on the server already blocks nothing: it is only warned of, since servers
    store what they like and somebody may want to switch such a webhook off. ``capabilities``
    are the server's, ``flags_told`` is what it tells of the flags in ``values``.
    """
    errors: dict[str, str] = {}
    warnings: dict[str, str] = {}
    if capabilities.names and not values.name.strip():
        untouched = base is not None and base.name == values.name
        (warnings if untouched else errors)["name"] = "the name must not be empty"
    elif _stand_ins(values.name) > (_stand_ins(base.name) if base else 0):
        errors["name"] = "the name holds a mark for a character that cannot be shown: take it out"
    if problem := url_error(values.url, capabilities.url_bytes):
        untouched = base is not None and base.url == values.url
        (warnings if untouched else errors)["url"] = problem
    elif warning := url_warning(values.url):
        warnings["url"] = warning
    question = None
    on = [flag for flag, is_on in values.flags.items() if is_on]
    if values.enabled and values.flags and not on:
        if flags_told is not FlagsTold.NOTHING:
            question = "It is enabled with no flag on: nothing will be sent to it."
        if capabilities.no_flags:
            errors["flags"], question = capabilities.no_flags, None
    elif values.enabled and on and capabilities.never_sent.keys() >= set(on):
        question = "The server never sends the flags that are on: nothing will be sent to it."
    elif capabilities.off_forgets and not values.enabled and (base is None or base.enabled):
        question = capabilities.off_forgets
    return Checked(errors, warnings, question)


def _stand_ins(text: str) -> int:
    return len(_STANDS_IN.findall(text))


def url_error(url: str, most_bytes: int | None = None) -> str | None:
    """Say why ``url`` cannot be a webhook's address, or ``None``.

    ``most_bytes`` is the limit of a server that counts bytes.
    """
    if not url:
        return "the URL must not be empty"
    if len(url) > MAX_URL:
        return f"the URL has {len(url)} characters; at most {MAX_URL} are allowed"
    length = len(url.encode("utf-8", "surrogatepass"))
    if most_bytes is not None and length > most_bytes:
        return (
            f"the URL has {length} bytes; at most {most_bytes} are allowed (a letter with an "
            "accent counts as two)"
        )
    if _FORBIDDEN.search(url):
        return "the URL must not hold white space or control characters"
    if has_two_schemes(url):
        return "the URL begins with two schemes: take one of them out"
    parts = _split(url)
    if parts is None:
        return "the URL is not well-formed"
    if parts.scheme not in ("http", "https"):
        if parts.scheme and "://" in url:
            return f"the scheme {parts.scheme}:// is not supported; http:// or https:// is"
        return "the URL must begin with http:// or https://"
    if not parts.hostname:
        return "the URL names no host"
    return None


def url_warning(url: str) -> str | None:
    """Say what is doubtful about a URL that is allowed, or ``None``."""
    parts = _split(url)
    if parts is None or not parts.hostname:
        return None
    host = parts.hostname
    if parts.username or parts.password:
        return "credentials in the URL: everyone who may list webhooks can read them"
    if is_test_address(url):
        return "/webhook-test/ is n8n's test address; it answers only while its editor listens"
    if is_loopback(host):
        return f"{host} is the server's own machine, not this one"
    if parts.scheme == "http" and not _is_private(host):
        return "http to a public host: everyone on the way can read the messages"
    return None


def is_test_address(url: str) -> bool:
    """Whether n8n answers a URL only while its editor listens."""
    parts = _split(url)
    return parts is not None and "/webhook-test/" in parts.path


def _is_private(host: str) -> bool:
    """Names without a dot are containers and machines of one's own network (`http://n8n:5678`)."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan", ".test"))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # out of range or not a number: ValueError
    except ValueError:
        return None
    return parts

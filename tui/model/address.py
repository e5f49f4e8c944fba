"""The address of a server: checking it, and telling whether two are of the same server."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from tui.i18n import _, number
from tui.model.schemes import has_two_schemes
from tui.model.text import clean

MAX_LENGTH = 500
"""Characters of an address, at most."""
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")  # a name (underscores are seen in containers), or IPv6
_PORTS = {"http": 80, "https": 443}


class AddressError(ValueError):
    """Says what is wrong with an address (``problem``) and what to do (``hint``).

    The problem is written to follow a subject: "is empty". The address itself is not repeated:
    it may hold a password.
    """

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint or _("Write it as https://host.")


def normalise(url: str) -> str:
    """Return ``url`` with scheme and host in lower case and without trailing slashes.

    The address must be absolute, http or https, with a host, at most 500 characters, without
    user, password, query or fragment; a path is kept as a prefix. Raises :class:`AddressError`.
    """
    url = url.strip()
    if not url:
        raise AddressError(_("is empty"))
    if len(url) > MAX_LENGTH:
        raise AddressError(_("is longer than {most} characters").format(most=number(MAX_LENGTH)))
    if clean(url) != url or any(character.isspace() for character in url):
        raise AddressError(_("has white space or control characters in it"))
    if has_two_schemes(url):
        raise AddressError(_("begins with two schemes"), _("Take one of them out."))
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise AddressError(
            _("has a host or port that cannot be read"), _("Write it as https://host:port.")
        ) from None
    _check(parts)
    if not host:
        raise AddressError(_("has no host"))
    if not _HOST.fullmatch(host):
        raise AddressError(_("has characters in its host that are not allowed there"))
    return f"{parts.scheme}://{_netloc(parts)}{parts.path.rstrip('/')}"


def _check(parts: SplitResult) -> None:
    if parts.scheme not in _PORTS:
        raise AddressError(_("must start with https:// or http://"))
    if "@" in parts.netloc:
        raise AddressError(
            _("has a user or password in it"),
            _(
                "Leave them out: Hookboard sends only the token, never a user and password for a "
                "proxy in front of the server (Basic auth). Use an address that the proxy lets "
                "through, and give the token by token_command, HOOKBOARD_TOKEN or --token-file."
            ),
        )
    if parts.query or parts.fragment:
        raise AddressError(_("has a query or fragment"), _("End the address before the ? or #."))


def _netloc(parts: SplitResult) -> str:
    """Return host and port, without the scheme's own port."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _PORTS[parts.scheme]) else f"{host}:{parts.port}"


def origin(url: str) -> str:
    """Return scheme, host and port of a normalised address: the server that gets the requests."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{_netloc(parts)}"


def host(url: str) -> str:
    """Return the host of a normalised address."""
    return urlsplit(url).hostname or ""


def same_origin(one: str, other: str) -> bool:
    """Tell whether two addresses are of the same server; a wrong address is of none."""
    try:
        return origin(normalise(one)) == origin(normalise(other))
    except AddressError:
        return False


def sends_in_clear(url: str) -> bool:
    """Tell whether others could read a token sent there: http to another machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

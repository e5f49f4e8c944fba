"""The address of a server: what one may look like, and when two are the same server."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from tui.model.schemes import has_two_schemes
from tui.model.text import clean

MAX_LENGTH = 500
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")  # a name (underscores are seen in containers), or IPv6
_PORTS = {"http": 80, "https": 443}


class AddressError(ValueError):
    """Says what is wrong with an address (``problem``) and what to do (``hint``).

    The address itself is not repeated: it may hold a password.
    """

    def __init__(self, problem: str, hint: str = "Write it as https://host.") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


def normalise(url: str) -> str:
    """Return ``url`` with scheme and host in lower case and without trailing slashes.

    It must be absolute, http or https, with a host, at most 500 characters, without user,
    password, query or fragment; a path is kept as a prefix. Raises :class:`AddressError`.
    """
    url = url.strip()
    if not url or len(url) > MAX_LENGTH:
        raise AddressError("is empty" if not url else f"is longer than {MAX_LENGTH} characters")
    if clean(url) != url or any(character.isspace() for character in url):
        raise AddressError("has white space or control characters in it")
    if has_two_schemes(url):
        raise AddressError("begins with two schemes", "Take one of them out.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise AddressError(
            "has a host or port that cannot be read", "Write it as https://host:port."
        ) from None
    _check(parts)
    if not host:
        raise AddressError("has no host")
    if not _HOST.fullmatch(host):
        raise AddressError("has characters in its host that cannot be there")
    return f"{parts.scheme}://{_netloc(parts)}{parts.path.rstrip('/')}"


def _check(parts: SplitResult) -> None:
    if parts.scheme not in _PORTS:
        raise AddressError("must start with https:// or http://")
    if "@" in parts.netloc:
        raise AddressError(
            "has a user or password in it",
            "Leave them out: Hookboard sends the token alone, and no user and password for a proxy "
            "in front of the server (Basic auth). Use an address that the proxy lets through, and "
            "give the token by token_command, HOOKBOARD_TOKEN or --token-file.",
        )
    if parts.query or parts.fragment:
        raise AddressError("has a query or fragment", "End the address before the ? or #.")


def _netloc(parts: SplitResult) -> str:
    """Return host and port, without the port that goes without saying."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _PORTS[parts.scheme]) else f"{host}:{parts.port}"


def origin(url: str) -> str:
    """Return scheme, host and port of a normalised address: who gets what is sent there."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{_netloc(parts)}"


def host(url: str) -> str:
    """Return the host of a normalised address."""
    return urlsplit(url).hostname or ""


def same_origin(one: str, other: str) -> bool:
    """Tell whether two addresses are the same server; an address that is wrong is never."""
    try:
        return origin(normalise(one)) == origin(normalise(other))
    except AddressError:
        return False


def sends_in_clear(url: str) -> bool:
    """Tell whether a token sent there could be read on the way: http to beyond this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is the machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

"""The proxy that the environment sets for a server, and the servers that need none.

No standard says what ``NO_PROXY`` means: this follows curl and Go.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from tui.i18n import _
from tui.model.address import is_loopback
from tui.model.secret import Secret
from tui.model.text import clean
from tui.model.user_error import UserError

PORTS = {"http": 80, "https": 443}
SOCKS = ("socks5", "socks5h")
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.%]+")
_SYSTEM = _("the proxy of this system")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy. Its ``str()`` has no credentials."""

    url: str
    """Scheme, host and port."""
    variable: str
    """The environment variable that sets it."""
    user: str = field(default="", repr=False)
    password: Secret | None = field(default=None, repr=False)

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS rather than HTTP."""
        return self.url.startswith("socks")

    def __str__(self) -> str:
        return f"{clean(self.url.removeprefix('http://'), 100)} ({self.variable})"


def proxy_for(url: str, env: Mapping[str, str] = os.environ) -> Proxy | None:
    """Return the proxy for a server; ``None`` for a direct connection.

    Raises :class:`UserError` for a proxy that cannot be understood or used. The error names the
    variable, never its value, which may hold a password.
    """
    server = urlsplit(url)
    variable, value = _setting(server.scheme, env)
    if not value or _is_direct(server, env):
        return None
    proxy = _parsed(variable, value)
    if server.scheme == "https" and ":" in (server.hostname or "") and not proxy.is_socks:
        problem = _("{variable} sets a proxy, which cannot connect to an IPv6 address over https")
        raise UserError(
            problem.format(variable=variable),
            _("Use a host name in the URL, or put the address into NO_PROXY."),
        )
    return proxy


def _setting(scheme: str, env: Mapping[str, str]) -> tuple[str, str]:
    """Return the variable that sets the proxy, and its value; both empty for none."""
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            # CGI programs get a request's Proxy header in this variable.
            is_a_header = variable == "HTTP_PROXY" and "REQUEST_METHOD" in env
            if (value := env.get(variable, "").strip()) and not is_a_header:
                return variable, value
    if sys.platform == "darwin" and env is os.environ:  # pragma: no cover
        found = getproxies()
        return _SYSTEM, found.get(scheme) or found.get("all") or ""
    return "", ""


def not_understood(variable: str) -> UserError:
    """Return the error for a proxy that cannot be understood; its value may hold a password."""
    return UserError(
        _("{variable} names a proxy that cannot be understood").format(variable=variable),
        _(
            "Write it as http://user:password@host:port, with %2F for / in the password, %40 for "
            "@, %3A for :, %23 for # and %3F for ?."
        ),
    )


def _parsed(variable: str, value: str) -> Proxy:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, SplitResult("http", "", "", "", "")
    # An unencoded / ? or # in a password ends the host there.
    if (
        not host
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
        or not _HOST.fullmatch(host)
    ):
        raise not_understood(variable)
    scheme = parts.scheme.lower()
    if scheme not in (*PORTS, *SOCKS):
        problem = _("{variable} names a proxy of an unknown kind ({scheme})")
        raise UserError(
            problem.format(variable=variable, scheme=clean(scheme, 20)),
            _("It can be http, https, socks5 or socks5h."),
        )
    if scheme in SOCKS and not find_spec("socksio"):
        problem = _("{variable} names a SOCKS proxy, which needs the package socksio")
        raise UserError(
            problem.format(variable=variable),
            _(
                "Install it beside hookboard (pip install socksio, or pipx inject hookboard "
                "socksio); or unset the variable, or put the server into NO_PROXY."
            ),
        )
    bracketed = f"[{host}]" if ":" in host else host
    return Proxy(
        f"{scheme}://{bracketed}:{port or (1080 if scheme in SOCKS else PORTS[scheme])}",
        variable,
        unquote(parts.username or ""),
        Secret(unquote(parts.password)) if parts.password else None,
    )


def _is_direct(server: SplitResult, env: Mapping[str, str]) -> bool:
    """Whether a server is on this machine, or listed in ``NO_PROXY``."""
    host = (server.hostname or "").rstrip(".")
    port = server.port or PORTS.get(server.scheme)
    if is_loopback(host):
        return True
    if sys.platform == "darwin" and env is os.environ and proxy_bypass(host):  # pragma: no cover
        return True
    entries = re.split(r"[\s,]+", env.get("no_proxy") or env.get("NO_PROXY") or "")
    return any(_matches(entry.lower(), host, port) for entry in entries if entry)


def _matches(entry: str, host: str, port: int | None) -> bool:
    """Whether an entry of ``NO_PROXY`` covers a server: as its host, domain, address or network."""
    if entry == "*":
        return True
    address = _address(host)
    if "/" in entry:
        try:
            return address is not None and address in ip_network(entry, strict=False)
        except ValueError:
            return False
    name, wanted = _host_and_port(entry)
    if wanted not in ("", str(port)):
        return False
    if address is not None:
        return _address(name) == address
    below = name.removeprefix("*").strip(".")
    return bool(below) and (host == below or host.endswith(f".{below}"))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _host_and_port(entry: str) -> tuple[str, str]:
    """Split an entry into host and port; the port is empty where it has none."""
    if entry.startswith("["):
        name, _bracket, port = entry[1:].partition("]")
        return name, port.removeprefix(":")
    if entry.count(":") == 1:
        name, _colon, port = entry.partition(":")
        return name, port
    return entry, ""

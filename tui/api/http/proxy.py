"""The proxy that the environment names for a server, and the servers that need none.

What ``NO_PROXY`` means is not written down anywhere: this is what curl and Go make of it.
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

from tui.api.errors import ApiError
from tui.model.address import is_loopback
from tui.model.secret import Secret
from tui.model.text import clean
from tui.model.user_error import UserError

PORTS = {"http": 80, "https": 443}
SOCKS = ("socks5", "socks5h")
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.%]+")
_SYSTEM = "the proxy of this system"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy. As text it is named without its credentials."""

    url: str
    """Scheme, host and port."""
    variable: str
    """What names it."""
    user: str = field(default="", repr=False)
    password: Secret | None = field(default=None, repr=False)

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS rather than HTTP."""
        return self.url.startswith("socks")

    def __str__(self) -> str:
        return f"{clean(self.url.removeprefix('http://'), 100)} ({self.variable})"


def proxy_for(url: str, env: Mapping[str, str] = os.environ) -> Proxy | None:
    """Return the proxy for a server; ``None`` where it is asked straight.

    Raises :class:`UserError` for one that cannot be understood or used. The error names the
    variable and never its value, which may hold a password.
    """
    server = urlsplit(url)
    variable, value = _named(server.scheme, env)
    if not value or _needs_none(server, env):
        return None
    proxy = _parsed(variable, value)
    if server.scheme == "https" and ":" in (server.hostname or "") and not proxy.is_socks:
        raise UserError(
            "names a proxy, which cannot be asked for a bare IPv6 address over https",
            "Use a name in the URL, or put the address into NO_PROXY.",
            subject=variable,
        )
    return proxy


def name_proxy(error: ApiError, proxy: str) -> ApiError:
    """Name the proxy that a request went through in its error: the answer may be the proxy's."""
    if not proxy:
        return error
    status = error.sent.status if error.sent else None
    doubt = ", which may be what refuses" if status == 403 else ""
    error.what = f"{error.what} (through the proxy {proxy}{doubt})"
    if status == 407:
        error.to_do = "The proxy wants a user and a password: write them into its variable."
    return error


def _named(scheme: str, env: Mapping[str, str]) -> tuple[str, str]:
    """Return the variable that names the proxy, and its value; both empty for none."""
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            # A web server hands a header called Proxy to its programs by this name.
            of_a_request = variable == "HTTP_PROXY" and "REQUEST_METHOD" in env
            if (value := env.get(variable, "").strip()) and not of_a_request:
                return variable, value
    if sys.platform == "darwin" and env is os.environ:  # pragma: no cover
        found = getproxies()
        return _SYSTEM, found.get(scheme) or found.get("all") or ""
    return "", ""


def not_understood(variable: str) -> UserError:
    """Return the error for a proxy that cannot be understood; its value may hold a password."""
    return UserError(
        "names a proxy that cannot be understood",
        "Write it as http://user:password@host:port, with %2F for / in the password, %40 for @, "
        "%3A for :, %23 for # and %3F for ?.",
        subject=variable,
    )


def _parsed(variable: str, value: str) -> Proxy:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, SplitResult("http", "", "", "", "")
    # A password with one of / ? # in it ends the host where it is.
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
        raise UserError(
            f"names a proxy of an unknown kind ({clean(scheme, 20)})",
            "It can be http, https, socks5 or socks5h.",
            subject=variable,
        )
    if scheme in SOCKS and not find_spec("socksio"):
        raise UserError(
            "names a SOCKS proxy, which needs the package socksio",
            "Install it beside hookboard (pip install socksio, or pipx inject hookboard socksio); "
            "or unset the variable, or put the server into NO_PROXY.",
            subject=variable,
        )
    bracketed = f"[{host}]" if ":" in host else host
    return Proxy(
        f"{scheme}://{bracketed}:{port or (1080 if scheme in SOCKS else PORTS[scheme])}",
        variable,
        unquote(parts.username or ""),
        Secret(unquote(parts.password)) if parts.password else None,
    )


def _needs_none(server: SplitResult, env: Mapping[str, str]) -> bool:
    """Whether a server is on this machine, or among those of ``NO_PROXY``."""
    host = (server.hostname or "").rstrip(".")
    port = server.port or PORTS.get(server.scheme)
    if is_loopback(host):
        return True
    if sys.platform == "darwin" and env is os.environ and proxy_bypass(host):  # pragma: no cover
        return True
    entries = re.split(r"[\s,]+", env.get("no_proxy") or env.get("NO_PROXY") or "")
    return any(_is_meant(entry.lower(), host, port) for entry in entries if entry)


def _is_meant(entry: str, host: str, port: int | None) -> bool:
    """Whether an entry means a server: a host or what is below it, an address, a network."""
    if entry == "*":
        return True
    address = _address(host)
    if "/" in entry:
        try:
            return address is not None and address in ip_network(entry, strict=False)
        except ValueError:
            return False
    name, wanted = _with_port(entry)
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


def _with_port(entry: str) -> tuple[str, str]:
    """Part an entry into its host and its port, if it has one."""
    if entry.startswith("["):
        name, _, port = entry[1:].partition("]")
        return name, port.removeprefix(":")
    if entry.count(":") == 1:
        name, _, port = entry.partition(":")
        return name, port
    return entry, ""

"""The way from here to a server: TLS, connections, proxies."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from tui.model.checks import is_loopback


def network_transport(base_url: str) -> httpx.AsyncHTTPTransport:
    """Return a pool of connections to a server, by way of the proxy that is set for it.

    Raises ``OSError``, ``ValueError`` or ``ImportError`` when the environment is in the way.
    """
    # Loading the authorities takes 20 ms and plain http needs none of them.
    plain = urlsplit(base_url).scheme == "http"
    verify: ssl.SSLContext | bool = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else True
    return httpx.AsyncHTTPTransport(
        verify=verify,
        # No more than a few requests are under way, and one that is cancelled at the wrong
        # moment keeps its place for ever (httpcore 1.0.9): there must be places enough.
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        proxy=_proxy(base_url),
    )


def _proxy(base_url: str) -> str | None:
    """Return the proxy the environment names for a server (``HTTPS_PROXY``, ``NO_PROXY``)."""
    parts = urlsplit(base_url)
    if is_loopback(parts.hostname or "") or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"

"""The way from here to a server: TLS, connections, proxies."""

from __future__ import annotations

import os
import ssl
from urllib.parse import urlsplit

import httpx

from tui.api.http.proxy import Proxy, not_understood
from tui.model.text import clean
from tui.model.user_error import UserError, reason


def network_transport(base_url: str, proxy: Proxy | None) -> httpx.AsyncBaseTransport:
    """Return a pool of connections to a server, by way of the proxy that is set for it.

    Raises :class:`UserError` when the environment is in the way.
    """
    parts = urlsplit(base_url)
    # Loading the authorities takes 20 ms and plain http needs none of them.
    plain = parts.scheme == "http"
    transport = httpx.AsyncHTTPTransport(
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else _authorities(),
        # No more than a few requests are under way, and one that is cancelled at the wrong
        # moment keeps its place for ever (httpcore 1.0.9): there must be places enough.
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        proxy=_for_httpx(proxy) if proxy else None,
    )
    if proxy and not proxy.is_socks and plain and ":" in (parts.hostname or ""):
        return _Bracketed(transport)
    return transport


def _authorities() -> ssl.SSLContext:
    """Return what certificates are checked with; the error names the file that is in the way."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # ssl.SSLError is one
        variable = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.getenv(name)), "")
        named = clean(os.environ[variable]) if variable else "the authorities of this system"
        wrong = isinstance(error, ssl.SSLError)
        why = "it holds no certificates" if wrong else reason(error)
        raise UserError(
            f"cannot be used: {named}: {why}",
            "Correct or unset it.",
            subject=variable or "The certificate store",
        ) from None


def _for_httpx(proxy: Proxy) -> httpx.Proxy:
    password = proxy.password.reveal() if proxy.password else ""
    auth = (proxy.user, password) if proxy.user or password else None
    try:
        return httpx.Proxy(proxy.url, auth=auth)
    except (httpx.InvalidURL, ValueError):
        raise not_understood(proxy.variable) from None


class _Bracketed(httpx.AsyncBaseTransport):
    """Asks a proxy for a server by an IPv6 address in brackets, which httpcore 1.0.9 leaves out."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "target": str(request.url).encode("ascii")}
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()

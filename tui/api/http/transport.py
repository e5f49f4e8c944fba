"""Connections to a server: TLS, proxies, the connection pool."""

from __future__ import annotations

import os
import ssl
from urllib.parse import urlsplit

import httpx

from tui.api.http.proxy import Proxy, not_understood
from tui.i18n import _
from tui.model.text import clean
from tui.model.user_error import UserError, reason


def network_transport(base_url: str, proxy: Proxy | None) -> httpx.AsyncBaseTransport:
    """Return a connection pool for a server, through its proxy if there is one.

    Raises :class:`UserError` for a bad setting in the environment.
    """
    parts = urlsplit(base_url)
    # Loading the certificate authorities takes 20 ms; plain http needs none.
    plain = parts.scheme == "http"
    transport = httpx.AsyncHTTPTransport(
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else _authorities(),
        # A request that is cancelled at the wrong moment keeps its place in the pool for ever
        # (httpcore 1.0.9), so the pool has no limit; there are never more than a few requests.
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
        proxy=_for_httpx(proxy) if proxy else None,
    )
    if proxy and not proxy.is_socks and plain and ":" in (parts.hostname or ""):
        return _Bracketed(transport)
    return transport


def _authorities() -> ssl.SSLContext:
    """Return the certificate authorities. Raises :class:`UserError` naming a file that fails."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # ssl.SSLError is one
        variable = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.getenv(name)), "")
        no_certificates = isinstance(error, ssl.SSLError)
        why = _("it holds no certificates") if no_certificates else reason(error)
        if not variable:
            problem = _("The certificate store of this system cannot be used: {reason}")
            raise UserError(
                problem.format(reason=why), _("Name another file in SSL_CERT_FILE.")
            ) from None
        problem = _("{variable} cannot be used: {file}: {reason}")
        file = clean(os.environ[variable])
        raise UserError(
            problem.format(variable=variable, file=file, reason=why), _("Correct or unset it.")
        ) from None


def _for_httpx(proxy: Proxy) -> httpx.Proxy:
    password = proxy.password.reveal() if proxy.password else ""
    auth = (proxy.user, password) if proxy.user or password else None
    try:
        return httpx.Proxy(proxy.url, auth=auth)
    except (httpx.InvalidURL, ValueError):
        raise not_understood(proxy.variable) from None


class _Bracketed(httpx.AsyncBaseTransport):
    """Puts an IPv6 address into brackets in requests to a proxy: httpcore 1.0.9 forgets them."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "target": str(request.url).encode("ascii")}
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()

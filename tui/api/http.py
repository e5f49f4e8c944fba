"""The one funnel every request goes through."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from httpx_retries import Retry, RetryTransport

from tui.api.error_text import ErrorText, read_error
from tui.api.errors import (
    ApiError,
    BadAnswer,
    NoAnswer,
    NotFound,
    ReadOnly,
    Refused,
    Sent,
    ServerFailed,
    TryLater,
    Unauthorised,
    Unreachable,
)
from tui.model.checks import is_loopback
from tui.model.secret import Secret
from tui.model.text import clean

MAX_ANSWER = 32 * 1024 * 1024
"""Bytes; a longer answer is cut off and refused."""

DEADLINE = 40.0
"""Seconds for one request with its retries, from the first byte out to the last byte in."""

TIMEOUT = httpx.Timeout(connect=6.0, read=15.0, write=15.0, pool=20.0)

_RETRY = Retry(
    total=2,
    allowed_methods=["GET", "POST"],
    status_forcelist=[429, 502, 503, 504],
    retry_on_exceptions=[httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError],
    backoff_factor=0.4,
    max_backoff_wait=10.0,
    total_timeout=15.0,
)

_REPEATABLE = "hookboard.repeatable"


@dataclass(frozen=True, slots=True)
class Credential:
    """A token, and in words whose it is and where it came from."""

    token: Secret | None
    whose: str
    source: str

    def __str__(self) -> str:
        return f"{self.whose} (from {self.source})"


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer."""

    status: int
    body: Any
    """The JSON, or ``None`` where the body is empty."""
    sent: Sent


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask: path segments are percent-encoded here, one by one."""

    method: str
    path: Sequence[str]
    credential: Credential
    body: object = None
    only_reads: bool = False
    """Whether a POST changes nothing, as a search does."""

    @property
    def writes(self) -> bool:
        """Whether it may change anything. What does not is repeated when that may help."""
        return self.method != "GET" and not self.only_reads


@dataclass(slots=True)
class Http:
    """Sends requests to one server, with one connection pool for as long as it lives.

    Redirects are not followed: a token never travels to where it was not meant for.
    """

    base_url: str
    profile: str
    read_only: bool = False
    transport: httpx.AsyncBaseTransport | None = field(default=None, repr=False)
    deadline: float = DEADLINE
    flags: Callable[[], frozenset[str]] = frozenset
    """The wire names that an error message may begin with."""
    _client: httpx.AsyncClient = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.base_url = self.base_url.rstrip("/")
        inner = self.transport or _network_transport(self.base_url)
        self._client = httpx.AsyncClient(
            transport=_RepeatWhatIsSafe(inner), timeout=TIMEOUT, follow_redirects=False
        )

    @property
    def host(self) -> str:
        """Host and, where there is one, port."""
        return clean(urlsplit(self.base_url).netloc.rpartition("@")[2])

    def url(self, path: Sequence[str]) -> str:
        """Return the address of a path given as segments.

        Raises :class:`BadAnswer` for a segment no address can carry: ids come from servers.
        """
        for segment in path:
            if segment in ("", ".", ".."):
                raise BadAnswer(
                    f"{self.host} gave the id “{segment}”, which no address can carry",
                    "The server's data has to be mended.",
                )
        return "/".join((self.base_url, *(_quote(segment) for segment in path)))

    async def send(self, request: Request) -> Answer:
        """Send a request and return its 2xx answer.

        Raises the kind of :class:`ApiError` that fits anything else.
        """
        sent = Sent(request.method, self.url(request.path))
        if request.writes and self.read_only:
            raise ReadOnly(
                "Nothing was sent: this is READ ONLY",
                "Start without --read-only, or change the profile, to save.",
                sent=sent,
            )
        token = request.credential.token
        if not token:
            raise Unauthorised(
                f"There is no token for profile {self.profile} to send to {self.host}",
                "^t takes one, and this goes on.",
                sent=sent,
            )
        if not _fits_a_header(token):
            # Further down this would be an error with the token in its words.
            raise Unauthorised(
                f"{request.credential} has characters in it that cannot be sent",
                "^t another token, and this goes on.",
                sent=sent,
            )
        try:
            async with asyncio.timeout(self.deadline):
                status, content_type, content = await self._exchange(request, sent, token)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._transport_error(error, sent) from None
        sent = Sent(sent.method, sent.url, status)
        if not 200 <= status < 300:
            raise self._refusal(sent, request.credential, content_type, content)
        return Answer(status, self._json(content, content_type, sent), sent)

    async def close(self) -> None:
        """Close the pool."""
        await self._client.aclose()

    async def _exchange(
        self, request: Request, sent: Sent, token: Secret
    ) -> tuple[int, str, bytes]:
        headers = {"accept": "application/json", "authorization": f"Bearer {token.reveal()}"}
        content = None
        if request.body is not None:
            # ASCII with escapes: what a server stored comes back as it was, lone surrogates too.
            content = json.dumps(request.body).encode("ascii")
            headers["content-type"] = "application/json"
        async with self._client.stream(
            sent.method,
            sent.url,
            content=content,
            headers=headers,
            extensions={_REPEATABLE: not request.writes},
        ) as response:
            received = bytearray()
            async for chunk in response.aiter_bytes():
                received += chunk
                if len(received) > MAX_ANSWER:
                    raise BadAnswer(
                        f"{self.host} sent more than {MAX_ANSWER // 2**20} MB and was cut off",
                        "Check that the profile's URL is the API's.",
                        sent=sent,
                    )
            return response.status_code, response.headers.get("content-type", ""), bytes(received)

    def _transport_error(self, error: Exception, sent: Sent) -> ApiError:
        why = _cause(error)
        match error:
            case httpx.ConnectTimeout() | httpx.PoolTimeout():
                what = f"{self.host} did not take the connection in time"
                return Unreachable(what, _NETWORK, sent=sent)
            case httpx.ConnectError() if why.startswith(("certificate:", "handshake:")):
                what = f"{self.host} could not prove that it is {self.host} (TLS: {why})"
                return Unreachable(what, _CERTIFICATE, sent=sent)
            case httpx.ConnectError() | httpx.ProxyError():
                return Unreachable(f"{self.host} could not be reached: {why}", _NETWORK, sent=sent)
            case httpx.InvalidURL() | httpx.UnsupportedProtocol():
                what = f"{clean(self.base_url)} is not an address to send to: {why}"
                return Unreachable(what, "Check the profile's URL.", sent=sent)
            case TimeoutError() | httpx.TimeoutException():
                return NoAnswer(f"{self.host} did not answer in time", _AGAIN, sent=sent)
            case httpx.DecodingError():
                what = f"{self.host} sent an answer that cannot be unpacked"
                return BadAnswer(what, _AGAIN, sent=sent)
            case _:
                what = f"the connection to {self.host} was lost before the answer: {why}"
                return NoAnswer(what, _AGAIN, sent=sent)

    def _refusal(
        self, sent: Sent, credential: Credential, content_type: str, content: bytes
    ) -> ApiError:
        text = read_error(content, content_type, flags=self.flags())
        said = _sentences(text)
        status = sent.status or 0
        answered = f"{self.host} answered {status}"
        match status:
            case 401 | 403:
                what = f"{answered} to {credential}, profile {self.profile}"
                return Unauthorised(
                    what, "^t another token, and this goes on.", said=said, sent=sent
                )
            case 404 | 410:
                return NotFound(answered + ": not there", _GONE, said=said, sent=sent)
            case 429:
                return TryLater(answered + ": too many requests", _WAIT, said=said, sent=sent)
            case _ if 300 <= status < 400:
                what = f"{answered}: it wants to send us elsewhere, which is not followed"
                return BadAnswer(
                    what, "Check the profile's URL (http or https, prefix).", sent=sent
                )
            case _ if status >= 500:
                return ServerFailed(answered + ": it failed", _AGAIN, said=said, sent=sent)
            case _:
                return Refused(
                    f"{answered}: refused",
                    "Mend what it says and save again.",
                    fields=text.fields,
                    unexpected=text.unexpected,
                    said=text.general,
                    sent=sent,
                )

    def _json(self, content: bytes, content_type: str, sent: Sent) -> Any:
        if not content.strip():
            return None
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            text = read_error(content, content_type)
            raise BadAnswer(
                f"{self.host} answered {sent.status} with something that is not JSON",
                "Check that the profile's URL is the API's, with its path prefix if it has one.",
                said=_sentences(text)[:1],
                sent=sent,
            ) from None


_NETWORK = "Check the network and the profile's URL."
_CERTIFICATE = "Check the URL; for a private authority set SSL_CERT_FILE to its certificate."
_AGAIN = "Try again; if it stays so, look at the server."
_GONE = "It may have been deleted meanwhile; the list says more when it is read again."
_WAIT = "Wait a moment and try again."


class _RepeatWhatIsSafe(httpx.AsyncBaseTransport):
    """Retries reads, and never a write: whether that took is found out by reading."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._once = inner
        self._repeating = RetryTransport(transport=inner, retry=_RETRY)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.extensions.get(_REPEATABLE):
            return await self._repeating.handle_async_request(request)
        return await self._once.handle_async_request(request)

    async def aclose(self) -> None:
        await self._once.aclose()


def _network_transport(base_url: str) -> httpx.AsyncHTTPTransport:
    # Loading the authorities takes 20 ms and plain http needs none of them.
    plain = urlsplit(base_url).scheme == "http"
    verify: ssl.SSLContext | bool = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else True
    return httpx.AsyncHTTPTransport(
        verify=verify,
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=8),
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


def _cause(error: BaseException) -> str:
    """Return what the system said: ``connection refused``, below what libraries made of it."""
    said = str(error)
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, BaseExceptionGroup):
            seen = seen.exceptions[0]
            continue
        match seen:
            case ssl.SSLCertVerificationError():
                said = f"certificate: {getattr(seen, 'verify_message', said)}"
            case ssl.SSLError():
                said = f"handshake: {seen.reason}"
            case socket.gaierror():
                said = seen.strerror or said
            case OSError() if seen.errno:
                said = os.strerror(seen.errno)
        seen = seen.__cause__ or seen.__context__
    words = clean(said, 160).rstrip(".")
    return words[:1].lower() + words[1:] or type(error).__name__


def _fits_a_header(token: Secret) -> bool:
    text = token.reveal()
    return text.isascii() and text.isprintable()


def _quote(segment: str) -> str:
    return quote(segment.encode("utf-8", "surrogatepass"), safe="")


def _sentences(text: ErrorText) -> tuple[str, ...]:
    by_field = (sentence for sentences in text.fields.values() for sentence in sentences)
    return (*text.general, *by_field)

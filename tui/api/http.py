"""The one funnel every request goes through."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from httpx_retries import Retry, RetryTransport

from tui.api.errors import BadAnswer, ReadOnly, Sent, Unauthorised
from tui.api.exchanges import BODY, Exchange, Exchanges
from tui.api.refusals import Credential, refusal, transport_error
from tui.model.ages import utc_now
from tui.model.checks import is_loopback
from tui.model.jwt import diagnose
from tui.model.secret import Secret
from tui.model.text import clean

if TYPE_CHECKING:
    from tui.api.error_text import ErrorText

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
    now: Callable[[], datetime] = utc_now
    exchanges: Exchanges = field(default_factory=Exchanges, repr=False)
    """What was sent so far."""
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
        begun = perf_counter()
        try:
            async with asyncio.timeout(self.deadline):
                status, content_type, content = await self._exchange(request, sent, token)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
            trouble = transport_error(self.host, error, sent)
            self._note(request, sent, begun, trouble=trouble.what)
            raise trouble from None
        sent = Sent(sent.method, sent.url, status)
        self._note(request, sent, begun, content)
        if not 200 <= status < 300:
            who = f"{request.credential}, profile {self.profile}"
            why = diagnose(token, request.credential.wanted, self.now())
            text = _read_error(content, content_type, self.flags())
            raise refusal(self.host, sent, text, who if why is None else f"{who}: {why}")
        return Answer(status, self._json(content, content_type, sent), sent)

    async def close(self) -> None:
        """Close the pool."""
        await self._client.aclose()

    async def _exchange(
        self, request: Request, sent: Sent, token: Secret
    ) -> tuple[int, str, bytes]:
        headers = {"accept": "application/json", "authorization": f"Bearer {token.reveal()}"}
        content = _encoded(request.body)
        if content:
            headers["content-type"] = "application/json"
        async with self._client.stream(
            sent.method,
            sent.url,
            content=content or None,
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

    def _note(
        self,
        request: Request,
        sent: Sent,
        begun: float,
        content: bytes = b"",
        trouble: str = "",
    ) -> None:
        body = _encoded(request.body)
        self.exchanges.add(
            Exchange(
                at=self.now(),
                method=sent.method,
                url=clean(sent.url),
                status=sent.status,
                seconds=perf_counter() - begun,
                sent_bytes=len(body),
                received_bytes=len(content),
                trouble=trouble,
                request=body[:BODY],
                answer=content[:BODY],
                token=request.credential.token,
            )
        )

    def _json(self, content: bytes, content_type: str, sent: Sent) -> Any:
        if not content.strip():
            return None
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            text = _read_error(content, content_type)
            raise BadAnswer(
                f"{self.host} answered {sent.status} with something that is not JSON",
                "Check that the profile's URL is the API's, with its path prefix if it has one.",
                said=text.sentences[:1],
                sent=sent,
            ) from None


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


def _fits_a_header(token: Secret) -> bool:
    text = token.reveal()
    return text.isascii() and text.isprintable()


def _read_error(content: bytes, content_type: str, flags: Collection[str] = ()) -> ErrorText:
    # Imported when there is an error: 10 ms that a start without one does not take.
    from tui.api.error_text import read_error

    return read_error(content, content_type, flags=flags)


def _encoded(body: object) -> bytes:
    """Write JSON in ASCII: what a server stored goes back as it was, lone surrogates too."""
    return b"" if body is None else json.dumps(body).encode("ascii")


def _quote(segment: str) -> str:
    return quote(segment.encode("utf-8", "surrogatepass"), safe="")

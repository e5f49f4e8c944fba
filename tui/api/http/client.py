"""The one client that every request goes through."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from tui import __version__
from tui.api.errors import ApiError, BadAnswer, ReadOnly, Sent, Unauthorised
from tui.api.http.auth import Credential, header_field
from tui.api.http.challenge import challenging_service
from tui.api.http.content import (
    ANSWER,
    LIST,
    MAX_ERROR,
    TooLarge,
    UnsupportedEncoding,
    read_content,
)
from tui.api.http.error_mapping import (
    BASIC_AUTH,
    TOKEN,
    challenged,
    name_proxy,
    refusal,
    transport_error,
)
from tui.api.http.json_body import DuplicateKey, decode
from tui.api.http.path_segments import quoted
from tui.api.http.pending_request import PENDING, PendingRequest
from tui.api.http.proxy import proxy_for
from tui.api.http.redirect import shown_location
from tui.api.http.request import Answer, Probe, Request
from tui.api.http.request_log import RequestLog
from tui.api.http.retry import PACED, RETRYABLE, RetryReads, retry_after
from tui.api.http.secret_spelling import redact
from tui.api.http.timeouts import TIMEOUTS, Timeouts
from tui.api.http.transport import network_transport
from tui.i18n import _
from tui.model.jwt import diagnose
from tui.model.secret import Secret
from tui.model.text import clean
from tui.model.time import utc_now

if TYPE_CHECKING:
    from tui.api.http.error_text import ErrorText

HEADERS = {
    "accept": "application/json",
    "accept-encoding": "gzip, deflate",
    "user-agent": f"hookboard/{__version__}",
}
"""The headers of every request."""


@dataclass(slots=True)
class Http:
    """Sends requests to one server, over one connection pool.

    It uses httpx's transport, not httpx's client, which adds cookies, user and password from a
    URL, and redirects: a token must not go where it was not meant to.
    """

    base_url: str
    profile: str
    read_only: bool = False
    transport: httpx.AsyncBaseTransport | None = field(default=None, repr=False)
    timeouts: Timeouts = TIMEOUTS
    flags: Callable[[], frozenset[str]] = frozenset
    """Returns the wire names of flags: an error message may begin with one."""
    now: Callable[[], datetime] = utc_now
    request_log: RequestLog = field(default_factory=RequestLog, repr=False)
    _transport: httpx.AsyncBaseTransport = field(init=False, repr=False)
    _probed: tuple[object, Answer] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.base_url = self.base_url.rstrip("/")
        proxy = None if self.transport else proxy_for(self.base_url)
        self.request_log.proxy = str(proxy or "")
        inner = self.transport or network_transport(self.base_url, proxy)
        self._transport = RetryReads(inner, self.timeouts)

    @property
    def host(self) -> str:
        """Host and, where there is one, port."""
        return clean(urlsplit(self.base_url).netloc.rpartition("@")[2])

    def url(self, path: Sequence[str]) -> str:
        """Return the address of a path given in segments.

        Raises :class:`BadAnswer` for a segment that no address can have: ids come from servers.
        """
        for segment in path:
            if segment in ("", ".", ".."):
                what = _("{host} sent the id “{id}”, which cannot be part of an address.")
                to_do = _("The server's data must be corrected.")
                raise BadAnswer(what.format(host=self.host, id=segment), to_do)
        return "/".join((self.base_url, *map(quoted, path)))

    async def send(self, request: Request) -> Answer:
        """Send a request and return its 2xx answer. Raises an :class:`ApiError` otherwise."""
        probed, self._probed = self._probed, None
        if probed and probed[0] == request.key:
            return probed[1]
        sent = Sent(request.method, self.url(request.path))
        token = self._token_to_send(request, sent)
        status, headers, content = await self._send_logged(request, sent, token)
        sent = Sent(sent.method, sent.url, status)
        if error := self._refusal(request, sent, headers, content):
            raise error
        body = await self._json(content, headers, sent, request)
        return Answer(status, body, sent, is_empty=_is_blank(content))

    async def probe(self, request: Request) -> Probe:
        """Send a request and return the answer, whatever its status.

        A good answer is used again when the same request is sent next. Raises
        :class:`ApiError` where no answer comes.
        """
        sent = Sent(request.method, self.url(request.path))
        token = self._token_to_send(request, sent)
        status, headers, content = await self._send_logged(request, sent, token)
        sent = Sent(sent.method, sent.url, status)
        error = self._refusal(request, sent, headers, content)
        try:
            body = await self._json(content, headers, sent, request)
        except BadAnswer as bad:
            return Probe(sent, "", error or bad)
        blank = _is_blank(content)
        if error is None and not blank:
            self._probed = (request.key, Answer(status, body, sent))
        return Probe(sent, "" if blank else body, error)

    def _refusal(
        self, request: Request, sent: Sent, headers: httpx.Headers, content: bytearray
    ) -> ApiError | None:
        """Return the error for an answer; ``None`` for a 2xx of the server itself."""
        status = sent.status or 0
        succeeded = 200 <= status < 300
        service = challenging_service(headers, content)
        if succeeded and not service:
            return None
        secrets = request.secrets
        said = _read_error(secrets, content, headers.get("content-type", ""), self.flags())
        if service:
            return name_proxy(challenged(self.host, sent, said, service), self.request_log.proxy)
        error = refusal(
            self.host,
            sent,
            said,
            self._whose_token(request.credential),
            about=request.about,
            asks_to_wait=retry_after(headers.get("retry-after", ""), self.now()),
            sends_to=shown_location(sent.url, headers.get("location", ""), *secrets),
            writes=request.writes,
            when_gone=request.when_gone,
        )
        if status == 401 and headers.get("www-authenticate", "").lower().startswith("basic"):
            error.to_do = BASIC_AUTH
        return name_proxy(error, self.request_log.proxy)

    def _whose_token(self, credential: Credential) -> str:
        """Say whose token a server refused and, where the token shows it, why."""
        assert credential.token is not None, "it was sent with the request"
        reason = diagnose(credential.token, credential.wanted, self.now())
        if reason is None:
            who = _("{token}, profile {profile}")
        else:
            who = _("{token}, profile {profile}: {reason}")
        return who.format(token=credential, profile=self.profile, reason=reason)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    def _token_to_send(self, request: Request, sent: Sent) -> Secret:
        """Return the token. Raises :class:`ApiError` for a request that must not be sent."""
        if request.writes and self.read_only:
            raise ReadOnly(
                _("Nothing was sent: the server is READ ONLY here."),
                _("To save, start without --read-only, or change the profile."),
                sent=sent,
            )
        token = request.credential.token
        if not token:
            what = _("There is no token for profile {profile} to send to {host} ({source}).")
            source = request.credential.source
            what = what.format(profile=self.profile, host=self.host, source=source)
            raise Unauthorised(what, TOKEN, sent=sent)
        if not token.fits_header:
            # Further down this would be an error with the token in its words.
            what = _("Nothing was sent: a header cannot hold all characters of {token}.")
            raise Unauthorised(what.format(token=request.credential), TOKEN, sent=sent)
        return token

    async def _send_logged(
        self, request: Request, sent: Sent, token: Secret
    ) -> tuple[int, httpx.Headers, bytearray]:
        """Send a request and return its answer; log it, however it ends."""
        timeouts = self.timeouts.for_list if request.lists else self.timeouts
        pending = PendingRequest(
            self.request_log.add,
            sent.method,
            sent.url,
            _encoded(request.body),
            request.credential,
            timeouts,
            self.now,
            request.purpose,
            request.secrets,
        )
        with self.request_log.tracking(pending):
            try:
                async with asyncio.timeout(timeouts.total):
                    reply = await self._exchange(request, pending, token, timeouts)
            except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
                proxy = self.request_log.proxy
                failure = transport_error(self.host, error, sent, pending.seconds, proxy)
                pending.end(None, trouble=failure.what)
                raise failure from None
            except ApiError as error:
                pending.end(None, trouble=error.what)
                raise
            except asyncio.CancelledError:
                pending.end(None, trouble=_("cancelled"))
                raise
            status, headers, content = reply
            location = shown_location(sent.url, headers.get("location", ""), *pending.secrets)
            pending.end(status, content, sends_to=location)
        return reply

    async def _exchange(
        self, request: Request, pending: PendingRequest, token: Secret, timeouts: Timeouts
    ) -> tuple[int, httpx.Headers, bytearray]:
        name, value = header_field(request.credential.header, token.reveal())
        headers = {**HEADERS, name: value}
        if pending.body:
            headers["content-type"] = "application/json"
        built = httpx.Request(
            pending.method,
            pending.url,
            content=pending.body or None,
            headers=headers,
            extensions={
                RETRYABLE: request.retryable,
                PACED: request.paced,
                PENDING: pending,
                "timeout": timeouts.for_httpx.as_dict(),
            },
        )
        sent = Sent(pending.method, pending.url)
        response = await self._transport.handle_async_request(built)
        async with aclosing(response):
            pending.is_arriving = True
            try:
                content = await read_content(response, LIST if request.unpaged else ANSWER)
            except TooLarge as too_large:
                raise self._cut_off(too_large, sent) from None
            except UnsupportedEncoding as error:
                what = _("{host} sent an answer with the encoding {encoding}.")
                encoding = clean(redact(str(error), token), 60)
                raise BadAnswer(
                    what.format(host=self.host, encoding=encoding),
                    _(
                        "Hookboard reads gzip and deflate, one of them, once: check the server, "
                        "or the proxy before it."
                    ),
                    sent=sent,
                ) from None
            return response.status_code, response.headers, content

    async def _json(
        self, content: bytearray, headers: httpx.Headers, sent: Sent, request: Request
    ) -> Any:
        """Return the JSON of an answer; ``None`` where there is no content."""
        if _is_blank(content):
            return None
        try:
            return await decode(content)
        except DuplicateKey as duplicate:
            what = _("{host} answered {status} and gave two values for “{key}”.")
            key = clean(redact(str(duplicate), *request.secrets), 60)
            raise BadAnswer(
                what.format(host=self.host, status=sent.status, key=key),
                _("Nobody can tell which one counts: the server, or a proxy before it, is broken."),
                sent=sent,
            ) from None
        except TooLarge as too_large:
            raise self._cut_off(too_large, sent) from None
        except (ValueError, RecursionError):
            content_type = headers.get("content-type", "")
            text = _read_error(request.secrets, content[:MAX_ERROR], content_type)
            what = _("{host} answered {status} with something that is not JSON.")
            raise BadAnswer(
                what.format(host=self.host, status=sent.status),
                _("Check that the profile's URL is the API's, with its path prefix if it has one."),
                said=text.sentences[:1],
                sent=sent,
            ) from None

    def _cut_off(self, too_large: TooLarge, sent: Sent) -> BadAnswer:
        what = _("{host} sent {amount} and was cut off.").format(host=self.host, amount=too_large)
        return BadAnswer(what, _("Check that the profile's URL is the API's."), sent=sent)


def _is_blank(content: bytearray) -> bool:
    return not content or content.isspace()


def _read_error(
    secrets: tuple[Secret, ...],
    content: bytearray,
    content_type: str,
    flags: Collection[str] = (),
) -> ErrorText:
    # Imported only when there is an error: it takes 10 ms.
    from tui.api.http.error_text import read_error

    return read_error(bytes(content), content_type, flags=flags, known=secrets)


def _encoded(body: object) -> bytes:
    """Write JSON in ASCII: lone surrogates that a server stored go back as they came."""
    return b"" if body is None else json.dumps(body).encode("ascii")

"""The error for a status or a broken connection: what happened, and what to do."""

from __future__ import annotations

import os
import re
import socket
import ssl
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx

from tui.api.errors import (
    ApiError,
    AsksToWait,
    BadAnswer,
    Challenged,
    NoAnswer,
    NotFound,
    Refused,
    Sent,
    ServerFailed,
    TryLater,
    Unauthorised,
    Unavailable,
    Unreachable,
)
from tui.api.http.redirect import CHECK_URL, what_to_do
from tui.i18n import _
from tui.model.sentence import Sentence, Wording
from tui.model.text import clean
from tui.model.time import span

if TYPE_CHECKING:
    from tui.api.http.error_text import ErrorText

NETWORK = _("Check the network and the profile's URL.")
NO_TLS = _("Check the URL: begin it with http://, or name the port that answers https.")
CERTIFICATE = _("Check the URL; for a private authority set SSL_CERT_FILE to its certificate.")
EXPIRED = _("The server needs a new certificate, unless the clock here is wrong.")
OTHER_NAME = _("Check the profile's URL: the certificate is for another host.")
AGAIN = _("Try again; if it stays so, check the server.")
TIMEOUT = _("Try again, or wait longer: timeout in the profile, or --timeout.")
GONE = _("It may have been deleted meanwhile: read the list again.")
WAIT = _("Wait a moment and try again.")
ADDRESS = _("Check the profile's URL, and business if it has one; or else check the server.")
LONGEST_WAIT = 7 * 24 * 3600.0
"""Seconds; a server that asks for more is not believed."""
TOKEN = Sentence(_("{credentials}: enter another token; then Hookboard reads again."))
SAYS_WHY = Sentence(
    _("{credentials}: enter another token, unless the server's own words name another reason.")
)
PAYMENT = _("Settle the server's licence or account, then try again.")
LICENCE = _("Activate the server's licence; trying again does not help.")
LICENCE_CODE = "LICENSE_REQUIRED"
"""The code of a 503 of Evolution 2.4 without a licence (server's source)."""
LET_THROUGH = _(
    "The request did not get to the server, and the token is not the reason. Let this machine "
    "through there, or use an address of the server itself."
)
BASIC_AUTH = _(
    "A proxy in front of the server wants a user and password (Basic auth), which Hookboard does "
    "not send. Use an address that the proxy lets through."
)
PROXY_LOGIN = _("The proxy wants a user and a password: write them into its variable.")
PROXY_ACCESS = _("Have the proxy let this connection through, or put the server into NO_PROXY.")
_NO_TLS = ("handshake: wrong version number", "handshake: record layer failure")
"""The errors of OpenSSL's versions for an answer in plain text."""


def transport_error(
    host: str, error: Exception, sent: Sent, waited: float, proxy: str = ""
) -> ApiError:
    """Return the error for a request that got no answer in the ``waited`` seconds.

    ``proxy`` names the proxy that it went through; empty for none.
    """
    reason = cause(error)
    if proxy and isinstance(error, httpx.ProxyError):
        what = _("{host} could not be reached: the proxy {proxy} refused the connection: {reason}.")
        to_do = PROXY_LOGIN if reason.startswith("407") else PROXY_ACCESS
        return Unreachable(what.format(host=host, proxy=proxy, reason=reason), to_do, sent=sent)
    return name_proxy(_transport_error(host, error, reason, sent, waited), proxy)


def _transport_error(
    host: str, error: Exception, reason: str, sent: Sent, waited: float
) -> ApiError:
    match error:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            what = _("{host} did not accept the connection in time.").format(host=host)
            return Unreachable(what, NETWORK, sent=sent)
        case httpx.ConnectError() if reason in _NO_TLS:
            what = _("{host} does not speak TLS on this port: it may be an http server.")
            return Unreachable(what.format(host=host), NO_TLS, sent=sent)
        case httpx.ConnectError() if reason.startswith("handshake:"):
            what = _("{host} and this machine have no TLS version in common ({reason}).")
            return Unreachable(what.format(host=host, reason=reason), CHECK_URL, sent=sent)
        case httpx.ConnectError() if reason.startswith("certificate:"):
            what = _("{host} could not prove that it is {host} (TLS: {reason}).")
            to_do = _about_certificate(error)
            return Unreachable(what.format(host=host, reason=reason), to_do, sent=sent)
        case httpx.ConnectError() | httpx.ProxyError():
            what = _("{host} could not be reached: {reason}.").format(host=host, reason=reason)
            return Unreachable(what, NETWORK, sent=sent)
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            what = _("{host} is not an address to send to: {reason}.")
            to_do = _("Check the profile's URL.")
            return Unreachable(what.format(host=host, reason=reason), to_do, sent=sent)
        case TimeoutError() | httpx.TimeoutException():
            what = _("{host} did not answer in time ({time}).")
            time = span(timedelta(seconds=waited))
            return NoAnswer(what.format(host=host, time=time), TIMEOUT, sent=sent)
        case httpx.RemoteProtocolError() if not re.search("disconnected|closed", reason):
            what = _("{host} answered with something that is not HTTP.").format(host=host)
            return NoAnswer(what, ADDRESS, sent=sent)
        case httpx.DecodingError():
            what = _("{host} sent an answer that cannot be unpacked.").format(host=host)
            return BadAnswer(what, AGAIN, sent=sent)
        case _other:
            what = _("The connection to {host} was lost before the answer: {reason}.")
            return NoAnswer(what.format(host=host, reason=reason), AGAIN, sent=sent)


def name_proxy(error: ApiError, proxy: str) -> ApiError:
    """Add to an error the proxy that its request went through: the answer may be the proxy's."""
    if not proxy:
        return error
    status = error.sent.status if error.sent else None
    if status == 403:
        through = _("It went through the proxy {proxy}, which may be the one that refuses.")
    else:
        through = _("It went through the proxy {proxy}.")
    error.what = f"{error.what} {through.format(proxy=proxy)}"
    if status == 407:
        error.to_do = PROXY_LOGIN
    return error


def refusal(
    host: str,
    sent: Sent,
    text: ErrorText,
    who: str,
    *,
    about: str = "",
    asks_to_wait: float | None = None,
    sends_to: str = "",
    writes: bool = True,
    when_gone: str = GONE,
) -> ApiError:
    """Return the error for an answer that is no 2xx.

    ``who`` says whose token was sent, ``about`` is the name of the instance, empty for a list,
    ``asks_to_wait`` are the seconds of a ``Retry-After``, ``sends_to`` is the address of a
    ``Location``, safe to show.
    """
    said = text.sentences
    status = sent.status or 0
    to_do: Wording
    match status:
        case 401 | 403:
            what = _("{host} answered {status} to {who}.").format(host=host, status=status, who=who)
            to_do = SAYS_WHY if status == 403 and said else TOKEN
            return Unauthorised(what, to_do, said=said, sent=sent)
        case 404 | 410:
            return NotFound(_not_found(host, status, about), when_gone, said=said, sent=sent)
        case 429 | 503:
            later = _later(host, sent, text, about, asks_to_wait)
            later.retry_after = asks_to_wait
            return later
        case _low if status < 200:
            what = _("{host} answered {status}, which only announces an answer.")
            return BadAnswer(what.format(host=host, status=status), ADDRESS, said=said, sent=sent)
        case _redirect if 300 <= status < 400:
            return _redirected(host, sent, sends_to)
        case _failure if status >= 500:
            to_do = _wait(asks_to_wait) or AGAIN
            return ServerFailed(_failed(host, status, about), to_do, said=said, sent=sent)
        case _client_error:
            return _refused(host, sent, text, writes=writes)


def _later(
    host: str, sent: Sent, text: ErrorText, about: str, asks_to_wait: float | None
) -> AsksToWait:
    """Return the error for a 429 or 503, which may ask to wait."""
    said, status, wait = text.sentences, sent.status or 0, _wait(asks_to_wait)
    if status == 429:
        what = _("{host} answered {status}: too many requests.")
        return TryLater(what.format(host=host, status=status), wait or WAIT, said=said, sent=sent)
    to_do = LICENCE if LICENCE_CODE in text.codes else wait or AGAIN
    return Unavailable(_failed(host, status, about), to_do, said=said, sent=sent)


def _refused(host: str, sent: Sent, text: ErrorText, *, writes: bool) -> Refused:
    """Return the error for another 4xx, most often one about the values that were sent."""
    what = _("{host} answered {status}: refused.")
    to_do = _("Correct what it names, and save again.") if writes else ADDRESS
    if sent.status == 402:
        what, to_do = _("{host} answered {status}: payment required."), PAYMENT
    return Refused(
        what.format(host=host, status=sent.status),
        to_do,
        fields=text.fields,
        unexpected=text.unexpected,
        choices=text.choices,
        said=text.general,
        sent=sent,
    )


def _not_found(host: str, status: int, about: str) -> str:
    if not about:
        return _("{host} answered {status}: not found.").format(host=host, status=status)
    what = _("{host} answered {status} for {instance}: not found.")
    return what.format(host=host, status=status, instance=about)


def _failed(host: str, status: int, about: str) -> str:
    if not about:
        return _("{host} answered {status}: the server failed.").format(host=host, status=status)
    what = _("{host} answered {status} for {instance}: the server failed.")
    return what.format(host=host, status=status, instance=about)


def _redirected(host: str, sent: Sent, sends_to: str) -> BadAnswer:
    if sends_to:
        what = _("{host} answered {status}: a redirect to {address}, which is not followed.")
    else:
        what = _("{host} answered {status}: a redirect, which is not followed.")
    what = what.format(host=host, status=sent.status, address=sends_to)
    return BadAnswer(what, what_to_do(sent.url, sends_to), sent=sent)


def challenged(host: str, sent: Sent, text: ErrorText, service: str) -> Challenged:
    """Return the error for a page of a service that lets only browsers get to the server."""
    what = _("{service}, in front of {host}, answered {status} with a check for browsers.")
    what = what.format(service=service, host=host, status=sent.status)
    return Challenged(what, LET_THROUGH, said=text.sentences[:1], sent=sent)


def _wait(seconds: float | None) -> str:
    """Say how long a server asks to wait; empty where it does not."""
    if not seconds:
        return ""
    if seconds > LONGEST_WAIT:
        return _("It asks to wait longer than makes sense: check the server.")
    time = span(timedelta(seconds=seconds))
    return _("It asks to wait {time}; then try again.").format(time=time)


def _about_certificate(error: BaseException) -> str:
    """Say what to do about a certificate, by the reason that OpenSSL gives."""
    seen: BaseException | None = error
    while seen is not None:
        match getattr(seen, "verify_code", None):
            case 10:  # X509_V_ERR_CERT_HAS_EXPIRED
                return EXPIRED
            case 62 | 64:  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
                return OTHER_NAME
        seen = seen.__cause__ or seen.__context__
    return CERTIFICATE


def cause(error: BaseException) -> str:
    """Return the system's own words, such as ``connection refused``, from below the libraries'."""
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
                said = f"handshake: {(seen.reason or said).replace('_', ' ').lower()}"
            case socket.gaierror():
                said = seen.strerror or said
            case OSError() if seen.errno:
                said = os.strerror(seen.errno)
        seen = seen.__cause__ or seen.__context__
    words = clean(said, 160).rstrip(".")
    return words[:1].lower() + words[1:] or type(error).__name__

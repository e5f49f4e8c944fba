"""From a status or a broken connection to the error that says what happened and what to do."""

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
from tui.api.http.redirect import PLACE, what_to_do
from tui.model.sentence import Sentence, Wording
from tui.model.text import clean
from tui.model.time import span

if TYPE_CHECKING:
    from tui.api.http.error_text import ErrorText

NETWORK = "Check the network and the profile's URL."
PLAIN = "Check the URL: begin it with http://, or name the port where https is answered."
CERTIFICATE = "Check the URL; for a private authority set SSL_CERT_FILE to its certificate."
EXPIRED = "The server needs a new certificate, unless the clock here is wrong."
OTHER_NAME = "Check the profile's URL: the certificate there is of another host."
AGAIN = "Try again; if it stays so, look at the server."
LATE = "Try again, or wait longer for it: timeout in the profile, or --timeout."
GONE = "It may have been deleted meanwhile; the list says more when it is read again."
WAIT = "Wait a moment and try again."
ADDRESS = "Check the profile's URL, and business if it has one; or else look at the server."
LONGEST_WAIT = 7 * 24 * 3600.0
"""Seconds; what a server asks for beyond is no answer to count with."""
TOKEN = Sentence("{credentials}: enter another token; then Hookboard reads again.")
SAYS_WHY = Sentence(
    "{credentials}: enter another token, unless the server's own words name another reason."
)
PAYMENT = "See to the server's licence or account, then try again."
LET_THROUGH = (
    "The request did not get to the server, and the token is not the reason. Let this machine "
    "through there, or use an address of the server itself."
)
BASIC_AUTH = (
    "A proxy in front of the server wants a user and password (Basic auth), which Hookboard does "
    "not send. Use an address that the proxy lets through."
)
_NO_TLS = ("handshake: wrong version number", "handshake: record layer failure")
"""How versions of OpenSSL call an answer in plain text."""


def transport_error(host: str, error: Exception, sent: Sent, waited: float) -> ApiError:
    """Return the error for a request that got no answer in the seconds it was ``waited`` for."""
    why = cause(error)
    match error:
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            what = f"{host} did not take the connection in time"
            return Unreachable(what, NETWORK, sent=sent)
        case httpx.ConnectError() if why in _NO_TLS:
            what = f"{host} does not speak TLS there: it may be an http server"
            return Unreachable(what, PLAIN, sent=sent)
        case httpx.ConnectError() if why.startswith("handshake:"):
            what = f"{host} and this machine found no common TLS ({why})"
            return Unreachable(what, PLACE, sent=sent)
        case httpx.ConnectError() if why.startswith("certificate:"):
            what = f"{host} could not prove that it is {host} (TLS: {why})"
            return Unreachable(what, _about_certificate(error), sent=sent)
        case httpx.ConnectError() | httpx.ProxyError():
            return Unreachable(f"{host} could not be reached: {why}", NETWORK, sent=sent)
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            what = f"{host} is not an address to send to: {why}"
            return Unreachable(what, "Check the profile's URL.", sent=sent)
        case TimeoutError() | httpx.TimeoutException():
            what = f"{host} did not answer in time ({span(timedelta(seconds=waited))})"
            return NoAnswer(what, LATE, sent=sent)
        case httpx.RemoteProtocolError() if not re.search("disconnected|closed", why):
            return NoAnswer(f"{host} answered with something that is not HTTP", ADDRESS, sent=sent)
        case httpx.DecodingError():
            what = f"{host} sent an answer that cannot be unpacked"
            return BadAnswer(what, AGAIN, sent=sent)
        case _:
            what = f"the connection to {host} was lost before the answer: {why}"
            return NoAnswer(what, AGAIN, sent=sent)


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
    """Return the error for an answer that is no 2xx; ``who`` is whom a 401 or 403 refused.

    ``about`` is the name of the instance that was asked for, where it was one,
    ``asks_to_wait`` are the seconds of a ``Retry-After``, ``sends_to`` is the address of a
    ``Location``, fit to be shown.
    """
    said = text.sentences
    status = sent.status or 0
    answered = f"{host} answered {status}"
    here = f"{answered} for {about}" if about else answered
    to_do: Wording
    match status:
        case 401 | 403:
            to_do = SAYS_WHY if status == 403 and said else TOKEN
            return Unauthorised(f"{answered} to {who}", to_do, said=said, sent=sent)
        case 404 | 410:
            return NotFound(here + ": not there", when_gone, said=said, sent=sent)
        case 429:
            to_do = _wait(asks_to_wait) or WAIT
            late = TryLater(answered + ": too many requests", to_do, said=said, sent=sent)
            late.retry_after = asks_to_wait
            return late
        case 503:
            to_do = _wait(asks_to_wait) or AGAIN
            unavailable = Unavailable(here + ": it failed", to_do, said=said, sent=sent)
            unavailable.retry_after = asks_to_wait
            return unavailable
        case _ if status < 200:
            what = f"{answered}, which is the beginning of an answer and not one"
            return BadAnswer(what, ADDRESS, said=said, sent=sent)
        case _ if 300 <= status < 400:
            where = f"to {sends_to}" if sends_to else "elsewhere"
            what = f"{answered}: it wants to send us {where}, which is not followed"
            return BadAnswer(what, what_to_do(sent.url, sends_to), sent=sent)
        case _ if status >= 500:
            to_do = _wait(asks_to_wait) or AGAIN
            return ServerFailed(here + ": it failed", to_do, said=said, sent=sent)
        case _:
            mend = "Mend what it says and save again." if writes else ADDRESS
            return Refused(
                f"{answered}: {'payment required' if status == 402 else 'refused'}",
                PAYMENT if status == 402 else mend,
                fields=text.fields,
                unexpected=text.unexpected,
                choices=text.choices,
                said=text.general,
                sent=sent,
            )


def challenged(host: str, sent: Sent, text: ErrorText, service: str) -> Challenged:
    """Return the error for a page with which a service in front of the server keeps us out."""
    what = f"{service}, in front of {host}, answered {sent.status} with a check for browsers"
    return Challenged(what, LET_THROUGH, said=text.sentences[:1], sent=sent)


def _wait(seconds: float | None) -> str:
    """Say how long a server asks to be left alone, if it does."""
    if not seconds:
        return ""
    if seconds > LONGEST_WAIT:
        return "It asks to wait longer than makes sense; look at the server."
    return f"It asks to wait {span(timedelta(seconds=seconds))}; then try again."


def _about_certificate(error: BaseException) -> str:
    """Say what to do about a certificate, by the reason OpenSSL gives."""
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
                said = f"handshake: {(seen.reason or said).replace('_', ' ').lower()}"
            case socket.gaierror():
                said = seen.strerror or said
            case OSError() if seen.errno:
                said = os.strerror(seen.errno)
        seen = seen.__cause__ or seen.__context__
    words = clean(said, 160).rstrip(".")
    return words[:1].lower() + words[1:] or type(error).__name__

"""Finding out which kind of server answers, by the shape of what it says.

At most three requests that read, none of them repeated. An address says little: the Go
generation of CodeChat answers those of v1 too (vendor's page).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from tui.api.errors import ApiError, BadAnswer, Challenged, ServerFailed, TryLater
from tui.api.fingerprints import is_codechat_v2, of_find, of_list
from tui.api.http.auth import APIKEY, Credential
from tui.api.http.client import Http
from tui.api.http.request import Probe, Request
from tui.model.secret import Secret
from tui.model.server_kind import ServerKind

NOBODY = "hookboard-asks-which-server-this-is"
"""The name of an instance that does not exist."""


async def detect(http: Http, business: str, token: Secret | None, source: str) -> ServerKind:
    """Return the kind of server that answers.

    A wrong token is no obstacle: each kind refuses it in its own words. Raises
    :class:`tui.api.errors.ApiError` where nothing answers, and :class:`BadAnswer` where what
    answers is of no known kind.
    """
    looked: list[Probe] = []

    async def probe(request: Request) -> tuple[int, Any]:
        seen = await http.probe(request)
        looked.append(seen)
        return seen.status, seen.body

    token_of = Credential(token, "the profile's token", source)
    by_key = Credential(token, "the profile's token", source, header=APIKEY)
    if business:
        address = ("api", "v2", "business", business, "instance", "search")
        page = {"page": 1}
        search = Request("POST", address, token_of, page, only_reads=True, paged=True, once=True)
        if is_codechat_v2(*await probe(search)):
            return "codechat-v2"
    path = ("instance", "fetchInstances")
    listing = Request("GET", path, by_key, unpaged=True, once=True)
    if kind := of_list(*await probe(listing)):
        return kind
    find = Request("GET", ("webhook", "find", NOBODY), by_key, once=True)
    if kind := of_find(*await probe(find)):
        return kind
    raise _unknown(http.host, looked)


ABSENT = frozenset({404, 405, 410})
"""The statuses of an address that a server does not have."""


def _unknown(host: str, looked: Sequence[Probe]) -> ApiError:
    """Return the error for answers that show no kind of server, in the server's own words.

    What is in the way at every address, whatever the kind, is the error as it is.
    """
    errors = [seen.error for seen in looked if seen.error]
    in_the_way = (
        next((error for error in errors if isinstance(error, Challenged)), None)
        or next((error for error in errors if isinstance(error, ServerFailed)), None)
        or next((error for error in errors if isinstance(error, TryLater)), None)
        or next((error for error in errors if _stands_for_all(error)), None)
    )
    if in_the_way:
        return in_the_way
    telling = max(looked, key=lambda seen: seen.status)
    return BadAnswer(
        f"{host} answers, but like none of the servers Hookboard knows",
        "Check the URL, with its path prefix if it has one; CodeChat v2 needs its business. "
        "Or name the kind (api).",
        said=_said(looked),
        sent=telling.sent,
    )


def _stands_for_all(error: ApiError) -> bool:
    """Whether an answer is about more than the one address: a redirect, or a refusal."""
    status = error.sent.status if error.sent else None
    return status is not None and status >= 300 and status not in ABSENT


def _said(looked: Iterable[Probe]) -> tuple[str, ...]:
    """Return the first sentence that says more than its status does."""
    for seen in looked:
        for words in seen.error.said[:1] if seen.error else ():
            if words.casefold() not in _PHRASES:
                return (words,)
    return ()


_PHRASES = frozenset(status.phrase.casefold() for status in HTTPStatus)

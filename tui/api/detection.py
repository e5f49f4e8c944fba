"""Detection of the kind of server, by the shape of its answers.

It sends at most three requests, which only read, without retries. Addresses tell little:
CodeChat Go answers those of v1 too (vendor's page).
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
from tui.i18n import _
from tui.model.secret import Secret
from tui.model.server_kind import ServerKind

NO_SUCH_INSTANCE = "hookboard-asks-which-server-this-is"
"""The name of an instance that does not exist."""


async def detect(http: Http, business: str, token: Secret | None, source: str) -> ServerKind:
    """Return the kind of server that answers.

    It works with a wrong token too: each kind refuses it in its own way. Raises
    :class:`tui.api.errors.ApiError` where no answer comes, and :class:`BadAnswer` for answers of
    no known kind.
    """
    probes: list[Probe] = []

    async def probe(request: Request) -> tuple[int, Any]:
        answer = await http.probe(request)
        probes.append(answer)
        return answer.status, answer.body

    by_bearer = Credential(token, _("the profile's token"), source)
    by_key = Credential(token, _("the profile's token"), source, header=APIKEY)
    if business:
        address = ("api", "v2", "business", business, "instance", "search")
        page = {"page": 1}
        search = Request("POST", address, by_bearer, page, only_reads=True, paged=True, once=True)
        if is_codechat_v2(*await probe(search)):
            return "codechat-v2"
    path = ("instance", "fetchInstances")
    listing = Request("GET", path, by_key, unpaged=True, once=True)
    if kind := of_list(*await probe(listing)):
        return kind
    find = Request("GET", ("webhook", "find", NO_SUCH_INSTANCE), by_key, once=True)
    if kind := of_find(*await probe(find)):
        return kind
    raise _not_detected(http.host, probes)


NO_SUCH_ADDRESS = frozenset({404, 405, 410})
"""The statuses for an address that the server does not have."""


def _not_detected(host: str, probes: Sequence[Probe]) -> ApiError:
    """Return the error for answers that show no kind of server.

    An error that any address would give, such as a refused token, is returned itself.
    """
    errors = [probe.error for probe in probes if probe.error]
    general = (
        next((error for error in errors if isinstance(error, Challenged)), None)
        or next((error for error in errors if isinstance(error, ServerFailed)), None)
        or next((error for error in errors if isinstance(error, TryLater)), None)
        or next((error for error in errors if _holds_for_any_address(error)), None)
    )
    if general:
        return general
    return BadAnswer(
        _("{host} answers, but like none of the servers Hookboard knows.").format(host=host),
        _(
            "Check the URL, with its path prefix if it has one; CodeChat v2 needs its business. "
            "Or name the kind (api)."
        ),
        said=_words_of(probes),
        sent=max(probes, key=lambda probe: probe.status).sent,
    )


def _holds_for_any_address(error: ApiError) -> bool:
    """Whether any address would get this answer: a redirect, or a refusal."""
    status = error.sent.status if error.sent else None
    return status is not None and status >= 300 and status not in NO_SUCH_ADDRESS


def _words_of(probes: Iterable[Probe]) -> tuple[str, ...]:
    """Return the server's first sentence that says more than its status."""
    for probe in probes:
        for words in probe.error.said[:1] if probe.error else ():
            if words.casefold() not in _PHRASES:
                return (words,)
    return ()


_PHRASES = frozenset(status.phrase.casefold() for status in HTTPStatus)

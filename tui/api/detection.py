"""Finding out which kind of server answers, by the shape of what it says.

At most three requests that read, none of them repeated. An address says little: the Go
generation of CodeChat answers those of v1 too (vendor's page).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol

from tui.api.errors import ApiError, BadAnswer, KeptOut, ServerFailed, TryLater
from tui.api.fingerprints import is_codechat_v2, of_find, of_list
from tui.api.http.auth import APIKEY, BEARER, Credential
from tui.api.http.client import Http
from tui.api.http.request import Look, Request
from tui.api.http.request_log import Exchanges
from tui.api.port import Page, Preview, WebhookServer
from tui.model.capabilities import Abilities
from tui.model.diff import Change
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.server_kind import AUTO
from tui.model.webhook import Values, Webhook

NOBODY = "hookboard-asks-which-server-this-is"
"""The name of an instance that does not exist."""


async def detect(http: Http, business: str, token: Secret | None, source: str) -> str:
    """Return the kind of server that answers.

    A wrong token is no obstacle: each kind refuses it in its own words. Raises
    :class:`tui.api.errors.ApiError` where nothing answers, and :class:`BadAnswer` where what
    answers is of no known kind.
    """
    looked: list[Look] = []

    async def look(request: Request) -> tuple[int, Any]:
        seen = await http.look(request)
        looked.append(seen)
        return seen.status, seen.body

    token_of = Credential(token, "the profile's token", source)
    by_key = Credential(token, "the profile's token", source, header=APIKEY)
    if business:
        address = ("api", "v2", "business", business, "instance", "search")
        page = {"page": 1}
        search = Request("POST", address, token_of, page, only_reads=True, paged=True, once=True)
        if is_codechat_v2(*await look(search)):
            return "codechat-v2"
    path = ("instance", "fetchInstances")
    listing = Request("GET", path, by_key, unpaged=True, once=True)
    if kind := of_list(*await look(listing)):
        return kind
    find = Request("GET", ("webhook", "find", NOBODY), by_key, once=True)
    if kind := of_find(*await look(find)):
        return kind
    raise _unknown(http.host, looked)


ABSENT = frozenset({404, 405, 410})
"""The statuses of an address that a server does not have."""


def _unknown(host: str, looked: Sequence[Look]) -> ApiError:
    """Return the error for answers that show no kind of server, in the server's own words.

    What is in the way at every address, whatever the kind, is the error as it is.
    """
    errors = [seen.error for seen in looked if seen.error]
    in_the_way = (
        next((error for error in errors if isinstance(error, KeptOut)), None)
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


def _said(looked: Iterable[Look]) -> tuple[str, ...]:
    """Return the first sentence that says more than its status does."""
    for seen in looked:
        for words in seen.error.said[:1] if seen.error else ():
            if words.casefold() not in _PHRASES:
                return (words,)
    return ()


_PHRASES = frozenset(status.phrase.casefold() for status in HTTPStatus)


class Opener(Protocol):
    """Makes the adapter of a kind."""

    def __call__(self, kind: str, http: Http, token: Secret | None, source: str) -> WebhookServer:
        """Return it; nothing is sent yet."""
        ...


class Undetected:
    """A server whose kind is found out when its list is first read.

    See :class:`tui.api.port.WebhookServer` for what each method is; until then nothing else
    can be asked of it.
    """

    def __init__(
        self,
        http: Http,
        business: str,
        token: Secret | None,
        source: str,
        opener: Opener,
        on_found: Callable[[str], None] | None,
    ) -> None:
        self._http = http
        self._business = business
        self._token = token
        self._source = source
        self._opener = opener
        self._on_found = on_found
        self._found: WebhookServer | None = None
        self.resets_flags = False

    @property
    def kind(self) -> str:
        """Which kind was found, or that none was yet."""
        return self._found.kind if self._found else AUTO

    @property
    def abilities(self) -> Abilities:
        """What the kind that was found can do."""
        return self._found.abilities if self._found else Abilities()

    @property
    def host(self) -> str:
        """Host and, where there is one, port."""
        return self._http.host

    @property
    def exchanges(self) -> Exchanges:
        """What was sent in this run."""
        return self._http.exchanges

    @property
    def read_only(self) -> bool:
        """Whether every write is refused here."""
        return self._http.read_only

    @property
    def flags_apart(self) -> bool:
        """Whether only :meth:`update_flags` saves flags."""
        return self._server.flags_apart

    async def instances(self) -> AsyncGenerator[Page, None]:
        """Find out what answers, and list its instances; a list that comes is the proof."""
        server = self._found
        if server is None:
            kind = await detect(self._http, self._business, self._token, self._source)
            server = self._opener(kind, self._http, self._token, self._source)
        async for page in server.instances():
            if self._found is None:
                self._found = server
                if self._on_found:
                    self._on_found(server.kind)
            yield page

    async def webhooks(self, instance: Instance, *, in_turn: bool = False) -> tuple[Webhook, ...]:
        """List the webhooks of an instance."""
        return await self._server.webhooks(instance, in_turn=in_turn)

    async def webhook(self, instance: Instance, webhook_id: str) -> Webhook:
        """Read one webhook."""
        return await self._server.webhook(instance, webhook_id)

    def blank(self, instance: Instance) -> Webhook:
        """Return what a new webhook begins as."""
        return self._server.blank(instance)

    def with_known_flags(self, webhook: Webhook) -> Webhook:
        """Return a webhook with the flags that are known now."""
        return self._server.with_known_flags(webhook)

    async def update(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """Write a webhook whole."""
        return await self._server.update(instance, current, values)

    async def delete(self, instance: Instance, webhook_id: str) -> None:
        """Delete a webhook."""
        await self._server.delete(instance, webhook_id)

    async def update_flags(
        self, instance: Instance, webhook_id: str, flags: Mapping[str, bool]
    ) -> Mapping[str, bool] | None:
        """Write some flags, and nothing else."""
        return await self._server.update_flags(instance, webhook_id, flags)

    def is_believed(self, asked: Iterable[Change]) -> bool:
        """Whether answers have proved true before."""
        return self._server.is_believed(asked)

    def compare(self, told: Iterable[Change], read: Webhook) -> None:
        """Take note of whether what was told is so."""
        self._server.compare(told, read)

    def preview(self, instance: Instance, current: Webhook, values: Values) -> Preview:
        """Say what :meth:`update` would send."""
        return self._server.preview(instance, current, values)

    def read_as_curl(self, instance: Instance, webhook: Webhook) -> str:
        """Return a curl command that reads a webhook."""
        return self._server.read_as_curl(instance, webhook)

    def use_token(self, token: Secret, source: str, *, instance: Instance | None = None) -> None:
        """Use another token from now on."""
        if self._found:
            self._found.use_token(token, source, instance=instance)
        else:
            self._token, self._source = token, source

    def credential_words(self, instance: Instance | None = None) -> str:
        """Say whose token is sent and where it came from."""
        if self._found:
            return self._found.credential_words(instance)
        return str(Credential(self._token, "the profile's token", self._source, header=BEARER))

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.close()

    @property
    def _server(self) -> WebhookServer:
        if self._found is None:
            raise BadAnswer(
                f"What kind of server {self.host} is has not been found out yet",
                "r reads the list, and finds out.",
            )
        return self._found

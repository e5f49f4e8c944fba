"""The adapter for CodeChat Go: recorded from the public server.

An instance's one webhook has no name and no headers. The server is strict: it refuses a
property or flag that it does not know.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tui.api.adapters.fields import Fields
from tui.api.adapters.records import jwt_in
from tui.api.adapters.single_webhook import ONE_WEBHOOK, ONLY, SingleWebhookAdapter
from tui.api.errors import ApiError, NotAddressable, NotFound, Unauthorised
from tui.api.http.auth import APIKEY
from tui.api.http.client import Http
from tui.api.http.path_segments import is_plain
from tui.api.http.request import Answer
from tui.i18n import _
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.webhook import Values, Webhook

FLAGS = (
    "messagesUpsert", "messagesUpdated", "messagesDeleted", "messagesStarred",
    "messagesUndecryptable", "sendMessage", "mediaRetry", "historySync", "contactsUpsert",
    "contactsUpdated", "presenceUpdated", "profilePictureUpdated", "userAboutUpdated",
    "identityUpdated", "chatsUpdated", "chatsDeleted", "groupsUpsert", "groupsUpdated",
    "groupsParticipantsUpdated", "qrcodeUpdated", "statusInstance", "connectionUpdated",
    "settingsUpdated", "callUpsert", "newsLetter", "labelsAssociation", "labelsEdit",
)  # fmt: skip
"""The flags on the vendor's page; the public server accepts them all."""

NO_WEBHOOK, NO_INSTANCE = "webhook not found", "instance not found"
"""The messages of a 404 for missing data; any other 404 is about the address (recorded)."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a server."""

    list: Sequence[str]
    read: Callable[[str], Sequence[str]]
    """Returns the address to read an instance's webhook from."""
    write: Callable[[str], Sequence[str]]
    """Returns the address to write it to."""


PUBLIC = Addresses(
    list=("instance", "fetchInstances"),
    read=lambda name: ("webhook", "find", name),
    write=lambda name: ("webhook", "set", name),
)
"""The only addresses of the public server (recorded)."""

DOCUMENTED = Addresses(
    list=("instance",),
    read=lambda name: ("instance", name, "webhook"),
    write=lambda name: ("instance", name, "webhook"),
)
"""The addresses on the vendor's page, which calls the public ones aliases that work."""


class CodeChatGo(SingleWebhookAdapter):
    """A CodeChat Go server."""

    kind = "codechat-go"
    capabilities = replace(
        ONE_WEBHOOK,
        flags=FLAGS,
        flag_words={"statusInstance": _("when the instance has caught up after being offline")},
        url_bytes=500,
        plain_names=_(
            "CodeChat Go opens no instance whose name has blanks, accents or other signs"
        ),
        no_delete=_("CodeChat Go cannot delete a webhook: turn it off instead."),
    )
    profile_token = _("the global token")
    header = APIKEY

    def __init__(self, http: Http, token: Secret | None, source: str) -> None:
        super().__init__(http, token, source)
        self._addresses = PUBLIC

    def _token_in(self, instance: Fields) -> str:
        return jwt_in(instance.value("Auth"))

    def _write_path(self, instance: Instance) -> Sequence[str]:
        return self._addresses.write(instance.id)

    def _read_path(self, instance: Instance, webhook_id: str = ONLY) -> Sequence[str]:
        return self._addresses.read(instance.id)

    async def _list(self) -> Answer:
        return await self._at_either(
            lambda addresses: self._http.send(self._list_request(addresses.list))
        )

    async def _find(self, instance: Instance, *, paced: bool = False) -> Webhook | None:
        try:
            return await super()._find(instance, paced=paced)
        except NotFound as error:
            if _says(error, NO_WEBHOOK):
                return None
            raise

    async def _send(
        self,
        instance: Instance,
        method: str,
        path: Sequence[str],
        body: object = None,
        *,
        paced: bool = False,
    ) -> Answer:
        send = super()._send

        def send_to(addresses: Addresses) -> Awaitable[Answer]:
            address = addresses.read if method == "GET" else addresses.write
            return send(instance, method, address(instance.id), body, paced=paced)

        try:
            return await self._at_either(send_to)
        except Unauthorised as error:
            if error.sent and error.sent.status == 403 and not is_plain(instance.id):
                raise self._not_addressable(instance, error) from None
            raise

    async def _at_either(self, send_to: Callable[[Addresses], Awaitable[Answer]]) -> Answer:
        """Send to the addresses in use; where the server does not have them, to the others."""
        try:
            return await send_to(self._addresses)
        except NotFound as error:
            if _says(error, NO_WEBHOOK, NO_INSTANCE):
                raise
            not_found = error
        others = DOCUMENTED if self._addresses is PUBLIC else PUBLIC
        try:
            answer = await send_to(others)
        except NotFound as error:
            if not _says(error, NO_WEBHOOK, NO_INSTANCE):
                raise not_found from None
            self._addresses = others
            raise
        self._addresses = others
        return answer

    def _not_addressable(self, instance: Instance, error: Unauthorised) -> ApiError:
        """Return the error for a name that must be percent-encoded.

        The server compares the address as it was sent with the name in the token (recorded):
        no token opens such an instance.
        """
        what = _(
            "{host} answered 403 for {instance}: this server opens no instance whose name has "
            "blanks, accents or other signs that an address must encode."
        )
        return NotAddressable(
            what.format(host=self.host, instance=instance.name),
            _(
                "The token is not the reason. An instance with a plain name (letters, digits, "
                "- . _) can be opened."
            ),
            said=error.said,
            sent=error.sent,
        )

    def _read(self, record: Any) -> Webhook:
        webhook, events = super()._read(record), record.get("events")
        if not isinstance(events, Mapping):
            return webhook
        return replace(webhook, unsaid=frozenset(webhook.flags).difference(events))

    def _body(self, current: Webhook, values: Values) -> dict[str, object]:
        """Return URL, ``enabled`` (left out it would mean true) and events.

        A flag that the server did not name may be unknown to it, and refused: it is sent only
        to be turned on. Left-out events are kept; ``{}`` would clear them.
        """
        url = current.wire_text("url", values.url)
        unsaid = current.unsaid
        events = {flag: on for flag, on in values.flags.items() if on or flag not in unsaid}
        body: dict[str, object] = {"url": url, "enabled": values.enabled}
        return {**body, "events": events} if events or not unsaid else body


def _says(error: NotFound, *sentences: str) -> bool:
    """Whether the server's words with a 404 are one of ``sentences``."""
    return any(words.casefold() in sentences for words in error.said)

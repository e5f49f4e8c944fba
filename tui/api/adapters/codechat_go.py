"""The adapter for the Go generation of the CodeChat API: recorded from the public server.

An instance's one webhook has no name and no headers. Bodies are strict: a property or flag
the server does not know is refused.
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
"""The flags on the vendor's page, all of which the public server takes."""

NO_WEBHOOK, NO_INSTANCE = "webhook not found", "instance not found"
"""What a 404 says of data that is not there; any other is about the address (recorded)."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a server of this generation is asked."""

    list: Sequence[str]
    read: Callable[[str], Sequence[str]]
    """Returns the address to read the webhook of an instance."""
    write: Callable[[str], Sequence[str]]
    """Returns the address to write it."""


PUBLIC = Addresses(
    list=("instance", "fetchInstances"),
    read=lambda name: ("webhook", "find", name),
    write=lambda name: ("webhook", "set", name),
)
"""Those of the public server, the only ones it has (recorded)."""

DOCUMENTED = Addresses(
    list=("instance",),
    read=lambda name: ("instance", name, "webhook"),
    write=lambda name: ("instance", name, "webhook"),
)
"""Those of the vendor's page, which calls the public ones working aliases."""


class CodeChatGo(SingleWebhookAdapter):
    """A CodeChat server of the Go generation."""

    kind = "codechat-go"
    capabilities = replace(
        ONE_WEBHOOK,
        flags=FLAGS,
        flag_words={"statusInstance": "when the instance has caught up after being offline"},
        url_bytes=500,
        no_delete="CodeChat Go has no way to delete a webhook: turn it off instead.",
    )
    profile_token = "the global token"
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
        return await self._at_either(lambda at: self._http.send(self._list_request(at.list)))

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

        def asked(at: Addresses) -> Awaitable[Answer]:
            where = at.read if method == "GET" else at.write
            return send(instance, method, where(instance.id), body, paced=paced)

        try:
            return await self._at_either(asked)
        except Unauthorised as error:
            if error.sent and error.sent.status == 403 and not is_plain(instance.id):
                raise self._not_addressable(instance, error) from None
            raise

    async def _at_either(self, ask: Callable[[Addresses], Awaitable[Answer]]) -> Answer:
        """Ask at the addresses in use and, where there is no such address, at the other ones."""
        try:
            return await ask(self._addresses)
        except NotFound as error:
            if _says(error, NO_WEBHOOK, NO_INSTANCE):
                raise
            not_there = error
        others = DOCUMENTED if self._addresses is PUBLIC else PUBLIC
        try:
            answer = await ask(others)
        except NotFound as error:
            if not _says(error, NO_WEBHOOK, NO_INSTANCE):
                raise not_there from None
            self._addresses = others
            raise
        self._addresses = others
        return answer

    def _not_addressable(self, instance: Instance, error: Unauthorised) -> ApiError:
        """Return the error for a name that has to be percent-encoded.

        The server compares the address as it was sent with the name in the token (recorded):
        no token opens such an instance.
        """
        return NotAddressable(
            f"{self.host} answered 403 for {instance.name}: this server opens no instance "
            "whose name has blanks, accents or other signs that an address must encode",
            "It is no fault of the token. An instance with a plain name (letters, digits, "
            "- . _) can be opened.",
            said=error.said,
            sent=error.sent,
        )

    def _read(self, record: Any) -> Webhook:
        webhook, events = super()._read(record), record.get("events")
        if not isinstance(events, Mapping):
            return webhook
        return replace(webhook, unsaid=frozenset(webhook.flags).difference(events))

    def _body(self, current: Webhook, values: Values) -> dict[str, object]:
        """Return what the server knows of: ``enabled`` left out would mean true.

        Flags it said nothing of may be of a later version, and are refused: they are sent
        when they are turned on. Events left out are kept, and ``{}`` would clear them.
        """
        url = current.wire_text("url", values.url)
        unsaid = current.unsaid
        events = {flag: on for flag, on in values.flags.items() if on or flag not in unsaid}
        body: dict[str, object] = {"url": url, "enabled": values.enabled}
        return {**body, "events": events} if events or not unsaid else body


def _says(error: NotFound, *sentences: str) -> bool:
    """Whether the server's words of a 404 are one of ``sentences``."""
    return any(words.casefold() in sentences for words in error.said)

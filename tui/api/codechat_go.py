"""The adapter for the Go generation of the CodeChat API: from the vendor's page, not tried.

An instance's one webhook has no name and no headers. Bodies are strict: a property or flag
the server does not know is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tui.api.credential import APIKEY
from tui.api.one_webhook import ONLY, OneWebhook, WireInstance
from tui.api.records import jwt_in
from tui.model.abilities import Abilities
from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook

FLAGS = (
    "messagesUpsert", "messagesUpdated", "messagesDeleted", "messagesStarred",
    "messagesUndecryptable", "sendMessage", "mediaRetry", "historySync", "contactsUpsert",
    "contactsUpdated", "presenceUpdated", "profilePictureUpdated", "userAboutUpdated",
    "identityUpdated", "chatsUpdated", "chatsDeleted", "groupsUpsert", "groupsUpdated",
    "groupsParticipantsUpdated", "qrcodeUpdated", "statusInstance", "connectionUpdated",
    "settingsUpdated", "callUpsert", "newsLetter", "labelsAssociation", "labelsEdit",
)  # fmt: skip
"""The flags on the vendor's page."""

SILENT = "The server does not say which flags are on; those left as they are are not sent."


class CodeChatGo(OneWebhook):
    """A CodeChat server of the Go generation."""

    kind = "codechat-go"
    abilities = Abilities(
        many=False,
        names=False,
        deletes=False,
        business=False,
        flags_alone=False,
        flags=FLAGS,
        flag_words={"statusInstance": "when the instance has caught up after being offline"},
        no_delete="CodeChat Go has no way to delete a webhook: turn it off instead.",
    )
    profile_token = "the global token"
    header = APIKEY
    list_path = ("instance",)

    def _token_in(self, record: WireInstance) -> str | None:
        return jwt_in(record.Auth)

    def _write_path(self, instance: Instance) -> Sequence[str]:
        return ("instance", instance.id, "webhook")

    def _read_path(self, instance: Instance, webhook_id: str = ONLY) -> Sequence[str]:
        return self._write_path(instance)

    def _read(self, record: Any) -> Webhook:
        webhook, events = super()._read(record), record.get("events")
        said = events if isinstance(events, Mapping) else ()
        unsaid = frozenset(webhook.flags).difference(said)
        if not unsaid:
            return webhook
        return replace(webhook, unsaid=unsaid, note="" if events is said else SILENT)

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

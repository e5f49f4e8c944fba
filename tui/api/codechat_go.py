"""The adapter for the Go generation of the CodeChat API: from the vendor's page, not tried.

An instance's one webhook has no name and no headers. Bodies are strict: a property or flag
the server does not know is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.api.codechat_v1 import jwt_in
from tui.api.credential import APIKEY
from tui.api.one_webhook import ONLY, OneWebhook, WireInstance
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

    def _body(self, current: Webhook, values: Values) -> dict[str, object]:
        """Return all three: ``enabled`` left out would mean true, and ``{}`` clears the flags."""
        url = current.wire_text("url", values.url)
        return {"url": url, "enabled": values.enabled, "events": dict(values.flags)}

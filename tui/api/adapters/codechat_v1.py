"""The adapter for CodeChat API v1 (open source, Node): recorded from a 1.3.7.

An instance's one webhook has no name and no headers. A PUT merges its flags into the stored
ones, key by key.
"""

from __future__ import annotations

from dataclasses import replace

from tui.api.adapters.fields import Fields
from tui.api.adapters.records import jwt_in
from tui.api.adapters.single_webhook import (
    ONE_WEBHOOK,
    SingleWebhookAdapter,
)
from tui.api.errors import Refused
from tui.api.http.auth import APIKEY
from tui.i18n import _
from tui.model.instance import Instance
from tui.model.webhook import FlagsTold, Values, Webhook

FLAGS = (
    "messagesSet", "messagesUpsert", "messagesUpdated", "sendMessage", "contactsSet",
    "contactsUpsert", "contactsUpdated", "presenceUpdated", "chatsSet", "chatsUpsert",
    "chatsUpdated", "chatsDeleted", "groupsUpsert", "groupsUpdated", "groupsParticipantsUpdated",
    "qrcodeUpdated", "statusInstance", "connectionUpdated", "callUpsert", "refreshToken",
    "labelsAssociation", "labelsEdit",
)  # fmt: skip
"""The flags that the server sends events for (recorded: it stores any other name too)."""

WANTS_FLAGS = "Cannot convert undefined or null to object"
"""The answer to a PUT without flags for an instance in the server's memory (recorded)."""


class CodeChatV1(SingleWebhookAdapter):
    """A CodeChat v1 server."""

    kind = "codechat-v1"
    capabilities = replace(
        ONE_WEBHOOK,
        flags=FLAGS,
        flag_words={
            "messagesUpsert": _("when a message comes in or is sent, by API too"),
            "contactsUpsert": _("when a contact is new or changes"),
        },
        never_sent={
            "contactsSet": _("never sent: CodeChat v1 only accepts it"),
            "contactsUpdated": _("never sent: changes come with contactsUpsert"),
        },
        no_delete=_("CodeChat v1 cannot delete a webhook: turn it off instead."),
    )
    profile_token = _("the global key")
    header = APIKEY

    def _token_in(self, instance: Fields) -> str:
        return jwt_in(instance.value("Auth"))

    async def update(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """Write the webhook; with all flags on if none was ever chosen and the server wants some.

        For an instance in the server's memory a PUT without flags is refused before anything is
        written (recorded). A webhook without chosen flags sends every event: as with all on.
        """
        try:
            return await super().update(instance, current, values)
        except Refused as refused:
            if current.flags_told is not FlagsTold.NEVER_CHOSEN or WANTS_FLAGS not in refused.said:
                raise
            chosen = replace(current, flags_told=FlagsTold.EACH)
            return await super().update(instance, chosen, values)

    def _flags_told(self, webhook: Fields) -> FlagsTold:
        """Return what a record says about the flags: null if none was ever sent (recorded)."""
        if "events" in webhook and webhook.value("events") is None:
            return FlagsTold.NEVER_CHOSEN
        return super()._flags_told(webhook)

    def _body(self, current: Webhook, values: Values) -> dict[str, object]:
        """Return URL, enabled and the flags.

        Flags that were never chosen, or that the server did not tell, are left out until one is
        changed: an empty object would turn all off (server's source). Flags unknown to the
        server are sent only when they change: its database fails on some names, and then
        answers 400 after half of the PUT was written (recorded).
        """
        url = current.wire_text("url", values.url)
        body: dict[str, object] = {"url": url, "enabled": values.enabled}
        if current.flags_told is not FlagsTold.EACH and values.flags == current.flags:
            return body
        known = frozenset(FLAGS) - current.unsaid
        events = {
            flag: on
            for flag, on in values.flags.items()
            if flag in known or on != current.flags.get(flag)
        }
        return {**body, "events": events}

    def _after_write(self, current: Webhook, answered: Webhook) -> Webhook:
        """Return the webhook after a write.

        The answer has only the flags that were sent, and no times where the instance is in the
        server's memory (recorded).
        """
        flags = {**current.flags, **answered.flags}
        return replace(answered, flags=flags, created_at=answered.created_at or current.created_at)

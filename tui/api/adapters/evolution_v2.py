"""The adapter for Evolution API v2: recorded from a 2.3.6.

An instance's one webhook has no name. Its events are a list that is replaced as a whole, and
that the server empties when the webhook is turned off: what stood there is kept on this side.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tui.api.adapters.fields import Fields
from tui.api.adapters.single_webhook import ONE_WEBHOOK, SingleWebhookAdapter
from tui.api.errors import (
    ApiError,
    FlagsNotKept,
    FlagsRefused,
    Refused,
    ServerFailed,
    Unauthorised,
)
from tui.api.http.auth import APIKEY
from tui.api.http.client import Http
from tui.api.http.request import Answer
from tui.api.memory import Memory
from tui.model.counting import listed
from tui.model.diff import Change
from tui.model.flag_words import label
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.sentence import joined
from tui.model.user_error import UserError
from tui.model.webhook import FlagsTold, Values, Webhook

FLAGS = (
    "APPLICATION_STARTUP", "QRCODE_UPDATED", "MESSAGES_SET", "MESSAGES_UPSERT", "MESSAGES_EDITED",
    "MESSAGES_UPDATE", "MESSAGES_DELETE", "SEND_MESSAGE", "SEND_MESSAGE_UPDATE", "CONTACTS_SET",
    "CONTACTS_UPSERT", "CONTACTS_UPDATE", "PRESENCE_UPDATE", "CHATS_SET", "CHATS_UPSERT",
    "CHATS_UPDATE", "CHATS_DELETE", "GROUPS_UPSERT", "GROUP_UPDATE", "GROUP_PARTICIPANTS_UPDATE",
    "CONNECTION_UPDATE", "LABELS_EDIT", "LABELS_ASSOCIATION", "CALL", "TYPEBOT_START",
    "TYPEBOT_CHANGE_STATUS", "REMOVE_INSTANCE", "LOGOUT_INSTANCE", "INSTANCE_CREATE",
    "INSTANCE_DELETE", "STATUS_INSTANCE",
)  # fmt: skip
"""The events that servers up to 2.3.7 know (recorded). Others have more, or no longer have all."""

EVENT_PLACE = re.compile(r"webhook\.events\[(\d{1,4})\]")
"""The path of an event in what was sent, where one is refused (recorded)."""

OPTIONS = {"byEvents": "webhookByEvents", "base64": "webhookBase64"}
"""By the name they are sent under, the name they are answered under (recorded)."""

KEPT_HERE = "The server forgets the flags of a webhook that is off; these are kept on this machine."
LOST = "The server forgot its flags when it was turned off; choose them before turning it on."
NOT_LOADED = "Or it has not loaded the instance: connect it or restart the server, then try again."
UNREADABLE = "The server forgot its flags, and what this machine kept of them cannot be read."


class EvolutionV2(SingleWebhookAdapter):
    """An Evolution API v2 server."""

    kind = "evolution-v2"
    capabilities = replace(
        ONE_WEBHOOK,
        lists_webhooks=False,
        flags=FLAGS,
        never_sent={
            "APPLICATION_STARTUP": "never sent: Evolution only accepts it",
            "CONTACTS_SET": "never sent: Evolution only accepts it",
            "GROUP_UPDATE": "never sent: Evolution looks for GROUPS_UPDATE instead",
        },
        options=tuple(OPTIONS),
        no_flags="Evolution reads an empty list as all flags; turn one on, or turn the webhook off",
        none_shown="Evolution also shows none for an instance that it has not loaded, and for a "
        "webhook whose “enabled” is NULL in its database: a new one takes its place.",
        off_forgets="Evolution forgets the flags of a webhook that is off. Hookboard keeps them "
        "on this machine and puts them back when it is turned on here.",
        no_delete="Evolution v2 has no way to delete a webhook: turn it off instead.",
    )
    profile_token = "the API key"
    header = APIKEY
    instance_header = APIKEY
    instance_is_jwt = False
    write_method = "POST"

    def __init__(self, http: Http, token: Secret | None, source: str, memory: Memory) -> None:
        super().__init__(http, token, source)
        self._memory = memory

    async def webhooks(self, instance: Instance, *, paced: bool = False) -> tuple[Webhook, ...]:
        """Read the webhook of an instance; where it is off, with the flags kept here."""
        await self._memory.recall_known_flags()
        found = await super().webhooks(instance, paced=paced)
        return tuple([await self._completed(instance, webhook) for webhook in found])

    async def webhook(self, instance: Instance, webhook_id: str) -> Webhook:
        """Read the webhook; where it is off, with the flags kept here."""
        await self._memory.recall_known_flags()
        return await self._completed(instance, await super().webhook(instance, webhook_id))

    def blank(self, instance: Instance) -> Webhook:
        """Return what a new webhook begins as, with the flags that this server has."""
        flags = dict.fromkeys(self._offered, False)
        return replace(super().blank(instance), flags=flags, note=self.capabilities.none_shown)

    async def update(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """Write the webhook whole; flags the server is to forget are kept before it does."""
        if not values.enabled:
            return await self._turn_off(instance, current, values)
        written = await self._write(instance, current, values)
        if written and written.enabled:
            # What others turn off later is not as it was here.
            await self._memory.forget(instance.id)
        return written and await self._completed(instance, written)

    def with_known_flags(self, webhook: Webhook) -> Webhook:
        """Return a webhook with the flags that the server has, as far as it has shown."""
        if webhook.flags_told is FlagsTold.NOTHING:
            return webhook
        on = (flag for flag, is_on in webhook.flags.items() if is_on)
        flags = {**dict.fromkeys(self._offered, False), **dict.fromkeys(on, True)}
        refused = self._memory.known_flags.refused.intersection(flags)
        if (flags, refused) == (webhook.flags, webhook.refused):
            return webhook
        return replace(webhook, flags=flags, refused=refused)

    def compare(self, told: Iterable[Change], read: Webhook) -> None:
        """Take note of what is so; flags of a webhook that is off are this side's own word."""
        super().compare((one for one in told if read.enabled or not one.is_flag), read)

    async def _turn_off(
        self, instance: Instance, current: Webhook, values: Values
    ) -> Webhook | None:
        before = await self._keep(instance, values.flags)
        try:
            written = await self._write(instance, current, values)
        except ApiError as error:
            # Of one that was off before, the server has no flags either way.
            if not (error.applied_unknown and current.enabled):
                await self._put_back(instance, before)
            raise
        return written and await self._completed(instance, written)

    async def _write(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """Write the webhook whole, and learn from the answer which flags the server has."""
        sent = tuple(flag for flag, on in values.flags.items() if on)
        try:
            written = await super().update(instance, current, values)
        except Refused as error:
            raise await self._which_refused(error, sent) from None
        except ServerFailed as error:
            if current.is_new:
                error.to_do = joined(error.to_do, NOT_LOADED)
            raise
        await self._memory.learn_flags(lambda known: known.with_accepted(sent, FLAGS))
        return written

    async def _which_refused(self, error: Refused, sent: tuple[str, ...]) -> Refused:
        """Return the error that names the flags which were refused, where some were.

        The server says where they stand in the list that was sent, and all that it accepts.
        """
        lists = (names for place, names in error.choices.items() if EVENT_PLACE.match(place))
        accepted = next(lists, ())
        refused = tuple(flag for flag in sent if flag not in accepted)
        if not (accepted and refused):
            return error
        await self._memory.learn_flags(lambda known: known.with_list(accepted, sent, FLAGS))
        what = f"{self.host} does not accept {listed(map(label, refused))}"
        to_do = f"Leave {'it' if len(refused) == 1 else 'them'} out, and save again."
        said = tuple(_with_names(words, sent) for words in error.said)
        return FlagsRefused(what, to_do, flags=refused, said=said, because=error)

    @property
    def _offered(self) -> tuple[str, ...]:
        """The flags that this server has, as far as it has shown."""
        return self._memory.known_flags.offered(FLAGS)

    async def _completed(self, instance: Instance, webhook: Webhook) -> Webhook:
        """Return a webhook with what is known here of it and of its flags."""
        webhook = await self._remembered(instance, webhook)
        await self._memory.learn_flags(lambda known: known.with_found(webhook.flags, FLAGS))
        refused = self._memory.known_flags.refused.intersection(webhook.flags)
        return replace(webhook, refused=refused) if refused else webhook

    async def _put_back(self, instance: Instance, flags: Mapping[str, bool] | None) -> None:
        """Keep what was kept before: nothing was written."""
        if flags is None:
            await self._memory.forget(instance.id)
        else:
            await self._memory.renew(instance.id, flags)

    async def _keep(
        self, instance: Instance, flags: Mapping[str, bool]
    ) -> Mapping[str, bool] | None:
        """Keep flags here; return those that were kept before, if any were."""
        try:
            before = await self._memory.get(instance.id)
            await self._memory.keep(instance.id, flags)
        except UserError as error:
            raise FlagsNotKept(
                f"Nothing was sent: the flags, which Evolution forgets, cannot be kept here "
                f"({error.message})",
                error.hint,
            ) from None
        return before

    async def _remembered(self, instance: Instance, webhook: Webhook) -> Webhook:
        """Return the webhook with the flags kept here where it is off.

        Where it is on, what is kept follows it: others may turn it off, and so may a write
        whose answer did not come.
        """
        if webhook.enabled and not webhook.is_new and self._memory.may_have(instance.id):
            await self._memory.renew(instance.id, webhook.flags)
        if webhook.enabled or webhook.flags_on:
            return webhook
        try:
            kept = await self._memory.get(instance.id)
        except UserError as error:
            return replace(webhook, note=f"{UNREADABLE} {error.message}. {error.hint}")
        if not kept or not any(kept.values()):
            return replace(webhook, note=f"{LOST} {self._memory.damage}".rstrip())
        known = {flag: on for flag, on in kept.items() if on or flag in webhook.flags}
        return replace(webhook, flags={**webhook.flags, **known}, note=KEPT_HERE)

    def _body(self, current: Webhook, values: Values) -> dict[str, object]:
        """Return everything there is; headers that are left out are kept (recorded)."""
        webhook: dict[str, object] = {
            "enabled": values.enabled,
            "url": current.wire_text("url", values.url),
            "events": [flag for flag, on in values.flags.items() if on],
            **values.options,
        }
        if current.headers is not None:
            webhook["headers"] = current.headers
        return {"webhook": webhook}

    def _read(self, record: Any) -> Webhook:
        webhook = super()._read(record)
        # What is left out is kept by a save that leaves it out, too (recorded).
        options = {
            name: on
            for name, answered in OPTIONS.items()
            if isinstance(on := record.get(answered), bool)
        }
        return replace(webhook, options=options)

    def _flags_told(self, webhook: Fields) -> FlagsTold:
        """Return what a record tells; for null nothing is sent (server's source)."""
        return FlagsTold.EACH if "events" in webhook else FlagsTold.NOTHING

    def _flags_of(self, events: Any) -> tuple[dict[str, bool], dict[str, object]]:
        flags = dict.fromkeys(self._offered, False)
        for name in events if isinstance(events, list) else ():
            if isinstance(name, str):
                flags[sys.intern(name)] = True
        return flags, {}

    async def _send(self, instance: Instance, *request: Any, paced: bool = False) -> Answer:
        try:
            return await super()._send(instance, *request, paced=paced)
        except Unauthorised as error:
            if self._credential(instance) is not self._token:
                error.what += ", as it does, too, while its database is down"  # recorded
            raise


def _with_names(words: str, sent: Sequence[str]) -> str:
    """Put the names of the events that were sent in the place of their numbers."""

    def name(found: re.Match[str]) -> str:
        number = int(found[1])
        return label(sent[number]) if number < len(sent) else found[0]

    return EVENT_PLACE.sub(name, words)

"""The adapter for Evolution API v2: recorded from a 2.3.6.

An instance's one webhook has no name. Its events are a list that is replaced as a whole. The
server empties the list when the webhook is turned off: Hookboard keeps it.
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
from tui.i18n import _, ngettext
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
"""The events that servers up to 2.3.7 know (recorded). Later ones have others."""

EVENT_PATH = re.compile(r"webhook\.events\[(\d{1,4})\]")
"""The path of a refused event in the request, as the server names it (recorded)."""

OPTIONS = {"byEvents": "webhookByEvents", "base64": "webhookBase64"}
"""The names of the options in requests, and in answers (recorded)."""

KEPT_HERE = _(
    "The server forgets the flags of a webhook that is off; these are kept on this machine."
)
LOST = _("The server forgot its flags when it was turned off; choose them before turning it on.")
NOT_LOADED = _(
    "Or it has not loaded the instance: connect it or restart the server, then try again."
)
UNREADABLE = _(
    "The server forgot its flags, and the flags kept on this machine cannot be read: {reason}. "
    "{hint}"
)


class EvolutionV2(SingleWebhookAdapter):
    """An Evolution API v2 server."""

    kind = "evolution-v2"
    capabilities = replace(
        ONE_WEBHOOK,
        lists_webhooks=False,
        flags=FLAGS,
        never_sent={
            "APPLICATION_STARTUP": _("never sent: Evolution only accepts it"),
            "CONTACTS_SET": _("never sent: Evolution only accepts it"),
            "GROUP_UPDATE": _("never sent: Evolution looks for GROUPS_UPDATE instead"),
        },
        options=tuple(OPTIONS),
        no_flags=_(
            "Evolution reads an empty list as all flags; turn one on, or turn the webhook off"
        ),
        none_shown=_(
            "Evolution also shows none for an instance that it has not loaded, and for a webhook "
            "whose “enabled” is NULL in its database: a new one takes its place."
        ),
        off_forgets=_(
            "Evolution forgets the flags of a webhook that is off. Hookboard keeps them on this "
            "machine and puts them back when it is turned on here."
        ),
        no_delete=_("Evolution v2 cannot delete a webhook: turn it off instead."),
    )
    profile_token = _("the API key")
    header = APIKEY
    instance_header = APIKEY
    instance_is_jwt = False
    write_method = "POST"

    def __init__(self, http: Http, token: Secret | None, source: str, memory: Memory) -> None:
        super().__init__(http, token, source)
        self._memory = memory

    async def webhooks(self, instance: Instance, *, paced: bool = False) -> tuple[Webhook, ...]:
        """Read the webhook of an instance; where it is off, with the kept flags."""
        await self._memory.recall_known_flags()
        found = await super().webhooks(instance, paced=paced)
        return tuple([await self._completed(instance, webhook) for webhook in found])

    async def webhook(self, instance: Instance, webhook_id: str) -> Webhook:
        """Read the webhook; where it is off, with the kept flags."""
        await self._memory.recall_known_flags()
        return await self._completed(instance, await super().webhook(instance, webhook_id))

    def blank(self, instance: Instance) -> Webhook:
        """Return a new webhook with the flags that this server has."""
        flags = dict.fromkeys(self._offered, False)
        return replace(super().blank(instance), flags=flags, note=self.capabilities.none_shown)

    async def update(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """Write the whole webhook; before it is turned off, keep its flags."""
        if not values.enabled:
            return await self._turn_off(instance, current, values)
        written = await self._write(instance, current, values)
        if written and written.enabled:
            # The kept flags are out of date now.
            await self._memory.forget(instance.id)
        return written and await self._completed(instance, written)

    def with_known_flags(self, webhook: Webhook) -> Webhook:
        """Return a webhook with the flags that the server is known to have."""
        if webhook.flags_told is FlagsTold.NOTHING:
            return webhook
        on = (flag for flag, is_on in webhook.flags.items() if is_on)
        flags = {**dict.fromkeys(self._offered, False), **dict.fromkeys(on, True)}
        refused = self._memory.known_flags.refused.intersection(flags)
        if (flags, refused) == (webhook.flags, webhook.refused):
            return webhook
        return replace(webhook, flags=flags, refused=refused)

    def learn_from_read(self, told: Iterable[Change], read: Webhook) -> None:
        """Learn whether changes were made; the flags of a webhook that is off come from here."""
        super().learn_from_read((one for one in told if read.enabled or not one.is_flag), read)

    async def _turn_off(
        self, instance: Instance, current: Webhook, values: Values
    ) -> Webhook | None:
        before = await self._keep(instance, values.flags)
        try:
            written = await self._write(instance, current, values)
        except ApiError as error:
            if not (error.applied_unknown and await self._may_be_off(instance, current)):
                await self._put_back(instance, before)
            raise
        return written and await self._completed(instance, written)

    async def _may_be_off(self, instance: Instance, current: Webhook) -> bool:
        """Tell whether a write to turn a webhook off may have been stored, whatever was answered.

        The read that follows shows it by ``enabled``. If the webhook was off before, the server
        has no flags in either case: then the time of its last change tells (recorded).
        """
        if current.enabled and not current.is_new:
            return True
        try:
            now = await super().webhook(instance, current.id)
        except ApiError:
            return False
        return now.updated_at != current.updated_at

    async def _write(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """Write the whole webhook, and learn from the answer which flags the server has."""
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
        """Return the error with the names of the refused flags, if the server refused flags.

        The server names their positions in the list that was sent, and all flags it accepts.
        """
        lists = (names for path, names in error.choices.items() if EVENT_PATH.match(path))
        accepted = next(lists, ())
        refused = tuple(flag for flag in sent if flag not in accepted)
        if not (accepted and refused):
            return error
        await self._memory.learn_flags(lambda known: known.with_list(accepted, sent, FLAGS))
        what = _("{host} does not accept {flags}.")
        what = what.format(host=self.host, flags=listed(map(label, refused)))
        to_do = ngettext(
            "Leave it out, and save again.", "Leave them out, and save again.", len(refused)
        )
        said = tuple(_with_names(words, sent) for words in error.said)
        return FlagsRefused(what, to_do, flags=refused, said=said, because=error)

    @property
    def _offered(self) -> tuple[str, ...]:
        """The flags that this server is known to have."""
        return self._memory.known_flags.offered(FLAGS)

    async def _completed(self, instance: Instance, webhook: Webhook) -> Webhook:
        """Return a webhook with its kept flags, and the flags that the server refuses."""
        webhook = await self._with_kept_flags(instance, webhook)
        await self._memory.learn_flags(lambda known: known.with_found(webhook.flags, FLAGS))
        refused = self._memory.known_flags.refused.intersection(webhook.flags)
        return replace(webhook, refused=refused) if refused else webhook

    async def _put_back(self, instance: Instance, flags: Mapping[str, bool] | None) -> None:
        """Restore the flags that were kept before: nothing was written."""
        if flags is None:
            await self._memory.forget(instance.id)
        else:
            await self._memory.renew(instance.id, flags)

    async def _keep(
        self, instance: Instance, flags: Mapping[str, bool]
    ) -> Mapping[str, bool] | None:
        """Keep flags, and return the flags kept before. Raises :class:`FlagsNotKept`."""
        try:
            before = await self._memory.get(instance.id)
            await self._memory.keep(instance.id, flags)
        except UserError as error:
            what = _(
                "Nothing was sent: Evolution forgets the flags, and they cannot be kept ({reason})."
            )
            raise FlagsNotKept(what.format(reason=error.message), error.hint) from None
        return before

    async def _with_kept_flags(self, instance: Instance, webhook: Webhook) -> Webhook:
        """Return the webhook with the kept flags where it is off.

        Where it is on, the kept flags are updated: others may turn it off, and so may a write
        whose answer was lost.
        """
        if webhook.enabled and not webhook.is_new and self._memory.may_have(instance.id):
            await self._memory.renew(instance.id, webhook.flags)
        if webhook.enabled or webhook.flags_on:
            return webhook
        try:
            kept = await self._memory.get(instance.id)
        except UserError as error:
            note = UNREADABLE.format(reason=error.message, hint=error.hint)
            return replace(webhook, note=note)
        if not kept or not any(kept.values()):
            return replace(webhook, note=f"{LOST} {self._memory.damage}".rstrip())
        known = {flag: on for flag, on in kept.items() if on or flag in webhook.flags}
        return replace(webhook, flags={**webhook.flags, **known}, note=KEPT_HERE)

    def _body(self, current: Webhook, values: Values) -> dict[str, object]:
        """Return the whole webhook; left-out headers are kept by the server (recorded)."""
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
        # An option that is left out of an answer, and of a write, keeps its value (recorded).
        options = {
            name: on
            for name, answered in OPTIONS.items()
            if isinstance(on := record.get(answered), bool)
        }
        return replace(webhook, options=options)

    def _flags_told(self, webhook: Fields) -> FlagsTold:
        """Return what a record says about the flags; null means none is on (server's source)."""
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
                # recorded: it answers like this while its database is down
                perhaps = _("Evolution also answers like this while its database is down.")
                error.what = f"{error.what} {perhaps}"
            raise


def _with_names(words: str, sent: Sequence[str]) -> str:
    """Replace the positions of events by their names, by the list that was ``sent``."""

    def name(found: re.Match[str]) -> str:
        position = int(found[1])
        return label(sent[position]) if position < len(sent) else found[0]

    return EVENT_PATH.sub(name, words)

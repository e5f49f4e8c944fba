"""What the adapters share of servers whose instances have one webhook at most.

Such servers address an instance by its name, and list all of them in one array.
"""

from __future__ import annotations

import asyncio
import sys
from abc import abstractmethod
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tui.api.adapters.base import Adapter
from tui.api.adapters.fields import BadRecord, Fields
from tui.api.adapters.records import portions, token_of
from tui.api.curl import preview
from tui.api.errors import ApiError, BadAnswer, Sent, ServerFailed
from tui.api.fingerprints import of_list
from tui.api.http.error_mapping import AGAIN
from tui.api.http.redirect import CHECK_URL
from tui.api.http.request import Answer, Request
from tui.api.port import Page, Preview
from tui.model.capabilities import Capabilities
from tui.model.instance import Instance
from tui.model.server_kind import ServerKind, title
from tui.model.text import clean
from tui.model.time import parse_time
from tui.model.webhook import FlagsTold, Values, Webhook, readable

ONLY = "webhook"
"""The id of an instance's webhook on this side, the same before it is made and after."""

SILENT = "The server does not say which flags are on."
NEVER_CHOSEN = "No flag was ever chosen: the server sends every event, as if all were on."

TOLD = frozenset({"url", "enabled", "events"})
"""What an answer to a write has to say: what it leaves out may be as it was, or not."""

_NOTES = {FlagsTold.NOTHING: SILENT, FlagsTold.NEVER_CHOSEN: NEVER_CHOSEN}

ONE_WEBHOOK = Capabilities(
    many=False,
    names=False,
    deletes=False,
    business=False,
    flags_alone=False,
    names_all_flags=False,
)
"""What all of these servers can do."""


class SingleWebhookAdapter(Adapter):
    """A server with one webhook an instance: see :class:`tui.api.port.WebhookServer`."""

    list_path: Sequence[str] = ("instance", "fetchInstances")
    write_method = "PUT"
    flags_apart = False

    async def instances(self) -> AsyncGenerator[Page, None]:
        """List all instances: one answer, read some records at a time."""
        answer = await self._list()
        records = answer.body
        if not isinstance(records, list):
            raise self._shape(answer, "no list of instances")
        doubts = self._doubts(of_list(answer.status, records[:1]))
        left_out = 0
        for portion in portions(records):
            page = self._page(portion, len(records))
            left_out += len(page.problems)
            self._doubt_list(answer, left_out)
            yield replace(page, problems=(*doubts, *page.problems))
            doubts = ()
            await asyncio.sleep(0)

    async def webhooks(self, instance: Instance, *, paced: bool = False) -> tuple[Webhook, ...]:
        """Read the webhook of an instance, if it has one."""
        webhook = await self._find(instance, paced=paced)
        return () if webhook is None else (webhook,)

    async def webhook(self, instance: Instance, webhook_id: str) -> Webhook:
        """Read the webhook; a blank one stands for none."""
        return await self._find(instance) or self.blank(instance)

    def blank(self, instance: Instance) -> Webhook:
        """Return what a new webhook begins as."""
        flags = dict.fromkeys(self.capabilities.flags, self.capabilities.flags_begin_on)
        options = dict.fromkeys(self.capabilities.options, False)
        return Webhook(
            id=ONLY, name="", url="", enabled=True, flags=flags, options=options, is_new=True
        )

    async def update(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """Write the webhook whole."""
        path, body = self._write_path(instance), self._body(current, values)
        answer = await self._send(instance, self.write_method, path, body)
        if not (isinstance(answer.body, Mapping) and answer.body.keys() >= TOLD):
            return None
        try:
            return self._told(current, self._read(answer.body))
        except ValueError:
            return None

    async def update_flags(
        self, instance: Instance, webhook_id: str, flags: Mapping[str, bool]
    ) -> Mapping[str, bool] | None:
        """Never done: flags have no address of their own here."""
        raise self._cannot("Flags cannot be saved alone here", "Save the webhook whole.")

    async def delete(self, instance: Instance, webhook_id: str) -> None:
        """Never done: there is no such address."""
        raise self._cannot("A webhook cannot be deleted here", self.capabilities.no_delete)

    def preview(self, instance: Instance, current: Webhook, values: Values) -> Preview:
        """Say what :meth:`update` would send."""
        url = self._http.url(self._write_path(instance))
        credential = self._credential(instance)
        return preview(self.write_method, url, self._body(current, values), credential)

    # what the kinds differ in

    async def _list(self) -> Answer:
        """Ask for all instances."""
        return await self._http.send(self._list_request(self.list_path))

    def _write_path(self, instance: Instance) -> Sequence[str]:
        return ("webhook", "set", instance.id)

    def _read_path(self, instance: Instance, webhook_id: str = ONLY) -> Sequence[str]:
        return ("webhook", "find", instance.id)

    @abstractmethod
    def _body(self, current: Webhook, values: Values) -> dict[str, object]:
        """Return what is written: whatever would be lost if it were left out."""

    def _read(self, record: Any) -> Webhook:
        """Turn a record into a webhook (recorded). Raises :class:`BadRecord`."""
        fields = Fields(record)
        fields.need("url")
        raw: dict[str, str] = {}
        told = self._flags_told(fields)
        flags, extra = self._flags_of(fields.value("events"))
        if told is FlagsTold.NEVER_CHOSEN:
            flags = dict.fromkeys(flags, True)
        return Webhook(
            id=ONLY,
            name="",
            url=readable(fields.text("url"), raw, "url"),
            enabled=fields.needed_flag("enabled"),
            flags=flags,
            headers=fields.table("headers"),
            created_at=parse_time(fields.value("createdAt")),
            updated_at=parse_time(fields.value("updatedAt")),
            raw=raw,
            extra_events=extra,
            flags_told=told,
            unsaid=frozenset(flags if told is FlagsTold.NOTHING else ()),
            note=_NOTES.get(told, ""),
        )

    def _flags_told(self, webhook: Fields) -> FlagsTold:
        """Return what a record tells of the flags: left out is not the same as off."""
        is_told = isinstance(webhook.value("events"), Mapping)
        return FlagsTold.EACH if is_told else FlagsTold.NOTHING

    def _flags_of(self, events: Any) -> tuple[dict[str, bool], dict[str, object]]:
        """Return the flags of an events object, and what stands there and is none.

        A flag that is not there is off: nothing is sent for it (recorded for v1).
        """
        flags = dict.fromkeys(self.capabilities.flags, False)
        extra: dict[str, object] = {}
        for key, value in (events if isinstance(events, Mapping) else {}).items():
            if isinstance(value, bool):
                flags[sys.intern(key)] = value
            else:
                extra[key] = value
        return flags, extra

    def _told(self, current: Webhook, answered: Webhook) -> Webhook:
        """Return what an answer to a write tells of the webhook as it is now."""
        return answered

    def _token_in(self, instance: Fields) -> str:
        """Return the instance's own token; empty where the list has none."""
        return instance.text("token")

    # the rest

    async def _find(self, instance: Instance, *, paced: bool = False) -> Webhook | None:
        answer = await self._send(instance, "GET", self._read_path(instance), paced=paced)
        if answer.is_empty:
            raise self._shape(answer, "nothing")
        if answer.body is None:
            return None
        if isinstance(answer.body, Mapping) and answer.body.get("enabled", False) is None:
            raise self._half_an_answer(answer.sent)
        try:
            webhook = self._read(answer.body)
        except BadRecord:
            raise self._shape(answer, "no webhook") from None
        self._learn((webhook,))
        return webhook

    async def _send(
        self,
        instance: Instance,
        method: str,
        path: Sequence[str],
        body: object = None,
        *,
        paced: bool = False,
    ) -> Answer:
        credential, name = self._credential(instance), instance.name
        request = Request(method, path, credential, body, about=name, paced=paced)
        return await self._http.send(request)

    def _list_request(self, path: Sequence[str]) -> Request:
        gone = self._other_kind(CHECK_URL)
        return Request("GET", path, self._token, when_gone=gone, unpaged=True)

    def _page(self, records: Sequence[Any], total: int) -> Page:
        instances: list[Instance] = []
        problems: list[str] = []
        for record in records:
            try:
                instances.append(self._instance(record, problems))
            except BadRecord as error:
                problems.append(f"an instance was left out: {error}")
        for instance in instances:
            self._learn(instance.webhooks or ())
        return Page(tuple(instances), total, tuple(problems))

    def _instance(self, record: Any, problems: list[str]) -> Instance:
        """Turn a record into an instance: its name is what it goes by in every address."""
        fields = Fields(record)
        id = fields.needed_text("name")
        name = clean(id)
        return Instance(
            id=id,
            name=name,
            connection=sys.intern(clean(fields.text("connectionStatus"), 24)),
            number=clean(fields.text("ownerJid").partition("@")[0], 40),
            push_name=clean(fields.text("profileName"), 80),
            created_at=parse_time(fields.value("createdAt")),
            token=token_of(self._token_in(fields)),
            webhooks=self._listed(fields, name, problems),
        )

    def _listed(
        self, instance: Fields, name: str, problems: list[str]
    ) -> tuple[Webhook, ...] | None:
        if not self.capabilities.lists_webhooks or "Webhook" not in instance:
            return None
        if (webhook := instance.value("Webhook")) is None:
            return ()
        try:
            return (self._read(webhook),)
        except BadRecord as error:
            problems.append(f"the webhook of {name} was left out: {error}")
            return None

    def _doubts(self, found: ServerKind | None) -> tuple[str, ...]:
        """Say so if the list looks like that of another kind than this one is named."""
        if found in (None, self.kind):
            return ()
        named = f"it answers like {title(found)}, and is taken for {title(self.kind)} (api)"
        return (f"{named}: what is shown may be wrong",)

    def _half_an_answer(self, sent: Sent) -> ApiError:
        # CodeChat v1 answers so while its database is down (recorded).
        what = f"{self.host} answered {sent.status} with an empty shell of a webhook"
        return ServerFailed(what, f"Its database may be down. {AGAIN}", sent=sent)

    def _cannot(self, what: str, to_do: str) -> ApiError:
        return BadAnswer(what, to_do)

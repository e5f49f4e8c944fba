"""The base of the adapters for servers whose instances have at most one webhook.

Such servers address an instance by its name, and list all instances in one array.
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
from tui.api.adapters.records import batches, token_of
from tui.api.curl import preview
from tui.api.errors import ApiError, BadAnswer, Sent, ServerFailed
from tui.api.fingerprints import of_list
from tui.api.http.redirect import CHECK_URL
from tui.api.http.request import Answer, Request
from tui.api.port import OnSlowed, Page, Preview
from tui.i18n import _
from tui.model.capabilities import Capabilities
from tui.model.instance import Instance
from tui.model.server_kind import ServerKind, title
from tui.model.text import clean
from tui.model.time import parse_time
from tui.model.webhook import FlagsTold, Values, Webhook, readable

ONLY = "webhook"
"""The id of an instance's webhook in Hookboard, before and after it is created."""

SILENT = _("The server does not say which flags are on.")
NEVER_CHOSEN = _("No flag was ever chosen: the server sends every event, as if all were on.")

REPORTED = frozenset({"url", "enabled", "events"})
"""The properties that an answer to a write must have to be trusted as the new webhook."""

_NOTES = {FlagsTold.NOTHING: SILENT, FlagsTold.NEVER_CHOSEN: NEVER_CHOSEN}

ONE_WEBHOOK = Capabilities(
    many=False,
    names=False,
    deletes=False,
    business=False,
    flags_alone=False,
    names_all_flags=False,
)
"""The capabilities that all of these servers share."""


class SingleWebhookAdapter(Adapter):
    """A server with one webhook for an instance: see :class:`tui.api.port.WebhookServer`."""

    list_path: Sequence[str] = ("instance", "fetchInstances")
    write_method = "PUT"
    flags_apart = False

    async def instances(self, on_slowed: OnSlowed | None = None) -> AsyncGenerator[Page, None]:
        """List all instances: one answer, read batch by batch, so that nothing slows down."""
        answer = await self._list()
        records = answer.body
        if not isinstance(records, list):
            what = _("{host} answered {status}, but with no list of instances.")
            raise self._bad_answer(answer, what)
        warnings = self._kind_warnings(of_list(answer.status, records[:1]))
        left_out = 0
        for batch in batches(records):
            page = self._page(batch, len(records))
            left_out += len(page.problems)
            self._check_left_out(answer, left_out)
            yield replace(page, problems=(*warnings, *page.problems))
            warnings = ()
            await asyncio.sleep(0)

    async def webhooks(self, instance: Instance, *, paced: bool = False) -> tuple[Webhook, ...]:
        """Read the webhook of an instance, if it has one."""
        webhook = await self._find(instance, paced=paced)
        return () if webhook is None else (webhook,)

    async def webhook(self, instance: Instance, webhook_id: str) -> Webhook:
        """Read the webhook; where there is none, return a blank one."""
        return await self._find(instance) or self.blank(instance)

    def blank(self, instance: Instance) -> Webhook:
        """Return a new webhook with its initial values."""
        flags = dict.fromkeys(self.capabilities.flags, self.capabilities.flags_begin_on)
        options = dict.fromkeys(self.capabilities.options, False)
        return Webhook(
            id=ONLY, name="", url="", enabled=True, flags=flags, options=options, is_new=True
        )

    async def update(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """Write the whole webhook."""
        path, body = self._write_path(instance), self._body(current, values)
        answer = await self._send(instance, self.write_method, path, body)
        if not (isinstance(answer.body, Mapping) and answer.body.keys() >= REPORTED):
            return None
        try:
            return self._after_write(current, self._read(answer.body))
        except ValueError:
            return None

    async def update_flags(
        self, instance: Instance, webhook_id: str, flags: Mapping[str, bool]
    ) -> Mapping[str, bool] | None:
        """Raise :class:`BadAnswer`: flags have no address of their own here."""
        raise BadAnswer(_("Flags cannot be saved alone here."), _("Save the whole webhook."))

    async def delete(self, instance: Instance, webhook_id: str) -> None:
        """Raise :class:`BadAnswer`: there is no such address."""
        raise BadAnswer(_("A webhook cannot be deleted here."), self.capabilities.no_delete)

    def preview(self, instance: Instance, current: Webhook, values: Values) -> Preview:
        """Return the request that :meth:`update` would send."""
        url = self._http.url(self._write_path(instance))
        credential = self._credential(instance)
        return preview(self.write_method, url, self._body(current, values), credential)

    # overridden by the kinds

    async def _list(self) -> Answer:
        """Ask for all instances."""
        return await self._http.send(self._list_request(self.list_path))

    def _write_path(self, instance: Instance) -> Sequence[str]:
        return ("webhook", "set", instance.id)

    def _read_path(self, instance: Instance, webhook_id: str = ONLY) -> Sequence[str]:
        return ("webhook", "find", instance.id)

    @abstractmethod
    def _body(self, current: Webhook, values: Values) -> dict[str, object]:
        """Return the body of a write, with everything that would be lost if it were left out."""

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
        """Return what a record says about the flags: left out is not the same as off."""
        is_told = isinstance(webhook.value("events"), Mapping)
        return FlagsTold.EACH if is_told else FlagsTold.NOTHING

    def _flags_of(self, events: Any) -> tuple[dict[str, bool], dict[str, object]]:
        """Return the flags in an events object, and its properties that are no flags.

        A flag that is missing is off: the server sends nothing for it (recorded for v1).
        """
        flags = dict.fromkeys(self.capabilities.flags, False)
        extra: dict[str, object] = {}
        for key, value in (events if isinstance(events, Mapping) else {}).items():
            if isinstance(value, bool):
                flags[sys.intern(key)] = value
            else:
                extra[key] = value
        return flags, extra

    def _after_write(self, current: Webhook, answered: Webhook) -> Webhook:
        """Return the webhook after a write, by the answer to it."""
        return answered

    def _token_in(self, instance: Fields) -> str:
        """Return the instance's own token; empty where the list has none."""
        return instance.text("token")

    # shared

    async def _find(self, instance: Instance, *, paced: bool = False) -> Webhook | None:
        answer = await self._send(instance, "GET", self._read_path(instance), paced=paced)
        if answer.is_empty:
            raise self._bad_answer(answer, _("{host} answered {status}, but with nothing."))
        if answer.body is None:
            return None
        if isinstance(answer.body, Mapping) and answer.body.get("enabled", False) is None:
            raise self._empty_webhook(answer.sent)
        try:
            webhook = self._read(answer.body)
        except BadRecord:
            what = _("{host} answered {status}, but with no webhook.")
            raise self._bad_answer(answer, what) from None
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
                problem = _("An instance was left out: {reason}")
                problems.append(problem.format(reason=error))
        for instance in instances:
            self._learn(instance.webhooks or ())
        return Page(tuple(instances), total, tuple(problems))

    def _instance(self, record: Any, problems: list[str]) -> Instance:
        """Turn a record into an instance. Its name is its id: addresses have it."""
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
            problem = _("The webhook of {instance} was left out: {reason}")
            problems.append(problem.format(instance=name, reason=error))
            return None

    def _kind_warnings(self, found: ServerKind | None) -> tuple[str, ...]:
        """Warn if the list looks like that of another kind of server."""
        if found in (None, self.kind):
            return ()
        warning = _(
            "The server answers like {found}, not like {kind} (api): what is shown may be wrong"
        )
        return (warning.format(found=title(found), kind=title(self.kind)),)

    def _empty_webhook(self, sent: Sent) -> ApiError:
        # CodeChat v1 answers so while its database is down (recorded).
        what = _("{host} answered {status} with a webhook that has no values.")
        to_do = _("Its database may be down. Try again; if it stays so, check the server.")
        return ServerFailed(what.format(host=self.host, status=sent.status), to_do, sent=sent)

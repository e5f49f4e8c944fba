"""The adapter for CodeChat API v2 (hosted).

Addresses and credentials come from the vendor's page for the PUT, and from a public client of
v2.2.1 for the rest. None was tried on a v2 server, so an answer to a save is never trusted.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tui.api.adapters import codechat_v2_wire as wire
from tui.api.adapters.base import Adapter
from tui.api.curl import preview
from tui.api.errors import AsksToWait, NotFound, Refused
from tui.api.http.client import Http
from tui.api.http.error_mapping import ADDRESS
from tui.api.http.request import Answer, Request
from tui.api.pace import LONGEST_WAIT, REFUSALS, Pace
from tui.api.port import OnSlowed, Page, Preview
from tui.i18n import _
from tui.model.capabilities import Capabilities
from tui.model.diff import Change
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.webhook import Values, Webhook

PAGES_AT_ONCE = 4
"""Pages of the list requested at the same time."""

_DOCUMENTED = frozenset({"name", "url", "enabled"})

MAX_PAGES = 10_000
"""The most pages of a list; beyond that the server is taken to repeat itself."""


class CodeChatV2(Adapter):
    """A CodeChat v2 server; :class:`tui.api.port.WebhookServer` describes the methods."""

    kind = "codechat-v2"
    capabilities = Capabilities(flags=wire.FLAGS, flags_begin_on=True)
    profile_token = _("the business token")

    def __init__(self, http: Http, business: str, token: Secret | None, source: str) -> None:
        super().__init__(http, token, source)
        self._business = business
        self._put_refuses: frozenset[str] = frozenset()
        self._put_keeps_flags = False
        self._no_patch = False

    @property
    def flags_apart(self) -> bool:
        """Whether a PUT refused or ignored flags, and a PATCH is not known to fail."""
        kept = self._put_keeps_flags or wire.EVENTS in self._put_refuses
        return kept and not self._no_patch

    async def instances(self, on_slowed: OnSlowed | None = None) -> AsyncGenerator[Page, None]:
        """List all instances in the server's order, with a few pages requested at a time."""
        pace = Pace()
        searches = deque([asyncio.create_task(self._search(1))])
        more_pages: Iterator[int] | None = None
        left_out = 0
        try:
            while searches:
                found = 0
                answer = await searches.popleft()
                for part in self._parts_of(answer):
                    left_out += len(part.page.problems)
                    self._check_left_out(answer, left_out)
                    if more_pages is None:
                        more_pages = iter(range(2, min(part.pages or 1, MAX_PAGES) + 1))
                    found += len(part.page.instances) + len(part.page.problems)
                    yield part.page
                    await asyncio.sleep(0)
                if not found:
                    return  # fewer pages than announced
                while len(searches) < PAGES_AT_ONCE and (number := next(more_pages or iter(()), 0)):
                    search = self._search_paced(number, pace, on_slowed)
                    searches.append(asyncio.create_task(search))
        finally:
            for task in searches:
                task.cancel()
            await asyncio.gather(*searches, return_exceptions=True)

    async def webhooks(self, instance: Instance, *, paced: bool = False) -> tuple[Webhook, ...]:
        """List the webhooks of an instance."""
        answer = await self._ask(instance, "GET", "webhook", paced=paced)
        if not isinstance(answer.body, list):
            what = _("{host} answered {status}, but with no list of webhooks.")
            raise self._bad_answer(answer, what)
        problems: list[str] = []
        webhooks = wire.read_webhooks(answer.body, problems, instance.name)
        if problems:
            what = _("{host} answered {status}. {problem}")
            raise self._bad_answer(answer, what, problem=problems[0])
        self._learn(webhooks)
        return webhooks

    async def webhook(self, instance: Instance, webhook_id: str) -> Webhook:
        """Read one webhook."""
        answer = await self._ask(instance, "GET", "webhook", webhook_id)
        return self._read(answer, webhook_id)

    def blank(self, instance: Instance) -> Webhook:
        """Return a new webhook with every flag on, as the server creates it [doc]."""
        flags = dict.fromkeys(self.capabilities.flags, self.capabilities.flags_begin_on)
        return Webhook(id="", name="", url="", enabled=True, flags=flags, is_new=True)

    async def update(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """PUT the whole webhook, without the properties that the server refuses.

        Refused properties are remembered and not sent again. A new webhook is created by POST,
        whose documented body has no flags [client].
        """
        while True:  # a server may refuse properties one by one
            method, path, body = self._write(instance, current, values)
            try:
                answer = await self._send(instance, method, path, body)
                break
            except Refused as refused:
                if not (refused_names := self._undocumented_refused(refused, body)):
                    raise
                self._put_refuses |= refused_names
        if current.is_new:
            return self._read(answer, None)
        if not wire.is_whole(answer.body):
            return None
        written = self._read(answer, current.id)
        asked = [flag for flag, on in values.flags.items() if on != current.flags.get(flag)]
        if asked and all(written.flags.get(flag) != values.flags[flag] for flag in asked):
            self._put_keeps_flags = True
        return written

    async def delete(self, instance: Instance, webhook_id: str) -> None:
        """DELETE a webhook [client]."""
        await self._ask(instance, "DELETE", "webhook", webhook_id)

    async def update_flags(
        self, instance: Instance, webhook_id: str, flags: Mapping[str, bool]
    ) -> Mapping[str, bool] | None:
        """PATCH some flags, at the top level of the body [client]."""
        path = ("webhook", webhook_id, "events")
        try:
            answer = await self._ask(instance, "PATCH", *path, body=dict(flags))
        except NotFound:
            self._no_patch = True
            raise
        self._no_patch = False
        return wire.read_flags(answer.body, flags)

    def learn_from_read(self, told: Iterable[Change], read: Webhook) -> None:
        """Learn from ``read`` whether the changes that answers ``told`` were made.

        Where a PUT's answer has flags that were not stored, the PUT ignores flags.
        """
        kinds = self._compare_with_read(told, read)
        if True in kinds and not any(kinds[True]):
            self._put_keeps_flags = True

    def preview(self, instance: Instance, current: Webhook, values: Values) -> Preview:
        """Return the request that :meth:`update` would send."""
        method, path, body = self._write(instance, current, values)
        return preview(method, self._http.url(path), body, self._credential(instance))

    async def _search_paced(self, number: int, pace: Pace, on_slowed: OnSlowed | None) -> Answer:
        """Search for a page, ever more slowly while the server refuses it as one too many."""
        refusals = 0
        while True:
            sent = await pace.turn()
            try:
                answer = await self._search(number, paced=True)
            except AsksToWait as error:
                refusals += 1
                if refusals == REFUSALS or (error.retry_after or 0.0) > LONGEST_WAIT:
                    raise
                if on_slowed and not pace.is_slowed:
                    on_slowed(error)
                pace.refused(sent, error.retry_after)
            else:
                pace.answered(sent)
                return answer

    async def _search(self, number: int, *, paced: bool = False) -> Answer:
        path = ("api", "v2", "business", self._business, "instance", "search")
        search = Request(
            "POST",
            path,
            self._token,
            {"page": number},
            only_reads=True,
            paced=paced,
            paged=True,
            when_gone=self._other_kind(ADDRESS),
        )
        return await self._http.send(search)

    def _parts_of(self, answer: Answer) -> Iterator[wire.PageOfInstances]:
        try:
            parts = wire.in_parts(answer.body)
        except ValueError:
            what = _("{host} answered {status}, but with no page of instances.")
            raise self._bad_answer(answer, what) from None
        for part in parts:
            for instance in part.page.instances:
                self._learn(instance.webhooks or ())
            yield part

    async def _ask(
        self,
        instance: Instance,
        method: str,
        *path: str,
        body: object = None,
        paced: bool = False,
    ) -> Answer:
        return await self._send(instance, method, self._path(instance, *path), body, paced)

    async def _send(
        self,
        instance: Instance,
        method: str,
        path: Sequence[str],
        body: object,
        paced: bool = False,
    ) -> Answer:
        credential, name = self._credential(instance), instance.name
        request = Request(method, path, credential, body, about=name, paced=paced)
        return await self._http.send(request)

    def _read_path(self, instance: Instance, webhook_id: str) -> Sequence[str]:
        return self._path(instance, "webhook", webhook_id)

    def _write(
        self, instance: Instance, current: Webhook, values: Values
    ) -> tuple[str, Sequence[str], dict[str, object]]:
        """Return method, address and body of the request that writes a webhook."""
        if current.is_new:
            body = wire.put_body(current, values.name, values.url, values.enabled)
            return "POST", self._path(instance, "webhook"), body
        path = self._path(instance, "webhook", current.id)
        return "PUT", path, self._put_body(current, values)

    def _path(self, instance: Instance, *rest: str) -> Sequence[str]:
        return ("api", "v2", "instance", instance.id, *rest)

    def _put_body(self, current: Webhook, values: Values) -> dict[str, object]:
        body = wire.put_body(current, values.name, values.url, values.enabled)
        if values.flags or current.extra_events:
            body[wire.EVENTS] = {**current.extra_events, **values.flags}
        return {key: value for key, value in body.items() if key not in self._put_refuses}

    def _undocumented_refused(self, refused: Refused, body: Mapping[str, Any]) -> frozenset[str]:
        """Return the properties to leave out, where a 400 names only undocumented ones."""
        if refused.fields.keys() & _DOCUMENTED:
            return frozenset()
        named = {name.partition(".")[0] for name in refused.unexpected}
        return frozenset(named & body.keys() - _DOCUMENTED)

    def _read(self, answer: Answer, webhook_id: str | None) -> Webhook:
        """Read the webhook with the id ``webhook_id`` from an answer; ``None`` for a new one."""
        try:
            webhook = wire.read_webhook(answer.body)
        except ValueError:
            what = _("{host} answered {status}, but with no webhook.")
            raise self._bad_answer(answer, what) from None
        if webhook_id is not None and webhook.id != webhook_id:
            # Otherwise the next save would change the other webhook.
            what = _("{host} answered {status}, but with another webhook than was asked for.")
            raise self._bad_answer(answer, what)
        self._learn((webhook,))
        return webhook

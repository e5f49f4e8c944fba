"""The adapter for CodeChat API v2 (hosted).

Addresses and credentials: the vendor's page for the PUT, a public client of v2.2.1 for the
rest. Nothing of it was tried against a v2 server, so a save is never taken at its word.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tui.api import codechat_v2_wire as wire
from tui.api.errors import BadAnswer, NotFound, Refused
from tui.api.exchanges import Exchanges
from tui.api.http import Answer, Http, Request
from tui.api.port import Page, Preview
from tui.api.preview import preview
from tui.api.refusals import ADDRESS, Credential
from tui.model.changes import Change
from tui.model.instance import Instance
from tui.model.jwt import Wanted
from tui.model.secret import Secret
from tui.model.webhook import Values, Webhook

PAGES_AT_ONCE = 4
"""Pages of the list under way together."""

_DOCUMENTED = frozenset({"name", "url", "enabled"})

MAX_PAGES = 10_000
"""A list longer than this is taken for a server that never ends."""


class CodeChatV2:
    """A CodeChat v2 server: see :class:`tui.api.port.WebhookServer` for what each method is."""

    kind = "codechat-v2"

    def __init__(self, http: Http, business: str, token: Secret | None, source: str) -> None:
        self._http = http
        self._business = business
        self._token = Credential(token, "the business token", source)
        self._instance_tokens: dict[str, tuple[Secret | None, Credential]] = {}
        self._flags: set[str] = set()
        http.flags = lambda: frozenset(self._flags)
        self._put_refuses: frozenset[str] = frozenset()
        self._put_keeps_flags = False
        self._no_patch = False
        self._proven: set[bool] = set()  # by ``Change.is_flag``

    @property
    def host(self) -> str:
        """Host and, where there is one, port."""
        return self._http.host

    @property
    def exchanges(self) -> Exchanges:
        """What was sent in this run."""
        return self._http.exchanges

    @property
    def read_only(self) -> bool:
        """Whether every write is refused here."""
        return self._http.read_only

    @property
    def flags_apart(self) -> bool:
        """Whether a PUT was seen to refuse or ignore flags, and a PATCH is not known to fail."""
        kept = self._put_keeps_flags or wire.EVENTS in self._put_refuses
        return kept and not self._no_patch

    async def instances(self) -> AsyncGenerator[Page, None]:
        """List all instances, a few pages under way at a time, in the server's order."""
        under_way = deque([asyncio.create_task(self._search(1))])
        waiting: Iterator[int] | None = None
        try:
            while under_way:
                found = 0
                for part in self._in_parts(await under_way.popleft()):
                    if waiting is None:
                        waiting = iter(range(2, min(part.pages or 1, MAX_PAGES) + 1))
                    found += len(part.page.instances) + len(part.page.problems)
                    yield part.page
                    await asyncio.sleep(0)
                if not found:
                    return  # fewer pages than announced
                while len(under_way) < PAGES_AT_ONCE and (number := next(waiting or iter(()), 0)):
                    under_way.append(asyncio.create_task(self._search(number)))
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def webhooks(self, instance: Instance) -> tuple[Webhook, ...]:
        """List the webhooks of an instance."""
        answer = await self._ask(instance, "GET", "webhook")
        if not isinstance(answer.body, list):
            raise self._shape(answer, "no list of webhooks")
        problems: list[str] = []
        webhooks = wire.read_webhooks(answer.body, problems, instance.name)
        if problems:
            raise self._shape(answer, problems[0])
        self._learn(webhooks)
        return webhooks

    async def webhook(self, instance: Instance, webhook_id: str) -> Webhook:
        """Read one webhook."""
        answer = await self._ask(instance, "GET", "webhook", webhook_id)
        return self._read(answer, webhook_id)

    async def update(self, instance: Instance, current: Webhook, values: Values) -> Webhook | None:
        """PUT the webhook whole; where the server takes only some of it, what it takes.

        Which properties a server refuses is remembered, so that it is asked once.
        """
        while True:  # a server may name what it refuses one by one; each is asked once
            body = self._put_body(current, values)
            try:
                answer = await self._ask(instance, "PUT", "webhook", current.id, body=body)
                break
            except Refused as refused:
                if not (beyond := self._refused_beyond(refused, body)):
                    raise
                self._put_refuses |= beyond
        if not wire.is_whole(answer.body):
            return None
        written = self._read(answer, current.id)
        asked = [flag for flag, on in values.flags.items() if on != current.flags.get(flag)]
        if asked and all(written.flags.get(flag) != values.flags[flag] for flag in asked):
            self._put_keeps_flags = True
        return written

    async def update_flags(
        self, instance: Instance, webhook_id: str, flags: Mapping[str, bool]
    ) -> Mapping[str, bool] | None:
        """PATCH some flags: they stand at top level [client]."""
        path = ("webhook", webhook_id, "events")
        try:
            answer = await self._ask(instance, "PATCH", *path, body=dict(flags))
        except NotFound:
            self._no_patch = True
            raise
        self._no_patch = False
        return wire.read_flags(answer.body, flags)

    def is_believed(self, asked: Iterable[Change]) -> bool:
        """Whether answers that say that such changes were made have proved true before.

        Of details and of flags apart: an answer may be right about the one, and repeat what
        it was asked of the other [guess].
        """
        return self._proven.issuperset(change.is_flag for change in asked)

    def compare(self, told: Iterable[Change], read: Webhook) -> None:
        """Take note of whether what was told is so.

        An answer that repeats flags nobody stored comes from a PUT that keeps them.
        """
        kinds: dict[bool, list[bool]] = {}
        for change in told:
            kinds.setdefault(change.is_flag, []).append(change.is_so(read.values))
        self._proven |= {is_flag for is_flag, so in kinds.items() if all(so)}
        if True in kinds and not any(kinds[True]):
            self._put_keeps_flags = True

    def preview(self, instance: Instance, current: Webhook, values: Values) -> Preview:
        """Say what :meth:`update` would send."""
        token = self._credential(instance).token
        path = self._path(instance, "webhook", current.id)
        return preview("PUT", self._http.url(path), self._put_body(current, values), token)

    def use_token(self, token: Secret, source: str, *, instance: Instance | None = None) -> None:
        """Use another token: for an instance in the place of the one it came with, or for all."""
        if instance is None:
            self._token = Credential(token, "the business token", source)
            return
        whose = f"the token given for {instance.name}"
        given = Credential(token, whose, source, _wanted(instance))
        self._instance_tokens[instance.id] = (instance.token, given)

    def credential_words(self, instance: Instance | None = None) -> str:
        """Say whose token is sent."""
        return str(self._credential(instance))

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.close()

    def _credential(self, instance: Instance | None) -> Credential:
        """Return the instance's own JWT when it is known, else the profile's token [client]."""
        if instance is None:
            return self._token
        replaced, given = self._instance_tokens.get(instance.id, (None, None))
        # A JWT that the server renewed since wins over what was typed for the old one.
        if given and replaced == instance.token:
            return given
        if instance.token:
            whose = f"the instance token of {instance.name}"
            return Credential(instance.token, whose, "the server's own list", _wanted(instance))
        return self._token

    async def _search(self, number: int) -> Answer:
        path = ("api", "v2", "business", self._business, "instance", "search")
        search = Request(
            "POST", path, self._token, {"page": number}, only_reads=True, when_gone=ADDRESS
        )
        return await self._http.send(search)

    def _in_parts(self, answer: Answer) -> Iterator[wire.PageOfInstances]:
        try:
            parts = wire.in_parts(answer.body)
        except ValueError:
            raise self._shape(answer, "no page of instances") from None
        for part in parts:
            for instance in part.page.instances:
                self._learn(instance.webhooks or ())
            yield part

    async def _ask(
        self, instance: Instance, method: str, *path: str, body: object = None
    ) -> Answer:
        credential = self._credential(instance)
        return await self._http.send(Request(method, self._path(instance, *path), credential, body))

    def _path(self, instance: Instance, *rest: str) -> Sequence[str]:
        return ("api", "v2", "instance", instance.id, *rest)

    def _put_body(self, current: Webhook, values: Values) -> dict[str, object]:
        body = wire.put_body(current, values.name, values.url, values.enabled)
        if values.flags or current.extra_events:
            body[wire.EVENTS] = {**current.extra_events, **values.flags}
        return {key: value for key, value in body.items() if key not in self._put_refuses}

    def _refused_beyond(self, refused: Refused, body: Mapping[str, Any]) -> frozenset[str]:
        """Return what to leave out, when a 400 names only properties beyond the documented."""
        if refused.fields.keys() & _DOCUMENTED:
            return frozenset()
        named = {name.partition(".")[0] for name in refused.unexpected}
        return frozenset(named & body.keys() - _DOCUMENTED)

    def _read(self, answer: Answer, webhook_id: str) -> Webhook:
        try:
            webhook = wire.read_webhook(answer.body)
        except ValueError:
            raise self._shape(answer, "no webhook") from None
        if webhook.id != webhook_id:
            # Taken for the one that was asked for, the next save would go to the other.
            raise self._shape(answer, "another webhook than was asked for")
        self._learn((webhook,))
        return webhook

    def _learn(self, webhooks: Sequence[Webhook]) -> None:
        for webhook in webhooks:
            self._flags.update(webhook.flags)

    def _shape(self, answer: Answer, found: str) -> BadAnswer:
        return BadAnswer(
            f"{self.host} answered {answer.sent.status}, but with {found}",
            "Check that the profile's URL is a CodeChat v2 server's.",
            sent=answer.sent,
        )


def _wanted(instance: Instance) -> Wanted:
    return Wanted(instance.name, (instance.id, instance.name))

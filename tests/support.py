"""Helpers for several folders of tests: webhooks, edits, and the adapter of a sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
from hypothesis import strategies as st

from tui.api.adapters.codechat_v2 import CodeChatV2
from tui.api.http.client import Http
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.sentence import Wording
from tui.model.webhook import Values, Webhook
from tui.sandbox.codechat_v2.server import Sandbox
from tui.storage.drafts import Drafts
from tui.storage.journal import Journal
from tui.storage.staged import StagedFolder
from tui.storage.user_data import UserData

_SPECIAL = "\x00\t\n\x1b\x7f\x9b\u200f\u202e\u2066\ufe0f\ud800\udfff[];é"
ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.text(st.sampled_from(_SPECIAL))
"""Every code point, with more of those that are special to terminals and encoders."""


def through_json(value: Any) -> Any:
    """Return ``value`` as it comes back from JSON: a surrogate pair becomes one character."""
    return json.loads(json.dumps(value))


def user_data(
    *,
    drafts: Drafts | None = None,
    staged: StagedFolder | None = None,
    journal: Journal | None = None,
) -> UserData:
    """Return the data of a session, opened already."""
    data = UserData()
    data.drafts.made, data.staged.made, data.journal.made = drafts, staged, journal
    return data


FLAGS = {"messagesUpsert": True, "presenceUpdate": False, "newJwt": True}


def hook(name: str = "crm", url: str = "https://crm.example/in", **more: Any) -> Webhook:
    """Return a webhook with three flags, enabled unless ``more`` says otherwise."""
    given: dict[str, Any] = {"id": "w1", "enabled": True, "flags": FLAGS} | more
    return Webhook(name=name, url=url, **given)


_FLAG_NAMES = st.sampled_from(["messagesUpsert", "newJwt", "brandNew", "name", "enabled"])
"""Two of them have the name of a field, as a server may have too."""

VALUES = st.builds(
    Values,
    name=st.sampled_from(["a", "b", "c"]),
    url=st.sampled_from(["https://a", "https://b", "https://c"]),
    enabled=st.booleans(),
    flags=st.dictionaries(_FLAG_NAMES, st.booleans()),
    options=st.fixed_dictionaries({"byEvents": st.booleans()}),
)
"""Few different values, so that two edits are often in conflict."""


def edits_of(base: Values) -> st.SearchStrategy[Values]:
    """Return the edits that a form can make of ``base``: it neither adds nor removes flags."""
    flags = {flag: st.booleans() for flag in base.flags}
    return VALUES.flatmap(
        lambda values: st.fixed_dictionaries(flags).map(
            lambda switched: replace(values, flags=switched)
        )
    )


Fault = httpx.Response | Exception


class Wire(httpx.AsyncBaseTransport):
    """A transport to a server inside the process: records requests, and fails on demand."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._faults: dict[str, list[tuple[Fault | None, bool]]] = {}
        self.requests: list[httpx.Request] = []

    def fail(self, method: str, *faults: Fault | None, applied: bool = False) -> None:
        """Answer the next requests of ``method`` with ``faults``, one each; ``None`` is no fault.

        With ``applied`` the server still gets the request and carries it out.
        """
        self._faults.setdefault(method, []).extend((fault, applied) for fault in faults)

    def mend(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    @property
    def methods(self) -> list[str]:
        """The methods of all requests so far."""
        return [request.method for request in self.requests]

    def bodies(self, method: str) -> list[Any]:
        """Return the JSON bodies sent with ``method``."""
        return [json.loads(sent.content) for sent in self.requests if sent.method == method]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        faults = self._faults.get(request.method)
        fault, applied = faults.pop(0) if faults else (None, False)
        if fault is None:
            return await self._inner.handle_async_request(request)
        if applied:
            answer = await self._inner.handle_async_request(request)
            await answer.aread()
        if isinstance(fault, Exception):
            raise fault
        return fault

    async def aclose(self) -> None:
        await self._inner.aclose()


def sandbox_wire(sandbox: Sandbox) -> Wire:
    """Return a transport to a sandbox."""
    return Wire(httpx.ASGITransport(sandbox.app))


def server_at(
    transport: httpx.AsyncBaseTransport,
    *,
    token: str = "the-business-token",
    business: str = "b1",
    read_only: bool = False,
) -> CodeChatV2:
    """Return the adapter for the server behind ``transport``."""
    http = Http("http://server.test", "test", read_only=read_only, transport=transport)
    return CodeChatV2(http, business, Secret(token), "the test")


def sandbox_server(sandbox: Sandbox, wire: Wire, *, read_only: bool = False) -> CodeChatV2:
    """Return the adapter for a sandbox, with its business token."""
    business, token = sandbox.business_id, sandbox.token
    return server_at(wire, token=token, business=business, read_only=read_only)


async def instances(server: CodeChatV2) -> dict[str, Instance]:
    """Return all instances by name."""
    return {one.name: one async for page in server.instances() for one in page.instances}


class SingleWebhookAdapter(httpx.AsyncBaseTransport):
    """A server with one webhook that accepts every value, unlike the sandbox.

    Only ``forced`` flags stay as they are, and there is no PATCH.
    """

    def __init__(self, record: Mapping[str, Any], **forced: bool) -> None:
        self.record = dict(record)
        self._forced = forced

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH":
            return httpx.Response(404, json={"statusCode": 404, "message": ["Cannot PATCH"]})
        if request.method == "PUT":
            body = json.loads(request.content)
            events = self.record["WebhookEvents"] | body.get("WebhookEvents", {}) | self._forced
            self.record |= body | {"WebhookEvents": events}
        # Escapes and all, as the record has it: half a surrogate pair is no text to encode.
        return httpx.Response(200, content=json.dumps(self.record).encode("ascii"))


def in_words(words: Wording) -> str:
    """Return a sentence with the ids of its commands in braces, as in the source."""
    return words if isinstance(words, str) else words.filled(lambda command: f"{{{command}}}")

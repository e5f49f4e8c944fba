"""A server that stores any text and returns it byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox

Record = dict[str, Any]

_PATH = re.compile(rb"/instance/(\d+)-[^/]*(/webhook)?(/\d+[^/]*)?(/events)?$")


class Mirror:
    """Answers instead of a sandbox: the list, one webhook, PUT and PATCH, or an error."""

    def __init__(self, *records: Record) -> None:
        self.records = list(records)
        self.error: tuple[int, Any] | None = None
        """A status and a body for all next answers; ``None`` for none."""

    def hook(self, number: int = 0) -> Record:
        """Return the stored webhook of an instance."""
        found: Record = self.records[number]["Webhook"][0]
        return found

    def answer(self, method: str, path: bytes, body: bytes) -> tuple[int, Any]:
        if self.error:
            return self.error
        if path.endswith(b"/instance/search"):
            page = {"totalRecords": len(self.records), "totalPages": 1, "records": self.records}
            return 200, {"BusinessPage": page}
        found = _PATH.search(path)
        if found is None:
            return 404, {"message": [path.decode("ascii", "replace")]}
        hook = self.hook(int(found[1]))
        if method == "PATCH":
            hook["WebhookEvents"].update(json.loads(body))
        elif method == "PUT":
            told = json.loads(body)
            hook["WebhookEvents"].update(told.pop("WebhookEvents", {}))
            hook.update(told)
        return (201 if method == "PUT" else 200), hook if found[3] else [hook]


class _Before:
    """Lets the mirror answer before the sandbox."""

    def __init__(self, app: ASGIApp, mirror: Mirror) -> None:
        self._mirror = mirror

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        status, said = self._mirror.answer(scope["method"], scope["raw_path"], body)
        # In ASCII with escapes: UTF-8 has no half of a surrogate pair.
        content = said if isinstance(said, bytes) else json.dumps(said).encode("ascii")
        await Response(content, status, media_type="application/json")(scope, receive, send)


@contextmanager
def mirrored(mirror: Mirror) -> Iterator[Sandbox]:
    """Open a sandbox that answers as the mirror does."""
    with open_sandbox(instances=0) as sandbox:
        sandbox.app.add_middleware(_Before, mirror=mirror)
        yield sandbox


def legible(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def record(number: int, text: str, flags: Sequence[str] = ()) -> Record:
    """Make an instance with a webhook that has this text in every field.

    Ids have to fit into an address, and unknown properties go by a name of whole characters.
    """
    hook = {
        "webhookId": f"{number}-{text[:200]}",
        "name": text,
        "url": text,
        "enabled": True,
        "headers": {text: text, f"{text}2": text, "x-team": text},
        "createdAt": text,
        "updatedAt": text,
        f"_{legible(text)}": text,
        "WebhookEvents": {
            "messagesUpsert": True,
            "presenceUpdate": False,
            **dict.fromkeys(flags or (text, f"{text}2"), True),
            f"{text}3": text,
            "webhookEventsId": text,
        },
    }
    return {
        "instanceId": f"{number}-{text[:200]}",
        "name": text,
        "state": text,
        "connection": text,
        "createdAt": text,
        "WhatsApp": {"remoteJid": f"{text}@s.whatsapp.net", "pushName": text},
        "Webhook": [hook],
    }

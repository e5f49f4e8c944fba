"""The recorded exchanges with real servers in ``tests/recordings``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

RECORDINGS = Path(__file__).parents[1] / "recordings"


class Exchange(NamedTuple):
    """One request and its answer."""

    name: str
    request: dict[str, Any]
    response: dict[str, Any]


class Asked(NamedTuple):
    """The answer of a sandbox to a recorded request."""

    status: int
    content_type: str | None
    text: str


def recorded(folder: str) -> dict[int, Exchange]:
    """Return the exchanges of a folder by their number."""
    files = sorted((RECORDINGS / folder).glob("*.json"))
    found = (json.loads(file.read_text("utf-8")) for file in files)
    return {
        int(file.name[:3]): Exchange(file.stem, each["request"], each["response"])
        for file, each in zip(files, found, strict=True)
    }


def at_target(app: ASGIApp, target: str) -> ASGIApp:
    """Pass on the path as recorded: httpx would correct it."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "raw_path": target.partition("?")[0].encode()}, receive, send)

    return asked

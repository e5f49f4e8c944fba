"""What a draft says, and how it is written into a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeGuard

from tui.model.diff import Change, summary
from tui.model.webhook import Values

FORMAT = 1
"""The version of the files written. A file of a later one is left to the program that knows it."""
LIMIT = 8 * 1024 * 1024
"""Bytes of one draft at most; one of 100,000-character names stays below."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An edit as it was kept: of which webhook, made on what, and what was made of it.

    It comes from a file that may have been tampered with: texts are cleaned where they are
    shown. There is neither a token in it nor a header.
    """

    server: str
    """The server's address, as :func:`tui.model.address.normalise` writes it."""
    instance_id: str
    instance_name: str
    webhook_id: str
    base: Values = field(repr=False)
    values: Values = field(repr=False)
    kept_at: datetime
    """When it was last changed, in UTC, by the clock of that machine."""
    file: str = field(default="", compare=False)
    """The name of its file, where it came from one."""
    is_elsewhere: bool = field(default=False, compare=False)
    """Whether another program is working on it."""

    @property
    def summary(self) -> tuple[Change, ...]:
        """What it changes, for people; one that was made on an empty form is of a new webhook."""
        return summary(self.base, self.values, is_new=not self.base.url)


def key_of(draft: Draft) -> str:
    """Return what stands for the webhook in a file's name: ids may be anything."""
    place = json.dumps([draft.server, draft.instance_id, draft.webhook_id])
    return sha256(place.encode("ascii")).hexdigest()[:32]


def encode(draft: Draft) -> bytes:
    """Write a draft as the content of a file."""
    content = asdict(draft) | {"format": FORMAT, "kept_at": draft.kept_at.isoformat()}
    del content["file"], content["is_elsewhere"]
    return json.dumps(content, indent=1).encode("ascii")  # escapes: half a pair is no UTF-8


def decode(content: bytes) -> Draft:
    """Read a draft. Raises ``ValueError`` in words for whatever else the bytes are."""
    problem = "is not a whole draft"
    with suppress(ValueError, OverflowError, RecursionError):
        match json.loads(content):
            case {
                "format": 1,
                "server": str(server),
                "instance_id": str(instance_id),
                "instance_name": str(instance_name),
                "webhook_id": str(webhook_id),
                "base": dict(base),
                "values": dict(values),
                "kept_at": str(kept_at),
            }:
                place = (server, instance_id, instance_name, webhook_id)
                return Draft(*place, _values(base), _values(values), _moment(kept_at))
            case {"format": int(version)} if version > FORMAT:
                problem = "is of a later Hookboard"
    raise ValueError(problem)


def _values(data: Mapping[str, object]) -> Values:
    match data:
        case {"name": str(name), "url": str(url), "enabled": bool(on), "flags": dict(flags)}:
            options = data.get("options", {})
            if _are_switches(flags) and _are_switches(options):
                return Values(name, url, on, flags, options)
    raise ValueError


def _are_switches(data: object) -> TypeGuard[dict[str, bool]]:
    return isinstance(data, dict) and all(isinstance(switch, bool) for switch in data.values())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)

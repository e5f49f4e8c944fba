"""The content of a draft, and its form in a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeGuard

from tui.i18n import _
from tui.model.diff import Change, summary
from tui.model.webhook import Values
from tui.storage.kept import NotKept

FORMAT = 1
"""The version of the file format. A file of a later version is left as it is."""
LIMIT = 8 * 1024 * 1024
"""Bytes of one draft, at most; enough for names of 100,000 characters."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A kept edit: its webhook, the values it began with, and the edited values.

    It comes from a file that may have been tampered with: its texts are cleaned where they are
    shown. It has neither tokens nor headers.
    """

    server: str
    """The server's address, as :func:`tui.model.address.normalise` writes it."""
    instance_id: str
    instance_name: str
    webhook_id: str
    base: Values = field(repr=False)
    values: Values = field(repr=False)
    kept_at: datetime
    """Time of the last change in UTC, by the clock of the machine that wrote it."""
    file: str = field(default="", compare=False)
    """The name of its file; empty for a draft that was not read from one."""
    is_elsewhere: bool = field(default=False, compare=False)
    """Whether another program has it open."""

    @property
    def summary(self) -> tuple[Change, ...]:
        """The changes for people; a draft that began with an empty form is of a new webhook."""
        return summary(self.base, self.values, is_new=not self.base.url)


def key_of(draft: Draft) -> str:
    """Return a hash of the webhook for a file's name: ids may have any characters."""
    place = json.dumps([draft.server, draft.instance_id, draft.webhook_id])
    return sha256(place.encode("ascii")).hexdigest()[:32]


def encode(draft: Draft) -> bytes:
    """Write a draft as the content of a file."""
    content = asdict(draft) | {"format": FORMAT, "kept_at": draft.kept_at.isoformat()}
    del content["file"], content["is_elsewhere"]
    # ASCII with escapes: a lone surrogate cannot be encoded as UTF-8.
    return json.dumps(content, indent=1).encode("ascii")


def decode(content: bytes) -> Draft:
    """Read a draft. Raises :class:`NotKept` for any other content."""
    problem = _("is not a complete draft")
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
                problem = _("is from a later version of Hookboard")
    raise NotKept(problem)


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

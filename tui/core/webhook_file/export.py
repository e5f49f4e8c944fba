"""Writing the webhooks of a server as a file to which a plan finds no difference.

It has no secrets: of headers only the names, and no URL with a password or a token.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tui.api.http.masking import mask
from tui.core.webhook_file.entries import FORMAT
from tui.i18n import _
from tui.model.instance import Instance
from tui.model.webhook import FlagsTold, Webhook
from tui.storage.journal import WebhookState

Rows = Sequence[tuple[Instance, Webhook]]


def export_toml(server: str, instances: Iterable[Instance], rows: Rows) -> Iterator[str]:
    """Yield the lines of a TOML file."""
    yield f"hookboard = {FORMAT}"
    yield f"server = {_quoted(server)}"
    for entry, left_out in _entries(instances, rows):
        yield ""
        yield "[[webhook]]"
        for key, value in entry.items():
            yield from _toml(key, value)
        for words in left_out:
            yield f"# {words}"


def export_json(server: str, instances: Iterable[Instance], rows: Rows) -> Iterator[str]:
    """Yield the lines of a JSON file, which cannot say what was left out."""
    head = {"hookboard": FORMAT, "server": server}
    yield f'{json.dumps(head)[:-1]}, "webhook": ['
    held = ""
    for entry, _left_out in _entries(instances, rows):
        if held:
            yield f"{held},"
        held = json.dumps(entry)
    if held:
        yield held
    yield "]}"


def left_out_words(webhook: Webhook) -> tuple[str, ...]:
    """Say what an export leaves out of a webhook, and why."""
    return tuple(
        words
        for words, leaves_out in (
            (_("The URL is left out: it has a password or a token in it."), _has_secret(webhook)),
            (_("The URL is left out: it has invisible characters."), "url" in webhook.raw),
            (_("The flags are left out: the server does not tell them."), not _tells(webhook)),
        )
        if leaves_out
    )


def _entries(
    instances: Iterable[Instance], rows: Rows
) -> Iterator[tuple[dict[str, Any], tuple[str, ...]]]:
    every = tuple(instances)
    names = Counter(one for instance in every for one in {instance.name, instance.id})
    for instance, webhook in rows:
        same = [one for one in instance.webhooks or () if one.name == webhook.name]
        has_own_name = instance.name and names[instance.name] == 1
        entry: dict[str, Any] = {"instance": instance.name if has_own_name else instance.id}
        if webhook.name:
            entry["name"] = webhook.name
        if len(same) > 1 or (not webhook.name and len(instance.webhooks or ()) > 1):
            entry["id"] = webhook.id
        if not (_has_secret(webhook) or "url" in webhook.raw):
            entry["url"] = webhook.url
        entry["enabled"] = webhook.enabled
        if _tells(webhook):
            entry["on"] = [flag for flag, on in webhook.flags.items() if on]
            entry["off"] = [flag for flag, on in webhook.flags.items() if not on]
        if webhook.options:
            entry["options"] = dict(webhook.options)
        if headers := WebhookState.of(webhook).headers:
            entry["headers"] = list(headers)
        yield entry, left_out_words(webhook)


def _has_secret(webhook: Webhook) -> bool:
    return mask(webhook.url) != webhook.url


def _tells(webhook: Webhook) -> bool:
    return webhook.flags_told is not FlagsTold.NOTHING


def _toml(key: str, value: object) -> Iterator[str]:
    match value:
        case bool():
            yield f"{key} = {str(value).lower()}"
        case str():
            yield f"{key} = {_quoted(value)}"
        case list() if len(value) > 4:
            yield f"{key} = ["
            yield from (f"  {_quoted(one)}," for one in value)
            yield "]"
        case list():
            yield f"{key} = [{', '.join(map(_quoted, value))}]"
        case Mapping():
            pairs = (f"{_quoted(name)} = {str(on).lower()}" for name, on in value.items())
            yield f"{key} = {{ {', '.join(pairs)} }}"


def _quoted(text: str) -> str:
    # TOML has the escapes of JSON, and needs one for DEL too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

"""Requests as a preview before they are sent, and as curl commands."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from tui.api.http.auth import Credential, Header, header_field
from tui.api.http.exchange import Exchange
from tui.api.port import Preview
from tui.model.secret import MASK, Secret
from tui.model.secret_names import is_harmless, is_secret_name, looks_secret
from tui.model.text import clean

_STAND_IN = "\ue000masked\ue000"
"""A private-use mark in the place of a secret; in the written JSON the mask replaces it."""


def preview(method: str, url: str, body: Mapping[str, Any], credential: Credential) -> Preview:
    """Return the preview of a request: masked, and indented for reading."""
    shown = _laid_out(body)
    text = json.dumps(shown, indent=2, ensure_ascii=False).replace(f'"{_STAND_IN}"', MASK)
    return Preview(
        method,
        clean(url),
        (header_field(credential.header), ("Content-Type", "application/json")),
        "\n".join(clean(line) for line in text.split("\n")),
        _runnable(method, url, body, credential),
    )


def _laid_out(body: Mapping[str, Any]) -> dict[str, object]:
    """Return a body with secrets masked, also inside ``webhook``, where Evolution has it."""
    return {
        key: _laid_out(value)
        if key == "webhook" and isinstance(value, Mapping)
        else _masked(key, value, of=_IS_SECRET.get(key, _looks_secret))
        for key, value in body.items()
    }


def _runnable(method: str, url: str, body: Mapping[str, Any], credential: Credential) -> Secret:
    words = ["curl", "-X", method, url, "-H", "Content-Type: application/json"]
    if credential.token:
        words += ["-H", credential.header.format(credential.token.reveal())]
    words += ["--data-raw", json.dumps(body)]
    return Secret(" ".join(shlex.quote(word) for word in words))


def _masked(name: str, value: object, of: Callable[[str, object], bool]) -> object:
    """Return a value with secrets masked, at any depth."""
    match value:
        case bool() | None:
            return value
        case _ if is_secret_name(name):
            return _STAND_IN
        case Mapping():
            return {key: _masked(key, inner, of) for key, inner in value.items()}
        case list() | tuple():
            return [_masked(name, inner, of) for inner in value]
        case _:
            return _STAND_IN if of(name, value) else value


def _never(name: str, value: object) -> bool:
    return False


def _looks_secret(name: str, value: object) -> bool:
    return isinstance(value, str) and looks_secret(name, value)


def _secret_header(name: str, value: object) -> bool:
    return not is_harmless(name, value)


_IS_SECRET: Mapping[str, Callable[[str, object], bool]] = {
    # Edited fields are shown as they are; the form warns of a token in a URL.
    "name": _never,
    "url": _never,
    "headers": _secret_header,
    "events": _never,
}
"""By property of a body, what decides whether its values are masked."""


def as_curl(request: Preview) -> str:
    """Return a preview as a curl command, masked."""
    words = ["curl", "-X", request.method, request.url]
    for name, value in request.headers:
        words += ["-H", f"{name}: {value}"]
    if request.body:
        words += ["--data-raw", request.body]
    return " ".join(shlex.quote(word) for word in words)


def read_as_curl(url: str, header: Header) -> str:
    """Return a curl command that reads ``url``.

    The shell fills in the token from ``HOOKBOARD_TOKEN``: the command itself has no secret.
    """
    return f'curl -H "{header.format("$HOOKBOARD_TOKEN")}" {shlex.quote(clean(url))}'


def exchange_as_curl(exchange: Exchange) -> str:
    """Return a sent request as a curl command, secrets masked."""
    words = ["curl", "-X", exchange.method, exchange.url, "-H", exchange.header.format(MASK)]
    if exchange.request:
        words += ["-H", "Content-Type: application/json", "--data-raw", exchange.request_text]
    return " ".join(shlex.quote(word) for word in words)

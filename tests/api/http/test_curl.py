"""Previews of requests: exact, with every secret masked."""

from __future__ import annotations

import json
import shlex

import pytest

from tui.api.curl import as_curl, preview, read_as_curl
from tui.api.http.auth import BEARER, Credential
from tui.model.secret import MASK

URL = "https://api.example/api/v2/instance/i1/webhook/w1"
BODY = {
    "name": "crm",
    "url": "https://crm.example/in",
    "enabled": True,
    "WebhookEvents": {"newJwt": False},
}
NOBODY = Credential(None, "nobody's token", "nowhere")
HEADERS = {"authorization": "Bearer of-the-crm", "x-team": "vendas", "x-sig": "c" * 40}


def test_a_request_without_secrets_is_shown_exactly() -> None:
    shown = preview("PUT", URL, BODY, NOBODY)
    assert (shown.method, shown.url) == ("PUT", URL)
    assert json.loads(shown.body) == BODY
    assert shown.headers == (
        ("Authorization", f"Bearer {MASK}"),
        ("Content-Type", "application/json"),
    )


def test_secret_header_values_are_masked_and_the_others_are_not() -> None:
    shown = preview("PUT", URL, {**BODY, "headers": HEADERS}, NOBODY).body
    assert "of-the-crm" not in shown
    assert "c" * 40 not in shown
    assert '"x-team": "vendas"' in shown
    assert f'"authorization": {MASK},' in shown


def test_a_masked_body_is_no_json() -> None:
    shown = preview("PUT", URL, {**BODY, "headers": HEADERS}, NOBODY)
    with pytest.raises(json.JSONDecodeError):
        json.loads(shown.body)


def test_an_unknown_property_named_like_a_secret_is_masked() -> None:
    shown = preview("PUT", URL, {**BODY, "authToken": "t0k3n", "retries": 3}, NOBODY).body
    assert "t0k3n" not in shown
    assert '"retries": 3' in shown


def test_control_characters_are_shown_as_marks() -> None:
    shown = preview("PUT", f"{URL}\x1b", {**BODY, "name": "a\u202eb\x9bc\ud800"}, NOBODY)
    assert (shown.url + shown.body.replace("\n", "")).isprintable()
    assert "a\ufffdb\ufffdc\ufffd" in shown.body


def test_a_shell_reads_the_curl_command_back() -> None:
    shown = preview("PUT", URL, {**BODY, "name": 'o\'brien "$HOME" `id`'}, NOBODY)
    words = shlex.split(as_curl(shown))
    assert words[:4] == ["curl", "-X", "PUT", URL]
    assert words[4:8] == [
        "-H",
        f"Authorization: Bearer {MASK}",
        "-H",
        "Content-Type: application/json",
    ]
    assert words[8] == "--data-raw"
    assert json.loads(words[9])["name"] == 'o\'brien "$HOME" `id`'


def test_the_curl_command_that_reads_leaves_the_token_to_the_shell() -> None:
    words = shlex.split(read_as_curl("https://api.example/a b'c", BEARER))
    assert words == [
        "curl",
        "-H",
        "Authorization: Bearer $HOOKBOARD_TOKEN",
        "https://api.example/a b'c",
    ]

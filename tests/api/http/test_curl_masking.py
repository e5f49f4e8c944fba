"""Masking of previews, at any depth."""

from __future__ import annotations

from typing import Any

import pytest

from tui.api.curl import preview
from tui.api.http.auth import Credential
from tui.model.secret import MASK

NOBODY = Credential(None, "nobody's token", "nowhere")
SECRET = "hunter2"
JWT = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"


@pytest.mark.parametrize(
    "unknown",
    [
        {"config": {"deep": [{"apiKey": SECRET}]}},
        {"tokens": [SECRET]},
        {"auth": {"user": SECRET}},
        {"pin": {"secretNumber": 7_211}},
        {"extra": f"Bearer {SECRET}"},
        {"extra": [JWT]},
        {"headers": {"x-team": {"password": SECRET}}},
        {"WebhookEvents": {"sessionKey": SECRET}},
    ],
)
def test_a_secret_is_masked_at_any_depth(unknown: dict[str, Any]) -> None:
    shown = preview("PUT", "https://api.example/w1", {"name": "crm", **unknown}, NOBODY).body
    assert MASK in shown
    assert not [secret for secret in (SECRET, JWT, "7211") if secret in shown]
    assert '"name": "crm"' in shown


def test_switches_and_edited_fields_are_shown_under_any_name() -> None:
    url = "https://crm.example/in?id=3f786850e387550fdab836ed7e6dc881de23001b"
    body = {"name": "a" * 40, "url": url, "WebhookEvents": {"authUpdate": True, "newJwt": False}}
    shown = preview("PUT", "https://api.example/w1", {**body, "byToken": None}, NOBODY).body
    assert MASK not in shown
    assert url in shown


def test_a_nested_webhook_is_masked_like_a_flat_one() -> None:
    url = "https://crm.example/in?id=3f786850e387550fdab836ed7e6dc881de23001b"
    events = ["GROUP_PARTICIPANTS_UPDATE", "CALL"]
    headers = {"authorization": f"Bearer {SECRET}", "x-team": "vendas"}
    body = {"webhook": {"url": url, "enabled": True, "events": events, "headers": headers}}
    shown = preview("POST", "https://api.example/w1", body, NOBODY).body
    assert url in shown
    assert all(f'"{event}"' in shown for event in events)
    assert '"x-team": "vendas"' in shown
    assert shown.count(MASK) == 1
    assert SECRET not in shown


def test_a_header_is_shown_only_if_its_name_and_value_are_harmless() -> None:
    headers = {
        "x-vercel-protection-bypass": SECRET,
        "senha": SECRET,
        "X-Passphrase": SECRET,
        "CF-Access-Client-Id": SECRET,
        "x-team": "vendas",
    }
    for body in ({"headers": headers}, {"webhook": {"headers": headers}}):
        shown = preview("PUT", "https://api.example/w1", body, NOBODY).body
        assert SECRET not in shown
        assert all(name in shown for name in headers)
        assert '"x-team": "vendas"' in shown

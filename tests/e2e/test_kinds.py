"""Servers of every kind in the real program: detected, listed, edited, saved, listed again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.e2e.programs import HOOKBOARD, Told, environment, sandbox_process
from tests.e2e.steps import quit_program, retype
from tests.e2e.terminal import Terminal
from tui.sandbox.codechat_v1.server import open_codechat_v1
from tui.sandbox.serve import running

SHOP = "loja-norte"
NEW_URL = "https://new.example/hook"
PREFIX = "/api-wa"
EVENTS = ("events", "WebhookEvents")
"""The properties that hold a webhook's flags, on one kind or another."""


class Behind:
    """Serves an application under a path prefix only, as a reverse proxy does."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(f"{self._prefix}/"):
            await PlainTextResponse("nothing here", 404)(scope, receive, send)
            return
        cut = len(self._prefix)
        inner = {**scope, "path": scope["path"][cut:], "raw_path": scope["raw_path"][cut:]}
        await self._app(inner, receive, send)


def webhook(kind: str, told: Told) -> Mapping[str, Any]:
    """Return the webhook that the filter for the shop finds, read over HTTP."""
    with httpx.Client(base_url=told.url, headers={"apikey": told.token}, trust_env=False) as http:
        match kind:
            case "codechat-v2":
                http.headers["authorization"] = f"Bearer {told.token}"
                search = f"/api/v2/business/{told.business}/instance/search"
                found = http.post(search, json={"name": SHOP}).json()["BusinessPage"]["records"]
                path = f"/api/v2/instance/{found[0]['instanceId']}/webhook"
                # The filter goes to the first webhook with the text: its URL names the shop.
                first = next(one for one in http.get(path).json() if one["name"] == "auditoria")
            case "codechat-go":
                (instance,) = http.get(
                    "/instance/fetchInstances", params={"instanceName": SHOP}
                ).json()
                first = instance["Webhook"]
            case _:
                first = http.get(f"/webhook/find/{SHOP}").json()
    assert isinstance(first, Mapping)
    return first


def flags_on(found: Mapping[str, Any]) -> set[str]:
    """Return the flags that are on; some servers list only these, some list the others as off."""
    events = next(found[key] for key in EVENTS if key in found)
    if isinstance(events, list):
        return set(events)
    return {flag for flag, on in events.items() if on is True}


def save_another_url(terminal: Terminal) -> None:
    """Find the shop, save another URL for its webhook, and wait for it in the list."""
    terminal.press("/")
    terminal.wait_for_field("Instances")
    terminal.type(SHOP)
    terminal.wait_for("1 of 3 instances")
    terminal.press("enter")
    terminal.wait_for(lambda _: not terminal.fields, what="the filter left")
    # The row is complete: the whole webhook is shown.
    terminal.wait_for("flags on")
    terminal.press("e")
    terminal.wait_for("no changes")
    if "Name" in terminal.text():
        terminal.wait_for_field("Name")
        terminal.go_to("URL")
    retype(terminal, "URL", NEW_URL)
    terminal.wait_for("1 change, not saved")
    terminal.press("ctrl+s")
    terminal.wait_for("Saved 1 change.")
    terminal.press("escape")
    terminal.wait_for("1 of 3 instances")
    terminal.wait_for_line("on ", NEW_URL)


@pytest.mark.parametrize("kind", ["codechat-v2", "codechat-v1", "codechat-go", "evolution-v2"])
def test_a_server_is_detected_and_a_save_stored(home: Path, kind: str) -> None:
    with sandbox_process(home, "--api", kind, "--instances", "3") as told:
        before = webhook(kind, told)
        env = environment(home, **told.variables)
        with Terminal([HOOKBOARD], env=env, size=(80, 24)) as terminal:
            terminal.wait_for("3 instances")
            terminal.wait_for_line("hookboard", f" · {kind} · ")
            save_another_url(terminal)
            assert quit_program(terminal) == 0
            assert told.token.encode() not in terminal.output
        after = webhook(kind, told)
    assert after["url"] == NEW_URL
    kept = [key for key in before if key not in ("url", "updatedAt", *EVENTS)]
    assert [after[key] for key in kept] == [before[key] for key in kept]
    assert flags_on(after) == flags_on(before) != set()


def test_a_server_behind_a_path_prefix_is_detected_and_a_save_stored(home: Path) -> None:
    with open_codechat_v1(instances=3) as sandbox:
        sandbox.app.add_middleware(Behind, prefix=PREFIX)
        with running(sandbox) as url:
            told = Told(f"{url}{PREFIX}/", "", sandbox.token)
            env = environment(home, **told.variables)
            with Terminal([HOOKBOARD], env=env, size=(80, 24)) as terminal:
                terminal.wait_for("3 instances")
                terminal.wait_for_line("hookboard", " · codechat-v1 · ")
                save_another_url(terminal)
            assert webhook("codechat-v1", told)["url"] == NEW_URL
            assert httpx.get(f"{url}/webhook/find/{SHOP}", trust_env=False).status_code == 404

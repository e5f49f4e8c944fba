"""Hostile names from a server are shown as text everywhere, and do nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.app.support import Terminal, change, hook, listing, record, refusing, terminal
from tui.model.text import MARK, clean
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.sandbox.records import Instance
from tui.sandbox.sample import sample

HOSTILE = {
    "markup": "[red]loja[/red] $name %s {0} \\[b]\\",
    "closing tags": '[/] [/foo] [link="',
    "action": "[@click=app.quit]x[/]",
    "controls": "\x1b[2J\x1b]52;c;QUJD\x07\x9b31m a\r\nb\tc\x00d",
    "scripts": "\u05e9\u05dc\u05d5\u05dd \u202egnp.exe 漢字 e\u0301\u0300 "
    "\U0001f469\u200d\U0001f467 \u2764\ufe0f \U0001f1e7\U0001f1f7",
    "long": "n" * 10_000,
    "blank": "   ",
}
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")

everything = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


def hostile_sandbox(text: str) -> Sandbox:
    """Return a sandbox with one instance whose texts are all this one."""
    sandbox = open_sandbox(instances=0)
    ((instance, (webhook, *_)),) = sample(1)
    flags = {"messagesUpsert": True, text: True, f"{text}2": False}
    with sandbox.store.transaction():
        sandbox.store.add(
            [
                (
                    hostile_instance(instance, text),
                    [replace(webhook, name=text, flags=flags, headers={text: text, "x": text})],
                )
            ]
        )
    return sandbox


def hostile_instance(instance: Instance, text: str) -> Instance:
    paired = {**(instance.whatsapp or {}), "pushName": text, "remoteJid": f"{text}@s.whatsapp.net"}
    return replace(instance, name=text, state=text, connection=text, whatsapp=paired)


def shown(text: str) -> str:
    """Return the part of a text that the screen must show: its beginning, cleaned."""
    return " ".join(clean(text).split())[:8].rstrip()


def check(at: Terminal, text: str) -> None:
    """Check that the text is shown as text, and that it did nothing."""
    assert not FORBIDDEN.search(at.picture)
    assert shown(text) in at.words
    assert at.app.return_code is None
    assert all(len(row) <= 80 for row in at.rows)


@everything
async def test_a_hostile_text_is_shown_as_text_on_every_screen(text: str) -> None:
    async with terminal(hostile_sandbox(text)) as at:
        await at.sees("1 instance", "1 webhook, on")
        check(at, text)
        await at.press("enter", "enter")
        await at.sees("Flags 2/3 on")
        check(at, text)
        await at.press("end", "x", "tab", "tab", "tab", "a")
        await at.sees("2 changes, not saved")
        check(at, text)
        await at.press("f3")
        await at.sees("→" if text.strip() else "The request")
        check(at, text)
        await at.press("escape", "ctrl+t")
        await at.sees("Another token for the instance")
        check(at, text)
        await at.press("escape", "escape")
        await at.sees("has 2 unsaved changes.")
        check(at, text)
        await at.press("d")
        await at.sees("1 instance")
        for row in (2, 12, 16, 18):
            await at.pilot.click(offset=(16, row))
        await at.press("slash")
        shown = clean(text).strip()[:200]
        # A mark for what cannot be shown is no text: a paste that has one is refused.
        await at.paste(shown if shown and MARK not in shown else "01KE")
        await at.sees("1 of 1 instance")
        check(at, text)


@everything
async def test_a_hostile_text_on_the_conflict_screen_and_in_the_banner_is_text(text: str) -> None:
    async with terminal() as at:
        await at.edit()
        change(at.sandbox, name=text)
        await at.press("ctrl+r")
        await at.sees("Changed on the server since it was read: name")
        check(at, text)
        await at.press("end", "x")
        change(at.sandbox, name="2" + text)
        await at.press("ctrl+s")
        await at.sees("0 of 1 decided")
        check(at, text)
        await at.press("t", "ctrl+s")
        await at.sees("No changes: nothing was sent.")
        check(at, text)
        assert hook(at.sandbox).name == "2" + text


@everything
async def test_a_hostile_answer_to_a_save_is_text_in_the_banner_and_beside_fields(
    text: str,
) -> None:
    said = " ".join(text.split())
    async with terminal() as at:
        await at.edit()
        beside = {"property": "name", "message": text}
        at.cable.answer = refusing(400, f"url {text}", f"no: {text}", beside)
        await at.press("x", "ctrl+s")
        await at.sees("Not saved. sandbox.test answered 400")
        check(at, said)
        at.cable.answer = refusing(401, text)
        await at.press("ctrl+s")
        await at.sees("answered 401")
        check(at, said)


async def test_a_hostile_text_in_a_passing_message_is_text() -> None:
    async with terminal() as at:
        for text in HOSTILE.values():
            at.app.say(f"{clean(text)} was kept")
            await at.sees(shown(text))
            check(at, text)
            at.app.clear_notifications()


async def test_an_id_that_no_url_can_carry_is_reported_and_the_rest_works() -> None:
    async with terminal() as at:
        webhook = {"webhookId": "..", "name": "odd", "url": "https://a.example/in"}
        at.cable.answer = listing(record("a", webhooks=[{**webhook, "enabled": True}]))
        await at.press("r")
        await at.sees("1 instance")
        await at.press("y")
        await at.sees("the webhook's URL")
        await at.press("u")
        await at.hears("Sent to the terminal's clipboard")
        await at.press("enter", "enter")
        await at.sees("loja · a › odd")
        await at.press("f3")
        await at.sees("which cannot be part of an address")
        await at.press("x", "ctrl+s")
        await at.sees("Not saved.", "1 change, not saved")


@pytest.mark.parametrize("text", [HOSTILE["controls"], HOSTILE["scripts"]])
async def test_an_unchanged_name_is_sent_as_received_although_shown_cleaned(text: str) -> None:
    sandbox = open_sandbox()
    change(sandbox, name=text)
    async with terminal(sandbox) as at:
        await at.edit()
        await at.press("tab", "tab", "space", "ctrl+s")
        await at.sees("Saved 1 change.")
        assert hook(at.sandbox).name == text

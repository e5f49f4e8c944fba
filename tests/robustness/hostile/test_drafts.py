"""A draft file that was tampered with is shown as text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.support import Cable, hook, session, started
from tests.robustness.hostile.test_screens import check
from tests.robustness.hostile.texts import MADE
from tui.app.app import HookboardApp
from tui.model.instance import Instance
from tui.model.webhook import Webhook
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.storage.drafts import Drafts

URL = "http://sandbox.test"


def leave_draft(drafts: Drafts, sandbox: Sandbox, text: str) -> None:
    there = hook(sandbox)
    webhook = Webhook(there.id, text, text, True, {text: True})
    draft = drafts.begin(URL, Instance(there.instance_id, text), webhook)
    base = webhook.values
    draft.note(base, replace(base, name=f"{text}2", flags={text: False}))
    draft.leave()


@pytest.mark.parametrize("text", [text for text in MADE if len(text) < 1_000])
async def test_a_hostile_draft_is_offered_reviewed_and_merged_as_text(
    tmp_path: Path, text: str
) -> None:
    with open_sandbox() as sandbox:
        drafts = Drafts(tmp_path)
        leave_draft(drafts, sandbox, text)
        cable = Cable(sandbox.app)
        made = session(sandbox, cable)
        made.url, made.user_data.drafts.made = URL, drafts
        async with started(HookboardApp(lambda: made), sandbox, cable) as at:
            await at.sees("12 instances", "1 draft")
            await at.press("tab", "enter")
            await at.sees("has a draft")
            check(at)
            await at.press("o")
            await at.until(lambda: cable.sent("GET"), "it is read again")
            await at.until(lambda: not at.working("reread") or at.shows("yours"), "it was read")
            check(at)
            await at.press("escape")
            check(at)
            await at.press("f3")
            check(at)

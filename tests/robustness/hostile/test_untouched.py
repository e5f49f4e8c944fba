"""Unedited text stays unchanged on the server, however it is shown."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from hypothesis import given, settings

from tests.app.support import terminal
from tests.robustness.hostile.mirror import Mirror, mirrored, record
from tests.robustness.hostile.texts import EVERY, FORBIDDEN, MIXTURES
from tests.support import SingleWebhookAdapter, server_at, through_json
from tui.core.save import save
from tui.core.save_result import Outcome
from tui.model.instance import Instance
from tui.model.text import clean

INSTANCE = Instance(id="i1", name="loja")


async def saved(text: str, **more: str) -> None:
    """Save a flag of a webhook that has this text in every field; the rest must not change."""
    before = record(0, text)["Webhook"][0] | more
    there = SingleWebhookAdapter(deepcopy(before))
    server = server_at(there)
    base = await server.webhook(INSTANCE, before["webhookId"])
    values = replace(base.values, flags={**base.flags, "messagesUpsert": False})
    result = await save(server, INSTANCE, base, values)
    assert result.outcome is Outcome.SAVED, (text, result)
    before["WebhookEvents"]["messagesUpsert"] = False
    assert through_json(there.record) == through_json(before)


async def test_every_text_in_an_unedited_field_is_written_back_unchanged() -> None:
    for text in EVERY:
        if clean(text).strip():  # a blank name is refused before anything is sent
            await saved(text)


@settings(max_examples=100)
@given(MIXTURES)
async def test_any_mixture_of_texts_is_written_back_unchanged(text: str) -> None:
    if clean(text).strip():
        await saved(text)


async def test_a_save_in_the_editor_writes_unedited_text_back_unchanged() -> None:
    texts = [text for text in EVERY if FORBIDDEN.search(text) and len(text) < 100]
    mirror = Mirror(record(0, "loja"))
    with mirrored(mirror) as sandbox:
        async with terminal(sandbox, size=(120, 40)) as at:
            await at.press("tab", "enter")
            await at.sees("no changes")
            await at.press("tab", "tab")
            for text in texts:
                kept = {**record(0, text)["Webhook"][0], "webhookId": "0-loja"}
                kept["url"] = "https://a.example/" + text
                mirror.records[0]["Webhook"] = [kept]
                before = through_json(kept)
                await at.press("ctrl+r")
                await at.until(lambda: not at.working("reread"), "it was read again")
                await at.press("space", "ctrl+s")
                await at.sees("Saved 1 change")
                now = through_json(mirror.hook())
                assert now == before | {"enabled": not before["enabled"]}
            await at.press("shift+tab", "shift+tab", "end", "x", "ctrl+s")
            await at.sees("Saved 1 change")
            assert mirror.hook()["name"] == texts[-1] + "x"
            assert mirror.hook()["url"] == "https://a.example/" + texts[-1]


async def test_a_property_named_by_half_a_surrogate_pair_is_written_back() -> None:
    await saved("crm", **{"\ud800": "kept"})

"""What the journal costs, on the disk of this machine: no screen, no server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from tui.api.adapters.evolution_v2 import FLAGS
from tui.core.recorder import ref_of
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.model.time import utc_now
from tui.model.webhook import Webhook
from tui.storage.journal import Journal, Origin, WebhookState, Written

SERVER = "http://bench.test"
SAVES = 100
TICK = 0.001
"""Seconds between two looks at whether the event loop is held up."""


@dataclass(frozen=True)
class JournalRun:
    """The seconds that work on a journal took in which a whole list is."""

    saves: tuple[float, ...]
    """Noting a save, until it can be read from the disk again; each of them."""
    compared: float
    """Comparing the list with it, with a hundredth of the webhooks changed."""
    held: float
    """The longest that the event loop was held up by that."""


def run_journal(folder: Path, instances: int) -> JournalRun:
    """Fill a journal with a list of so many webhooks, note saves, and compare the list again."""
    return asyncio.run(_run(folder, instances))


async def _run(folder: Path, instances: int) -> JournalRun:
    journal = Journal(folder / "journal.sqlite")
    listed = [_instance(number) for number in range(instances)]
    await journal.note_list(SERVER, listed, utc_now(), whole=True)
    saves = [await _save(journal, instance) for instance in listed[:SAVES]]
    changed = [
        replace(one, webhooks=tuple(replace(each, enabled=False) for each in one.webhooks or ()))
        if number % 100 == 0
        else one
        for number, one in enumerate(listed)
    ]
    held = [0.0]
    ticking = asyncio.create_task(_tick(held))
    begun = perf_counter()
    await journal.note_list(SERVER, changed, utc_now(), whole=True)
    compared = perf_counter() - begun
    ticking.cancel()
    await journal.close()
    return JournalRun(tuple(saves), compared, max(held))


async def _save(journal: Journal, instance: Instance) -> float:
    """Note a save of an instance's webhook, as the editor does."""
    (webhook,) = instance.webhooks or ()
    before = WebhookState.of(webhook)
    after = WebhookState.of(replace(webhook, name="another"))
    begun = perf_counter()
    ref = ref_of(SERVER, instance, webhook)
    written = Written(Origin.EDITOR, RowOutcome.SAVED, before, after, after)
    journal.note_write(ref, written)
    await journal.history(ref)
    return perf_counter() - begun


async def _tick(held: list[float]) -> None:
    """Note how late the event loop comes back, each time."""
    while True:
        before = perf_counter()
        await asyncio.sleep(TICK)
        held.append(perf_counter() - before - TICK)


def _instance(number: int) -> Instance:
    flags = {flag: at % 3 > 0 for at, flag in enumerate(FLAGS)}
    webhook = Webhook(f"w{number}", "crm", f"https://crm.example/{number}", True, flags)
    return Instance(f"i{number}", f"loja-{number}", webhooks=(webhook,))

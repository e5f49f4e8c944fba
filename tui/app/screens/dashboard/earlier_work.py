"""Looking for what earlier starts left: drafts, staged changes and a run that was cut off."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from tui.app.screens.base import HookboardScreen
from tui.app.screens.dashboard import list_loader
from tui.app.screens.drafts.watcher import DraftsWatcher
from tui.app.screens.staged_keeper import StagedKeeper
from tui.core.session import Session
from tui.messages.error_sentences import problem_sentences
from tui.model.user_error import UserError
from tui.storage.disk import on_disk

LIST_FIRST = 0.25
"""Seconds that this waits for the picture of the first list, where the server is quick."""


async def look_for_earlier_work(
    screen: HookboardScreen[None],
    session: Session,
    loader: list_loader.ListLoader,
    drafts: DraftsWatcher,
    staged: StagedKeeper,
) -> None:
    """Show what is kept and offer a cut-off run; the list, and then the keys, come first."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LIST_FIRST):
            await loader.wait()
            await screen.painted()
    try:
        await on_disk(session.user_data.open)
    except UserError as error:
        screen.say(problem_sentences(error))
        return
    drafts.look()
    staged.look()
    if not session.user_data.journal.exists:
        return
    await loader.wait()
    await asyncio.sleep(list_loader.NOTE_AFTER)
    if await session.has_open_run():
        from tui.app.screens.runs.cut_off import offer_cut_off_run

        await offer_cut_off_run(screen, session)

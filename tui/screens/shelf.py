"""The drafts of a server that nobody is working on: found, counted, opened from their list."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tui.config.errors import ConfigError
from tui.model.instance import Instance
from tui.reports import count
from tui.screens.shell import HookboardScreen
from tui.session import Session
from tui.widgets.lines import Span

if TYPE_CHECKING:
    from tui.drafts import Draft
    from tui.screens.offering import Opening


class Shelf:
    """Looks for drafts beside the keys of a screen; ``show`` is called when it has looked."""

    def __init__(
        self, screen: HookboardScreen[Any], session: Session, show: Callable[[], None]
    ) -> None:
        self._screen = screen
        self._session = session
        self._show = show
        self._told = False
        self.drafts: tuple[Draft, ...] = ()

    @property
    def marks(self) -> tuple[Span, ...]:
        """How many there are, for the top of the screen."""
        return ((f" {count(len(self.drafts), 'draft')} ", "changed"),) if self.drafts else ()

    def look(self) -> None:
        """Look which drafts lie there."""
        if self._session.drafts is not None:
            self._screen.start(self._look, "drafts", exclusive=True)

    async def choose(self) -> tuple[Instance, Opening] | None:
        """Show the list, and open the draft that is chosen from it. To be called from a worker."""
        from tui.screens.drafts_list import DraftsScreen
        from tui.screens.offering import open_draft

        await self._look()
        app, session = self._screen.app, self._session
        chosen = await app.push_screen_wait(DraftsScreen(session, self.drafts))
        if chosen is None:
            self.look()
            return None
        if (instance := session.store.get(chosen.instance_id)) is None:
            return None  # gone since it was listed
        if (webhook := session.webhook(instance, chosen.webhook_id)) is None:
            return None
        opening = await open_draft(app, session, webhook, chosen)
        return (instance, opening) if opening else None

    async def _look(self) -> None:
        if (drafts := self._session.drafts) is None:
            return
        try:
            found = await asyncio.to_thread(drafts.free, self._session.url)
        except ConfigError as error:
            self._screen.app.say(f"Drafts cannot be read: {error.message}")
            return
        self.drafts = found.drafts
        for problem in found.problems[:1] if not self._told else ():
            self._screen.app.say(f"{problem.message}. {problem.hint}")
        self._told = True
        self._show()

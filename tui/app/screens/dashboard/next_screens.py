"""Importing the screens that mostly come next, while the user looks at the list."""

from __future__ import annotations

import asyncio

from tui.app.screens.base import HookboardScreen
from tui.app.screens.dashboard.list_loader import ListLoader


async def import_next_screens(screen: HookboardScreen[None], loader: ListLoader) -> None:
    """Import the editor and the board in a thread, once the first list is on the screen.

    The first key that opens one of them would wait for that.
    """
    await loader.wait()
    await screen.painted()
    await asyncio.to_thread(_import_screens)


def _import_screens() -> None:
    from tui.app.screens.board import screen as board  # noqa: F401
    from tui.app.screens.drafts import open_draft  # noqa: F401
    from tui.app.screens.editor import screen as editor  # noqa: F401

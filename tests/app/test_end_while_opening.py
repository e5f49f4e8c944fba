"""The program may end at any moment while a screen opens, as when the terminal vanishes."""

from __future__ import annotations

import asyncio

import pytest
from textual import events

from tests.app.support import terminal


@pytest.mark.parametrize("steps", [5, 6, 7, 8, 10, 12])
@pytest.mark.parametrize("key", ["D", "n"])
async def test_the_end_is_clean_whatever_is_opening(key: str, steps: int) -> None:
    """``steps`` turns of the event loop after the key, the end begins."""
    async with terminal() as at:
        character = key if len(key) == 1 else None
        at.app.post_message(events.Key(key, character))
        for _ in range(steps):
            await asyncio.sleep(0)

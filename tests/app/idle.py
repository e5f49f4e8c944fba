"""Tells when an app has nothing to do but wait."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from textual.screen import Screen


async def idle() -> None:
    """Let all tasks go on until each of them waits for time, a socket or a thread."""
    ready = cast(Any, asyncio.get_running_loop())._ready
    await asyncio.sleep(0)
    while ready:  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(0)


def is_to_be_painted(screen: Screen[Any]) -> bool:
    """Return whether a change waits for the timer that paints, which ticks each 16 ms."""
    return bool(cast(Any, screen)._update_timer._active.is_set())

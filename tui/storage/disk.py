"""Work on files, beside the keys: a disk that does not answer is said, and waited for no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from tui.model.user_error import UserError

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 5.0
"""How long a disk may take to answer."""

LONG = 60.0
"""Seconds for what also waits for a keyring or a command, which have limits of their own."""


async def on_disk(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what ``work`` does with files, in a thread.

    Raises :class:`UserError` when it takes longer than :data:`SECONDS`; it goes on even so.
    """
    return await within(SECONDS, work, *args, **kwargs)


async def within(seconds: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the same with another limit."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(work, *args, **kwargs)
    except TimeoutError:
        raise UserError(
            f"did not answer within {seconds:g} s",
            "Check whether a network drive or a mount is gone.",
            subject="the disk",
        ) from None

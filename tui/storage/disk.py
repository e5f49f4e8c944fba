"""Work on files in threads, with a limit on how long a disk may take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from tui.i18n import _
from tui.model.user_error import UserError

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 5.0
"""Seconds that a disk may take to answer."""

LONG = 60.0
"""Seconds for work that also asks a keyring or runs a command, which have their own limits."""


async def on_disk(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``work``, which reads or writes files, in a thread and return its result.

    Raises :class:`UserError` when it takes longer than :data:`SECONDS`; the thread goes on.
    """
    return await within(SECONDS, work, *args, **kwargs)


async def within(seconds: float, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the same as :func:`on_disk` with another limit."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(work, *args, **kwargs)
    except TimeoutError:
        raise UserError(
            _("the disk did not answer within {seconds} s").format(seconds=f"{seconds:g}"),
            _("Check whether a network drive or a mount is gone."),
        ) from None

"""``hookboard config check``: which server answered what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.api.errors import ApiError
from tui.config.overrides import Overrides
from tui.core.open_session import open_session
from tui.core.session import Session
from tui.model.counting import count
from tui.model.user_error import UserError
from tui.storage.blocking_calls import DaemonExecutor

GIVE_TOKEN = "Give its token by token_command, HOOKBOARD_TOKEN or --token-file."


def check_server(
    overrides: Overrides, asking: Callable[[str], None] = lambda _: None
) -> tuple[bool, str]:
    """Ask the configured server for its list. Returns whether that went well, and words.

    ``asking`` is told what is waited for, before it is. Raises :class:`UserError` for what is
    wrong on this side.
    """
    session = open_session(overrides)
    if session is None:
        raise UserError("nothing is configured", "Start hookboard to connect to a server.")
    asking(f"asking {session.host}…")
    return asyncio.run(_ask(session))


async def _ask(session: Session) -> tuple[bool, str]:
    asyncio.get_running_loop().set_default_executor(DaemonExecutor())
    asked = session.kind
    try:
        good, answer = await _answer(session)
    finally:
        await session.close()
    lines = [
        f"profile   {session.profile}{' (read only)' if session.read_only else ''}",
        f"server    {session.host}",
        f"kind      {session.kind}{' (found out)' if session.kind != asked else ''}",
        f"token     {session.credential_words()}",
        *([f"proxy     {session.request_log.proxy}"] if session.request_log.proxy else []),
        *answer,
    ]
    return good, "\n".join(lines)


async def _answer(session: Session) -> tuple[bool, list[str]]:
    try:
        page = await anext(aiter(session.instances()))
    except ApiError as error:
        said = [f"          {sentence}" for sentence in error.server_says]
        return False, [f"failed    {error.what}", f"          {_advice(error)}", *said]
    total = len(page.instances) if page.total is None else page.total
    lines = [f"answered  as {session.kind}, with {count(total, 'instance')}"]
    return True, lines + [f"          {problem}" for problem in page.problems[:5]]


def _advice(error: ApiError) -> str:
    """Say what to do on a command line, which has no keys: what a key gives there is a token."""
    return str(error.to_do) or GIVE_TOKEN

"""``hookboard config check``: which server answered what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.api.errors import ApiError, Unauthorised
from tui.api.port import WebhookServer
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
    asking(f"asking {session.server.host}…")
    return asyncio.run(_ask(session))


async def _ask(session: Session) -> tuple[bool, str]:
    asyncio.get_running_loop().set_default_executor(DaemonExecutor())
    server = session.server
    asked = server.kind
    try:
        good, answer = await _answer(server)
    finally:
        await server.close()
    lines = [
        f"profile   {session.profile}{' (read only)' if server.read_only else ''}",
        f"server    {server.host}",
        f"kind      {server.kind}{' (found out)' if server.kind != asked else ''}",
        f"token     {server.credential_words()}",
        *([f"proxy     {server.exchanges.proxy}"] if server.exchanges.proxy else []),
        *answer,
    ]
    return good, "\n".join(lines)


async def _answer(server: WebhookServer) -> tuple[bool, list[str]]:
    try:
        page = await anext(aiter(server.instances()))
    except ApiError as error:
        said = [f"          the server says: {words}" for words in error.said]
        return False, [f"failed    {error.what}", f"          {_advice(error)}", *said]
    total = len(page.instances) if page.total is None else page.total
    lines = [f"answered  as {server.kind}, with {count(total, 'instance')}"]
    return True, lines + [f"          {problem}" for problem in page.problems[:5]]


def _advice(error: ApiError) -> str:
    """Say what to do, by what there is on a command line: it has no keys."""
    return GIVE_TOKEN if isinstance(error, Unauthorised) else error.to_do

"""``hookboard config check``: which server answered what."""

from __future__ import annotations

import asyncio

from tui.api.errors import ApiError
from tui.config.errors import ConfigError
from tui.config.overrides import Overrides
from tui.opening import open_session
from tui.session import Session


def check_server(overrides: Overrides) -> tuple[bool, str]:
    """Ask the configured server for its list. Returns whether that went well, and words.

    Raises :class:`ConfigError` for what is wrong on this side.
    """
    session = open_session(overrides)
    if session is None:
        raise ConfigError("nothing is configured", "Start hookboard to connect to a server.")
    return asyncio.run(_ask(session))


async def _ask(session: Session) -> tuple[bool, str]:
    server = session.server
    lines = [
        f"profile   {session.profile}{' (read only)' if server.read_only else ''}",
        f"server    {server.host}",
        f"token     {server.credential_words()}",
    ]
    try:
        async for page in server.instances():
            total = len(page.instances) if page.total is None else page.total
            lines.append(f"answered  as {server.kind}, with {total:,} instances")
            lines += [f"          {problem}" for problem in page.problems[:5]]
            break
    except ApiError as error:
        lines += [f"failed    {error.what}", f"          {error.to_do}"]
        lines += [f"          the server says: {words}" for words in error.said]
        return False, "\n".join(lines)
    finally:
        await server.close()
    return True, "\n".join(lines)

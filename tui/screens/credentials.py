"""Taking another token for a server at work."""

from __future__ import annotations

import asyncio

from tui.config.errors import ConfigError
from tui.model.instance import Instance
from tui.screens.dialogs import GivenToken, TokenScreen
from tui.screens.shell import Shell
from tui.session import Session

TYPED = "what was typed here"


async def ask_for_token(app: Shell, session: Session, instance: Instance | None) -> bool:
    """Ask for a token, for an instance or for the profile, and use it from now on.

    To be called from a worker. Returns whether one was given.
    """
    own = instance is not None and instance.token is not None
    whose = f"the instance {instance.name}" if instance and own else f"profile {session.profile}"
    keep_token = None if own else session.keep_token
    details = (
        f"So far: {session.server.credential_words(instance)}.",
        "Whether it is right shows when it is used; what you typed elsewhere is kept.",
    )
    given: GivenToken | None = await app.push_screen_wait(
        TokenScreen(whose, *details, can_keep=keep_token is not None)
    )
    if given is None:
        return False
    session.server.use_token(given.token, TYPED, instance=instance if own else None)
    if given.keep and keep_token:
        try:
            app.say(f"The token is kept in {await asyncio.to_thread(keep_token, given.token)}.")
        except ConfigError as error:
            app.say(f"The token is used, but could not be kept: {error.message}")
    return True

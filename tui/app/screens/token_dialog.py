"""Taking another token for a server at work."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.worker import Worker

from tui.app.screens.dialogs import GivenToken, TokenScreen
from tui.app.shell import Shell
from tui.core.session import Session
from tui.model.instance import Instance
from tui.model.secret import TYPED
from tui.model.user_error import UserError
from tui.storage.disk import LONG, within


async def ask_for_token(app: Shell, session: Session, instance: Instance | None) -> bool:
    """Ask for a token, for an instance or for the profile, and use it from now on.

    To be called from a worker. Returns whether one was given.
    """
    own = instance is not None and instance.token is not None
    whose = f"the instance {instance.name}" if instance and own else f"profile {session.profile}"
    keep_token = None if own else session.keep_token
    details = (
        f"So far: {session.credential_words(instance)}.",
        "Whether it is right shows when it is used; what you typed elsewhere is kept.",
    )
    given: GivenToken | None = await app.push_screen_wait(
        TokenScreen(whose, *details, can_keep=keep_token is not None)
    )
    if given is None:
        return False
    session.use_token(given.token, TYPED, instance=instance if own else None)
    if given.keep and keep_token:
        keep = partial(keep_token, given.token)
        failed = "The token is used, but could not be kept: {}"
        keep_beside(app, keep, "The token is kept in {}.", failed)
    return True


def keep_beside(app: Shell, keep: Callable[[], str], kept: str, failed: str) -> Worker[None]:
    """Keep something beside all else, as a keyring may not answer; say what came of it.

    ``kept`` and ``failed`` are the sentences, with a place for what ``keep`` returns and for
    the message of the :class:`UserError` it raises.
    """

    async def work() -> None:
        try:
            said = kept.format(await within(LONG, keep))
        except UserError as error:
            said = failed.format(error.message)
        app.say(said.strip())

    worker: Worker[None] = app.run_worker(work, group="keep")
    return worker

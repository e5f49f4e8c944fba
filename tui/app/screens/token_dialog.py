"""Asking for another token for an open server."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.worker import Worker

from tui.app.screens.dialogs import GivenToken, TokenScreen
from tui.app.shell import Shell
from tui.core.session import Session
from tui.i18n import _
from tui.model.instance import Instance
from tui.model.secret import TYPED, Secret
from tui.model.sentence import joined
from tui.model.user_error import UserError
from tui.storage.disk import LONG, within

if TYPE_CHECKING:
    from tui.storage.tokens import TokenPlace


NOT_FINISHED = _(
    "hookboard: ended before the token was saved. The next start may ask for it again."
)


async def ask_for_token(app: Shell, session: Session, instance: Instance | None) -> bool:
    """Ask for a token of an instance or of the profile, and use it from now on.

    Returns whether one was given. To be called from a worker.
    """
    has_own = instance is not None and instance.token is not None
    if instance and has_own:
        request = _("Another token for the instance {instance}").format(instance=instance.name)
    else:
        request = _("Another token for profile {profile}").format(profile=session.profile)
    save_token = None if has_own else session.keep_token
    details = (
        _("So far: {token}.").format(token=session.credential_words(instance)),
        _("The next request shows whether it is right; your unsaved changes are kept."),
    )
    given: GivenToken | None = await app.push_screen_wait(
        TokenScreen(request, *details, can_save=save_token is not None)
    )
    if given is None:
        return False
    session.use_token(given.token, TYPED, instance=instance if has_own else None)
    if given.save and save_token:
        save = partial(_save, save_token, given.token)
        failed = _("The token is used, but could not be saved: {problem}")
        save_in_background(app, save, failed=failed)
    return True


def _save(save_token: Callable[[Secret], TokenPlace], token: Secret) -> str:
    return _("The token is saved in {place}.").format(place=save_token(token))


def save_in_background(
    app: Shell, save: Callable[[], str], *, failed: str, before: str = ""
) -> Worker[None]:
    """Run ``save`` without waiting for it, since a keyring may not answer; say how it ended.

    Where the program ends first, it says so after the terminal is restored.
    ``save`` returns the sentence to say. In ``failed``, ``{problem}`` is the message of the
    :class:`UserError` it raises. ``before`` is a sentence for the same message.
    """

    async def work() -> None:
        try:
            said = await within(LONG, save)
        except UserError as error:
            said = failed.format(problem=error.message)
        except CancelledError:
            app.exit_message = "\n".join(filter(None, (app.exit_message, NOT_FINISHED)))
            raise
        app.say(joined(before, said))

    worker: Worker[None] = app.run_worker(work, group="save")
    return worker

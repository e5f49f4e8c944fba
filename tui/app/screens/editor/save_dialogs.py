"""Dialogs before and after a save."""

from __future__ import annotations

from collections.abc import Sequence

from tui.app.screens.dialogs import Answer, ask
from tui.app.shell import Shell
from tui.i18n import _
from tui.messages.save_question import reset_question
from tui.model.diff import Change
from tui.model.sentence import Wording


async def confirm_save(app: Shell, question: Wording, *details: Wording) -> bool:
    """Ask before a doubtful save, or one in production. To be called from a worker."""
    answers = (Answer(False, "e", _("go on editing")), Answer(True, "s", _("save anyway")))
    return await ask(app, question, answers, *details) or False


async def ask_to_put_back(app: Shell, flags: Sequence[Change]) -> bool:
    """Ask whether the server reset flags with a save, and they are to be turned off again.

    To be called from a worker.
    """
    question, *details = reset_question(flags)
    answers = (
        Answer(False, "l", _("leave them on")),
        Answer(True, "p", _("put them back, and after each save on this server from now on")),
    )
    return await ask(app, question, answers, *details) or False

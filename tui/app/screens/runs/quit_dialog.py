"""The question before a run under way is stopped because the program is to end."""

from __future__ import annotations

from tui.app.run_control import RunControl
from tui.app.screens.dialogs import Answer, ask
from tui.app.shell import Shell
from tui.i18n import _
from tui.messages.run_report import progress_words


async def may_stop(app: Shell, profile: str, control: RunControl) -> bool:
    """Ask whether to stop a run and quit. To be called from a worker."""
    if control.question:
        text, stay = _("A run on {profile} waits for you: {progress}."), _("stay here")
    else:
        text = _("A run is under way on {profile}: {progress}.")
        stay = _("stay here; the run goes on")
    question = text.format(profile=profile, progress=progress_words(control.run.progress))
    answers = (
        Answer(False, "g", stay),
        Answer(True, "s", _("stop it, wait for the webhooks being written, and quit")),
    )
    detail = _("The others are not changed. The run can be tried again at the next start.")
    return await ask(app, question, answers, detail) or False

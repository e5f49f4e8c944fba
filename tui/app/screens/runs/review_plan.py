"""From a plan to a run: its review, its confirmation, and the beginning of the run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tui.app.run_control import RunControl
from tui.app.screens.base import HookboardScreen
from tui.app.screens.runs.review_screen import PlanReviewScreen
from tui.app.shell import Shell
from tui.core.history.history import new_run
from tui.core.plan.plan import Plan
from tui.core.run.run import Run
from tui.core.session import Session
from tui.i18n import _
from tui.messages.error_sentences import problem_sentences
from tui.model.sentence import joined
from tui.model.user_error import UserError
from tui.storage.journal import Origin


async def review_plan(
    app: Shell,
    session: Session,
    plan: Plan,
    origin: Origin = Origin.BOARD,
    *,
    of_run: str = "",
    on_end: Callable[[Run], None] | None = None,
) -> RunControl | None:
    """Review a plan; if it is applied, begin its run and show that.

    ``of_run`` is the run that the plan undoes. ``on_end`` is called when the run has ended,
    whichever screen is in front then. Returns the run under way, or ``None`` if none began. To be
    called from a worker.
    """
    if not await app.push_screen_wait(PlanReviewScreen(session, plan)):
        return None
    targets = [row.target for row in plan.rows]
    control = RunControl(partial(new_run, session, targets, origin, of_run=of_run))
    return control if await begin_run(app, session, control, on_end) else None


async def begin_run(
    app: Shell, session: Session, control: RunControl, on_end: Callable[[Run], None] | None = None
) -> bool:
    """Begin a run and show it; say why and return false if it cannot begin."""
    try:
        await app.begin_run(session, control, on_end)
    except UserError as error:
        front, said = app.screen, _("The run did not begin.")
        if isinstance(front, HookboardScreen):
            front.banner.say("error", said, problem_sentences(error))
        else:
            app.say(joined(said, problem_sentences(error)))
        return False
    app.show_run(session)
    return True

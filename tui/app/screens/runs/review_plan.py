"""From a plan to a run: its review, what has to be typed, and the beginning of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tui.app.run_control import RunControl
from tui.app.screens.runs.confirm_dialog import confirm_plan
from tui.app.screens.runs.review_screen import PlanReviewScreen
from tui.app.shell import Shell
from tui.core.history import new_run
from tui.core.plan import Plan, Target
from tui.core.run import Run, RunOwner
from tui.core.session import Session
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
    """Show a plan, and begin its run and show that where the plan is applied.

    ``of_run`` is the run that the plan puts back. ``on_end`` is called when the run has ended,
    whichever screen is in front then. Returns the run under way, or ``None`` where none began.
    To be called from a worker.
    """
    while await app.push_screen_wait(PlanReviewScreen(session, plan)):
        if await confirm_plan(app, session, plan):
            targets = [row.target for row in plan.rows]
            return await begin_run(app, session, targets, origin, of_run=of_run, on_end=on_end)
    return None


async def begin_run(
    app: Shell,
    session: Session,
    targets: Iterable[Target],
    origin: Origin,
    *,
    of_run: str = "",
    on_end: Callable[[Run], None] | None = None,
) -> RunControl | None:
    """Begin a run over targets and show it; say why and return ``None`` where it cannot begin."""

    def make(owner: RunOwner) -> Run:
        return new_run(session, targets, origin, owner, of_run=of_run, at_once=session.at_once)

    return await carry_out(app, session, RunControl(make), on_end)


async def carry_out(
    app: Shell, session: Session, control: RunControl, on_end: Callable[[Run], None] | None = None
) -> RunControl | None:
    """Begin a run and show it; say why and return ``None`` where it cannot begin."""
    try:
        await app.begin_run(session, control, on_end)
    except UserError as error:
        app.say(joined(f"{error.message}.", error.hint))
        return None
    app.show_run(session)
    return control

"""Earlier runs, found in the journal by their id, to resume or to retry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.history.history import PastRun, past_run, past_runs, resumed, tried_again
from tui.core.run.run import Run, RunOwner
from tui.i18n import _
from tui.model.text import clean
from tui.model.user_error import UserError
from tui.storage.journal import Origin, RunRecord

if TYPE_CHECKING:
    from tui.core.session import Session


async def run_to_resume(
    session: Session, run: str, owner: RunOwner | None, at_once: int | None
) -> Run:
    """Return a run that resumes the rows without an outcome. Raises :class:`UserError`."""
    return resumed(session, await run_by_id(session, run), owner, at_once)


async def run_to_retry(
    session: Session, run: str, owner: RunOwner | None, at_once: int | None
) -> Run:
    """Return a new run over the rows that may succeed now. Raises :class:`UserError`."""
    past = await run_by_id(session, run)
    return tried_again(
        session,
        past.rows,
        Origin.COMMAND_LINE,
        owner,
        of_run=past.record.id,
        at_once=at_once,
    )


async def run_by_id(session: Session, run: str) -> PastRun:
    """Return a run on this server with its rows. Raises :class:`UserError`."""
    return await past_run(session, await record_by_id(session, run))


async def record_by_id(session: Session, run: str) -> RunRecord:
    """Return the journal's record of a run on this server. Raises :class:`UserError`."""
    for record in await past_runs(session):
        if record.id == run:
            return record
    raise UserError(
        _("There is no run {run} on {host}.").format(run=clean(run, 60), host=session.host)
    )

"""Offering a run that was cut off, once the server's list is read."""

from __future__ import annotations

from functools import partial

from tui.app.run_control import RunControl
from tui.app.screens.base import HookboardScreen
from tui.core.history.history import cut_off_runs, past_run, resumed
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.model.sentence import Sentence
from tui.model.time import moment
from tui.model.user_error import UserError

WHAT_TO_DO = Sentence(_("{run} shows it: it can go on, or be left as it is."))


async def offer_cut_off_run(screen: HookboardScreen[None], session: Session) -> None:
    """Say that a run was cut off, and make it the run that the command for runs shows.

    Failures of the journal are reported elsewhere. To be called from a worker.
    """
    try:
        found = await cut_off_runs(session)
        if not found or screen.app.run_of(session):
            return
        record = found[0]
        past = await past_run(session, record)
    except UserError:
        return
    make = partial(resumed, session, past)
    control = RunControl.of_past(make, None, cut_off=True)
    screen.app.offer_run(session, control)
    text = ngettext(
        "A run of {time} was cut off: {ended} of {count} webhook had ended.",
        "A run of {time} was cut off: {ended} of {count} webhooks had ended.",
        record.rows,
    )
    said = text.format(
        time=moment(record.began, session.now()),
        ended=number(sum(row.ended for row in past.rows)),
        count=number(record.rows),
    )
    if screen.banner.sentences or not screen.is_current:
        screen.say(said)
    else:
        screen.banner.say("warning", said, WHAT_TO_DO)

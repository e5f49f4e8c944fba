"""Actions on a run that has ended: retry it, undo it, open its rows, write its report."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from tui.app.run_control import RunControl
from tui.app.screens.base import HookboardScreen
from tui.app.screens.runs.review_plan import begin_run, review_plan
from tui.core.history.history import put_back, server_plan, to_try_again, tried_again, with_retries
from tui.core.run.report import run_json
from tui.core.run.row import RunRow
from tui.core.run.row_edit import edit_of
from tui.core.session import Session
from tui.i18n import _
from tui.messages.error_sentences import problem_sentences
from tui.messages.run_report import run_text
from tui.model.user_error import UserError
from tui.storage.disk import on_disk
from tui.storage.journal import Origin
from tui.storage.private_files import shown, write_private


async def go_on(screen: HookboardScreen[None], session: Session, control: RunControl) -> None:
    """Go on with a run that was cut off."""
    if _is_read_only(screen, session):
        return
    await begin_run(screen.app, session, control)


async def leave_as_is(screen: HookboardScreen[None], session: Session, control: RunControl) -> None:
    """Count a run that was cut off as ended, so that it is not offered again."""
    try:
        await control.leave()
    except UserError as error:
        screen.banner.say("error", problem_sentences(error))
        return
    left = _("Left as it is: the other webhooks are not changed.")
    screen.banner.say("success", left)


async def try_again(screen: HookboardScreen[None], session: Session, control: RunControl) -> None:
    """Begin a run over the rows that may succeed now, and show it."""
    run = control.run
    if _is_read_only(screen, session):
        return
    if not to_try_again(run.rows):
        screen.banner.say("warning", _("There is no row to try again."), expires=True)
        return
    make = partial(tried_again, session, run.rows, run.journal.origin, of_run=run.id)
    again = RunControl(make)
    control.retries.append(again)
    await begin_run(screen.app, session, again)


async def review_putting_back(
    screen: HookboardScreen[None], session: Session, control: RunControl
) -> None:
    """Review the plan that undoes the writes of a run and its retries."""
    run = control.run
    if _is_read_only(screen, session):
        return
    try:
        targets = put_back(session, await with_retries(session, run.id, run.rows))
    except UserError as error:
        screen.banner.say("error", f"{error.message}.", error.hint)
        return
    if not targets:
        screen.banner.say("warning", _("This run wrote nothing."), expires=True)
        return
    undoing = server_plan(session, targets)
    await review_plan(screen.app, session, undoing, Origin.RESTORE, of_run=run.id)


def _is_read_only(screen: HookboardScreen[None], session: Session) -> bool:
    """Say that a read-only server allows no changes; return whether it is one."""
    if session.read_only:
        said = _("READ ONLY: nothing can be changed here.")
        screen.banner.say("warning", said, expires=True)
    return session.read_only


def open_in_editor(screen: HookboardScreen[None], session: Session, row: RunRow) -> None:
    """Open the webhook of a row in the editor, with the wanted changes that were not stored."""
    from tui.app.screens.drafts.open_draft import begin_draft
    from tui.app.screens.editor.screen import EditorScreen

    instance = session.store.get(row.target.instance.id)
    edit = edit_of(session, row)
    if instance is None or edit is None:
        screen.banner.say("warning", _("This webhook is not on the server any more."), expires=True)
        return
    draft = begin_draft(session, instance, edit.base)
    screen.app.push_screen(EditorScreen(session, instance, edit, draft))


async def write_report(
    screen: HookboardScreen[None], session: Session, control: RunControl
) -> None:
    """Write the report of a run as JSON and as text into the current directory."""
    run = control.run
    url = session.url or session.host
    command = run.journal.origin.value
    told = run_json(run.rows, command=command, run=run.id, url=url, kind=session.kind)
    as_json = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    as_text = run_text(run.rows, run=run.id, url=url)
    path = Path.cwd() / f"hookboard-run-{run.id or 'one'}"
    try:
        await on_disk(write_private, path.with_suffix(".json"), as_json.encode())
        await on_disk(write_private, path.with_suffix(".txt"), as_text.encode())
    except UserError as error:
        screen.banner.say("error", problem_sentences(error))
        return
    said = _("The report is in {path}, as .json and .txt.")
    screen.banner.say("success", said.format(path=shown(path)))

"""``hookboard history`` and ``hookboard restore``: past changes, and undoing them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from tui.cli import completers
from tui.cli.call import current_call
from tui.cli.change_options import run_options, run_options_from
from tui.cli.exits import USAGE, say_user_error
from tui.cli.options import server_options, with_options
from tui.cli.output import Form, Output, plain_line, table
from tui.cli.output_options import output_from, output_options
from tui.cli.selectors import selection_from, selectors
from tui.cli.server_work import carry_out, open_server, say_journal_news
from tui.cli.write import write_lines
from tui.i18n import _
from tui.model.user_error import UserError

if TYPE_CHECKING:
    from datetime import datetime

    from tui.config.overrides import Overrides
    from tui.core.plan.plan import LeftOut, Target
    from tui.core.session import Session
    from tui.storage.journal import Entry


def _moment(context: click.Context, option: click.Parameter, given: str | None) -> datetime | None:
    """Read a time; a faulty one is a usage error."""
    if given is None or context.resilient_parsing:  # a shell completes another word
        return None
    from tui.model.time import parse_moment, utc_now

    if found := parse_moment(given, utc_now()):
        return found
    said = _("Write a time like 2026-11-27 10:00, 10:00 (today) or 3d (ago).")
    raise click.BadParameter(said, context, option)


@click.command(
    help=_(
        """Show the changes on this server, newest first: when, by whom, and what.

        It comes from the journal on this machine and asks no server: what others changed is
        noted when a list is read. A run that was cut off is listed with the rows it had begun.

        \b
        Examples:
          hookboard history --since 2d
          hookboard history --where 'instance=loja-*' --plain
          hookboard history --run 7f35 --json
        """
    ),
)
@selectors
@click.option(
    "--run", metavar="RUN", help=_("The rows of one run."), shell_complete=completers.runs
)
@click.option(
    "--since",
    metavar="TIME",
    default="30d",
    show_default=True,
    callback=_moment,
    help=_("Only changes since this time: 2026-11-27 10:00, 10:00 (today) or 3d (ago)."),
)
@output_options
@server_options
@click.pass_obj
def history(overrides: Overrides, /, run: str | None, since: datetime, **given: Any) -> None:
    """Show the history of the selected webhooks."""
    output = output_from(given)
    selection = selection_from(given, needed=False)
    if any(one.key == "state" for one in (*selection.where, *selection.but_not)):
        raise click.UsageError(
            _("The history does not know the state of an instance: leave out state=….")
        )
    session = open_server(with_options(overrides, given), quiet=output.quiet)
    from tui.core.history.report import entries_of, entries_since

    entries: list[Entry] = []
    code = 0

    async def read() -> None:
        nonlocal code
        try:
            if run is not None:
                entries.extend(await entries_of(session, selection, run))
            else:
                entries.extend(await entries_since(session, selection, since))
        except UserError as error:
            say_user_error(error)
            code = USAGE

    interrupted = carry_out(session, read())
    written = _write(session, output, entries, complete=not (code or interrupted))
    if not output.quiet:
        say_journal_news(session)
    sys.exit(interrupted or code or written)


@click.command(
    help=_(
        """Put webhooks back as they were at a time, or undo a run.

        Only what Hookboard changed is undone, and later changes of others stay; --whole puts
        the whole state back.

        \b
        Examples:
          hookboard restore --run 7f35 --dry-run
          hookboard restore --run 7f35 --yes
          hookboard restore --where 'instance=loja-*' --at '2026-11-27 10:00' --yes
        """
    ),
)
@selectors
@click.option("--at", metavar="TIME", callback=_moment, help=_("The time to go back to."))
@click.option(
    "--run", metavar="RUN", help=_("Undo what this run wrote."), shell_complete=completers.runs
)
@click.option("--whole", is_flag=True, help=_("Put back the whole state, whoever changed it."))
@run_options
@output_options
@server_options
@click.pass_obj
def restore(
    overrides: Overrides,
    /,
    at: datetime | None,
    run: str | None,
    whole: bool,
    **given: Any,
) -> None:
    """Put webhooks back."""
    if (at is None) == (run is None):
        raise click.UsageError(_("Give --at TIME or --run RUN."))
    output = output_from(given)
    selection = selection_from(given, needed=at is not None)
    options = run_options_from(given)
    from tui.cli.plan_work import PlanWork
    from tui.core.history.put_back import targets_at, targets_before_run
    from tui.storage.journal import Origin

    async def targets(session: Session) -> Sequence[Target | LeftOut]:
        if run is not None:
            return await targets_before_run(session, selection, run, whole=whole)
        assert at is not None
        return await targets_at(session, selection, at, whole=whole)

    work = PlanWork(with_options(overrides, given), output, "restore")
    options = replace(options, origin=Origin.RESTORE, of_run=run or "")
    sys.exit(work.finish(work.change(targets, options)))


def _write(session: Session, output: Output, entries: Sequence[Entry], *, complete: bool) -> int:
    from tui.cli.json_output import write_document
    from tui.core.command.list_report import list_head
    from tui.core.history.history import entry_json

    rows = (entry_json(one) for one in entries)
    match output.form:
        case Form.JSON | Form.JSONL:
            end = {
                "totals": {"rows": len(entries)},
                "complete": complete,
                "said": current_call().said,
            }
            return write_document(output, list_head(session, "history"), rows, end)
        case Form.PLAIN:
            return write_lines(output, map(_plain, rows))
        case Form.TEXT:
            return write_lines(output, _text(session, output, entries))


def _plain(row: dict[str, Any]) -> str:
    keys = ("at", "instance", "instance_id", "webhook", "webhook_id", "who", "from", "run")
    names = ",".join(change.get("flag") or change["field"] for change in row["changes"])
    return plain_line((*(row[key] for key in keys), row["outcome"] or "", names))


def _text(session: Session, output: Output, entries: Sequence[Entry]) -> Iterator[str]:
    from tui.api.http.masking import mask
    from tui.messages.history_words import what_words, who_words
    from tui.messages.plan_words import row_name
    from tui.messages.run_report import OUTCOMES
    from tui.model.instance import Instance
    from tui.model.time import utc_now

    me, now = session.journal.who if session.journal else "", utc_now()
    rows = [
        (
            entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
            row_name(Instance(entry.ref.instance_id, entry.ref.instance), entry.ref.webhook),
            who_words(entry, me, now),
            OUTCOMES[entry.outcome] if entry.outcome else "",
            mask(what_words(entry)),
        )
        for entry in entries
    ]
    heading = (_("TIME"), _("WEBHOOK"), _("WHO"), _("OUTCOME"), _("CHANGES"))
    yield from table(heading, rows, output)

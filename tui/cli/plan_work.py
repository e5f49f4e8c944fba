"""Work of the commands that plan and write: read the list, plan, ask, carry out, report."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui.api.http.masking import mask
from tui.cli.call import current_call
from tui.cli.exits import (
    HELD_BACK,
    INCOMPLETE,
    NOT_REACHED,
    USAGE,
    say,
    say_user_error,
    to_standard_error,
)
from tui.cli.exits import NO_ACCESS as NO_ACCESS_CODE
from tui.cli.json_output import JsonLines, write_document
from tui.cli.list_commands import end_of_reading
from tui.cli.output import Form, Output
from tui.cli.plan_view import (
    left_out_lines,
    plain_lines,
    plan_lines,
    rest_lines,
    row_title,
    run_lines,
)
from tui.cli.question import Question
from tui.cli.server_work import ProgressLine, carry_out, open_server, say_journal_news
from tui.cli.write import write_lines
from tui.core.command.list_reader import ListReader
from tui.core.command.list_report import list_head
from tui.core.command.plan_report import outcomes_of, plan_rows_json, rows_of
from tui.core.command.safety import Grants, HeldBack, held_back, held_back_on
from tui.core.history.history import new_run, server_plan
from tui.core.plan.plan import LeftOut, Plan, Reason, Target
from tui.core.run.report import row_json, totals_json
from tui.core.run.row import RunRow
from tui.core.run.run import Pause, Progress, Run, RunOwner
from tui.core.selection import Selection
from tui.core.webhook_file.targets import Mismatch
from tui.i18n import _, ngettext, number
from tui.messages.run_report import PAUSES, progress_words, row_words
from tui.messages.safety_words import held_back_words
from tui.model.row_outcome import RowOutcome
from tui.model.user_error import UserError
from tui.storage.journal import Origin

if TYPE_CHECKING:
    from tui.config.overrides import Overrides
    from tui.core.session import Session

FindRun = Callable[["Session", RunOwner, int | None], Awaitable[Run]]
"""Returns an earlier run to carry out. Raises :class:`UserError`."""

FindTargets = Callable[["Session"], Awaitable[Sequence[Target | LeftOut]]]
"""Returns the targets among the webhooks of a list that was read. Raises :class:`UserError`."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options for carrying out a run."""

    grants: Grants = field(default_factory=Grants)
    yes: bool = False
    dry_run: bool = False
    at_once: int | None = None
    origin: Origin = Origin.COMMAND_LINE
    of_run: str = ""
    """The run that is undone; empty for none."""


class PlanWork:
    """A command that plans changes and may carry them out; it always writes its data.

    :attr:`plan` and :attr:`rows` are complete as far as the command got.
    """

    def __init__(self, overrides: Overrides, output: Output, command: str) -> None:
        self.session = open_server(overrides, quiet=output.quiet)
        self.output = output
        self.plan = Plan(())
        self.rows: Sequence[RunRow] = ()
        self.run: Run | None = None
        self.code = 0
        """The exit code of a failure before anything was written."""
        self._is_planned = False
        self._is_of_earlier_run = False
        self._command = command
        self._progress = ProgressLine(quiet=output.quiet)
        progress = self._progress
        self._reader = ListReader(
            self.session, Selection(), progress.read, on_slowed=progress.slowed
        )
        self._owner = CommandOwner(self._progress, self._row_ended)
        self._lines = JsonLines(output, self._head) if output.form is Form.JSONL else None
        self._written: set[RunRow] = set()

    def make_plan(self, find_targets: FindTargets) -> int:
        """Read the list and plan; return the exit code of a signal that ended it."""
        return carry_out(self.session, self._make_plan(find_targets))

    def change(self, find_targets: FindTargets, options: RunOptions) -> int:
        """Read the list, plan, ask and carry out; return the exit code of a signal."""
        return carry_out(self.session, self._change(find_targets, options), self._stop)

    def carry_on(self, find_run: FindRun, options: RunOptions) -> int:
        """Read the list and carry out an earlier run; return the exit code of a signal."""
        return carry_out(self.session, self._carry_on(find_run, options), self._stop)

    def finish(self, interrupted: int, text: Sequence[str] | None = None) -> int:
        """Write the data (as ``text`` in text form) and return the exit code."""
        self._progress.clear()
        run = self.run.id if self.run else ""
        if self.output.form is Form.TEXT:
            written = write_lines(self.output, self._text(run) if text is None else text)
        else:
            written = self._write_rows(complete=self._reader.reading.is_whole and not interrupted)
        if not self.output.quiet:
            say_journal_news(self.session)
        self._say_how_to_go_on(run)
        return interrupted or self.code or self._code_of_rows() or written

    def _write_rows(self, *, complete: bool) -> int:
        """Write the rows that are not written yet, and the totals."""
        left_out = self.plan.left_out
        written, lines = self._written, self._lines
        found = plan_rows_json((row for row in self.rows if row not in written), left_out)
        if self.output.form is Form.PLAIN:
            return write_lines(self.output, plain_lines(found))
        end = {
            "totals": totals_json(outcomes_of(self.rows, left_out)),
            "complete": complete,
            "said": current_call().said,
        }
        if lines is None:
            return write_document(self.output, self._head(), found, end)
        for row in found:
            lines.add(row)
        return lines.end(end)

    def _head(self) -> dict[str, Any]:
        run = self.run.id if self.run else ""
        return {**list_head(self.session, self._command), "run": run}

    def _row_ended(self, row: RunRow) -> None:
        """Write a row of a run as a line of JSON, where that is the form."""
        if self._lines is not None:
            self._written.add(row)
            self._lines.add(row_json(row))

    async def _make_plan(self, find_targets: FindTargets) -> bool:
        """Read the list and plan; return whether there is a plan."""
        reading = await self._reader.read()
        self._progress.clear()
        if not reading.is_whole:
            self.code = end_of_reading(self._reader)
            say(_("The list is incomplete: nothing was planned."))
            return False
        try:
            targets = await find_targets(self.session)
        except UserError as error:
            say_user_error(error)
            self.code = HELD_BACK if isinstance(error, Mismatch) else USAGE
            return False
        self.plan = server_plan(self.session, targets)
        self.rows = rows_of(self.plan)
        self._is_planned = True
        return True

    async def _change(self, find_targets: FindTargets, options: RunOptions) -> None:
        if not await self._make_plan(find_targets):
            return
        held = held_back(self.plan, self.session, options.grants) if self.rows else ()
        if options.dry_run or not self.rows:
            self._say_held(held)
            return
        targets = [row.target for row in self.plan.rows]
        run = new_run(
            self.session,
            targets,
            options.origin,
            self._owner,
            of_run=options.of_run,
            at_once=options.at_once,
        )
        await self._carry_out_if_allowed(run, held, options)

    async def _carry_on(self, find_run: FindRun, options: RunOptions) -> None:
        reading = await self._reader.read()
        self._progress.clear()
        if not reading.is_whole:
            self.code = end_of_reading(self._reader)
            say(_("The list is incomplete: nothing was written."))
            return
        try:
            run = await find_run(self.session, self._owner, options.at_once)
        except UserError as error:
            say_user_error(error)
            self.code = USAGE
            return
        self.rows, self._is_of_earlier_run = run.rows, True
        held = held_back_on(self.session, options.grants)
        if options.dry_run:
            self._say_held(held)
        elif all(row.ended for row in run.rows):
            self.run = run  # it is told how it ended
        else:
            await self._carry_out_if_allowed(run, held, options)

    async def _carry_out_if_allowed(
        self, run: Run, held: Sequence[HeldBack], options: RunOptions
    ) -> None:
        self._say_held(held)
        if held or not (options.yes or await self._agreed()):
            self.code = HELD_BACK
            return
        self.run, self.rows = run, run.rows
        try:
            await run.carry_out()
        except UserError as error:
            say_user_error(error)
            self.code = USAGE if run.id else HELD_BACK

    async def _agreed(self) -> bool:
        """Show the changes and ask; without a terminal the answer is no."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            say(_("Nothing is written without --yes."))
            return False
        for line in self._planned_lines():
            to_standard_error(f"{line}\n")
        rows = sum(not row.ended for row in self.rows)
        text = ngettext("Write {count} webhook?", "Write {count} webhooks?", rows)
        return await self._owner.question.ask(text.format(count=number(rows)))

    def _stop(self) -> bool:
        """Stop the run after the rows under way; return whether there is a run."""
        if self.run is None:
            return False
        self.run.stop()
        self._owner.question.give_up()
        return True

    def _text(self, run: str) -> list[str]:
        if self.run is None:
            return self._planned_lines()
        return [*run_lines(self.rows, run), *left_out_lines(self.plan.left_out)]

    def _planned_lines(self) -> list[str]:
        """Return what is to be done; nothing where that is not known."""
        if self._is_of_earlier_run:
            return list(rest_lines(self.rows))
        return list(plan_lines(self.plan, self.rows)) if self._is_planned else []

    def _say_held(self, held: Sequence[HeldBack]) -> None:
        for one in held:
            say(*held_back_words(one))

    def _say_how_to_go_on(self, run: str) -> None:
        if run and any(row.outcome is RowOutcome.NOT_REACHED for row in self.rows):
            say(_("To go on: hookboard apply --resume {run} --yes").format(run=run))

    def _code_of_rows(self) -> int:
        """Return the exit code for the results of the rows and the webhooks that were left out."""
        if any(one.reason is not Reason.ALREADY_SO for one in self.plan.left_out):
            return INCOMPLETE
        if self.run is None or all(row.outcome.is_as_asked for row in self.rows):
            return 0
        outcomes = {row.outcome for row in self.rows}
        if any(one.may_have_written for one in outcomes):
            return INCOMPLETE
        if RowOutcome.NO_ACCESS in outcomes:
            return NO_ACCESS_CODE
        return NOT_REACHED if any(row.result.unreached for row in self.rows) else INCOMPLETE


class CommandOwner(RunOwner):
    """Shows a run on standard error; asks there if that is a terminal, else ends the run."""

    def __init__(self, progress: ProgressLine, on_row: Callable[[RunRow], None]) -> None:
        """``on_row`` is called with each row that ended."""
        self._progress = progress
        self._on_row = on_row
        self.question = Question()

    def progressed(self, progress: Progress) -> None:
        """Show the progress of the run."""
        self._progress.show(progress_words(progress))

    def row_ended(self, row: RunRow) -> None:
        """Pass a row on."""
        self._on_row(row)

    async def may_go_on(self, why: Pause, row: RunRow | None) -> bool:
        """Say why the run pauses, and ask."""
        self._progress.clear()
        say(str(PAUSES[why]), f"{row_title(row)}: {mask(row_words(row))}" if row else "")
        if why is Pause.NO_ACCESS:
            return False
        return await self.question.ask(_("Go on?"))

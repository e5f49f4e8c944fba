"""A run: how far it is, what it asks, and how each of its rows ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult

from tui.app.commands import bindings
from tui.app.run_control import RunControl
from tui.app.screens.base import HookboardScreen
from tui.app.screens.runs.run_table import RunList, RunLists, RunTable
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, Text, fit, line, wrap
from tui.app.widgets.row_list import RowList
from tui.core.run import Pause, Phase
from tui.core.run_report import asked_of
from tui.core.run_row import RunRow
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.change_words import change_words
from tui.messages.plan_words import row_name
from tui.messages.run_report import PAUSES, progress_words, row_words, run_text, totals_words
from tui.model.counting import listed
from tui.model.sentence import Sentence

GO_ON = Sentence(_("{run.go-on} goes on, {run.close} ends the run here."))
STOPPING = _("Stopping: no further webhook is begun; those under way end.")

_WHOLE = 4
"""Lines for what became of the row under the cursor, at most."""


class RunScreen(HookboardScreen[None]):
    """Shows a run. It goes on when this screen is left, and can be shown again."""

    BINDINGS = bindings("run")
    SCOPES = ("run",)

    def __init__(self, session: Session, control: RunControl) -> None:
        super().__init__()
        self._session = session
        self._control = control
        self._run = control.run
        self._list: RunList | None = None
        """The list that was chosen; until then what needs a look, or all."""
        self._stop_watching: Callable[[], None] | None = None

    def compose_content(self) -> ComposeResult:
        """Show how far it is, the rows of one list, and the row under the cursor whole."""
        yield Text(line(), id="run-progress")
        yield RunLists()
        yield RunTable(self._run.rows)
        yield Rule("")
        yield Text(id="run-whole")

    def on_mount(self) -> None:
        """Follow the run from now on."""
        session = self._session
        words = _("run {id}").format(id=self._run.id) if self._run.id else _("run")
        self.top_line.show(place=session.place, marks=session.marks, count=words)
        self.watch(self._table, "key", self._show_whole, init=False)
        self._table.focus()
        self._stop_watching = self._control.watch(self._show)
        self.call_after_refresh(self._show)

    def on_unmount(self) -> None:
        """Follow the run no longer; it goes on."""
        if self._stop_watching:
            self._stop_watching()

    def on_resize(self) -> None:
        """Wrap the sentences for the new width."""
        self.call_after_refresh(self._show)

    def shows(self, control: RunControl) -> bool:
        """Whether it shows this run."""
        return self._control is control

    # commands

    def action_list(self, by: int) -> None:
        """Show the next list of rows that has any, or the one before."""
        lists = [one for one, _count in self._counts]
        self._list = lists[(lists.index(self._shown_list) + by) % len(lists)]
        self._show()

    def action_go_on(self) -> None:
        """Go on with a run that paused."""
        question = self._control.question
        if question is None:
            self.banner.say("warning", _("The run asks nothing."), expires=True)
        else:
            self._control.answer(True)

    def action_close(self) -> None:
        """Stop the run; go back where it has ended or stops already."""
        if self._control.under_way and self._run.phase is not Phase.STOPPING:
            self._control.stop()
            self._show()
        else:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Go back; the run goes on."""
        self.dismiss(None)

    def action_copy(self) -> None:
        """Copy the report as text."""
        text = run_text(self._run.rows, run=self._run.id, url=self._session.url)
        self.app.copy(text, _("the report of the run"))

    def action_credentials(self) -> None:
        """Take another token for the profile; a run that waits for it goes on."""
        self.start(self._credentials, "credentials")

    async def _credentials(self) -> None:
        from tui.app.screens.token_dialog import ask_for_token

        if await ask_for_token(self.app, self._session, None):
            question = self._control.question
            if question and question.pause is Pause.NO_ACCESS:
                self._control.answer(True)

    # what is shown

    @property
    def _table(self) -> RunTable:
        return self.query_one(RunTable)

    @property
    def _counts(self) -> Sequence[tuple[RunList, int]]:
        """The lists that have rows, and what needs a look and all in any case."""
        counted = [(one, len(one.of(self._run.rows))) for one in RunList]
        return [one for one in counted if one[1] or one[0] in (RunList.LOOK, RunList.ALL)]

    @property
    def _shown_list(self) -> RunList:
        counts = dict(self._counts)
        if self._list in counts:
            return self._list
        return RunList.LOOK if counts[RunList.LOOK] or self._control.under_way else RunList.ALL

    def _show(self) -> None:
        """Show how far the run is, and the rows as they are now."""
        if not self.is_mounted:
            return
        self.query_one("#run-progress", Text).show(line((f" {self._progress}", "strong")))
        shown = self._shown_list
        self.query_one(RunLists).show(self._counts, shown)
        nothing = _("Nothing to look at so far.") if self._control.under_way else _("None.")
        self._table.show(shown.of(self._run.rows), nothing)
        self._say_question()
        self._show_whole()

    @property
    def _progress(self) -> str:
        if self._control.under_way:
            return progress_words(self._run.progress)
        text = ngettext(
            "{ended} of {count} in {seconds} s: {totals}",
            "{ended} of {count} in {seconds} s: {totals}",
            len(self._run.rows),
        )
        return text.format(
            ended=number(self._run.progress.ended),
            count=number(len(self._run.rows)),
            seconds=number(round(self._control.seconds)),
            totals=totals_words(row.outcome for row in self._run.rows),
        )

    def _say_question(self) -> None:
        """Say what the run waits for."""
        question = self._control.question
        if question and question.pause:
            said = (PAUSES[question.pause], GO_ON)
            if not self.banner.says(*said):
                self.banner.say("warning", *said)
        elif self._control.under_way and self._run.phase is Phase.STOPPING:
            self.banner.say("warning", STOPPING)
        elif self._control.error:
            self.banner.say("error", self._control.error.message, self._control.error.hint)
        elif not question:
            self.banner.clear()

    @on(RowList.Opened)
    def action_open(self) -> None:
        """Open the webhook of the row under the cursor."""

    def _show_whole(self) -> None:
        """Show what was asked of the row under the cursor and what became of it."""
        row = self._table.run_row
        lines = _whole_lines(row, max(self.size.width - 2, 20)) if row else []
        self.query_one("#run-whole", Text).show(*lines)


def _whole_lines(row: RunRow, width: int) -> list[Line]:
    asked = _("{name}: {changes}").format(
        name=row_name(row.target.instance, row.target.wanted.name),
        changes=listed(map(change_words, asked_of(row))),
    )
    lines = [line((f" {part}", "strong")) for part in wrap(asked, width, 2)]
    if row.ended:
        lines += [line(f" {part}") for part in wrap(row_words(row), width, _WHOLE)]
        result = row.result
        took = ngettext(
            "{count} request, {seconds} s", "{count} requests, {seconds} s", result.requests
        )
        said = took.format(count=number(result.requests), seconds=f"{result.seconds:.1f}")
        lines.append(line((fit(f" {said}", width), "muted")))
    return lines

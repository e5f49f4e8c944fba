"""The runs on a server, those of other programs and of earlier days too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult

from tui.app.commands import bindings
from tui.app.run_control import RunControl
from tui.app.screens.base import HookboardScreen
from tui.app.screens.history.change_lines import plain_lines
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, Span, Text, fit
from tui.app.widgets.row_list import RowList, empty_message
from tui.core.history.history import (
    cut_off_runs,
    past_run,
    past_runs,
    resumed,
    run_totals,
    with_retries,
)
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.history_words import run_state, run_who
from tui.messages.run_report import totals_words
from tui.model.row_outcome import RowOutcome
from tui.model.text import clean
from tui.model.time import moment
from tui.model.user_error import UserError
from tui.storage.journal import RunRecord

_WHEN, _ID, _WHO, _ROWS = 14, 5, 20, 15
"""Cells of the columns; the last column has the rest."""


class _Runs(RowList):
    """One row a run: its begin, its id, who began it, its number of webhooks, its purpose."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="past-runs")
        self._session = session
        self._by_key: dict[str, RunRecord] = {}
        self.cut_off: Collection[str] = ()
        """The ids of the runs that were killed and can go on."""

    def show_runs(
        self, runs: Sequence[RunRecord], cut_off: Collection[str], nothing: Sequence[Line]
    ) -> None:
        """List these runs; those in ``cut_off`` were killed."""
        self._by_key = {run.id: run for run in runs}
        self.cut_off = cut_off
        self.show_rows(list(self._by_key), nothing)

    @property
    def run(self) -> RunRecord | None:
        """The run under the cursor."""
        return self._by_key.get(self.key or "")

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a run."""
        run, journal = self._by_key[key], self._session.journal
        rows = ngettext("{count} webhook", "{count} webhooks", run.rows)
        state = run_state(run, under_way=run.id not in self.cut_off)
        return (
            (fit(moment(run.began, self._session.now()), _WHEN) + " ", "muted"),
            (fit(clean(run.id, 20), _ID) + " ", "strong"),
            (fit(run_who(run, journal.who if journal else ""), _WHO) + " ", "text"),
            (fit(rows.format(count=number(run.rows)), _ROWS) + " ", "text"),
            (state, "text" if run.ended else "warning"),
        )


class RunsScreen(HookboardScreen[None]):
    """Lists the runs, newest first, and how the rows of the one under the cursor ended."""

    BINDINGS = bindings("past-runs", "closable")
    SCOPES = ("past-runs", "closable")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows = _Runs(session)

    def compose_content(self) -> ComposeResult:
        """Show the list, and below it the outcomes of the run under the cursor."""
        yield Rule(_("Runs"))
        yield self._rows
        yield Rule(id="past-run-rule")
        yield Text(id="past-run-totals")

    def on_mount(self) -> None:
        """Read the journal."""
        session = self._session
        self.top_line.show(
            place=session.place, marks=session.marks, count=_("reading the journal…")
        )
        self.query_one("#past-run-rule").display = False
        self.watch(self._rows, "key", self._show_totals, init=False)
        self._rows.focus()
        self.action_refresh()

    def on_screen_resume(self) -> None:
        """List the runs again: one may have begun while another screen was in front."""
        super().on_screen_resume()
        if self._rows.run and not self._due:
            self.action_refresh()

    def action_refresh(self) -> None:
        """Read the list of runs again."""
        self.start(self._read, "past-runs", exclusive=True)

    @on(RowList.Opened)
    def action_open(self) -> None:
        """Show the rows of the run under the cursor."""
        if run := self._rows.run:
            self.start(lambda: self._open(run), "open-run", exclusive=True)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    async def _read(self) -> None:
        try:
            runs = await past_runs(self._session)
            open_ones = any(run.ended is None for run in runs)
            killed = await cut_off_runs(self._session, self._under_way) if open_ones else ()
        except UserError as error:
            said = _("The runs cannot be read: {problem}.").format(problem=error.message)
            self._show((), (), said, error.hint)
            return
        self._show(
            runs,
            {run.id for run in killed},
            _("There was no run on this server yet."),
            _("A run is a plan for webhooks that was reviewed and applied."),
        )

    def _show(self, runs: Sequence[RunRecord], cut_off: Collection[str], *if_none: str) -> None:
        count = ngettext("{count} run", "{count} runs", len(runs)).format(count=number(len(runs)))
        self.top_line.show(count=count if runs else "")
        self._rows.show_runs(runs, cut_off, empty_message(*if_none, width=self.size.width))
        self._show_totals()

    def _show_totals(self) -> None:
        """Show the outcomes of the run under the cursor, once they are counted."""
        run = self._rows.run
        self.query_one("#past-run-rule").display = run is not None
        self.query_one("#past-run-totals", Text).show()
        if run:
            self.start(lambda: self._count(run), "totals", exclusive=True)

    async def _count(self, run: RunRecord) -> None:
        try:
            totals = await run_totals(self._session, run)
        except UserError as error:
            self.banner.say("error", error.message, error.hint)
            return
        self._show_counted(run, totals)

    def _show_counted(self, run: RunRecord, totals: Mapping[RowOutcome, int]) -> None:
        heading = _("Run {run}, {time}").format(
            run=clean(run.id, 20), time=moment(run.began, self._session.now())
        )
        self.query_one("#past-run-rule", Rule).show(heading)
        words = totals_words(Counter(totals).elements())
        self.query_one("#past-run-totals", Text).show(*plain_lines(words, self.size.width))

    async def _open(self, run: RunRecord) -> None:
        """Show the rows of a run; one that is under way here is followed."""
        from tui.app.screens.runs.run_screen import RunScreen

        control = self.app.run_of(self._session)
        if control and control.run.id == run.id:
            self.app.show_run(self._session)
            return
        try:
            run, cut_off = await self._as_it_is_now(run)
            past = await past_run(self._session, run)
            rows = await with_retries(self._session, run.id, past.rows)
        except UserError as error:
            self.banner.say("error", error.message, error.hint)
            return
        took = (run.ended - run.began).total_seconds() if run.ended else None
        make = partial(resumed, self._session, past)
        control = RunControl.of_past(
            make,
            took,
            cut_off=cut_off,
            elsewhere=run.ended is None and not cut_off,
            retries=rows[len(past.rows) :],
        )
        self.app.push_screen(RunScreen(self._session, control))

    @property
    def _under_way(self) -> str:
        """The id of the run that this program carries out; empty for none."""
        control = self.app.run_of(self._session)
        return control.run.id if control and control.under_way else ""

    async def _as_it_is_now(self, run: RunRecord) -> tuple[RunRecord, bool]:
        """Read a run again if it had not ended; return also whether it was killed."""
        if run.ended is not None:
            return run, False
        killed = await cut_off_runs(self._session, self._under_way)
        now = next((one for one in await past_runs(self._session) if one.id == run.id), run)
        return now, run.id in {one.id for one in killed}

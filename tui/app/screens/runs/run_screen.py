"""A run: its progress, its questions, and the result of each row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from textual import on
from textual.app import ComposeResult

from tui.app.command import Command
from tui.app.commands import bindings
from tui.app.key_hints import with_keys
from tui.app.run_control import RunControl
from tui.app.screens.base import HookboardScreen
from tui.app.screens.runs import run_actions, run_keys
from tui.app.screens.runs.run_table import RunList, RunLists, RunTable, run_lists
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, Text, line, wrap
from tui.app.widgets.row_list import RowList
from tui.core.run.run import Pause, Phase
from tui.core.session import Session
from tui.i18n import _
from tui.messages import run_report
from tui.messages.error_sentences import problem_sentences
from tui.model.sentence import Sentence, Wording

STILL_GOING = Sentence(
    _("The run is still under way. {run.close} stops it; wait until it has ended.")
)

_WHOLE = 3
"""Lines for each sentence about the run or about the row under the cursor, at most."""


class RunScreen(HookboardScreen[None]):
    """Shows a run, under way or of earlier days. A run goes on when this screen is left."""

    BINDINGS = bindings("run")
    SCOPES = ("run",)

    def __init__(self, session: Session, control: RunControl) -> None:
        super().__init__()
        self._session = session
        self._control = control
        self._of_run = control.run
        self._lists = run_lists(())
        self._chosen: RunList | None = None
        """The chosen list; ``None``: the rows that need a look, or all if none does."""
        self._asking = False
        """Whether the question about flags is open."""
        self._said: tuple[Wording, ...] = ()
        """The sentences in the banner about the run as a whole."""
        self._unwatch: Callable[[], None] = lambda: None

    def shows_run(self, control: RunControl) -> bool:
        """Whether it shows this run."""
        return self._control is control

    def show_run_words(self) -> None:
        """Show at the top how far another run is; the screen itself says it of its own."""
        if not self._control.under_way:
            super().show_run_words()

    def compose_content(self) -> ComposeResult:
        """Show the progress, the rows of one list, and the row under the cursor in full."""
        yield Text(line(), id="run-progress")
        yield RunLists()
        yield RunTable(self._of_run.rows)
        yield Rule("")
        yield Text(id="run-whole")

    def on_mount(self) -> None:
        """Follow the run."""
        session = self._session
        words = _("run {id}").format(id=self._of_run.id) if self._of_run.id else ""
        self.top_line.show(place=session.place, marks=session.marks, count=words)
        self.watch(self._table, "key", self._show_whole, init=False)
        self._table.focus()
        self._unwatch = self._control.watch(self._show)
        self.call_after_refresh(self._show)

    def on_unmount(self) -> None:
        """Stop following the run; it goes on."""
        self._unwatch()

    def on_resize(self) -> None:
        """Wrap the sentences for the new width."""
        self.call_after_refresh(self._show)

    def on_screen_resume(self) -> None:
        """Show the progress made meanwhile."""
        self._show()

    def offers(self, command: Command) -> bool:
        """Whether a command works in the state that the run is in."""
        return super().offers(command) and run_keys.works(command, self._control)

    def named(self, command: Command) -> Command:
        """Return a command with its label for the state that the run is in."""
        return run_keys.named(command, self._control)

    # while it is under way

    def action_go_on(self) -> None:
        """Go on with a run that paused or was cut off."""
        if self._control.waits_to_go_on:
            self._control.answer(True)
        elif self._control.is_cut_off:
            self._work(run_actions.go_on)
        else:
            self.banner.say("warning", _("This run is not waiting for an answer."), expires=True)

    def action_leave_as_is(self) -> None:
        """Count a run that was cut off as ended."""
        if self._control.is_cut_off:
            self._work(run_actions.leave_as_is)
        else:
            self.banner.say("warning", _("This run was not cut off."), expires=True)

    def action_close(self) -> None:
        """Stop the run; go back if it has ended or is stopping."""
        if run_keys.can_be_stopped(self._control):
            self._control.stop()
        else:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Go back; the run goes on."""
        self.dismiss(None)

    def action_run(self) -> None:
        """Go back: the key that opened this screen also closes it."""
        self.dismiss(None)

    def action_credentials(self) -> None:
        """Take another token for the profile; a run that waits for it goes on."""
        self.start(self._credentials, "credentials")

    async def _credentials(self) -> None:
        from tui.app.screens.token_dialog import ask_for_token

        if await ask_for_token(self.app, self._session, None):
            question = self._control.question
            if question and question.pause is Pause.NO_ACCESS:
                self._control.answer(True)

    async def _ask_about_flags(self) -> None:
        from tui.app.screens.editor.save_dialogs import ask_to_put_back

        try:
            question = self._control.question
            if question and question.flags:
                self._control.answer(await ask_to_put_back(self.app, question.flags))
        finally:
            self._asking = False

    # when it has ended

    def action_try_again(self) -> None:
        """Retry the rows that may succeed now."""
        if self._control.is_cut_off:  # a new run would leave the old one unfinished
            self.banner.say("warning", run_report.CUT_OFF, expires=True)
        else:
            self._work(run_actions.try_again)

    def action_put_back(self) -> None:
        """Review the plan that undoes this run."""
        self._work(run_actions.review_putting_back)

    def action_report(self) -> None:
        """Write the report into the current directory."""
        self._work(run_actions.write_report)

    def _work(
        self, work: Callable[[HookboardScreen[None], Session, RunControl], Awaitable[None]]
    ) -> None:
        """Do something with the run in the background, once it has ended."""
        if self._control.under_way:
            self.banner.say("warning", STILL_GOING, expires=True)
        elif not self._control.is_elsewhere:  # the banner says so
            self.start(partial(work, self, self._session, self._control), "run", exclusive=True)

    @on(RowList.Opened)
    def action_open(self) -> None:
        """Open the webhook of the row under the cursor in the editor."""
        if row := self._table.run_row:
            run_actions.open_in_editor(self, self._session, row)

    def action_copy(self) -> None:
        """Copy the report as text."""
        url = self._session.url or self._session.host
        text = run_report.run_text(self._of_run.rows, run=self._of_run.id, url=url)
        self.app.copy(text, _("the report of the run"))

    # what is shown

    def action_list(self, by: int) -> None:
        """Show the next list of rows (1) or the previous one (-1)."""
        lists = list(self._lists)
        self._chosen = lists[(lists.index(self._list) + by) % len(lists)]
        self._show()

    @property
    def _table(self) -> RunTable:
        return self.query_one(RunTable)

    @property
    def _list(self) -> RunList:
        """The list that is shown."""
        if self._chosen and self._chosen in self._lists:
            return self._chosen
        looks = self._lists[RunList.LOOK] or self._control.under_way
        return RunList.LOOK if looks else RunList.ALL

    def _show(self) -> None:
        """Show the progress of the run, and its rows as they are now."""
        if not self.is_open:
            return
        self._lists = run_lists(self._of_run.rows)
        words = wrap(with_keys(self._progress, self), max(self.size.width - 2, 20), _WHOLE)
        self.query_one("#run-progress", Text).show(
            *(line((f" {part}", "strong")) for part in words)
        )
        counts = [(one, len(rows)) for one, rows in self._lists.items()]
        goes_on = self._control.under_way or self._control.is_elsewhere
        self.query_one(RunLists).show(counts, self._list, is_over=not goes_on)
        nothing = _("Nothing to look at so far.") if goes_on else _("None.")
        self._table.show(self._lists[self._list], nothing, is_over=not goes_on)
        self._say_state()
        self._show_whole()
        self.show_keys()

    @property
    def _progress(self) -> Wording:
        if self._control.under_way:
            return run_report.under_way_words(self._of_run.progress)
        return run_report.ended_words(self._of_run.progress, self._control.seconds)

    def _say_state(self) -> None:
        """Say the question or the error of the run; once, until it changes."""
        if not self._control.under_way and self.banner.says(STILL_GOING):
            self.banner.expire()
        question, said = self._control.question, self._state
        if said != self._said:
            self.banner.withdraw(*self._said)
            self._said = said
            if said:
                self.banner.say("warning", *said)
        if question and question.flags and self.is_current and not self._asking:
            self._asking = True
            self.start(self._ask_about_flags, "ask")

    @property
    def _state(self) -> tuple[Wording, ...]:
        control = self._control
        if control.question and control.question.pause:
            return (run_report.PAUSES[control.question.pause], run_report.GO_ON_OR_END)
        if control.under_way and self._of_run.phase is Phase.STOPPING:
            return (run_report.STOPPING,)
        if control.is_elsewhere:
            return (run_report.ELSEWHERE,)
        if control.error:
            return (problem_sentences(control.error),)
        return (run_report.CUT_OFF,) if control.is_cut_off else ()

    def _show_whole(self) -> None:
        """Show the requested changes and the result of the row under the cursor."""
        row, width = self._table.run_row, max(self.size.width - 2, 20)
        asked, *others = run_report.row_details(row) if row else ("",)
        lines: list[Line] = [line((f" {part}", "strong")) for part in wrap(asked, width, 2)]
        for words in others:
            lines += [line(f" {part}") for part in wrap(words, width, _WHOLE)]
        self.query_one("#run-whole", Text).show(*lines)

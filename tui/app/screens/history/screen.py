"""The history of one webhook: its changes with time and author, and undoing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.api.errors import ApiError
from tui.app.commands import bindings
from tui.app.screens.base import HookboardScreen
from tui.app.screens.history.change_lines import (
    changes_and_now,
    header_lines,
    plain_lines,
    state_lines,
)
from tui.app.screens.history.compare import CompareScreen
from tui.app.screens.history.runs_screen import RunsScreen
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, Span, Text, fit
from tui.app.widgets.row_list import RowList, empty_message
from tui.core.history.history import (
    NoUndo,
    entry_changes,
    loses_headers,
    read_and_note,
    server_plan,
    undo_entry,
    webhook_history,
    whole_entry,
)
from tui.core.plan.plan import LeftOut, Plan, Target
from tui.core.run.run import Run
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.history_words import NO_UNDO, nothing_to_put_back, what_words, who_words
from tui.messages.run_report import OUTCOMES
from tui.model.instance import Instance
from tui.model.place import Place
from tui.model.sentence import Wording
from tui.model.text import clean
from tui.model.time import moment
from tui.model.user_error import UserError
from tui.model.webhook import Webhook
from tui.storage.journal import Entry, Origin, WebhookRef

_WHEN, _WHO, _OUTCOME = 14, 38, 16
"""Cells of the columns; the last column has the rest."""

WITHOUT_HEADERS = _("It is made again without its headers: the history keeps only their names.")

FindTarget = Callable[[Session, Instance, Entry], Target | LeftOut | NoUndo]
"""Finds the target that undoes an entry or restores its state."""


class _Entries(RowList):
    """One row an entry: the time, who made the change, the outcome, the changed fields."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="history")
        self._session = session
        self._by_key: dict[str, Entry] = {}

    def show_entries(self, entries: Sequence[Entry], nothing: Sequence[Line]) -> None:
        """List these entries; the cursor stays on its entry, or on the newest."""
        was_newest = self.cursor == 0
        # Counted from the oldest: newer ones are added at the top.
        self._by_key = {str(len(entries) - place): one for place, one in enumerate(entries)}
        self.styles.height = max(len(entries), 4)
        self.show_rows(list(self._by_key), nothing)
        if was_newest:
            self.move_to(0)

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        return self._by_key.get(self.key or "")

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw an entry."""
        entry = self._by_key[key]
        now, me = self._session.now(), self._session.journal.who if self._session.journal else ""
        outcome = OUTCOMES[entry.outcome] if entry.outcome else ""
        who = who_words(entry, me, now)
        # A change by others has no outcome: its words have that room too.
        who_cells = _WHO - _OUTCOME if outcome else _WHO
        as_asked = entry.outcome is None or entry.outcome.is_as_asked
        return (
            (fit(moment(entry.at, now), _WHEN) + " ", "muted"),
            (fit(who, who_cells) + " ", "strong" if entry.origin is Origin.OTHERS else "text"),
            (fit(outcome, _OUTCOME), "muted" if as_asked else "warning")
            if outcome
            else ("", "text"),
            (what_words(entry), "text"),
        )


class HistoryScreen(HookboardScreen[None]):
    """Lists the states of a webhook, newest first, and the change under the cursor.

    Undoing goes through the review like any other change. The webhook is read again when the
    screen opens, so that the values now are those of the server.
    """

    BINDINGS = bindings("history", "closable")
    SCOPES = ("history", "closable")

    def __init__(self, session: Session, ref: WebhookRef) -> None:
        super().__init__()
        self._session = session
        self._ref = ref
        name = clean(ref.webhook) or _("webhook")
        instance = clean(ref.instance)
        self._place = Place(session.profile, session.host, instance=instance, webhook=name)
        self._rows = _Entries(session)
        self._reviewing = False

    def compose_content(self) -> ComposeResult:
        """Show the list, and below it the change under the cursor."""
        yield Rule(_("History"))
        yield self._rows
        yield Rule(id="history-rule")
        with VerticalScroll(id="history-change"):
            yield Text(id="history-lines")

    def on_mount(self) -> None:
        """Read the journal and then the webhook."""
        self.top_line.show(
            place=self._place, marks=self._session.marks, count=_("reading the journal…")
        )
        self.watch(self._rows, "key", self._show_entry, init=False)
        self._rows.focus()
        self.start(self._read, "history", exclusive=True)

    def on_resize(self) -> None:
        """Wrap the values to the new width."""
        self.call_after_refresh(self._show_entry)

    @on(RowList.Opened)
    def action_compare(self) -> None:
        """Compare the state after the entry with the state now."""
        entry = self._rows.entry
        if entry is None:
            return
        if entry.after is None:
            self._warn(what_words(entry))
            return
        screen = CompareScreen(self._session, self._place, entry.after, entry.at, self._webhook)
        self.app.push_screen(screen, self._compared)

    def _compared(self, put_back: bool | None) -> None:
        if put_back:
            self.action_whole()

    def action_undo(self) -> None:
        """Undo the change under the cursor, after the review; later changes stay."""
        self._put_back(undo_entry)

    def action_whole(self) -> None:
        """Put the whole state under the cursor back, after the review."""
        self._put_back(whole_entry)

    def action_refresh(self) -> None:
        """Read the journal and the webhook again."""
        self.banner.clear()
        self.start(self._read, "history", exclusive=True)

    def action_runs(self) -> None:
        """List the runs on the server."""
        self.app.push_screen(RunsScreen(self._session))

    def action_credentials(self) -> None:
        """Take another token for the profile, and read the webhook again."""
        self.start(self._credentials, "credentials", exclusive=True)

    async def _credentials(self) -> None:
        from tui.app.screens.token_dialog import ask_for_token

        if await ask_for_token(self.app, self._session, self._instance):
            self.action_refresh()

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _put_back(self, find: FindTarget) -> None:
        """Find the target and have it reviewed; say why if there is none."""
        entry, instance = self._rows.entry, self._instance
        if entry is None or self._reviewing:
            return
        if self._session.read_only:
            self._warn(_("READ ONLY: nothing can be put back here."))
        elif instance is None:
            self._warn(_("The instance is no longer on the server."))
        else:
            found = find(self._session, instance, entry)
            if isinstance(found, NoUndo):
                self._warn(NO_UNDO[found])
                return
            planned = server_plan(self._session, [found])
            if not planned.rows:
                self._warn(nothing_to_put_back(planned.left_out[0]))
                return
            if loses_headers(found, entry):
                self._warn(WITHOUT_HEADERS)
            self._reviewing = True
            self.start(partial(self._review, planned), "put-back")

    async def _review(self, planned: Plan) -> None:
        """Have a plan reviewed and applied."""
        from tui.app.screens.runs.review_plan import review_plan

        try:
            await review_plan(
                self.app, self._session, planned, Origin.RESTORE, on_end=self._put_back_ended
            )
        finally:
            self._reviewing = False

    def _put_back_ended(self, _run: Run) -> None:
        """Show the undoing as the newest entry."""
        if self.is_running:
            self.start(self._read, "history", exclusive=True)

    def _warn(self, sentence: Wording) -> None:
        self.banner.say("warning", sentence, expires=True)

    # reading

    async def _read(self) -> None:
        """Show the journal, read the webhook, and show the journal again."""
        if not await self._read_journal():
            return
        instance = self._instance
        if instance is None:
            return
        try:
            await read_and_note(self._session, instance)
        except ApiError as error:
            said = _("The webhook could not be read again: “now” has the values of the list.")
            self.banner.say("warning", said, error.what, error.to_do)
            return
        await self._read_journal()

    async def _read_journal(self) -> bool:
        """Read and show the entries; return whether that worked."""
        try:
            entries = await webhook_history(self._session, self._ref)
        except UserError as error:
            said = _("The history cannot be read: {problem}.").format(problem=error.message)
            self._show((), said, error.hint)
            return False
        if self._session.journal is None:
            self._show((), _("There is no history: no journal is kept."))
            return False
        self._show(
            entries,
            _("Nothing is known of this webhook yet."),
            _("Each reading of the list and each save is noted from now on."),
        )
        return True

    def _show(self, entries: Sequence[Entry], *if_none: str) -> None:
        count = ngettext("{count} state kept", "{count} states kept", len(entries))
        self.top_line.show(count=count.format(count=number(len(entries))) if entries else "")
        self._rows.show_entries(entries, empty_message(*if_none, width=self.size.width))
        self._show_entry()

    def _show_entry(self) -> None:
        """Show the change under the cursor: the values before, after, and now."""
        text, rule = self.query_one("#history-lines", Text), self.query_one("#history-rule", Rule)
        entry = self._rows.entry
        rule.display = entry is not None
        if entry is None:
            text.show()
            return
        rule.show(self._heading(entry))
        text.show(*self._lines(entry))
        self.query_one("#history-change").scroll_home(animate=False)

    def _heading(self, entry: Entry) -> str:
        now, journal = self._session.now(), self._session.journal
        who = who_words(entry, journal.who if journal else "", now)
        return _("{time}: {who}").format(time=moment(entry.at, now), who=who)

    def _lines(self, entry: Entry) -> list[Line]:
        width = self.size.width
        if entry.after is not None and entry.before is None:
            return state_lines(entry.after, width)
        now = self._webhook
        found = changes_and_now(entry_changes(entry), now.values if now else None, width)
        lines = [*found, *header_lines(entry, width)]
        return lines or plain_lines(what_words(entry), width, "muted")

    @property
    def _instance(self) -> Instance | None:
        """The instance as the list has it now; ``None`` where it is gone."""
        return self._session.store.get(self._ref.instance_id)

    @property
    def _webhook(self) -> Webhook | None:
        """The webhook as it was last read; ``None`` where it is gone."""
        instance = self._instance
        return instance.webhook(self._ref.webhook_id) if instance else None

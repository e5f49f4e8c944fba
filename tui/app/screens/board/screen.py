"""The board: the webhooks of a server in rows, marked and changed many at once."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from tui.app.commands import bindings
from tui.app.key_hints import with_keys
from tui.app.screens.base import HookboardScreen
from tui.app.screens.board.changes import BoardChanges
from tui.app.screens.board.detail import detail_lines
from tui.app.screens.dashboard.actions import WebhookActions
from tui.app.screens.dashboard.list_loader import ListLoader
from tui.app.screens.drafts.watcher import DraftsWatcher
from tui.app.widgets.board_table import BoardHead, BoardTable
from tui.app.widgets.filter_field import Filter
from tui.app.widgets.flag_columns import FlagColumns
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Text, line
from tui.app.widgets.row_list import RowList, empty_message
from tui.core.board.board import Board
from tui.core.board.row import BoardRow
from tui.core.session import Session
from tui.i18n import _
from tui.messages import board_words
from tui.model.sentence import Sentence

FILTER_HINT = Sentence(_("{board.filter} words, host:… marked"))


class BoardScreen(HookboardScreen[None]):
    """The board of one server. Its marks and staged changes outlive it, in the session."""

    BINDINGS = bindings("board")
    SCOPES = ("cells", "board")

    def __init__(self, session: Session, loader: ListLoader) -> None:
        super().__init__()
        self.session = session
        self.board = session.board = session.board or Board(session.store)
        self._loader = loader
        self._drafts = DraftsWatcher(self, session)
        self._actions = WebhookActions(self, session, self._drafts)
        self._changes = BoardChanges(self, session, self.board)
        self._is_stale = False

    def compose_content(self) -> ComposeResult:
        """Lay out the line of marks with the filter, the rows, and the details of the cell."""
        with Horizontal(id="board-status"):
            yield Text(line(), id="board-choice")
            yield Filter(with_keys(FILTER_HINT, self), of="#board-table")
        table = BoardTable(self.board, self._words_for_unread, id="board-table")
        yield BoardHead(table)
        yield table
        yield Rule()
        yield Text(line(), line(), id="board-detail")

    def on_mount(self) -> None:
        """Show the loaded rows, and follow the reading of the others."""
        table = self.table
        self.top_line.show(place=self.session.place, marks=self.session.marks)
        self._loader.join(self, self.banner)
        self.board.update()
        self.app.take_results(self.session)
        self._filter.value = self.board.typed
        self.watch(table, "key", self._moved, init=False)
        self.watch(table, "flag", self._show_detail, init=False)
        self.watch(table, "scroll_y", self._look_at_rows, init=False)
        for changed in ("widths", "begin"):
            self.watch(table, changed, self.query_one(BoardHead).repaint_titles, init=False)
        self.show_board()
        table.focus()
        self._drafts.look()

    def on_unmount(self) -> None:
        """Stop following the reading."""
        self._loader.leave(self)

    @on(WebhookActions.Changed)
    def _changed(self) -> None:
        """Show what changed, now or when the board is in front again: a run tells it often."""
        self._is_stale = self.is_covered
        if not self._is_stale:
            self._read()

    def on_screen_resume(self) -> None:
        """Show what changed meanwhile."""
        if self._is_stale:
            self._changed()

    @on(ListLoader.Progress)
    def _read(self) -> None:
        """Update the rows from the store."""
        self.board.update()
        self.show_board()

    @on(WebhookActions.Edited)
    def _edited(self) -> None:
        """Show the result of an edit, which may also have shown more flags of the server."""
        self._loader.revise_flags()
        self._read()

    def show_board(self) -> None:
        """Show the rows, the marks and the staged changes as they are now."""
        capabilities = self.session.capabilities
        columns = FlagColumns.of(self.board.groups(capabilities))
        none = board_words.no_rows(self.session, self.board, failed=self._loader.failed)
        nothing = empty_message(*(with_keys(words, self) for words in none))
        self.table.show_board(columns, names=capabilities.names, message=nothing)
        self.query_one(BoardHead).repaint()
        counts = (board_words.webhook_count(self.board), self._loader.progress)
        count = ", ".join(filter(None, counts))
        self.top_line.show(count=count, marks=self.session.marks)
        self._show_choice_words()
        self._look_at_rows()
        self._show_detail()

    def show_choice(self) -> None:
        """Show the marks and the staged changes as they are now; the rows are the same."""
        self.table.repaint()
        self._show_choice_words()
        self._show_detail()

    def _show_choice_words(self) -> None:
        words = board_words.choice_words(self.board)
        self.query_one("#board-choice", Text).show(line((f" {words}", "changed")))

    # the cursor

    @property
    def table(self) -> BoardTable:
        """The rows."""
        return self.query_one(BoardTable)

    @property
    def row(self) -> BoardRow | None:
        """The row under the cursor."""
        return self.board.row(self.table.key or "")

    def _moved(self) -> None:
        if self.board.marks.in_range:
            self.board.marks.extend_range(self.table.key or "")
            self.show_choice()
        else:
            self._show_detail()

    def _show_detail(self) -> None:
        row, flag = self.row, self.table.flag
        why = self._words_for_unread(row.instance.id) if row and row.is_unread else ""
        lines = detail_lines(self.session, self.board, row, flag, why, self.size.width)
        self.query_one("#board-detail", Text).show(*lines)

    def _look_at_rows(self) -> None:
        """Have the webhooks of the rows in view read first."""
        rows = filter(None, map(self.board.row, self.table.visible_keys))
        self._loader.look_at(list(dict.fromkeys(row.instance.id for row in rows)))

    def _words_for_unread(self, instance_id: str) -> str:
        failure = self._loader.failure(instance_id)
        return board_words.not_read(failure, reading=self._loader.reads_webhooks)

    # marking

    def action_mark(self) -> None:
        """Mark the row under the cursor or unmark it, and go down."""
        self._mark_row()
        self.table.action_move(1)

    def action_range(self) -> None:
        """Begin to mark a range at the cursor, or end it."""
        if self.board.marks.in_range:
            self.board.marks.end_range(keep=True)
        elif self.table.key is not None:
            self.board.marks.begin_range(self.table.key)
        self.show_choice()

    def action_mark_shown(self) -> None:
        """Mark all rows that are shown, or unmark them."""
        self.board.marks.end_range(keep=True)
        self.board.marks.toggle_shown()
        self.show_choice()

    def action_mark_alike(self) -> None:
        """Mark the rows that have the same flags on as the one under the cursor."""
        self.board.marks.end_range(keep=True)
        if not self.board.mark_alike(self.table.key or ""):
            self._say_no_webhook()
        self.show_choice()

    def _mark_row(self) -> None:
        row = self.row
        if self.board.marks.in_range:
            self.board.marks.end_range(keep=True)
        elif row and row.webhook:
            self.board.marks.toggle(row.id)
        else:
            self._say_no_webhook()
        self.show_choice()

    def _say_no_webhook(self) -> None:
        self.banner.say("warning", board_words.nothing_here(self.row), expires=True)

    # staging

    def action_switch(self) -> None:
        """Stage the flag under the cursor for its row; on the name mark the row."""
        row, flag = self.row, self.table.flag
        if flag is None:
            self._mark_row()
        elif row and row.webhook:
            self._changes.toggle(row, flag)
        else:
            self._say_no_webhook()

    def action_stage_marked(self, on: bool) -> None:
        """Stage the flag under the cursor on or off for the rows that are marked and shown."""
        self._changes.stage_flag(self.table.flag, on=on)

    def action_change(self) -> None:
        """Ask for a change of the rows that are marked and shown."""
        self._changes.change()

    def action_preset(self) -> None:
        """Choose a preset for the rows that are marked and shown."""
        self._changes.preset(self.row)

    def action_undo(self) -> None:
        """Undo the last staging."""
        self._changes.undo()

    def action_review(self) -> None:
        """Review the staged changes, and apply them if that is chosen."""
        self._changes.review()

    @on(BoardChanges.Staged)
    def _staged(self) -> None:
        self.show_choice()

    # reading and opening

    def action_refresh(self) -> None:
        """Read the list again; marks and staged changes stay."""
        self._loader.read()

    @on(RowList.Opened)
    def action_open_row(self) -> None:
        """Open the webhook under the cursor in the editor, or create one if there is none."""
        if (row := self.row) is None:
            self._say_no_webhook()
        elif row.webhook or row.is_unread:
            self._actions.edit(row.instance, row.webhook)
        else:
            self._actions.make(row.instance)

    def action_history(self) -> None:
        """Show what changed in the webhook under the cursor."""
        if row := self.row:
            self._actions.show_history(row.instance, row.webhook)

    def action_runs(self) -> None:
        """List the runs on the server."""
        self._actions.show_runs()

    def action_credentials(self) -> None:
        """Take another token for the profile and read the list again."""
        self.start(self._credentials, "credentials")

    async def _credentials(self) -> None:
        from tui.app.screens.token_dialog import ask_for_token

        if await ask_for_token(self.app, self.session, None):
            self.action_refresh()

    # the filter

    def action_filter(self) -> None:
        """Type a filter."""
        self._filter.open()

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        if event.value == self.board.typed:
            return
        self.board.set_filter(event.value)
        before = self.table.key
        self.show_board()
        if self.table.key != before:
            self.table.move_to(0)  # the first that matches

    def key_down(self) -> None:
        """Go from the filter down into the rows."""
        self._filter.leave()

    def action_back(self) -> None:
        """End the range without its marks, leave the filter, or else leave the board."""
        if self.board.marks.in_range:
            self.board.marks.end_range(keep=False)
            self.show_choice()
        elif not self._filter.close():
            self.dismiss(None)

    @property
    def _filter(self) -> Filter:
        return self.query_one(Filter)

"""The dashboard: the instances of a server, their webhooks, one webhook in full."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from tui.app.commands import bindings
from tui.app.key_hints import with_keys
from tui.app.screens.autosave import Autosave
from tui.app.screens.base import HookboardScreen
from tui.app.screens.dashboard.actions import WebhookActions
from tui.app.screens.dashboard.earlier_work import look_for_earlier_work
from tui.app.screens.dashboard.list_loader import ListLoader
from tui.app.screens.dashboard.next_screens import import_next_screens
from tui.app.screens.dashboard.webhooks_pane import WebhooksPane
from tui.app.screens.drafts.watcher import DraftsWatcher
from tui.app.screens.staged_keeper import StagedKeeper
from tui.app.widgets.filter_field import Filter
from tui.app.widgets.frame import Rule
from tui.app.widgets.instance_table import InstanceTable
from tui.app.widgets.line_widget import CURSOR_MARK
from tui.app.widgets.row_list import RowList, empty_message
from tui.core.session import Session
from tui.i18n import _
from tui.messages import list_status
from tui.model.instance import Instance
from tui.model.place import Place
from tui.model.sentence import Sentence

if TYPE_CHECKING:
    from tui.storage.drafts import Draft

HEADERS_SHOWN = Sentence(_("Its headers are shown, secrets too: {headers} hides them."))


class Dashboard(HookboardScreen[None]):
    """The first screen. It opens without a session, and lists a server once one is opened."""

    BINDINGS = bindings("dashboard")
    SCOPES = ("dashboard", "rows")

    def __init__(self, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._session: Session | None = None
        self._is_stale = False
        self._list_loader: ListLoader | None = None
        self._drafts: DraftsWatcher | None = None
        self._staged: StagedKeeper | None = None
        self._actions: WebhookActions | None = None

    def compose_content(self) -> ComposeResult:
        """Lay out two panes, side by side from 100 columns."""
        with Vertical(id="panes"):
            with Vertical(id="instances-pane"):
                with Horizontal(id="instances-head"):
                    yield Rule(_("Instances"), id="instances-rule")
                    yield Filter(_("name, id, number or URL"), of="#instances")
                yield InstanceTable(self._instance, self._found_in, id="instances")
            yield WebhooksPane(self)

    def on_mount(self) -> None:
        """Say that the program is starting: there is no server yet."""
        self.top_line.show(place=Place(_("starting…")))
        self.watch(self._filter, "has_focus", self._show_filter)
        self.watch(self._instances, "key", self._show_webhooks, init=False)
        self.watch(self._instances, "scroll_y", self._look_at_rows, init=False)
        self._instances.focus()

    def open(self, session: Session, problems: Sequence[str] = ()) -> None:
        """Work with a server from now on, and read its list.

        ``problems`` are about the configuration; they are said once the list is there.
        """
        self._session = session
        self._webhooks.open(session)
        self.banner.clear()
        self.show_keys()
        self._list_loader = ListLoader(self, self.banner, session, problems)
        self.top_line.show(place=session.place, marks=session.marks)
        self._drafts = DraftsWatcher(self, session)
        self._staged = StagedKeeper(self, session)
        self._actions = WebhookActions(self, session, self._drafts)
        self.action_refresh()
        look = partial(
            look_for_earlier_work, self, session, self._list_loader, self._drafts, self._staged
        )
        self.start(look, "earlier-work")
        self.start(partial(import_next_screens, self, self._list_loader), "next-screens")

    def _adapt_layout(self, session: Session) -> None:
        """Hide the list of webhooks where an instance has only one."""
        one = not session.capabilities.many
        if self._instances.one_webhook != one:
            self._instances.one_webhook = self._webhooks.one_webhook = one
            self.set_class(one, "-one-webhook")
            self.show_keys()

    # the list

    def action_refresh(self) -> None:
        """Read the list again."""
        if self._list_loader:
            self._list_loader.read()

    @on(WebhookActions.Changed)
    def _changed(self) -> None:
        """Show what changed, now or when the list is in front again: a run tells it often."""
        self._is_stale = self.is_covered
        if not self._is_stale:
            self._show_instances()

    def on_screen_resume(self) -> None:
        """Show what changed meanwhile."""
        if self._is_stale:
            self._changed()

    @on(ListLoader.Progress)
    @on(WebhooksPane.Read)
    def _show_instances(self) -> None:
        session, loader = self._session, self._list_loader
        if session is None or loader is None:
            return
        self._adapt_layout(session)
        self._instances.words = session.store.words
        was_reading, self._instances.reading = self._instances.reading, loader.reads_webhooks
        none = list_status.no_instances(session.store, session.trouble, failed=loader.failed)
        nothing = empty_message(*(with_keys(words, self) for words in none))
        self._instances.show_rows(session.store.visible, nothing)
        count = list_status.instance_count(session.store, failed=loader.failed)
        if progress := loader.progress:
            count = _("{count}, {progress}").format(count=count, progress=progress)
        self.top_line.show(place=session.place, count=count)
        self._show_marks()
        self._look_at_rows()
        self._show_webhooks()
        if was_reading and not loader.reads_webhooks and (shown := self._webhooks.instance):
            self._webhooks.show_failure(loader.failure(shown.id))

    def _show_webhooks(self) -> None:
        """Show the webhooks of the instance under the cursor."""
        instance = self._instance(self._instances.key or "")
        self._webhooks.show_instance(instance, all_are_read=self._instances.reading)

    def _look_at_rows(self) -> None:
        """Have the webhooks of the rows in view read first."""
        if self._list_loader and self.is_current:
            self._list_loader.look_at(self._instances.visible_keys)

    @on(RowList.Opened, "#instances")
    def _instance_opened(self) -> None:
        if self._instances.one_webhook:
            self.action_edit()
        else:
            self._webhooks.focus_list()

    # webhooks

    @on(RowList.Opened, "#webhooks")
    def action_edit(self) -> None:
        """Open the selected webhook in the editor; its drafts are offered first."""
        if self._actions and (instance := self._webhooks.instance):
            self._actions.edit(instance, self._webhooks.webhook)
        else:
            self._say_no_instance()

    def action_new(self) -> None:
        """Open a new webhook of the instance in the editor."""
        if self._actions and (instance := self._webhooks.instance):
            self._actions.make(instance)
        else:
            self._say_no_instance()

    def action_delete(self) -> None:
        """Delete the selected webhook, after asking."""
        if self._actions:
            self._actions.delete(self._webhooks.instance, self._webhooks.webhook)
        else:
            self._say_no_instance()

    def action_copy(self) -> None:
        """Ask what to copy, and send it to the terminal."""
        if self._actions and (instance := self._webhooks.instance):
            self._actions.copy(instance, self._webhooks.webhook)
        else:
            self.banner.say("warning", _("There is nothing here to copy."), expires=True)

    def action_history(self) -> None:
        """Show what changed in the selected webhook."""
        if self._actions and (instance := self._webhooks.instance):
            self._actions.show_history(instance, self._webhooks.webhook)
        else:
            self._say_no_instance()

    def action_runs(self) -> None:
        """List the runs on the server."""
        if self._actions:
            self._actions.show_runs()

    def action_changes(self) -> None:
        """List what changed on the server."""
        if self._actions:
            self._actions.show_changes()

    def action_headers(self) -> None:
        """Show the values of the selected webhook's headers, or hide them again."""
        match self._webhooks.reveal_headers():
            case None:
                self.banner.say("warning", _("There are no headers here."), expires=True)
            case True:
                self.banner.say("warning", HEADERS_SHOWN, expires=True)
            case False:
                self.banner.clear()

    def _say_no_instance(self) -> None:
        self.banner.say("warning", _("There is no instance here."), expires=True)

    @on(WebhookActions.Edited)
    def _edited(self, event: WebhookActions.Edited) -> None:
        """Show the result of an edit, the cursor on its webhook."""
        if self._list_loader:
            self._list_loader.revise_flags()
        self._show_instances()
        self._webhooks.move_to(event.webhook_id)

    # drafts

    def action_drafts(self) -> None:
        """List the saved drafts."""
        if self._actions:
            self._actions.choose_draft()

    def open_draft(self, draft: Draft) -> None:
        """Open a draft of this server once its list is there."""
        self.start(partial(self._open_draft, draft), "edit", exclusive=True)

    async def _open_draft(self, draft: Draft) -> None:
        if self._list_loader and self._actions:
            await self._list_loader.wait()
            await self._actions.open_draft(draft)

    def look_for_drafts(self) -> None:
        """Look for drafts again, when this screen comes to the front."""
        if self._drafts:
            self._drafts.look()

    @on(StagedKeeper.Looked)
    def _show_marks(self) -> None:
        """Show the numbers of drafts and staged changes at the top."""
        session, watcher, staged = self._need_session(), self._drafts, self._staged
        if watcher and staged:
            self.top_line.show(marks=(*session.marks, *watcher.marks, *staged.marks))

    @on(DraftsWatcher.Looked)
    def _show_drafts(self) -> None:
        """Count the drafts at the top, and mark their instances and webhooks."""
        self._show_marks()
        if watcher := self._drafts:
            self._instances.mark(draft.instance_id for draft in watcher.drafts)
            self._webhooks.mark_drafts(draft.webhook_id for draft in watcher.drafts)

    # many webhooks at once

    def action_board(self) -> None:
        """Open the board of all webhooks."""
        if self._session is None or self._list_loader is None:
            self.banner.say("warning", _("There is no server yet."), expires=True)
            return
        from tui.app.screens.board.screen import BoardScreen

        board = BoardScreen(self._session, self._list_loader)
        self.app.push_screen(board, self._left_board)
        if self._staged:
            self.start(partial(self._staged.begin, board), "staged")

    def _left_board(self, _result: None) -> None:
        self._show_instances()
        self.look_for_drafts()

    @property
    def unsaved(self) -> int:
        """The number of webhooks with staged changes."""
        return self._staged.staged if self._staged else 0

    def write_draft_now(self) -> None:
        """Write the staged changes to disk: the program is about to end."""
        if self._staged:
            self._staged.write_now()

    async def may_leave(self) -> bool:
        """Ask what to do with the staged changes; return whether to end."""
        return self._staged is None or await self._staged.may_leave(self.app)

    @on(Autosave.Written)
    def _staged_written(self, event: Autosave.Written) -> None:
        if event.problem:
            self.say(
                _("The staged changes are only in memory: {problem}").format(problem=event.problem)
            )

    # moving about

    def action_pane(self, number: int) -> None:
        """Put the focus into a pane."""
        if number:
            self._webhooks.focus_list()
        else:
            self._instances.focus()

    def action_filter(self) -> None:
        """Type a filter."""
        self._filter.open()

    def _show_filter(self, in_focus: bool) -> None:
        """Show before the filter that it has the focus, or the key that gives it the focus."""
        rule = self.query_one("#instances-rule", Rule)
        key = with_keys(Sentence("{filter}"), self)
        rule.show(_("Instances"), CURSOR_MARK if in_focus else key)

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        if self._session:
            self._session.store.set_filter(event.value)
            before = self._instances.key
            self._show_instances()
            if self._instances.key != before:
                self._instances.move_to(0)  # the first that matches

    def key_down(self) -> None:
        """Go from the filter down into the list."""
        self._filter.leave()

    def action_back(self) -> None:
        """Stop reading; else leave the filter, or go from the webhooks to the instances."""
        if not self._filter.has_focus and self._stop_reading():
            return
        if self._webhooks.in_focus:
            self._instances.focus()
        elif not self._filter.close():
            self.banner.clear()

    def _stop_reading(self) -> bool:
        """Stop reading and say so; return whether something was being read."""
        if self._list_loader and self._list_loader.stop():
            return True
        return self._webhooks.stop_reading()

    # another token

    def action_credentials(self) -> None:
        """Take another token for the profile and read the list again."""
        if self._session is None and self.app.waiting.skip():
            return  # the app asks for it as soon as there is a server
        self.start(self._credentials, "credentials")

    async def _credentials(self) -> None:
        from tui.app.screens.token_dialog import ask_for_token

        if self._session and await ask_for_token(self.app, self._session, None):
            self.action_refresh()

    # parts

    @property
    def _instances(self) -> InstanceTable:
        return self.query_one(InstanceTable)

    @property
    def _webhooks(self) -> WebhooksPane:
        return self.query_one(WebhooksPane)

    @property
    def _filter(self) -> Filter:
        return self.query_one(Filter)

    def _need_session(self) -> Session:
        assert self._session is not None, "a server has been opened"
        return self._session

    def _instance(self, key: str) -> Instance | None:
        return self._session.store.get(key) if self._session else None

    def _found_in(self, key: str) -> bool:
        return self._need_session().store.is_found_in_webhooks(key)

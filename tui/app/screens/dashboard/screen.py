"""The dashboard: instances, the webhooks of one, the whole of one webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from tui.api.errors import ApiError
from tui.app.commands import bindings
from tui.app.key_hints import with_keys
from tui.app.screens.base import HookboardScreen
from tui.app.screens.dashboard.actions import WebhookActions
from tui.app.screens.dashboard.list_loader import ListLoader
from tui.app.screens.drafts.watcher import DraftsWatcher
from tui.app.widgets.filter_field import Filter
from tui.app.widgets.frame import Rule
from tui.app.widgets.instance_table import InstanceTable
from tui.app.widgets.line_widget import CURSOR_MARK, Line
from tui.app.widgets.row_list import RowList, empty_message
from tui.app.widgets.webhook_table import WebhookDetail, WebhookTable
from tui.core.session import Session
from tui.core.webhook_loader import read_webhooks
from tui.i18n import _
from tui.messages import list_status
from tui.messages.list_status import Notice
from tui.model.instance import Instance
from tui.model.place import Place
from tui.model.search import webhooks_found
from tui.model.sentence import Sentence
from tui.model.webhook import Webhook

if TYPE_CHECKING:
    from tui.storage.drafts import Draft

REST = 0.15
"""Seconds the cursor rests on an instance before its webhooks are asked for."""

HEADERS_SHOWN = Sentence(_("Its headers are shown, secrets too: {headers} hides them."))


class Dashboard(HookboardScreen[None]):
    """The first screen. It opens without a session and fills when one is there."""

    BINDINGS = bindings("dashboard")
    SCOPES = ("dashboard", "rows")

    def __init__(self, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._session: Session | None = None
        self._shown: Instance | None = None
        self._list_loader: ListLoader | None = None
        self._drafts: DraftsWatcher | None = None
        self._actions: WebhookActions | None = None

    def compose_content(self) -> ComposeResult:
        """Two panes; side by side from 100 columns."""
        with Vertical(id="panes"):
            with Vertical(id="instances-pane"):
                with Horizontal(id="instances-head"):
                    yield Rule("Instances", id="instances-rule")
                    yield Filter()
                yield InstanceTable(self._instance, self._found_in, id="instances")
            with Vertical(id="webhooks-pane"):
                yield Rule("Webhooks", id="webhooks-rule")
                yield WebhookTable(self._now, id="webhooks")
                yield Rule(id="detail-rule")
                yield WebhookDetail(self._now, id="detail")

    def on_mount(self) -> None:
        """Say that the list is on its way; there is no server yet."""
        self.top_line.show(place=Place("starting…"))
        self.watch(self._filter, "has_focus", self._show_filter)
        self.watch(self._instances, "key", self._show_webhooks, init=False)
        self.watch(self._instances, "scroll_y", self._look_at_rows, init=False)
        self.watch(self._webhooks, "key", self._show_webhook, init=False)
        self._instances.focus()

    def open(self, session: Session, problems: Sequence[str] = ()) -> None:
        """Work with a server from now on, and read its list.

        ``problems`` are about the configuration; they are said once the list is there.
        """
        self._session = session
        self.banner.clear()
        self.show_keys()
        self._list_loader = ListLoader(self, session, problems)
        self.top_line.show(place=session.place, marks=session.marks)
        self._drafts = DraftsWatcher(self, session)
        self._actions = WebhookActions(self, session, self._drafts)
        self.action_refresh()
        self._drafts.look()

    def _suit(self, session: Session) -> None:
        """Adapt the layout: with one webhook an instance, hide the list of webhooks."""
        many = session.capabilities.many
        if self._instances.one_webhook == many:
            self._instances.one_webhook = not many
            self.set_class(not many, "-one-webhook")
            self.show_keys()

    # the list

    def action_refresh(self) -> None:
        """Read the list again."""
        if self._list_loader:
            self._list_loader.read()

    @on(ListLoader.Progress)
    @on(WebhookActions.Changed)
    def _show_instances(self) -> None:
        session, loader = self._session, self._list_loader
        if session is None or loader is None:
            return
        self._suit(session)
        self._instances.words = session.store.words
        was_reading, self._instances.reading = self._instances.reading, loader.finding
        none = list_status.no_instances(session.store, session.trouble, failed=loader.failed)
        self._instances.show_rows(session.store.visible, self._drawn(none))
        self.top_line.show(
            place=session.place,
            count=list_status.instance_count(session.store, failed=loader.failed) + loader.progress,
        )
        self._look_at_rows()
        self._show_webhooks()
        shown = self._shown
        if was_reading and not loader.finding and shown and shown.webhooks is None:
            self._show_no_webhooks(list_status.webhooks_not_read(loader.failure(shown.id)))

    def _look_at_rows(self) -> None:
        if self._list_loader:
            self._list_loader.look_at(self._instances.visible_keys)

    # the cursor

    @property
    def _webhook(self) -> Webhook | None:
        """The webhook that the keys are about."""
        if self._instances.one_webhook:
            return next(iter(self._shown.webhooks or ()), None) if self._shown else None
        return self._webhooks.webhook

    @property
    def _room(self) -> int:
        """How wide what is said of an instance's webhooks may be."""
        one = self._instances.one_webhook
        return (self.query_one(WebhookDetail) if one else self._webhooks).size.width

    def _show_webhook(self) -> None:
        """Show the whole of the webhook under the cursor."""
        instance = self._shown
        self.query_one(WebhookDetail).show_webhook(self._webhook, instance.id if instance else "")

    @on(RowList.Opened, "#instances")
    def _instance_opened(self) -> None:
        if self._instances.one_webhook:
            self.action_edit()
        else:
            self._webhooks.focus()

    def _show_webhooks(self) -> None:
        """Show the webhooks of the instance under the cursor, with what the filter found."""
        self._show_shown()
        self._show_found()

    def _show_found(self) -> None:
        """Mark the webhooks that the filter found, and go to the first of them, once."""
        if self._session and self._shown:
            words = self._session.store.words
            self._webhooks.mark_matches(self._shown.id, words, webhooks_found(self._shown, words))

    def _show_shown(self) -> None:
        """Show the webhooks of the instance under the cursor; ask for them if need be."""
        instance = self._instance(self._instances.key or "")
        if instance is (before := self._shown):
            return
        if before and (instance is None or instance.id != before.id):
            # What is under way there is about the one the cursor has left.
            self.workers.cancel_group(self, "webhooks")
        self._shown = instance
        title = list_status.webhooks_title(instance, one=self._instances.one_webhook)
        self.query_one("#webhooks-rule", Rule).show(title, list_status.whatsapp_account(instance))
        if instance is None:
            self._show_no_webhooks(())
        elif instance.webhooks is None:
            self._show_no_webhooks(list_status.READING_WEBHOOKS)
            if not self._instances.reading:
                self.start(partial(self._load_webhooks, instance), "webhooks", exclusive=True)
        else:
            caveat = self._need_session().capabilities.none_shown
            self._list_webhooks(instance.webhooks, list_status.no_webhook(caveat))

    def _show_no_webhooks(self, why: Notice) -> None:
        self._list_webhooks((), why)

    def _list_webhooks(self, webhooks: Sequence[Webhook], if_none: Notice) -> None:
        nothing = self._drawn(if_none, self._room)
        self._webhooks.show_webhooks(webhooks, nothing)
        self.query_one(WebhookDetail).nothing = nothing if self._instances.one_webhook else ()
        self._show_webhook()

    async def _load_webhooks(self, instance: Instance) -> None:
        await asyncio.sleep(REST)
        try:
            await read_webhooks(self._need_session(), instance)
        except ApiError as error:
            if self._shown is instance:
                self._show_no_webhooks(list_status.webhooks_not_read(error))
        else:
            self._show_instances()

    # commands

    @on(RowList.Opened, "#webhooks")
    def action_edit(self) -> None:
        """Open the selected webhook in the editor; its drafts are offered first."""
        if self._actions and self._shown:
            self._actions.edit(self._shown, self._webhook)
        else:
            self._say_no_instance()

    def action_new(self) -> None:
        """Open a new webhook of the instance in the editor."""
        if self._actions and self._shown:
            self._actions.make(self._shown)
        else:
            self._say_no_instance()

    def action_delete(self) -> None:
        """Delete the selected webhook, after asking."""
        if self._actions:
            self._actions.delete(self._shown, self._webhook)
        else:
            self._say_no_instance()

    def _say_no_instance(self) -> None:
        self.banner.say("warning", "There is no instance here.", expires=True)

    @on(WebhookActions.Edited)
    def _edited(self, event: WebhookActions.Edited) -> None:
        """Show what came of an edit, the cursor on its webhook."""
        if self._list_loader:
            self._list_loader.revise_flags()
        self._show_instances()
        self._webhooks.move_to_key(event.webhook_id)

    # drafts

    def action_drafts(self) -> None:
        """List the drafts nobody is working on."""
        if self._actions:
            self._actions.open_draft()

    def open_draft(self, draft: Draft) -> None:
        """Open a draft of this server once its list is there."""
        self.start(partial(self._open_draft, draft), "edit", exclusive=True)

    async def _open_draft(self, draft: Draft) -> None:
        if self._list_loader and self._actions:
            await self._list_loader.wait()
            await self._actions.go_on(draft)

    def look_for_drafts(self) -> None:
        """Look which drafts there are by now, when this screen comes to the front again."""
        if self._drafts:
            self._drafts.look()

    @on(DraftsWatcher.Looked)
    def _show_drafts(self) -> None:
        """Say at the top how many drafts there are, and mark what they are of."""
        session, watcher = self._need_session(), self._drafts
        if watcher:
            self.top_line.show(marks=(*session.marks, *watcher.marks))
            self._instances.mark(draft.instance_id for draft in watcher.drafts)
            self._webhooks.mark(draft.webhook_id for draft in watcher.drafts)

    def action_pane(self, number: int) -> None:
        """Put the focus into a pane."""
        pane = (self._instances, self._webhooks)[number]
        if pane.display:
            pane.focus()

    def action_filter(self) -> None:
        """Type a filter."""
        self._filter.open()

    def _show_filter(self, in_focus: bool) -> None:
        """Show before the filter whether it has the focus, or the key that gives it the focus."""
        self.query_one("#instances-rule", Rule).show("Instances", CURSOR_MARK if in_focus else "/")

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        if self._session:
            self._session.store.set_filter(event.value)
            before = self._instances.key
            self._show_instances()
            if self._instances.key != before:
                self._instances.move_to(0)  # the first that is found

    @on(Input.Submitted, "#filter")
    def _leave_filter(self) -> None:
        self._instances.focus()
        self._filter.can_focus = False

    def key_down(self) -> None:
        """From the filter down into the list."""
        if self._filter.has_focus:
            self._leave_filter()

    def action_back(self) -> None:
        """Stop what waits; else back: out of the filter, from the webhooks to the instances."""
        if not self._filter.has_focus and self._stop_waiting():
            return
        if self._webhooks.has_focus:
            self._instances.focus()
        elif self._filter.value:
            self._filter.value = ""
            self._leave_filter()
        elif self._filter.has_focus:
            self._leave_filter()
        else:
            self.banner.clear()

    def _stop_waiting(self) -> bool:
        """Read no further, if something is being read; say so, and return whether it was."""
        if self._list_loader and self._list_loader.stop():
            return True
        reading = any(one.is_running for one in self.workers.cancel_group(self, "webhooks"))
        if reading and self._shown and self._shown.webhooks is None:
            self._show_no_webhooks(list_status.STOPPED)
            return True
        return False

    def action_copy(self) -> None:
        """Ask what to copy, and send it to the terminal."""
        if self._actions and self._shown:
            self._actions.copy(self._shown, self._webhook)
        else:
            self.banner.say("warning", "There is nothing here to copy.", expires=True)

    def action_headers(self) -> None:
        """Show what the headers of the selected webhook hold, or hide it again."""
        match self.query_one(WebhookDetail).reveal_headers():
            case None:
                self.banner.say("warning", "There are no headers here.", expires=True)
            case True:
                self.banner.say("warning", HEADERS_SHOWN, expires=True)
            case False:
                self.banner.clear()

    def action_credentials(self) -> None:
        """Take another token for the profile and read the list again."""
        if self._session is None and self.app.waiting.skip():
            return  # it is asked for as soon as there is a server
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
    def _webhooks(self) -> WebhookTable:
        return self.query_one(WebhookTable)

    @property
    def _filter(self) -> Filter:
        return self.query_one(Filter)

    def _drawn(self, notice: Notice, width: int = 0) -> tuple[Line, ...]:
        if not notice:
            return ()
        return empty_message(*(with_keys(words, self) for words in notice), width=width)

    def _need_session(self) -> Session:
        assert self._session is not None, "the dashboard has been opened"
        return self._session

    def _instance(self, key: str) -> Instance | None:
        return self._session.store.get(key) if self._session else None

    def _found_in(self, key: str) -> bool:
        return self._need_session().store.is_found_in_webhooks(key)

    def _now(self) -> datetime:
        return self._need_session().now()

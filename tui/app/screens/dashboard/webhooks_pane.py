"""The pane of webhooks: those of the instance under the cursor, and one of them in full."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from tui.api.errors import ApiError
from tui.app.key_hints import with_keys
from tui.app.screens.background import Background
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line
from tui.app.widgets.row_list import empty_message
from tui.app.widgets.webhook_table import WebhookDetail, WebhookTable
from tui.core.session import Session
from tui.core.webhook_loader import read_webhooks
from tui.i18n import _
from tui.messages import list_status
from tui.messages.list_status import Notice
from tui.model.instance import Instance
from tui.model.search import webhooks_found
from tui.model.webhook import Webhook

REST = 0.15
"""Seconds the cursor rests on an instance before its webhooks are read."""

_LOAD = "webhooks"
"""The group of workers that read an instance's webhooks."""


class WebhooksPane(Vertical):
    """Shows the webhooks of one instance, and reads them where they are not known.

    With one webhook per instance the list is hidden, and the detail shows that webhook.
    """

    class Read(Message):
        """The webhooks of an instance were read and are in the store."""

    def __init__(self, background: Background) -> None:
        super().__init__(id="webhooks-pane")
        self._background = background
        self._session: Session | None = None
        self._instance: Instance | None = None
        self.one_webhook = False
        """Whether instances of this server have one webhook each."""

    def compose(self) -> ComposeResult:
        """Put the detail of one webhook under their list."""
        yield Rule(_("Webhooks"), id="webhooks-rule")
        yield WebhookTable(self._now, id="webhooks")
        yield Rule(id="detail-rule")
        yield WebhookDetail(self._now, id="detail")

    def on_mount(self) -> None:
        """Follow the cursor of the list."""
        self.watch(self._table, "key", self._show_webhook, init=False)

    def open(self, session: Session) -> None:
        """Show webhooks of this server from now on."""
        self._session = session

    @property
    def instance(self) -> Instance | None:
        """The instance whose webhooks are shown."""
        return self._instance

    @property
    def webhook(self) -> Webhook | None:
        """The selected webhook; the only one where the list is hidden."""
        if self.one_webhook:
            return next(iter(self._instance.webhooks or ()), None) if self._instance else None
        return self._table.webhook

    @property
    def in_focus(self) -> bool:
        """Whether the list of webhooks has the focus."""
        return self._table.has_focus

    def focus_list(self) -> None:
        """Put the focus into the list of webhooks, where it is shown."""
        if self._table.display:
            self._table.focus()

    def move_to(self, webhook_id: str) -> None:
        """Put the cursor on a webhook."""
        self._table.move_to_key(webhook_id)

    def mark_drafts(self, webhook_ids: Iterable[str]) -> None:
        """Mark the webhooks that have drafts."""
        self._table.mark(webhook_ids)

    def reveal_headers(self) -> bool | None:
        """Show the values of the headers or hide them again; ``None`` where there are none.

        Returns whether they are shown now.
        """
        return self._detail.reveal_headers()

    def show_instance(self, instance: Instance | None, *, all_are_read: bool) -> None:
        """Show the webhooks of an instance, and mark those that the filter found.

        Webhooks that are not known are read, unless those of all instances are being read.
        """
        self._show(instance, all_are_read=all_are_read)
        if self._session and instance:
            words = self._session.store.words
            self._table.mark_matches(instance.id, words, webhooks_found(instance, words))

    def show_failure(self, error: ApiError | None) -> None:
        """Say why the webhooks of the instance are still unknown, after all were read."""
        if self._instance and self._instance.webhooks is None:
            self._show_none(list_status.webhooks_not_read(error))

    def stop_reading(self) -> bool:
        """Stop reading the webhooks of the instance; return whether they were being read."""
        was_reading = self._background.cancel_work(_LOAD)
        if was_reading and self._instance and self._instance.webhooks is None:
            self._show_none(list_status.STOPPED)
            return True
        return False

    def _show(self, instance: Instance | None, *, all_are_read: bool) -> None:
        before, self._instance = self._instance, instance
        if instance is before:
            return
        if before and (instance is None or instance.id != before.id):
            self._background.cancel_work(_LOAD)
        title = list_status.webhooks_title(instance, one=self.one_webhook)
        self.query_one("#webhooks-rule", Rule).show(title, list_status.whatsapp_account(instance))
        if instance is None:
            self._show_none(())
        elif instance.webhooks is None:
            self._show_none(list_status.READING_WEBHOOKS)
            if not all_are_read:
                self._background.start(partial(self._load, instance), _LOAD, exclusive=True)
        else:
            caveat = self._need_session().capabilities.none_shown
            self._show_webhooks(instance.webhooks, list_status.no_webhook(caveat))

    def _show_none(self, why: Notice) -> None:
        self._show_webhooks((), why)

    def _show_webhooks(self, webhooks: Sequence[Webhook], if_none: Notice) -> None:
        nothing = () if webhooks else self._drawn(if_none)
        self._table.show_webhooks(webhooks, nothing)
        self._detail.nothing = nothing if self.one_webhook else ()
        self._show_webhook()

    def _show_webhook(self) -> None:
        """Show the selected webhook in full."""
        self._detail.show_webhook(self.webhook, self._instance.id if self._instance else "")

    def _drawn(self, notice: Notice) -> tuple[Line, ...]:
        """Draw a notice as wide as the widget that shows it."""
        if not notice:
            return ()
        width = (self._detail if self.one_webhook else self._table).size.width
        return empty_message(*(with_keys(words, self) for words in notice), width=width)

    async def _load(self, instance: Instance) -> None:
        await asyncio.sleep(REST)
        try:
            await read_webhooks(self._need_session(), instance)
        except ApiError as error:
            if self._instance is instance:
                self._show_none(list_status.webhooks_not_read(error))
        else:
            self.post_message(self.Read())

    def _need_session(self) -> Session:
        assert self._session is not None, "a server has been opened"
        return self._session

    def _now(self) -> datetime:
        return self._need_session().now()

    @property
    def _table(self) -> WebhookTable:
        return self.query_one(WebhookTable)

    @property
    def _detail(self) -> WebhookDetail:
        return self.query_one(WebhookDetail)

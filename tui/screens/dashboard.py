"""The dashboard: instances, the webhooks of one, the whole of one webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from tui.api.errors import ApiError
from tui.commands import bindings
from tui.model.instance import Instance
from tui.model.webhook import Webhook
from tui.screens.list_words import STOPPED, count_words, no_rows, no_webhooks, webhooks_head
from tui.screens.listing import Listing
from tui.screens.shelf import Shelf
from tui.screens.shell import HookboardScreen
from tui.session import Session
from tui.widgets.chrome import Banner, KeyBar, Rule, TooSmall, TopLine
from tui.widgets.field import Entry
from tui.widgets.instance_table import InstanceTable
from tui.widgets.lines import Line
from tui.widgets.rows import Rows, message
from tui.widgets.webhook_table import WebhookDetail, WebhookTable

if TYPE_CHECKING:
    from tui.screens.editor import EditorScreen
    from tui.screens.offering import Opening

Choose = Callable[[Instance], Webhook | str]
"""Picks the webhook to edit, or says in words why there is none."""

REST = 0.15
"""Seconds the cursor rests on an instance before its webhooks are asked for."""


class Dashboard(HookboardScreen[None]):
    """The first screen. It opens without a session and fills when one is there."""

    BINDINGS = bindings("dashboard")
    SCOPES = ("dashboard", "rows")

    def __init__(self, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._session: Session | None = None
        self._shown: Instance | None = None
        self._listing: Listing | None = None
        self._shelf: Shelf | None = None

    def compose(self) -> ComposeResult:
        """Two panes; side by side from 100 columns."""
        yield TopLine()
        yield Banner()
        with Vertical(id="panes"):
            with Vertical(id="instances-pane"):
                with Horizontal(id="instances-head"):
                    yield Rule("Instances", id="instances-rule")
                    filter_input = Entry(
                        compact=True, placeholder="name, id, number or URL", id="filter"
                    )
                    filter_input.cursor_blink = False
                    filter_input.can_focus = False
                    yield filter_input
                yield InstanceTable(self._instance, id="instances")
            with Vertical(id="webhooks-pane"):
                yield Rule("Webhooks", id="webhooks-rule")
                yield WebhookTable(self._now, id="webhooks")
                yield Rule(id="detail-rule")
                yield WebhookDetail(self._now, id="detail")
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Say that the list is on its way; there is no server yet."""
        self.show_keys()
        self.query_one(TopLine).show(place="starting…")
        self.query_one("#instances-rule", Rule).show("Instances", "/")
        self.watch(self._instances, "key", self._show_webhooks, init=False)
        self.watch(self._instances, "scroll_y", self._look_at_rows, init=False)
        self.watch(self._webhooks, "key", self._show_webhook, init=False)
        self._instances.focus()

    def open(self, session: Session, complaints: Sequence[str] = ()) -> None:
        """Work with a server from now on, and read its list.

        ``complaints`` are about the configuration; they are said once the list is there.
        """
        self._session = session
        self._listing = Listing(self, session, self._show_instances, complaints)
        self.query_one(TopLine).show(place=session.place, marks=session.marks)
        self._shelf = Shelf(self, session, self._show_drafts)
        self.action_refresh()
        self._shelf.look()

    def _suit(self, session: Session) -> None:
        """Be as the server is: an instance's only webhook needs no list of its own."""
        many = session.server.abilities.many
        if self._instances.one_webhook == many:
            self._instances.one_webhook = not many
            self.set_class(not many, "-one-webhook")
            self.show_keys()

    # the list

    def action_refresh(self) -> None:
        """Read the list again."""
        if self._listing:
            self._listing.read()

    def _show_instances(self) -> None:
        session, listing = self._session, self._listing
        if session is None or listing is None:
            return
        self._suit(session)
        was_reading, self._instances.reading = self._instances.reading, listing.finding
        self._instances.show_rows(
            session.store.visible, no_rows(session.store, failed=listing.failed)
        )
        self.query_one(TopLine).show(
            place=session.place,
            count=count_words(session.store, failed=listing.failed) + listing.progress,
        )
        self._look_at_rows()
        self._show_webhooks()
        shown = self._shown
        if was_reading and not listing.finding and shown and shown.webhooks is None:
            self._list_webhooks((), no_webhooks(listing.failure(shown.id)))

    def _look_at_rows(self) -> None:
        if self._listing:
            self._listing.look_at(self._instances.in_view)

    # the cursor

    @property
    def _webhook(self) -> Webhook | None:
        """The webhook that the keys are about."""
        if self._instances.one_webhook:
            return next(iter(self._shown.webhooks or ()), None) if self._shown else None
        return self._webhooks.webhook

    def _show_webhook(self) -> None:
        """Show the whole of the webhook under the cursor."""
        self.query_one(WebhookDetail).show_webhook(self._webhook)

    @on(Rows.Opened, "#instances")
    def _instance_opened(self) -> None:
        if self._instances.one_webhook:
            self.action_edit()
        else:
            self._webhooks.focus()

    @on(Rows.Opened, "#webhooks")
    def _webhook_opened(self) -> None:
        self.action_edit()

    def _show_webhooks(self) -> None:
        """Show the webhooks of the instance under the cursor; ask for them if need be."""
        instance = self._instance(self._instances.key or "")
        if instance is self._shown:
            return
        self._shown = instance
        head = webhooks_head(instance, one=self._instances.one_webhook)
        self.query_one("#webhooks-rule", Rule).show(*head)
        if instance is None:
            self._list_webhooks(())
        elif instance.webhooks is None:
            self._list_webhooks((), message("Reading the webhooks…"))
            if not self._instances.reading:
                self.start(self._load_webhooks, "webhooks", exclusive=True)
        else:
            self._list_webhooks(instance.webhooks, message("No webhook.", "n makes one."))

    def _list_webhooks(self, webhooks: Sequence[Webhook], nothing: Sequence[Line] = ()) -> None:
        self._webhooks.show_webhooks(webhooks, nothing)
        self.query_one(WebhookDetail).nothing = nothing if self._instances.one_webhook else ()
        self._show_webhook()

    async def _load_webhooks(self) -> None:
        await asyncio.sleep(REST)
        if (instance := self._shown) is None:
            return
        try:
            await self._read_webhooks(instance)
        except ApiError as error:
            self._list_webhooks((), no_webhooks(error))

    async def _read_webhooks(self, instance: Instance) -> Instance:
        """Ask for the webhooks of an instance, and show them. Raises :class:`ApiError`."""
        session = self._need_session()
        read = instance.with_webhooks(await session.server.webhooks(instance))
        session.store.replace(read)
        self._show_instances()
        return read

    # commands

    def action_edit(self) -> None:
        """Open the selected webhook in the editor; its drafts are offered first."""
        self._open_editor(self._selected)

    def action_new(self) -> None:
        """Open a new webhook of the instance in the editor."""
        self._open_editor(self._blank)

    def _open_editor(self, choose: Choose) -> None:
        if (instance := self._shown) is None:
            self.banner.say("warning", "There is no instance here.")
            return
        self.banner.clear()
        self.start(lambda: self._edit(instance, choose), "edit", exclusive=True)

    async def _edit(self, instance: Instance, choose: Choose) -> None:
        from tui.screens.offering import open_edit

        session = self._need_session()
        if instance.webhooks is None:
            try:
                instance = await self._read_webhooks(instance)
            except ApiError as error:
                self.say_error(error)
                return
        webhook = choose(instance)
        if isinstance(webhook, str):
            self.banner.say("warning", webhook)
            return
        drafts = self._shelf.drafts if self._shelf else ()
        opening = await open_edit(self.app, session, instance, webhook, drafts)
        self._push_editor(instance, opening)

    def _selected(self, instance: Instance) -> Webhook | str:
        """Return the webhook under the cursor, or why there is none."""
        found = instance.webhook(self._webhook.id) if self._webhook else None
        return found or f"{instance.name} has no webhook to edit. n makes one."

    def _blank(self, instance: Instance) -> Webhook | str:
        """Return what a new webhook begins as, or why there cannot be one."""
        server = self._need_session().server
        if server.read_only:
            return "READ ONLY: no webhook can be made here."
        if instance.webhooks and not server.abilities.many:
            return f"{instance.name} has its webhook, and one is all there can be. e edits it."
        return server.blank(instance)

    def _push_editor(self, instance: Instance, opening: Opening | None) -> None:
        from tui.screens.editor import EditorScreen

        if opening is None:
            if self._shelf:
                self._shelf.look()
            return
        editor = EditorScreen(self._need_session(), instance, *opening)
        self.app.push_screen(editor, lambda _: self._edited(editor))

    def _edited(self, editor: EditorScreen) -> None:
        self._show_instances()
        self._webhooks.move_to_key(editor.webhook_id)
        if self._shelf:
            self._shelf.look()

    def action_delete(self) -> None:
        """Delete the selected webhook, after asking."""
        self.banner.clear()
        self.start(self._delete, "delete")

    async def _delete(self) -> None:
        from tui.screens.removing import ask_and_delete

        session, instance, webhook = self._need_session(), self._shown, self._webhook
        if why := session.server.abilities.no_delete:
            self.banner.say("warning", why)
        elif instance is None or webhook is None:
            self.banner.say("warning", "There is no webhook here to delete.")
        elif session.server.read_only:
            self.banner.say("warning", "READ ONLY: nothing can be deleted here.")
        else:
            await ask_and_delete(self, session, instance, webhook)
            self._show_instances()

    # drafts

    def action_drafts(self) -> None:
        """List the drafts nobody is working on."""
        if self._shelf:
            self.start(self._choose_draft, "edit", exclusive=True)

    async def _choose_draft(self) -> None:
        if self._shelf and (chosen := await self._shelf.choose()):
            self._push_editor(*chosen)

    def _show_drafts(self) -> None:
        """Say at the top how many drafts there are, and mark what they are of."""
        session, shelf = self._need_session(), self._shelf
        if shelf:
            self.query_one(TopLine).show(marks=(*session.marks, *shelf.marks))
            self._instances.mark(draft.instance_id for draft in shelf.drafts)
            self._webhooks.mark(draft.webhook_id for draft in shelf.drafts)

    def action_pane(self, number: int) -> None:
        """Put the focus into a pane."""
        pane = (self._instances, self._webhooks)[number]
        if pane.display:
            pane.focus()

    def action_filter(self) -> None:
        """Type a filter."""
        self._filter.can_focus = True
        # `focus` waits for its turn, and what is typed meanwhile would go to the list.
        self.set_focus(self._filter)

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        if self._session:
            self._session.store.set_filter(event.value)
            self._show_instances()

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
        if self._listing and self._listing.stop():
            return True
        if any(one.is_running for one in self.workers.cancel_group(self, "webhooks")):
            self._list_webhooks((), STOPPED)
            return True
        return False

    def action_copy(self) -> None:
        """Ask what to copy, and send it to the terminal."""
        self.start(self._copy, "copy")

    async def _copy(self) -> None:
        from tui.screens.copying import offer_copies

        if self._session is None or self._shown is None:
            self.banner.say("warning", "There is nothing here to copy.")
            return
        await offer_copies(self.app, self._session, self._shown, self._webhook)

    def action_credentials(self) -> None:
        """Take another token for the profile and read the list again."""
        self.start(self._credentials, "credentials")

    async def _credentials(self) -> None:
        from tui.screens.credentials import ask_for_token

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
    def _filter(self) -> Input:
        return self.query_one("#filter", Input)

    def _need_session(self) -> Session:
        assert self._session is not None, "the dashboard has been opened"
        return self._session

    def _instance(self, key: str) -> Instance | None:
        return self._session.store.get(key) if self._session else None

    def _now(self) -> datetime:
        return self._need_session().now()

"""The dashboard: instances, the webhooks of one, the whole of one webhook."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from tui.api.errors import ApiError
from tui.commands import bindings
from tui.config.errors import ConfigError
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.webhook import Webhook
from tui.reports import count
from tui.screens.shell import HookboardScreen
from tui.session import Session
from tui.widgets.chrome import Banner, KeyBar, Rule, TooSmall, TopLine
from tui.widgets.field import Entry
from tui.widgets.instance_table import InstanceTable
from tui.widgets.lines import Line
from tui.widgets.rows import Rows, message
from tui.widgets.webhook_table import WebhookDetail, WebhookTable

if TYPE_CHECKING:
    from tui.drafts import Draft

REPAINT_EVERY = 0.1
"""Seconds between two repaints while pages arrive."""

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
        self._problems: tuple[str, ...] = ()
        self._complaints: tuple[str, ...] = ()
        self._failed = False
        self._listing: object | None = None
        self._drafts: tuple[Draft, ...] = ()
        self._told_of_drafts = False

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
                yield Rule()
                yield WebhookDetail(self._now, id="detail")
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Say that the list is on its way; there is no server yet."""
        self.show_keys()
        self.query_one(TopLine).show(place="starting…")
        self.query_one("#instances-rule", Rule).show("Instances", "/")
        self.watch(self._instances, "key", self._show_webhooks, init=False)
        self.watch(self._webhooks, "key", self._show_webhook, init=False)
        self._instances.focus()

    def open(self, session: Session, complaints: Sequence[str] = ()) -> None:
        """Work with a server from now on, and read its list.

        ``complaints`` are about the configuration; they are said once the list is there.
        """
        self._session = session
        self._complaints = tuple(complaints)
        self.query_one(TopLine).show(place=session.place, marks=session.marks)
        self.action_refresh()
        self._look_for_drafts()

    # reading the list

    def action_refresh(self) -> None:
        """Read the list again."""
        if self._session:
            self.start(self._load, "load", exclusive=True)

    async def _load(self) -> None:
        session = self._need_session()
        store = session.store
        self._failed = False
        self._problems = ()
        self.banner.clear()
        store.begin()
        listing = self._listing = object()
        painted = 0.0
        self._show_instances()
        try:
            async for page in session.server.instances():
                store.add(page.instances, page.total)
                self._problems += page.problems
                if time.monotonic() - painted > REPAINT_EVERY:
                    self._show_instances()
                    painted = time.monotonic()
            store.finish()
        except ApiError as error:
            self._failed = True
            self.say_error(error)
        finally:
            # A load that was cancelled ends after the one that took its place has begun.
            if self._listing is listing:
                store.abandon()
        self._show_instances()
        if self._complaints and not self._failed:
            self.banner.say("warning", "In the configuration:", *self._complaints)
            self._complaints = ()
        elif self._problems:
            first, more = self._problems[0], len(self._problems) - 1
            self.banner.say(
                "warning",
                "The server's list has parts that could not be read.",
                first + (f" (and {more} more)" if more else ""),
            )

    def _show_instances(self) -> None:
        if not self._session:
            return
        store = self._session.store
        self._instances.show_rows(store.visible, self._nothing_to_show())
        self.query_one(TopLine).show(count=self._count())
        self._show_webhooks()

    def _count(self) -> str:
        store = self._need_session().store
        if store.loading and store.loaded:
            return f"reading again… {count(len(store), 'instance')}"
        if store.loading:
            of = f" of {store.total:,}" if store.total else ""
            return f"{store.arrived:,}{of} instances" if store.arrived else "loading…"
        if store.filter:
            return f"{len(store.visible):,} of {count(len(store), 'instance')}"
        if not store.loaded and len(store) < (store.total or 0):
            return f"{len(store):,} of {store.total:,} instances"
        return count(len(store), "instance") if len(store) or not self._failed else "not read"

    def _nothing_to_show(self) -> tuple[Line, ...]:
        store = self._need_session().store
        if store.loading:
            return message("Reading the instances…", "The keys work meanwhile; ^q quits.")
        if len(store):
            return message(f"No instance matches “{store.filter}”.", "esc clears the filter.")
        if self._failed:
            return message("The list could not be read.", "r tries again, ^t takes another token.")
        return message("This business has no instances.", "r reads the list again.")

    # the cursor

    def _show_webhook(self) -> None:
        """Show the whole of the webhook under the cursor."""
        self.query_one(WebhookDetail).show_webhook(self._webhooks.webhook)

    @on(Rows.Opened, "#instances")
    def _instance_opened(self) -> None:
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
        rule = self.query_one("#webhooks-rule", Rule)
        if instance is None:
            rule.show("Webhooks")
            self._list_webhooks(())
            return
        number = f"+{instance.number}" if instance.number.isdigit() else instance.number
        rule.show(f"Webhooks of {instance.name}", " ".join((number, instance.push_name)).strip())
        if instance.webhooks is None:
            self._list_webhooks((), message("Reading the webhooks…"))
            self.start(self._load_webhooks, "webhooks", exclusive=True)
            return
        nothing = message("No webhook.", "Webhooks are made with the server's own API.")
        self._list_webhooks(instance.webhooks, nothing)

    def _list_webhooks(self, webhooks: Sequence[Webhook], nothing: Sequence[Line] = ()) -> None:
        self._webhooks.show_webhooks(webhooks, nothing)
        self._show_webhook()

    async def _load_webhooks(self) -> None:
        await asyncio.sleep(REST)
        session, instance = self._need_session(), self._shown
        if instance is None:
            return
        try:
            webhooks = await session.server.webhooks(instance)
        except ApiError as error:
            nothing = message(error.what + ".", f"{error.to_do}")
            self._list_webhooks((), nothing)
            return
        session.store.replace(instance.with_webhooks(webhooks))
        self._show_instances()

    # commands

    def action_edit(self) -> None:
        """Open the selected webhook in the editor; its drafts are offered first."""
        instance, webhook = self._shown, self._webhooks.webhook
        if instance is None or webhook is None:
            self.banner.say("warning", "There is no webhook here to edit.")
            return
        self.banner.clear()
        self.start(lambda: self._edit(instance, webhook), "edit", exclusive=True)

    async def _edit(self, instance: Instance, webhook: Webhook) -> None:
        from tui.screens.editor import EditorScreen
        from tui.screens.offering import open_edit

        session = self._need_session()
        opening = await open_edit(self.app, session, instance, webhook, self._drafts)
        if opening is None:
            self._look_for_drafts()
            return
        self.app.push_screen(EditorScreen(session, instance, *opening), self._edited)

    def _edited(self, _: None) -> None:
        self._show_instances()
        self._look_for_drafts()

    # drafts

    def _look_for_drafts(self) -> None:
        self.start(self._find_drafts, "drafts", exclusive=True)

    async def _find_drafts(self) -> None:
        """Look which drafts lie there, and say so at the top and in the list."""
        session = self._need_session()
        if session.drafts is None:
            return
        try:
            found = await asyncio.to_thread(session.drafts.free, session.url)
        except ConfigError as error:
            self.app.say(f"Drafts cannot be read: {error.message}")
            return
        self._drafts = found.drafts
        for problem in found.problems[:1] if not self._told_of_drafts else ():
            self.app.say(f"{problem.message}. {problem.hint}")
        self._told_of_drafts = True
        drafts = ((f" {count(len(self._drafts), 'draft')} ", "changed"),) if self._drafts else ()
        self.query_one(TopLine).show(marks=(*session.marks, *drafts))
        self._webhooks.mark(draft.webhook_id for draft in self._drafts)

    def action_pane(self, number: int) -> None:
        """Put the focus into a pane."""
        (self._instances, self._webhooks)[number].focus()

    def action_filter(self) -> None:
        """Type a filter."""
        self._filter.can_focus = True
        self._filter.focus()

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        if self._session:
            self._session.store.set_filter(event.value)
            self._show_instances()

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self._leave_filter()

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
        again = "r reads again."
        if self._session and self._session.store.loading:
            self.workers.cancel_group(self, "load")
            self._session.store.abandon()
            self._listing, self._failed = None, True
            self._show_instances()
            self.banner.say("warning", "You stopped waiting: the list was not read whole.", again)
            return True
        if any(one.is_running for one in self.workers.cancel_group(self, "webhooks")):
            self._list_webhooks((), message("You stopped waiting: nothing was read.", again))
            return True
        return False

    async def action_copy(self) -> None:
        """Ask what to copy, and send it to the terminal."""
        self.start(self._copy, "copy")

    async def _copy(self) -> None:
        from tui.api.preview import read_as_curl
        from tui.screens.dialogs import Choice, ChooseScreen

        instance, webhook = self._shown, self._webhooks.webhook
        if instance is None:
            self.banner.say("warning", "There is nothing here to copy.")
            return
        texts = {"instance-id": ("i", "the instance's id", clean(instance.id))}
        if webhook:
            texts = {
                "url": ("u", "the webhook's URL", webhook.url),
                "id": ("w", "the webhook's id", clean(webhook.id)),
                **texts,
            }
            with suppress(ApiError):  # an id that no address can carry
                server = self._need_session().server
                curl = read_as_curl(server.preview(instance, webhook, webhook.values))
                texts["curl"] = ("c", "a curl command that reads it (the token stays out)", curl)
        choices = tuple(Choice(one, key, words) for one, (key, words, _) in texts.items())
        chosen = await self.app.push_screen_wait(ChooseScreen("Copy", choices))
        if chosen:
            self.app.copy(texts[chosen][2], texts[chosen][1])

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

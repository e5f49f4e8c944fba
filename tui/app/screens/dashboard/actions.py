"""The commands on a webhook: edit, make, delete, copy, open a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from tui.api.errors import ApiError
from tui.app.screens.base import HookboardScreen
from tui.app.screens.drafts.watcher import DraftsWatcher
from tui.core.draft_place import opens_elsewhere
from tui.core.session import Session
from tui.core.webhook_loader import read_webhooks
from tui.i18n import _
from tui.model.instance import Instance
from tui.model.sentence import Sentence, Wording
from tui.model.text import clean
from tui.model.webhook import Webhook

if TYPE_CHECKING:
    from tui.app.screens.drafts.open_draft import Opening
    from tui.storage.drafts import Draft

ONE_ONLY = _("{instance} has a webhook already, and can have only one. {edit} edits it.")
NO_WEBHOOK = _("The webhook of this draft no longer exists on the server.")
NONE_TO_EDIT = _("{instance} has no webhook to edit. {new} makes one.")

Choose = Callable[[Instance], Webhook | Wording]
"""Picks the webhook to edit, or says why there is none."""


class WebhookActions:
    """Works on webhooks in the background of a screen, with dialogs and the editor over it.

    Each command keeps the webhook that was selected when its key was pressed: the cursor may be
    elsewhere when an answer comes. It sends the screen :class:`Changed` or :class:`Edited`.
    """

    class Changed(Message, bubble=False):
        """The store has changed: webhooks were read, or one was deleted."""

    @dataclass
    class Edited(Message, bubble=False):
        """The editor of a webhook was left."""

        webhook_id: str
        """Empty for one that was never saved."""

    def __init__(
        self, screen: HookboardScreen[None], session: Session, drafts: DraftsWatcher
    ) -> None:
        self._screen = screen
        self._session = session
        self._drafts = drafts
        self._deleting = False

    def edit(self, instance: Instance, webhook: Webhook | None) -> None:
        """Open a webhook in the editor, after offering its drafts.

        Without ``webhook`` the first one of the instance, once its webhooks are read.
        """
        self._open(instance, partial(_existing, webhook_id=webhook.id if webhook else None))

    def make(self, instance: Instance) -> None:
        """Open a new webhook of an instance in the editor."""
        self._open(instance, self._blank)

    def choose_draft(self) -> None:
        """List the saved drafts, and open the one that is chosen."""
        self._screen.start(self._choose_draft, "edit", exclusive=True)

    async def open_draft(self, draft: Draft) -> None:
        """Open a draft on its webhook. To be called from a worker."""
        from tui.app.screens.drafts.open_draft import open_draft

        app, session = self._screen.app, self._session
        if found := await self._webhook_of(draft):
            instance, webhook = found
            self._push_editor(instance, await open_draft(app, session, webhook, draft))
        else:
            self._drafts.look()

    def delete(self, instance: Instance | None, webhook: Webhook | None) -> None:
        """Delete a webhook, after asking; one at a time."""
        if self._deleting:
            self._warn(_("Still deleting: waiting for the server."))
            return
        self._screen.banner.clear()
        if why := self._session.capabilities.no_delete:
            self._warn(why)
        elif instance is None or webhook is None:
            self._warn(_("There is no webhook here to delete."))
        elif self._session.read_only:
            self._warn(_("READ ONLY: nothing can be deleted here."))
        else:
            self._deleting = True
            self._screen.start(partial(self._delete, instance, webhook), "delete")

    def copy(self, instance: Instance, webhook: Webhook | None) -> None:
        """Ask what to copy of an instance and its webhook, and send it to the terminal."""
        self._screen.start(partial(self._copy, instance, webhook), "copy")

    def show_history(self, instance: Instance, webhook: Webhook | None) -> None:
        """Show what changed in a webhook, and offer to put it back."""
        if webhook is None or webhook.is_new:
            self._warn(_("There is no webhook here to show the history of."))
            return
        on_left = partial(self._left, webhook.id)
        self._screen.app.show_history(self._session, instance, webhook, on_left)

    def show_changes(self) -> None:
        """List what changed on the server."""
        from tui.app.screens.history.changes_screen import ChangesScreen

        def left(_result: None) -> None:
            self._screen.post_message(self.Changed())

        self._screen.app.push_screen(ChangesScreen(self._session), left)

    def show_runs(self) -> None:
        """List the runs on the server."""
        from tui.app.screens.history.runs_screen import RunsScreen

        self._screen.app.push_screen(RunsScreen(self._session))

    def _open(self, instance: Instance, choose: Choose) -> None:
        self._screen.banner.clear()
        self._screen.start(partial(self._edit, instance, choose), "edit", exclusive=True)

    async def _edit(self, instance: Instance, choose: Choose) -> None:
        from tui.app.screens.drafts.open_draft import open_edit

        if instance.webhooks is None:
            try:
                instance = await read_webhooks(self._session, instance)
            except ApiError as error:
                self._screen.say_error(error)
                return
            self._screen.post_message(self.Changed())
            if self._screen.app.screen is not self._screen:
                return  # another screen was opened meanwhile
        webhook = choose(instance)
        if not isinstance(webhook, Webhook):
            self._warn(webhook)
            return
        await self._drafts.look_first()
        app, session, drafts = self._screen.app, self._session, self._drafts.drafts
        if other := self._drafts.elsewhere_of(instance, webhook):
            said = _("Another Hookboard is editing this webhook: {changes}.")
            app.say(said.format(changes=other))
        self._push_editor(instance, await open_edit(app, session, instance, webhook, drafts))

    def _blank(self, instance: Instance) -> Webhook | Wording:
        """Return an empty webhook to start from, or say why none can be made."""
        session = self._session
        if session.read_only:
            return _("READ ONLY: no webhook can be made here.")
        if instance.webhooks and not session.capabilities.many:
            return Sentence(ONE_ONLY, {"instance": instance.name})
        return session.server.blank(instance)

    async def _choose_draft(self) -> None:
        """List the drafts and open the chosen one, on the screens of its own server."""
        from tui.app.screens.drafts.draft_servers import profile_names, session_of
        from tui.app.screens.drafts.screen import DraftsScreen

        await self._drafts.look_now()
        app, session = self._screen.app, self._session
        names = await profile_names(app)
        chosen = await app.push_screen_wait(DraftsScreen(session, self._drafts.all, names))
        if chosen and not opens_elsewhere(session, chosen, names):
            await self.open_draft(chosen)
            return
        if chosen:
            other = await session_of(self._screen, chosen)
            app.go_to(other, chosen if other and other.url == chosen.server else None)
        self._drafts.look()

    async def _webhook_of(self, draft: Draft) -> tuple[Instance, Webhook] | None:
        """Return the webhook of a draft, read if need be; ``None`` where there is none."""
        session = self._session
        instance = session.store.get(draft.instance_id)
        if instance and instance.webhooks is None:
            try:
                instance = await read_webhooks(session, instance)
            except ApiError as error:
                self._screen.say_error(error)
                return None
        webhook = session.webhook(instance, draft.webhook_id) if instance else None
        if instance and webhook:
            return instance, webhook
        if instance is None and not session.store.loaded:
            said = _("The draft of {instance} is still in the list of drafts.")
            name = clean(draft.instance_name, 60)
            self._screen.app.say(said.format(instance=name))
        else:
            self._screen.banner.say("warning", NO_WEBHOOK)
        return None

    def _push_editor(self, instance: Instance, opening: Opening | None) -> None:
        from tui.app.screens.editor.screen import EditorScreen

        if opening is None:
            self._drafts.look()
            return
        editor = EditorScreen(self._session, instance, *opening)
        self._screen.app.push_screen(editor, lambda _result: self._left(editor.webhook_id))

    def _left(self, webhook_id: str) -> None:
        """Show the changes made on a screen that was left."""
        self._screen.post_message(self.Edited(webhook_id))
        self._drafts.look()

    async def _delete(self, instance: Instance, webhook: Webhook) -> None:
        from tui.app.screens.dashboard.delete_dialog import ask_and_delete

        try:
            await ask_and_delete(self._screen, self._session, instance, webhook)
            self._screen.post_message(self.Changed())
        finally:
            self._deleting = False

    async def _copy(self, instance: Instance, webhook: Webhook | None) -> None:
        from tui.app.screens.dashboard.copy_dialog import offer_copies

        await offer_copies(self._screen.app, self._session, instance, webhook)

    def _warn(self, sentence: Wording) -> None:
        self._screen.banner.say("warning", sentence, expires=True)


def _existing(instance: Instance, webhook_id: str | None) -> Webhook | Wording:
    """Return the webhook with that id, or the first; or why there is none."""
    webhooks = instance.webhooks or ()
    found = instance.webhook(webhook_id) if webhook_id else next(iter(webhooks), None)
    return found or Sentence(NONE_TO_EDIT, {"instance": instance.name})

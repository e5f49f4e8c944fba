"""The editor: one webhook in a form, its save, and what may come in between."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.worker import Worker, WorkerCancelled

from tui.api.errors import ApiError
from tui.app.screens.drafts.open_draft import begin_draft, called
from tui.app.screens.editor.base import EditScreen
from tui.app.screens.editor.leave_dialog import part
from tui.app.screens.editor.save_question import before_saving, is_meant, is_reset
from tui.core import save as saving
from tui.core.edit import Edit
from tui.core.save_result import Outcome, SaveResult
from tui.core.session import Session
from tui.messages.save_report import (
    field_errors,
    not_read,
    read_again,
    refused_flags,
    report,
    stopped_saving,
)
from tui.model.diff import Change, Merge, merge, summary
from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook

if TYPE_CHECKING:
    from tui.storage.drafts import OpenDraft


class EditorScreen(EditScreen):
    """A form for one webhook. No error closes it, and nothing typed is lost by one."""

    def __init__(
        self, session: Session, instance: Instance, edit: Edit, draft: OpenDraft | None = None
    ) -> None:
        super().__init__(session, instance, edit, draft)
        self._saving: Worker[None] | None = None
        self._reading: Worker[None] | None = None
        """Under way because somebody asked for it."""
        self._again = False
        """Whether another token means to save again."""
        self._save_due = False
        """Whether a save was asked for while another one was under way."""
        self._sending = False
        """Whether the answer of a save is waited for, and not somebody's decision."""
        self._unsettled: Values | None = None
        """What was sent, as long as it is not known whether it was saved."""
        self._asking = False
        """Whether it is being asked what is to become of the changes."""

    def on_mount(self) -> None:
        """Fill the form, then see whether the server still has what the list said."""
        super().on_mount()
        self._form.warn(self._edit.doubts)
        self.call_after_refresh(self._reread_quietly)

    @property
    def _waits(self) -> str:
        return "saving…" if self._sending else "reading…" if self._reading else ""

    # saving

    def action_save(self) -> None:
        """Save, unless something is in the way that can be said at once."""
        if self._is_busy():
            self._save_due = True
            return
        if self._session.server.read_only:
            self.say_read_only("saved")
            return
        self._gather()
        # The save reads for itself; an older answer must not come after it.
        self.workers.cancel_group(self, "reread")
        self._reading = None
        self._saving = self.start(self._save, "save")

    def _is_busy(self) -> bool:
        if self._saving:
            self.banner.say("warning", "Still saving: waiting for the server.")
        return self._saving is not None

    async def _save(self) -> None:
        try:
            while await self._save_once() and self._is_due():
                pass  # what was changed meanwhile is saved as it was asked for
        finally:
            self._saving, self._save_due = None, False
            if self.is_running:
                self._say_state()

    def _is_due(self) -> bool:
        """Whether there is something to save that a save was asked for meanwhile."""
        due, self._save_due = self._save_due, False
        self._gather()
        return due and bool(self._edit.changes)

    async def _save_once(self) -> bool:
        """Save, after asking where that is needed; return whether everything took."""
        self.banner.clear()
        self._form.clear_messages()
        checked = self._edit.checked
        self._form.warn(checked.warnings)
        if checked.errors:
            self._refuse(checked.errors)
            return False
        if not await self._settle_refused(self._edit.refused, was_sent=False):
            return False
        question = before_saving(self._session, self._instance, self._edit, checked.question)
        if question and not await is_meant(self.app, *question):
            return False
        while (result := await self._send()) is None:
            pass  # what was chosen in a conflict is sent as it was chosen
        return result.is_saved

    async def _send(self) -> SaveResult | None:
        """Send the edit; ``None`` to send it again, others' changes being settled."""
        sent, self._unsettled = self._edit.values, None

        def writing() -> None:
            self._unsettled = sent

        self._sending = True
        self._say_state()
        try:
            result = await saving.save(
                self._session.server, self._instance, self._edit.base, sent, writing
            )
        finally:
            self._sending = False
            if self.is_running:
                self._say_state()
        if result.outcome is not Outcome.UNKNOWN:
            self._unsettled = None
        if result.outcome is Outcome.CONFLICT and result.webhook and result.merge:
            said = "Nothing was written. Choose whose value is to stand; then it is saved."
            return None if await self._settle(result.webhook, result.merge, said) else result
        self._say(result, sent)
        if reset := result.maybe_reset if result.webhook else ():
            return None if await self._undo(reset) else result
        flags = refused_flags(result)
        again = flags and await self._settle_refused(flags, was_sent=True)
        return None if again else result

    async def _undo(self, reset: tuple[Change, ...]) -> bool:
        """Take back flags that a save may have reset, if that is wanted; return whether it is."""
        if not await is_reset(self.app, reset):
            return False
        self._session.server.resets_flags = True
        self._gather()
        self._edit.apply(reset)
        self._keeper.note(self._edit)
        self._show()
        return True

    async def _settle_refused(self, flags: Collection[str], *, was_sent: bool) -> bool:
        """Have it chosen what becomes of flags that the server refuses; return whether to save."""
        from tui.app.screens.editor.refused_flags import may_save

        host = self._session.server.host
        saves = not flags or await may_save(self.app, host, self._edit, flags, was_sent=was_sent)
        self._keeper.note(self._edit)
        self._show()
        return saves

    def _say(self, result: SaveResult, sent: Values) -> None:
        base = self._edit.base
        changed = len(summary(base.values, sent, is_new=base.is_new))
        if result.webhook:
            # With all that was sent saved, only what was typed meanwhile is a change.
            since = self._edit.base.values if result.missing else sent
            self._take(result.webhook, since=since)
        self._again = result.needs_token
        self._refuse(field_errors(result))
        if said := report(result, changed):
            self.banner.say(said.kind, *said.sentences, passes=said.passes)

    def _take(self, webhook: Webhook, *, since: Values | None = None) -> Merge:
        """Go on from what the server has now, here and in the list."""
        self._gather()
        if self._edit.base.id != webhook.id:
            self._keeper.move_to(begin_draft(self._session, self._instance, webhook))
        merging = self._edit.rebase(webhook, since)
        instance = self._session.store.get(self._instance.id) or self._instance
        self._instance = instance if webhook.is_new else instance.with_webhook(webhook)
        self._session.store.replace(self._instance)
        self._keeper.note(self._edit)
        self._show()
        return merging

    async def _settle(self, theirs: Webhook, merging: Merge, said: str) -> bool:
        """Have it chosen whose value stands where both sides changed one; return whether it was."""
        from tui.app.screens.conflict import ConflictScreen

        screen = ConflictScreen(self._place, self._session.marks, merging, said)
        given_way = await self.app.push_screen_wait(screen)
        if given_way is None:
            self.banner.say(
                "warning", "Nothing was decided: your changes are as they were.", passes=True
            )
            return False
        self._take(theirs)
        self._edit.give_way(given_way)
        self._keeper.note(self._edit)
        self._show()
        return True

    # reading again

    def action_reread(self) -> None:
        """Read the webhook again; what was changed here stays."""
        if not self._is_busy():
            self._reading = self.start(self._reread_as_asked, "reread", exclusive=True)
            self._say_state()

    async def _reread_as_asked(self) -> None:
        mine = self._reading
        try:
            await self._reread(quiet=False)
        finally:
            if self._reading is mine:
                self._reading = None
                if self.is_running:
                    self._say_state()

    def _reread_quietly(self) -> None:
        self.start(lambda: self._reread(quiet=True), "reread", exclusive=True)

    async def _reread(self, *, quiet: bool) -> None:
        """Read again. Quietly: only what differs, or is in the way, is worth a word."""
        try:
            base = self._edit.base
            webhook = await saving.read_again(self._session.server, self._instance, base)
        except ApiError as error:
            if quiet and not self._saving and self.is_attached:
                self.banner.say("warning", *not_read(error))
            elif not quiet:
                self.say_error(error)
            return
        if self._saving or not self.is_attached:
            return  # the save reads for itself
        self._gather()
        merging = merge(self._edit.base.values, webhook.values, self._edit.values)
        if merging.conflicts:
            said = "Changed on the server too. Choose whose value is to stand; nothing is saved."
            if await self._settle(webhook, merging, said):
                self.banner.say("on", "Decided. Nothing is saved yet; ^s saves.")
            return
        sent, self._unsettled = self._unsettled, None
        edited = bool(self._edit.changes)
        self._form.clear_messages()
        self._take(webhook)
        self._form.warn(self._edit.doubts)
        done = edited and not self._edit.changes
        if what := read_again(webhook, merging, sent, done=done, quiet=quiet):
            self.banner.say(what.kind, *what.sentences)

    # the other commands

    def action_review(self) -> None:
        """Show what a save would send."""
        from tui.app.screens.review import ReviewScreen

        self._gather()
        edit = self._edit
        try:
            preview = self._session.server.preview(self._instance, edit.base, edit.values)
        except ApiError as error:
            self.say_error(error)
            return
        screen = ReviewScreen(self._place, self._session.marks, edit, preview)
        self.app.push_screen(screen, self._reviewed)

    def _reviewed(self, save: bool | None) -> None:
        if save:
            self.action_save()

    async def action_leave(self) -> None:
        """Leave; ask when there are changes. While it waits for an answer, stop waiting."""
        if self._saving:
            self._saving.cancel()
            self.banner.say("warning", *stopped_saving(wrote=self._unsettled is not None))
            return
        if self._reading:
            self._reading.cancel()
            self._reading = None
            self._say_state()
            self.banner.say("warning", "You stopped waiting: nothing was read.", "^r reads again.")
            return
        self.start(self._ask_to_leave, "leave", exclusive=True)

    async def _ask_to_leave(self) -> None:
        if await self.may_leave():
            self.dismiss(None)

    async def may_leave(self) -> bool:
        """Ask what is to become of the changes, if there are any. To be called from a worker."""
        self._gather()
        if not self._edit.changes:
            await self._keeper.discard()
            return True
        if self._asking:
            return False  # the question stands already
        self._asking = True
        try:
            name = called(self._instance, self._edit.base)
            save = None if self._session.server.read_only else self._save_to_leave
            return await part(self, self._keeper, name, self._edit, save, saving=self._sending)
        finally:
            self._asking = False

    async def _save_to_leave(self) -> bool:
        """Save, and return whether nothing is left that is not saved."""
        self.action_save()
        if saving := self._saving:
            with suppress(WorkerCancelled):
                await saving.wait()
        self._gather()
        if self._edit.changes:
            return False
        await self._keeper.discard()
        return True

    def action_credentials(self) -> None:
        """Take another token; a save that was refused for the old one goes on."""
        self.start(self._credentials, "credentials", exclusive=True)

    async def _credentials(self) -> None:
        from tui.app.screens.token_dialog import ask_for_token

        if await ask_for_token(self.app, self._session, self._instance):
            # Reading shows whether the token is right where no save waits for it.
            (self.action_save if self._again else self.action_reread)()

"""The editor: one webhook in a form, its save, and the questions around a save."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual.worker import Worker, WorkerCancelled

from tui.api.errors import ApiError
from tui.app.screens.drafts.open_draft import called
from tui.app.screens.editor.base import EditScreen
from tui.app.screens.editor.leave_dialog import ask_about_changes
from tui.app.screens.editor.save_dialogs import ask_to_put_back, confirm_save
from tui.core.edit import Edit
from tui.core.edit_session import Doing, Work
from tui.core.patch.flag_effect import FlagSets
from tui.core.save_result import SaveResult
from tui.core.session import Session
from tui.i18n import _
from tui.messages.error_sentences import problem_sentences
from tui.messages.preset_words import effect_words
from tui.messages.save_question import question_before_saving
from tui.messages.save_report import field_errors, not_read, read_again, report, stopped_saving
from tui.model.diff import Change, Conflict, Merge
from tui.model.instance import Instance
from tui.model.sentence import Sentence, joined

if TYPE_CHECKING:
    from tui.storage.drafts import OpenDraft

NOTHING_SAVED = _("Nothing was saved. Choose which value to keep; the save then continues.")
CHANGED_TOO = _("Changed on the server too. Choose which value to keep; nothing is saved yet.")
STOPPED_READING = (
    _("You stopped waiting: nothing was read."),
    Sentence(_("{reread} reads again.")),
)


class EditorScreen(EditScreen):
    """A form for one webhook. An error neither closes it nor loses what was typed."""

    def __init__(
        self, session: Session, instance: Instance, edit: Edit, draft: OpenDraft | None = None
    ) -> None:
        super().__init__(session, instance, edit, draft)
        self._worker: Worker[None] | None = None
        """The save or the reading that is going on."""
        self._leaving = asyncio.Lock()
        """Held while the question about the unsaved changes is open."""

    def on_mount(self) -> None:
        """Read the webhook again: the list may be out of date."""
        # Textual calls the base's `on_mount` as well, which fills the form.
        self._form.warn(self._edit.doubts)
        self.call_after_refresh(self._reread_quietly)

    # saving

    def action_save(self) -> None:
        """Save, unless a save is going on or the server is read-only."""
        if saving := self._still_saving():
            saving.save_again = True
            return
        if self._session.read_only:
            self.say_read_only(_("READ ONLY: nothing can be saved here."))
            return
        self.collect()
        # The save reads for itself; the answer to an earlier reading must not come after it.
        self.workers.cancel_group(self, "reread")
        work = self._editing.begin(Doing.DECIDING)
        self._worker = self.start(partial(self._save, work), "save")

    def _still_saving(self) -> Work | None:
        """Return the save that is going on, and say so; ``None`` if there is none."""
        if self._editing.saving:
            self.banner.say("warning", _("Still saving: waiting for the server."))
        return self._editing.saving

    async def _save(self, work: Work) -> None:
        await self._editing.save(work)
        self.start(self._say_journal_trouble, "journal", exclusive=True)

    async def _say_journal_trouble(self) -> None:
        """Say that the save could not be noted in the journal, and show the mark of that."""
        if (journal := self._session.journal) is None:
            return
        await journal.settle()
        for error in journal.take_news():
            self.say(problem_sentences(error))
        self._show_marks()

    async def may_send(self) -> bool:
        """Check the edit, ask where needed, and return whether to send it."""
        self.banner.clear()
        self._form.clear_messages()
        checked = self._edit.checked
        self._form.warn(checked.warnings)
        if checked.errors:
            self._refuse(checked.errors)
            return False
        refused = self._edit.refused
        if refused and not await self.may_save_without(refused, was_sent=False):
            return False
        question = question_before_saving(
            self._session, self._instance, self._edit, checked.question
        )
        return not question or await confirm_save(self.app, *question)

    async def may_save_without(self, flags: Collection[str], *, was_sent: bool = True) -> bool:
        """Ask what to do with flags that the server refuses; return whether to save."""
        from tui.app.screens.editor.refused_flags import may_save

        host = self._session.host
        saves = await may_save(self.app, host, self._edit, flags, was_sent=was_sent)
        self.edit_changed(self._edit.base)
        if not saves:
            self._form.grid.go_to(next(iter(flags)))
        return saves

    async def may_put_back(self, flags: Sequence[Change]) -> bool:
        """Ask whether to turn flags off again that the server turned on."""
        return await ask_to_put_back(self.app, flags)

    def save_ended(self, result: SaveResult, tried: Edit) -> None:
        """Say how a save ended, beside the fields and in the banner."""
        self._refuse(field_errors(result))
        if said := report(result, len(tried.summary)):
            self.banner.say(said.severity, *said.sentences, expires=said.expires)

    async def choose_sides(self, merging: Merge) -> Sequence[Conflict] | None:
        """Ask which value to keep where both sides changed one; ``None`` to go on editing."""
        from tui.app.screens.conflict import ConflictScreen

        saving = self._editing.saving is not None
        said = NOTHING_SAVED if saving else CHANGED_TOO
        screen = ConflictScreen(self._place, self._session.marks, merging, said)
        theirs = await self.app.push_screen_wait(screen)
        if theirs is None:
            kept = _("Nothing was decided: your changes are as they were.")
            self.banner.say("warning", kept, expires=True)
        elif not saving:
            decided = Sentence(_("Decided. Nothing is saved yet; {save} saves."))
            self.banner.say("success", decided)
        return theirs

    # reading again

    def action_reread(self) -> None:
        """Read the webhook again; your changes stay."""
        if not self._still_saving():
            work = self._editing.begin(Doing.READING)
            self._worker = self.start(
                partial(self._reread_as_asked, work), "reread", exclusive=True
            )

    async def _reread_as_asked(self, work: Work) -> None:
        try:
            await self._reread(quiet=False)
        finally:
            self._editing.end(work)

    def _reread_quietly(self) -> None:
        self.start(partial(self._reread, quiet=True), "reread", exclusive=True)

    async def _reread(self, *, quiet: bool) -> None:
        """Read again; ``quiet`` says only what differs and what failed."""
        try:
            webhook = await self._editing.read()
        except ApiError as error:
            if not quiet:
                self.say_error(error)
            elif not self._editing.saving and self.is_attached:
                self.banner.say("warning", *not_read(error))
            return
        if self._editing.saving or not self.is_attached:
            return  # the save reads for itself
        if reading := await self._editing.take_in(webhook):
            self._form.clear_messages()
            self._form.warn(self._edit.doubts)
            if said := read_again(reading, quiet=quiet):
                self.banner.say(said.severity, *said.sentences)

    # the other commands

    def action_preset(self) -> None:
        """Choose a preset of flags; it is one change of the grid, which can be undone."""
        if self._session.read_only:
            self.say_read_only(_("READ ONLY: nothing can be changed here."))
        else:
            self.start(self._choose_preset, "preset", exclusive=True)

    async def _choose_preset(self) -> None:
        from tui.app.screens.preset_picker import pick_preset

        self.collect()
        grid, refused = self._form.grid, self._edit.base.refused
        sets = FlagSets([(grid.flags, frozenset(refused))])
        heading = _("Preset of flags for {webhook}").format(
            webhook=called(self._instance, self._edit.base)
        )
        choice = await pick_preset(self.app, heading, self._session.presets, sets)
        if choice is None:
            return
        changes = effect_words(choice.effect, 1)
        said = Sentence(_("{preset}: {changes}."), {"preset": choice.name, "changes": changes})
        if choice.effect.webhooks:
            grid.switch_to(choice.patch.flags_of(grid.flags, refused))
            said = joined(said, Sentence(_("{flag.undo} takes it back.")))
        self.banner.say("success", said, expires=True)

    def action_review(self) -> None:
        """Show the changes and the request that a save would send."""
        from tui.app.screens.review import ReviewScreen

        self.collect()
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

    def action_history(self) -> None:
        """Show what changed in this webhook; it is read again afterwards."""
        base = self._edit.base
        if base.is_new:
            self.banner.say("warning", _("A new webhook has no history yet."), expires=True)
            return
        self.app.show_history(self._session, self._instance, base, self._reread_quietly)

    async def action_leave(self) -> None:
        """Leave, after asking if there are changes; while waiting for the server, stop waiting."""
        if self._worker is None or (work := self._editing.work) is None:
            self.start(self._ask_to_leave, "leave", exclusive=True)
            return
        self._worker.cancel()
        if self._editing.saving:
            said = stopped_saving(wrote=self._editing.unsettled is not None)
        else:
            self._editing.end(work)
            said = STOPPED_READING
        self.banner.say("warning", *said)

    async def _ask_to_leave(self) -> None:
        if await self.may_leave():
            self.dismiss(None)

    async def may_leave(self) -> bool:
        """Ask what to do with the changes, if there are any. To be called from a worker."""
        self.collect()
        if not self._edit.changes:
            await self._autosave.discard()
            return True
        if self._leaving.locked():
            return False  # the question is open already
        async with self._leaving:
            name = called(self._instance, self._edit.base)
            save = None if self._session.read_only else self._save_to_leave
            sending = self._editing.doing is Doing.SENDING
            return await ask_about_changes(
                self, self._autosave, name, self._edit, save, saving=sending
            )

    async def _save_to_leave(self) -> bool:
        """Save, and return whether no unsaved changes are left."""
        self.action_save()
        if self._worker and self._editing.saving:
            with suppress(WorkerCancelled):
                await self._worker.wait()
        self.collect()
        if self._edit.changes:
            return False
        await self._autosave.discard()
        return True

    def action_credentials(self) -> None:
        """Take another token; a save that failed for the old one goes on."""
        self.start(self._credentials, "credentials", exclusive=True)

    async def _credentials(self) -> None:
        from tui.app.screens.token_dialog import ask_for_token

        if await ask_for_token(self.app, self._session, self._instance):
            # Where no save waits for the token, reading shows whether it is right.
            (self.action_save if self._editing.waits_for_token else self.action_reread)()

"""A screen with a form for an edit of one webhook, which is kept as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from tui.app.commands import bindings
from tui.app.key_hints import TypingScreen
from tui.app.screens.base import HookboardScreen
from tui.app.screens.drafts.open_draft import begin_draft
from tui.app.screens.editor.autosave import DraftAutosave
from tui.app.widgets.field import Toggle
from tui.app.widgets.line_widget import Text, line
from tui.app.widgets.lock import Locked
from tui.app.widgets.webhook_form import WebhookForm
from tui.core.edit import Edit
from tui.core.edit_session import Doing, EditSession, Owner
from tui.core.session import Session
from tui.i18n import _
from tui.messages.change_words import unsaved_words
from tui.model.instance import Instance
from tui.model.place import Place
from tui.model.sentence import Sentence, Wording
from tui.model.webhook import Webhook
from tui.storage.journal import Origin

if TYPE_CHECKING:
    from tui.storage.drafts import OpenDraft

_BANNER_ERRORS = {
    "enabled": _("Enabled: {problem}."),
    "flags": _("Flags: {problem}."),
}
"""Errors of the parts of the form that have no line for them: they go into the banner."""


_WAITS = {Doing.READING: _("reading…"), Doing.SENDING: _("saving…")}
"""Stands at the top while the editor waits for the server."""


class EditScreen(TypingScreen, HookboardScreen[None], Owner):
    """A form for an edit: its entries go into the edit, and the edit to disk."""

    BINDINGS = bindings("editor")
    SCOPES = ("editor", "grid", "toggle")
    AUTO_FOCUS = "Field Input"  # the first of them

    def __init__(
        self, session: Session, instance: Instance, edit: Edit, draft: OpenDraft | None = None
    ) -> None:
        super().__init__()
        self._session = session
        self._edit = edit
        self._editing = EditSession(
            session.server, session.store, instance, edit, self, session.recorder(Origin.EDITOR)
        )
        self._autosave = DraftAutosave(self, draft)

    def compose_content(self) -> ComposeResult:
        """Lay out the form, and under it the words for the flag in focus."""
        yield WebhookForm(self._edit.capabilities, locked=self._session.read_only)
        yield Text(line(), id="flag-words")

    def on_mount(self) -> None:
        """Fill the form."""
        self._show_marks()
        self._show()
        grid = self._form.grid
        self.watch(grid, "flags", self._changed, init=False)
        self.watch(grid, "flag", self._say_flag, init=False)
        self.watch(grid, "has_focus", self._say_flag, init=False)

    def on_resize(self) -> None:
        """Wrap the words under the form to the new width."""
        self.call_after_refresh(self._say_flag)

    def _show(self) -> None:
        """Show the edit in the form."""
        self._form.show(self._edit)
        self._say_flag()
        self._say_state()

    @on(DraftAutosave.Written)
    def _draft_written(self, event: DraftAutosave.Written) -> None:
        """Say that the draft cannot be written, or stop saying so."""
        self._show_marks()
        if event.problem:
            said = _("No draft is kept: {problem}").format(problem=event.problem)
            self.banner.say("warning", said, _("Your changes are only in memory."))

    def _show_marks(self) -> None:
        """Show at the top the marks of the server and of the draft."""
        self.top_line.show(marks=(*self._session.marks, *self._autosave.marks))

    def _say_state(self) -> None:
        state = unsaved_words(self._edit.base, self._edit.values)
        doing = self._editing.doing
        waits = _WAITS.get(doing) if doing else None
        self.top_line.show(place=self._place, count=waits or state)

    def _say_flag(self) -> None:
        self.query_one("#flag-words", Text).show(*self._form.flag_words(self._edit))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        for name in self._form.texts:
            field = self._form.field(name)
            if field.input is event.input and field.value != self._edit.values.get(name):
                field.say()
        self._changed()

    @on(Locked)
    def _say_locked(self) -> None:
        self.say_read_only(_("READ ONLY: nothing can be changed here."))

    def say_read_only(self, sentence: str) -> None:
        """Say what a read-only server does not allow, and what to do."""
        to_do = _("Start without --read-only, or change the profile.")
        self.banner.say("warning", sentence, to_do, expires=True)

    @on(Toggle.Changed)
    def _changed(self) -> None:
        before = self._edit.values
        self.collect()
        if self._edit.values != before:
            self.banner.expire()
        self._form.mark(self._edit)
        self._say_flag()
        self._say_state()

    def collect(self) -> None:
        """Take the entries of the form into the edit, and write the draft soon."""
        self._form.gather(self._edit)
        self._autosave.note(self._edit)

    def edit_changed(self, before: Webhook) -> None:
        """Show the edit and write its draft; a webhook that has got its id gets another draft."""
        if before.id != self.webhook_id:
            draft = begin_draft(self._session, self._instance, self._edit.base)
            self._autosave.move_to(draft)
        self._autosave.note(self._edit)
        self._show()

    def work_changed(self) -> None:
        """Say at the top whether the editor is waiting for the server."""
        if self.is_running:
            self._say_state()

    @property
    def _instance(self) -> Instance:
        return self._editing.instance

    @property
    def webhook_id(self) -> str:
        """The webhook's id; empty until the server has given it one."""
        return self._edit.base.id

    @property
    def unsaved(self) -> int:
        """The number of unsaved changes."""
        return len(self._edit.summary)

    @property
    def keeps_drafts(self) -> bool:
        """Whether this edit is kept as a draft."""
        return self._autosave.keeps

    def write_draft_now(self) -> None:
        """Write the edit to disk: the program is about to end."""
        self._form.gather(self._edit)
        self._autosave.write_draft_now(self._edit)

    def _refuse(self, errors: Mapping[str, Wording]) -> None:
        """Show errors beside their fields, or in the banner for parts without a line."""
        self._form.refuse(errors)
        elsewhere = [
            Sentence(template, {"problem": errors[name]})
            for name, template in _BANNER_ERRORS.items()
            if name in errors
        ]
        if elsewhere:
            self.banner.say("error", *elsewhere)

    @property
    def _place(self) -> Place:
        """The place at the top of this screen and of those over it."""
        base = self._edit.base
        name = _("new webhook") if base.is_new else base.name or _("webhook")
        profile, host = self._session.profile, self._session.host
        return Place(profile, host, instance=self._instance.name, webhook=name)

    @property
    def _form(self) -> WebhookForm:
        return self.query_one(WebhookForm)

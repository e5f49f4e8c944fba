"""A screen that shows an edit of one webhook in a form, and keeps it as a draft."""

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
from tui.app.screens.editor.autosave import Autosave
from tui.app.widgets.field import Toggle
from tui.app.widgets.line_widget import Text, line
from tui.app.widgets.lock import Locked
from tui.app.widgets.webhook_form import WebhookForm
from tui.core.edit import Edit
from tui.core.edit_session import Doing, EditSession, Owner
from tui.core.session import Session
from tui.messages.change_words import unsaved_words
from tui.model.instance import Instance
from tui.model.place import Place
from tui.model.sentence import Sentence, Wording
from tui.model.webhook import Webhook
from tui.storage.journal import Origin

if TYPE_CHECKING:
    from tui.storage.drafts import OpenDraft

_NO_ROOM = ("enabled", "flags")
"""What errors may be about that has no place beside it to say them."""


_WAITS = {Doing.READING: "reading…", Doing.SENDING: "saving…"}
"""What stands at the top while the server is waited for."""


class EditScreen(TypingScreen, HookboardScreen[None], Owner):
    """A form with an edit: what is typed goes into the edit, and the edit onto the disk."""

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
        self._autosave = Autosave(self, draft)

    def compose_content(self) -> ComposeResult:
        """Lay out the form, and under it what the flag in focus sends."""
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
        """Break what is said under the form anew."""
        self.call_after_refresh(self._say_flag)

    def _show(self) -> None:
        """Show the edit in the form."""
        self._form.show(self._edit)
        self._say_flag()
        self._say_state()

    @on(Autosave.MarksChanged)
    def _show_marks(self) -> None:
        """Say at the top what the server is, and whether changes are not put on disk."""
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
        self.say_read_only("changed")

    def say_read_only(self, done: str) -> None:
        """Say that nothing can be ``done`` on this server, and what to do."""
        self.banner.say(
            "warning",
            f"READ ONLY: nothing can be {done} here.",
            "Start without --read-only, or change the profile.",
            expires=True,
        )

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
        """Take what stands in the form, and have it kept as a draft."""
        self._form.gather(self._edit)
        self._autosave.note(self._edit)

    def edit_changed(self, before: Webhook) -> None:
        """Show the edit and keep it; a webhook that has its id now gets a draft of its own."""
        if before.id != self.webhook_id:
            draft = begin_draft(self._session, self._instance, self._edit.base)
            self._autosave.move_to(draft)
        self._autosave.note(self._edit)
        self._show()

    def work_changed(self) -> None:
        """Say at the top what is waited for."""
        if self.is_running:
            self._say_state()

    @property
    def _instance(self) -> Instance:
        return self._editing.instance

    @property
    def webhook_id(self) -> str:
        """The webhook's id; empty as long as the server has given it none."""
        return self._edit.base.id

    @property
    def unsaved(self) -> int:
        """How many unsaved changes are here."""
        return len(self._edit.summary)

    @property
    def keeps_drafts(self) -> bool:
        """Whether there is a place for the draft of this edit."""
        return self._autosave.keeps

    def keep_now(self) -> None:
        """Put the edit on disk: the program is about to end."""
        self._form.gather(self._edit)
        self._autosave.keep_now(self._edit)

    def _refuse(self, errors: Mapping[str, Wording]) -> None:
        """Say what is wrong, beside the fields where there is room for it."""
        self._form.refuse(errors)
        elsewhere = [
            Sentence("{part}: {problem}.", {"part": name.capitalize(), "problem": errors[name]})
            for name in _NO_ROOM
            if name in errors
        ]
        if elsewhere:
            self.banner.say("error", *elsewhere)

    @property
    def _place(self) -> Place:
        """Where one is, for the top of this screen and of those over it."""
        base = self._edit.base
        name = "new webhook" if base.is_new else base.name or "webhook"
        profile, host = self._session.profile, self._session.host
        return Place(profile, host, instance=self._instance.name, webhook=name)

    @property
    def _form(self) -> WebhookForm:
        return self.query_one(WebhookForm)

"""Writing the draft of an open edit to disk."""

from __future__ import annotations

from tui.app.screens.autosave import Autosave
from tui.app.widgets.line_widget import Span
from tui.core.edit import Edit
from tui.i18n import _
from tui.storage.drafts import OpenDraft

NO_DRAFT = f" {_('NO DRAFT')} "
"""Stands at the top as long as the draft cannot be written."""


class DraftAutosave(Autosave[OpenDraft]):
    """Writes the draft of an edit. Without changes the draft is removed."""

    @property
    def marks(self) -> tuple[Span, ...]:
        """The mark at the top of the screen as long as writing fails."""
        return ((NO_DRAFT, "alarm"),) if self.problem else ()

    def note(self, edit: Edit) -> None:
        """Take the newest state and write it soon."""
        if self.file is not None:
            self.file.note(edit.base.values, edit.values)
            self.write_soon()

    def write_draft_now(self, edit: Edit) -> None:
        """Write at once and wait for the disk: the program is about to end."""
        if self.file is not None:
            self.file.note(edit.base.values, edit.values)
            self.write_now()

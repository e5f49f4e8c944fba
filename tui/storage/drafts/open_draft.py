"""The draft of an open edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tui.i18n import _
from tui.model.webhook import Values
from tui.storage.drafts.record import LIMIT, Draft, encode
from tui.storage.kept import OpenFile


class OpenDraft(OpenFile[Draft]):
    """The draft of an open edit, from :meth:`Drafts.begin` or :meth:`Drafts.take`."""

    LIMIT = LIMIT
    TOO_LARGE = (
        _("could not be written: the draft is too large"),
        _("Save it, or make it smaller."),
    )

    @property
    def draft(self) -> Draft:
        """The newest state, whether on disk or not."""
        return self._newest

    def note(self, base: Values, values: Values) -> None:
        """Take the newest state of the edit, for the next :meth:`write`.

        It is cheap and called where the edit happens, so that writes in several threads cannot
        put an older state over a newer one.
        """
        if (base, values) != (self._newest.base, self._newest.values):
            now = datetime.now(UTC)
            self._newest = replace(self._newest, base=base, values=values, kept_at=now)

    def content(self, state: Draft) -> bytes | None:
        """Return the content of the file; ``None`` where the edit changes nothing."""
        return None if state.base == state.values else encode(state)

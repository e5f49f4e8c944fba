"""The recent changes of all webhooks of a server, deleted ones included."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult

from tui.app.commands import bindings
from tui.app.screens.base import HookboardScreen
from tui.app.screens.history.screen import HistoryScreen
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, Span, fit
from tui.app.widgets.row_list import RowList, empty_message
from tui.core.history.history import LATELY, server_changes
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.history_words import short_who, what_words
from tui.model.text import clean
from tui.model.time import moment
from tui.model.user_error import UserError
from tui.storage.journal import Entry, Origin

_WHEN, _WHO = 14, 19
"""Cells of the first columns; the names have a third of the width, the changes the rest."""


class _Changes(RowList):
    """One row a change: the time, who made it, the webhook, the changed fields."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="changes")
        self._session = session
        self._by_key: dict[str, Entry] = {}

    def show_changes(self, entries: Sequence[Entry], nothing: Sequence[Line]) -> None:
        """List these changes; the cursor stays on its change."""
        # Counted from the oldest: newer ones are added at the top.
        self._by_key = {str(len(entries) - place): one for place, one in enumerate(entries)}
        self.show_rows(list(self._by_key), nothing)

    @property
    def entry(self) -> Entry | None:
        """The change under the cursor."""
        return self._by_key.get(self.key or "")

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a change."""
        entry, journal = self._by_key[key], self._session.journal
        ref = entry.ref
        name = " › ".join(filter(None, (clean(ref.instance, 60), clean(ref.webhook, 60))))
        others = entry.origin is Origin.OTHERS
        who = short_who(entry, journal.who if journal else "")
        return (
            (fit(moment(entry.at, self._session.now()), _WHEN) + " ", "muted"),
            (fit(who, _WHO) + " ", "strong" if others else "text"),
            (fit(name, max(self.size.width // 3 - 4, 16)) + " ", "text"),
            (what_words(entry), "text"),
        )


class ChangesScreen(HookboardScreen[None]):
    """Lists the changes of all webhooks, newest first; each leads to its webhook's history."""

    BINDINGS = bindings("changes", "closable")
    SCOPES = ("changes", "closable")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows = _Changes(session)

    def compose_content(self) -> ComposeResult:
        """Give the list all the room."""
        yield Rule(_("Changes"))
        yield self._rows

    def on_mount(self) -> None:
        """Read the journal."""
        session = self._session
        self.top_line.show(
            place=session.place, marks=session.marks, count=_("reading the journal…")
        )
        self._rows.focus()
        self.action_refresh()

    def action_refresh(self) -> None:
        """Read the list of changes again."""
        self.start(self._read, "changes", exclusive=True)

    @on(RowList.Opened)
    def action_open(self) -> None:
        """Show the history of the webhook under the cursor."""
        if entry := self._rows.entry:
            screen = HistoryScreen(self._session, entry.ref)
            self.app.push_screen(screen, lambda _result: self.action_refresh())

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    async def _read(self) -> None:
        try:
            entries = await server_changes(self._session)
        except UserError as error:
            said = _("The changes cannot be read: {problem}.").format(problem=error.message)
            self._show((), said, error.hint)
            return
        days = ngettext(
            "Nothing changed in the last {count} day.",
            "Nothing changed in the last {count} days.",
            LATELY.days,
        )
        more = _("Each save is noted, and changes by others when a list is read.")
        self._show(entries, days.format(count=number(LATELY.days)), more)

    def _show(self, entries: Sequence[Entry], *if_none: str) -> None:
        found = len(entries)
        count = ngettext("{count} change", "{count} changes", found).format(count=number(found))
        self.top_line.show(count=count if entries else "")
        self._rows.show_changes(entries, empty_message(*if_none, width=self.size.width))

"""An earlier state of a webhook beside its state now."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.app.commands import bindings
from tui.app.screens.base import HookboardScreen
from tui.app.screens.history.change_lines import plain_lines, state_lines
from tui.app.screens.review import change_lines
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, Text, line
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.history_words import header_changes
from tui.model.place import Place
from tui.model.time import moment
from tui.model.webhook import Webhook
from tui.storage.journal import WebhookState


class CompareScreen(HookboardScreen[bool | None]):
    """Lists the differences between then and now, and the whole earlier state.

    Answers whether to put that state back.
    """

    BINDINGS = bindings("compare", "closable")
    SCOPES = ("compare", "closable")

    def __init__(
        self, session: Session, place: Place, then: WebhookState, at: datetime, now: Webhook | None
    ) -> None:
        super().__init__()
        self._session = session
        self._place = place
        self._then = then
        self._at = moment(at, session.now())
        self._now = None if now is None else WebhookState.of(now)
        self._changes = () if self._now is None else then.changes_to(self._now)

    def compose_content(self) -> ComposeResult:
        """Put everything into one scrolling column."""
        width = self.app.size.width
        with VerticalScroll(id="compare"):
            yield Rule(_("What changed from then to now"))
            yield Text(*self._differences(width))
            yield Rule(_("The whole state of {time}").format(time=self._at))
            yield Text(line(), *state_lines(self._then, width))

    def on_mount(self) -> None:
        """Name the webhook at the top, and count the differences."""
        found = len(self._changes)
        count = ngettext("{count} difference", "{count} differences", found)
        self.top_line.show(
            place=self._place,
            count="" if self._now is None else count.format(count=number(found)),
            marks=self._session.marks,
        )
        self.query_one("#compare").focus()

    def action_whole(self) -> None:
        """Go back, and put this state back."""
        self.dismiss(True)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _differences(self, width: int) -> list[Line]:
        if self._now is None:
            return [line(), *plain_lines(_("The webhook is not on the server now."), width), line()]
        headers = header_changes(self._then, self._now)
        said = _("headers: {changes}").format(changes=headers) if headers else ""
        if not self._changes:
            same = said or _("Nothing: the server has this state now.")
            return [line(), *plain_lines(same, width), line()]
        lines = change_lines(self._changes, width)
        return [*lines[:-1], *(plain_lines(said, width) if said else ()), line()]

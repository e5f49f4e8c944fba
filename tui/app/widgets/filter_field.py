"""The text field that filters the list of instances."""

from __future__ import annotations

from tui.app.widgets.field import Entry
from tui.i18n import _


class Filter(Entry):
    """A text field that ``tab`` skips: it takes the focus only when its key opens it."""

    def __init__(self) -> None:
        super().__init__(compact=True, placeholder=_("name, id, number or URL"), id="filter")
        self.cursor_blink = False
        self.can_focus = False

    def open(self) -> None:
        """Take the focus immediately."""
        self.can_focus = True
        # `focus` acts later; keys that come before it would go to the list.
        self.screen.set_focus(self)

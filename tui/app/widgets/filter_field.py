"""The text field that filters a list."""

from __future__ import annotations

from tui.app.widgets.field import Entry


class Filter(Entry):
    """A text field that ``tab`` skips: it takes the focus only when its key opens it."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(compact=True, placeholder=placeholder, id="filter")
        self.cursor_blink = False
        self.can_focus = False

    def open(self) -> None:
        """Take the focus immediately."""
        self.can_focus = True
        # `focus` acts later; keys that come before it would go to the list.
        self.screen.set_focus(self)

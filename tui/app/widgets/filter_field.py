"""The text field that filters a list."""

from __future__ import annotations

from tui.app.widgets.field import Entry


class Filter(Entry):
    """A text field that ``tab`` skips: it takes the focus only when its key opens it."""

    def __init__(self, placeholder: str, of: str) -> None:
        """``of`` is the selector of the list that it filters."""
        super().__init__(compact=True, placeholder=placeholder, id="filter")
        self._of = of
        self.cursor_blink = False
        self.can_focus = False

    def open(self) -> None:
        """Take the focus immediately."""
        self.can_focus = True
        # `focus` acts later; keys that come before it would go to the list.
        self.screen.set_focus(self)

    def leave(self) -> None:
        """Go to the list, if the field has the focus."""
        if self.has_focus:
            self.screen.query_one(self._of).focus()
            self.can_focus = False

    def close(self) -> bool:
        """Clear and leave the field; return whether there was anything to clear or leave."""
        was_open = bool(self.value) or self.has_focus
        self.value = ""
        self.leave()
        return was_open

    def on_input_submitted(self) -> None:
        """Go to the list."""
        self.leave()

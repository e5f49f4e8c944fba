"""The filter of the list of instances."""

from __future__ import annotations

from tui.app.widgets.field import Entry


class Filter(Entry):
    """An input that ``tab`` passes by: it is typed into only once it was opened by its key."""

    def __init__(self) -> None:
        super().__init__(compact=True, placeholder="name, id, number or URL", id="filter")
        self.cursor_blink = False
        self.can_focus = False

    def open(self) -> None:
        """Take the focus at once."""
        self.can_focus = True
        # `focus` waits for its turn, and what is typed meanwhile would go to the list.
        self.screen.set_focus(self)

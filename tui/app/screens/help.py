"""What can be done on a screen, with its keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.app.commands import Scope, bindings, commands_in, key_labels
from tui.app.key_hints import with_keys
from tui.app.screens.base import Dialog
from tui.app.widgets.line_widget import Line, Text, line
from tui.model.sentence import Sentence

TITLES: dict[Scope, str] = {
    "dashboard": "Dashboard",
    "rows": "Lists",
    "editor": "Editor",
    "grid": "Flags",
    "toggle": "Switches",
    "choice": "Choices",
    "review": "Review",
    "conflict": "Changed by others",
    "requests": "Requests",
    "exchange": "The request",
    "drafts": "Drafts",
    "profiles": "Servers",
    "dialog": "Dialogs",
    "closable": "Leaving",
    "connect": "First start",
    "focus": "Moving",
    "everywhere": "Everywhere",
}

CLOSE_HINT = Sentence("{close} closes this")

_KEYS = 12, 20
"""Cells of the column of keys, at the least and at the most."""


class HelpScreen(Dialog[None]):
    """The commands of some places, made from the table of commands."""

    BINDINGS = bindings("closable")

    def __init__(self, scopes: Sequence[Scope]) -> None:
        super().__init__()
        self._scopes = scopes

    def compose_content(self) -> ComposeResult:
        """One line a command."""
        with VerticalScroll(classes="dialog wide"):
            yield Text(*self._lines())

    def action_close(self) -> None:
        """Close the help."""
        self.dismiss(None)

    def _lines(self) -> list[Line]:
        places = {scope: self._commands(scope) for scope in self._scopes}
        least, most = _KEYS
        longest = max(len(keys) for commands in places.values() for keys, _ in commands)
        room = min(max(longest, least), most)
        lines: list[Line] = []
        for scope, commands in places.items():
            lines.append(line((f" {TITLES[scope]}", "title")))
            lines += [line((f"   {keys:<{room}}  ", "key"), words) for keys, words in commands]
            lines.append(line())
        return [*lines, line((f" {with_keys(CLOSE_HINT, self)}", "muted"))]

    def _commands(self, scope: Scope) -> list[tuple[str, str]]:
        """List keys and words of what is offered in a place."""
        return [
            (" ".join(key_labels(one, self.app.keys)), one.help)
            for one in commands_in(scope)
            if self.app.offers(one)
        ]

"""What can be done on a screen, with its keys."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.commands import Scope, bindings, keys_of, of
from tui.screens.shell import Dialog, Shell
from tui.widgets.lines import Line, Text, line

_TITLES: dict[Scope, str] = {
    "dashboard": "Dashboard",
    "rows": "Lists",
    "editor": "Editor",
    "grid": "Flags",
    "review": "Review",
    "conflict": "Changed by others",
    "requests": "Requests",
    "exchange": "The request",
    "drafts": "Drafts",
    "profiles": "Servers",
    "closable": "Leaving",
    "connect": "First start",
    "focus": "Moving",
    "everywhere": "Everywhere",
}


class HelpScreen(Dialog[None]):
    """The commands of some places, made from the table of commands."""

    BINDINGS = bindings("closable")

    def __init__(self, scopes: tuple[Scope, ...]) -> None:
        super().__init__()
        self._scopes = scopes

    def compose(self) -> ComposeResult:
        """One line a command."""
        with VerticalScroll(classes="dialog wide"):
            yield Text(*self._lines())

    def action_close(self) -> None:
        """Close the help."""
        self.dismiss(None)

    def _lines(self) -> list[Line]:
        app = self.app
        keymap = app.keys if isinstance(app, Shell) else {}
        lines: list[Line] = []
        for scope in self._scopes:
            lines += [line((f" {_TITLES.get(scope, scope)}", "title"))]
            for command in of(scope):
                if isinstance(app, Shell) and not app.offers(command):
                    continue
                keys = " ".join(keys_of(command, keymap))
                lines.append(line((f"   {keys:<14}", "key"), command.help))
            lines.append(line())
        return [*lines, line((" esc closes this", "muted"))]

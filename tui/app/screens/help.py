"""The help: the commands of a screen with their keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.app.bound_keys import key_labels
from tui.app.commands import Scope, bindings, commands_in
from tui.app.key_hints import with_keys
from tui.app.screens.base import Dialog
from tui.app.widgets.line_widget import Line, Text, line
from tui.i18n import _
from tui.model.sentence import Sentence

TITLES: dict[Scope, str] = {
    "dashboard": _("Dashboard"),
    "rows": _("Lists"),
    "board": _("Board"),
    "cells": _("Rows of the board"),
    "editor": _("Editor"),
    "grid": _("Flags"),
    "toggle": _("Switches"),
    "choice": _("Choices"),
    "review": _("Review"),
    "plan": _("Review of many"),
    "members": _("Webhooks of a group"),
    "run": _("Run"),
    "conflict": _("Changed by others"),
    "requests": _("Requests"),
    "exchange": _("The request"),
    "drafts": _("Drafts"),
    "history": _("History"),
    "compare": _("Comparing"),
    "changes": _("Changes"),
    "past-runs": _("Runs"),
    "profiles": _("Servers"),
    "dialog": _("Dialogs"),
    "closable": _("Leaving"),
    "connect": _("First start"),
    "focus": _("Moving"),
    "everywhere": _("Everywhere"),
}

CLOSE_HINT = Sentence(_("{close} closes this"))

_KEYS = 12, 20
"""The least and the most cells of the column of keys."""


class HelpScreen(Dialog[None]):
    """The commands of some scopes, made from the table of commands."""

    BINDINGS = bindings("closable")

    def __init__(self, scopes: Sequence[Scope]) -> None:
        super().__init__()
        self._scopes = scopes

    def compose_content(self) -> ComposeResult:
        """Show a line for each command."""
        with VerticalScroll(classes="dialog wide"):
            yield Text(*self._lines())

    def action_close(self) -> None:
        """Close the help."""
        self.dismiss(None)

    def _lines(self) -> list[Line]:
        places = {scope: self._commands(scope) for scope in self._scopes}
        least, most = _KEYS
        longest = max(len(keys) for commands in places.values() for keys, _words in commands)
        room = min(max(longest, least), most)
        lines: list[Line] = []
        for scope, commands in places.items():
            lines.append(line((f" {TITLES[scope]}", "title")))
            lines += [line((f"   {keys:<{room}}  ", "key"), words) for keys, words in commands]
            lines.append(line())
        return [*lines, line((f" {with_keys(CLOSE_HINT, self)}", "muted"))]

    def _commands(self, scope: Scope) -> list[tuple[str, str]]:
        """List the keys and the help of the commands that are offered in a scope."""
        return [
            (" ".join(key_labels(one, self.app.keys)), one.help)
            for one in commands_in(scope)
            if self.app.offers(one)
        ]

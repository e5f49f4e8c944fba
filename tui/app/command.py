"""One command: its id, its keys, its texts, and the place where it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal[
    "everywhere",
    "dashboard",
    "rows",
    "board",
    "cells",
    "editor",
    "grid",
    "toggle",
    "choice",
    "review",
    "plan",
    "members",
    "run",
    "dialog",
    "closable",
    "connect",
    "conflict",
    "requests",
    "exchange",
    "drafts",
    "history",
    "compare",
    "changes",
    "past-runs",
    "profiles",
    "focus",
]
"""The place in which a command works: a screen, a widget, or everywhere."""

Need = Literal["writes", "deletes", "many"]
"""A requirement of a command: the server is not read-only (``writes``), can delete webhooks
(``deletes``), or has many webhooks for an instance (``many``)."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do."""

    id: str
    """The name in ``[keys]`` of the configuration."""
    keys: str
    """Textual's names of the keys, separated by commas."""
    label: str
    """One or two words for the key bar, the line of keys at the bottom of a screen."""
    help: str
    """One line for the help screen and the palette."""
    scope: Scope
    action: str
    """Textual's action, such as ``move(1)`` or ``app.quit``."""
    needs: tuple[Need, ...] = ()
    """The requirements on the server; the command is offered where all are met."""
    in_key_bar: bool = False
    """Whether the key bar shows it."""
    follows: str = ""
    """Id of the command whose keys it shares, unless ``[keys]`` binds it itself."""
    hidden_first: bool = False
    """Whether the key bar leaves it out where there is not room for all."""
    in_palette: bool = True
    """Whether the command palette lists it."""
    priority: bool = False
    """Whether its key runs before earlier keys have reached the focused widget. Without it a
    ``tab`` and a word that arrive together would put the word into the old field."""

    @property
    def only_moves(self) -> bool:
        """Whether it only moves the cursor."""
        return self.action.partition("(")[0] in _MOVEMENTS


_MOVEMENTS = frozenset({"jump", "move", "page", "pane", "walk", "cell"})
"""Actions that only move a cursor."""

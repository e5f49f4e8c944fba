"""Every command, once: its id, keys, words and place.

Key bindings, the keys at the bottom, the help screen, the command palette, the ``[keys]``
table of the configuration and the README's list are all made from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding, BindingType

from tui.app.key_names import character_of, key_label

Scope = Literal[
    "everywhere",
    "dashboard",
    "rows",
    "editor",
    "grid",
    "toggle",
    "choice",
    "review",
    "dialog",
    "closable",
    "connect",
    "conflict",
    "requests",
    "exchange",
    "drafts",
    "profiles",
    "focus",
]
"""Where a command can be given."""

Need = Literal["writes", "deletes", "many"]
"""What a command needs of the server: that it is not read-only (``writes``), that webhooks can
be deleted, that an instance has many."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do."""

    id: str
    """What ``[keys]`` in the configuration calls it."""
    keys: str
    """Key names as Textual has them, with commas between."""
    label: str
    """One or two words, for the keys at the bottom."""
    help: str
    """One line, for help and palette."""
    scope: Scope
    action: str
    needs: tuple[Need, ...] = ()
    """What the server must be able to do; where it cannot, the command is not offered."""
    bottom: bool = False
    """Whether it stands at the bottom of its screen."""
    follows: str = ""
    """The command whose keys it has, unless it is bound itself."""
    hidden_first: bool = False
    """Whether it leaves the bottom first where there is not room for all."""
    palette: bool = True
    priority: bool = False
    """Whether it goes before what was typed and is not drawn yet: else a ``tab`` and a word that
    come together put the word into the old field."""

    @property
    def moves(self) -> bool:
        """Whether it only moves the cursor."""
        return self.action.partition("(")[0] in _MOVEMENTS


_MOVEMENTS = frozenset({"jump", "move", "page", "pane", "walk"})
"""The actions that only move a cursor."""

COMMANDS: tuple[Command, ...] = (
    # dashboard
    Command("edit", "e", "Edit", "Edit the selected webhook", "dashboard", "edit", bottom=True),
    Command("new", "n", "New", "Make a webhook for the instance", "dashboard", "new",
            needs=("writes",), bottom=True),
    Command("delete", "delete", "Delete", "Delete the selected webhook; asks first", "dashboard",
            "delete", needs=("writes", "deletes"), bottom=True),
    Command("filter", "slash", "Filter", "Filter by name, id, number or URL, as you type",
            "dashboard", "filter", bottom=True, priority=True),
    Command("refresh", "r", "Refresh", "Read the list again; the cursor stays where it is",
            "dashboard", "refresh", bottom=True),
    Command("copy", "y", "Copy", "Copy a URL, an id or a curl command", "dashboard", "copy",
            bottom=True, hidden_first=True),
    Command("headers", "v", "Headers", "Show what its headers hold, or hide it again", "dashboard",
            "headers"),
    Command("drafts", "D", "Drafts", "The unsaved edits, of all servers", "dashboard", "drafts"),
    Command("pane.left", "h,left", "Instances", "To the instances", "dashboard", "pane(0)",
            palette=False, needs=("many",)),
    Command("pane.right", "l,right", "Webhooks", "To the webhooks", "dashboard", "pane(1)",
            palette=False, needs=("many",)),
    Command("dashboard.back", "escape", "Back", "Out of the filter, back to the instances",
            "dashboard", "back", palette=False),
    Command("leave", "q", "Quit", "Quit", "dashboard", "app.quit", palette=False),
    # lists
    Command("row.up", "up,k", "Up", "One row up", "rows", "move(-1)", palette=False),
    Command("row.down", "down,j", "Down", "One row down", "rows", "move(1)", palette=False),
    Command("row.page-up", "pageup", "Page up", "One page up", "rows", "page(-1)", palette=False),
    Command("row.page-down", "pagedown", "Page down", "One page down", "rows", "page(1)",
            palette=False),
    Command("row.first", "home,g", "First", "To the first row", "rows", "jump(0)", palette=False),
    Command("row.last", "end,G", "Last", "To the last row", "rows", "jump(-1)", palette=False),
    Command("row.open", "enter", "Open", "Instance: to its webhooks. Webhook: edit it", "rows",
            "open", palette=False),
    # editor
    Command("save", "ctrl+s", "Save", "Save the webhook", "editor", "save", needs=("writes",),
            bottom=True),
    Command("review", "f3", "Review", "See what will be sent", "editor", "review", bottom=True),
    Command("reread", "ctrl+r", "Read again", "Read the webhook again; your changes stay",
            "editor", "reread", bottom=True),
    Command("back", "escape", "Leave", "Leave; asks when there are changes", "editor", "leave",
            bottom=True, palette=False),
    # the grid of flags
    Command("flag.toggle", "space,enter", "Toggle", "Turn the flag on or off", "grid", "switch",
            palette=False),
    Command("flag.all", "a", "all", "Turn all flags on", "grid", "fill(True)", palette=False),
    Command("flag.none", "n", "none", "Turn all flags off", "grid", "fill(False)", palette=False),
    Command("flag.invert", "i", "invert", "Turn every flag over", "grid", "invert", palette=False),
    Command("flag.undo", "u", "undo", "Undo the last change of flags", "grid", "undo",
            palette=False),
    Command("flag.up", "up,k", "Up", "The flag above", "grid", "walk(0,-1)", palette=False),
    Command("flag.down", "down,j", "Down", "The flag below", "grid", "walk(0,1)", palette=False),
    Command("flag.left", "left,h", "Left", "The flag to the left", "grid", "walk(-1,0)",
            palette=False),
    Command("flag.right", "right,l", "Right", "The flag to the right", "grid", "walk(1,0)",
            palette=False),
    Command("flag.first", "home", "First", "To the first flag", "grid", "jump(0)", palette=False),
    Command("flag.last", "end", "Last", "To the last flag", "grid", "jump(-1)", palette=False),
    Command("toggle", "space,enter", "Toggle", "Turn it on or off", "toggle", "switch",
            palette=False),
    Command("choice.next", "right,l,space,enter", "Next", "Choose the next one", "choice",
            "step(1)", palette=False),
    Command("choice.previous", "left,h", "Previous", "Choose the one before", "choice",
            "step(-1)", palette=False),
    # review
    Command("review.save", "ctrl+s", "Save", "Save what is shown", "review", "save",
            needs=("writes",), bottom=True, follows="save"),
    Command("review.copy", "y", "Copy as curl", "Copy the request, secrets masked", "review",
            "copy", bottom=True),
    Command("review.copy-all", "Y", "With the token", "Copy the request as it is sent; asks first",
            "review", "copy_all", bottom=True),
    # changed on the server too
    Command("conflict.theirs", "left,h", "Server's", "Let the server's value stand", "conflict",
            "choose('theirs')", bottom=True),
    Command("conflict.mine", "right,l", "Yours", "Let your value stand", "conflict",
            "choose('mine')", bottom=True),
    Command("conflict.all-theirs", "t", "All server's", "Let the server's stand everywhere",
            "conflict", "choose_all('theirs')", bottom=True),
    Command("conflict.all-mine", "m", "All yours", "Let yours stand everywhere", "conflict",
            "choose_all('mine')", bottom=True),
    Command("conflict.save", "ctrl+s", "Accept", "Go on as it was decided", "conflict", "save",
            bottom=True, follows="save"),
    Command("conflict.close", "escape", "Go on editing", "Decide nothing, go on editing",
            "conflict", "close", bottom=True, palette=False),
    # requests made
    Command("requests.open", "enter", "Details", "Show the whole of a request", "requests", "open",
            bottom=True, palette=False),
    Command("requests.copy", "y", "Copy as curl", "Copy it as curl, secrets masked", "requests",
            "copy", bottom=True),
    Command("exchange.copy", "y", "Copy as curl", "Copy it as curl, secrets masked", "exchange",
            "copy", bottom=True),
    # drafts
    Command("drafts.open", "enter", "Open", "Open it, merged with what the server has", "drafts",
            "open", bottom=True, palette=False),
    Command("drafts.discard", "d", "Discard", "Throw it away; asks first", "drafts", "discard",
            bottom=True),
    Command("drafts.copy", "y", "Copy", "Copy what it changes, as text", "drafts", "copy",
            bottom=True),
    # servers
    Command("profiles.open", "enter", "Switch", "Switch to a server; what is open here stays open",
            "profiles", "open", bottom=True, palette=False),
    Command("profiles.connect", "n", "New", "Connect to another server and save it", "profiles",
            "connect", bottom=True),
    # what is only looked at
    Command("close", "escape,q", "Back", "Close this", "closable", "close", bottom=True,
            palette=False),
    # the first start
    Command("connect", "ctrl+s", "Connect", "Try the server, and save it when it works",
            "connect", "connect", bottom=True, follows="save"),
    Command("connect.leave", "escape", "Leave", "Leave without connecting", "connect", "close",
            palette=False),
    # dialogs
    Command("dialog.accept", "ctrl+s", "Accept", "Accept what was entered", "dialog", "accept",
            palette=False, follows="save"),
    Command("dialog.close", "escape", "Cancel", "Close without doing anything", "dialog", "close",
            palette=False),
    # everywhere
    Command("focus.next", "tab", "Next", "To the next pane or field", "focus",
            "app.focus_next", palette=False, priority=True),
    Command("focus.previous", "shift+tab", "Previous", "To the pane or field before", "focus",
            "app.focus_previous", palette=False, priority=True),
    Command("help", "question_mark,f1", "Help", "What can be done here, and the keys",
            "everywhere", "help", bottom=True),
    Command("commands", "ctrl+p", "Commands", "Find a command by its name", "everywhere",
            "app.command_palette", bottom=True, palette=False),
    Command("requests", "ctrl+l", "Requests", "The requests made in this run", "everywhere",
            "requests"),
    Command("profiles", "ctrl+o", "Servers", "Switch to another server of the configuration",
            "everywhere", "profiles"),
    Command("credentials", "ctrl+t", "Token", "Give another token and go on", "everywhere",
            "credentials"),
    Command("suspend", "ctrl+z", "Suspend", "Back to the shell for a while; fg returns here",
            "everywhere", "app.suspend_process"),
    Command("quit", "ctrl+q", "Quit", "Quit; asks when there are changes", "everywhere",
            "app.quit", bottom=True),
)  # fmt: skip

_BY_ID = {command.id: command for command in COMMANDS}


def bindings(*scopes: Scope) -> list[BindingType]:
    """Return the bindings of some places, for a ``BINDINGS``."""
    return [
        Binding(
            command.keys,
            command.action,
            command.label,
            id=command.id,
            tooltip=command.help,
            show=False,
            priority=command.priority,
        )
        for command in commands_in(*scopes)
    ]


def commands_in(*scopes: Scope) -> Iterator[Command]:
    """Iterate over the commands of some places, in the table's order."""
    return (command for command in COMMANDS if command.scope in scopes)


def command(command_id: str) -> Command:
    """Return a command. Raises ``KeyError``."""
    return _BY_ID[command_id]


def command_at(scope: Scope, key: str, keymap: Mapping[str, str]) -> Command | None:
    """Return the command of a place that a key stands for now."""
    return next((one for one in commands_in(scope) if key in bound_keys(one, keymap)), None)


def bound_keys(wanted: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of a command as they are bound now, by their names."""
    return tuple(name.strip() for name in keymap.get(wanted.id, wanted.keys).split(","))


def key_labels(wanted: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of a command as they are bound now, as they are written for people."""
    return tuple(key_label(name) for name in bound_keys(wanted, keymap))


def key_bar_commands(
    scopes: Iterable[Scope],
    keymap: Mapping[str, str],
    offers: Callable[[Command], bool] = lambda _: True,
    *,
    typing: bool = False,
) -> list[tuple[Command, str]]:
    """Return the commands for the bottom of a screen that are offered, each with one key."""
    shown = [one for scope in scopes for one in commands_in(scope) if one.bottom and offers(one)]
    return [(one, hint_key(one, keymap, typing=typing)) for one in shown]


def unknown_ids(keymap: Mapping[str, str]) -> list[str]:
    """Return the ids of a keymap that name no command: Textual ignores them in silence."""
    return [key for key in keymap if key not in _BY_ID]


def hint_key(wanted: Command, keymap: Mapping[str, str], *, typing: bool = False) -> str:
    """Return the first key of a command, as it is written for people.

    Where one types into fields (``typing``) it is the first that is no character.
    """
    keys = bound_keys(wanted, keymap)
    others = [key for key in keys if not (typing and character_of(key))]
    return key_label((others or keys)[0])

"""The table of commands: for each its id, keys, texts and the place where it works.

Key bindings, the keys at the bottom, the help screen, the command palette, the ``[keys]``
table of the configuration and the README's list are all made from this table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from textual.binding import Binding, BindingType

from tui.app.command import Command, Need, Scope
from tui.app.key_names import character_of, key_label
from tui.i18n import _

__all__ = [
    "COMMANDS",
    "Command",
    "Need",
    "Scope",
    "bindings",
    "bound_keys",
    "command",
    "command_at",
    "commands_in",
    "hint_key",
    "key_bar_commands",
    "key_labels",
    "unknown_ids",
]

COMMANDS: tuple[Command, ...] = (
    # dashboard
    Command("edit", "e", _("Edit"), _("Edit the selected webhook"), "dashboard", "edit",
            in_key_bar=True),
    Command("new", "n", _("New"), _("Create a webhook for the instance"), "dashboard", "new",
            needs=("writes",), in_key_bar=True),
    Command("delete", "delete", _("Delete"), _("Delete the selected webhook; asks first"),
            "dashboard", "delete", needs=("writes", "deletes"), in_key_bar=True),
    Command("filter", "slash", _("Filter"), _("Filter by name, id, number or URL, as you type"),
            "dashboard", "filter", in_key_bar=True, priority=True),
    Command("refresh", "r", _("Refresh"), _("Read the list again; the cursor stays where it is"),
            "dashboard", "refresh", in_key_bar=True, hidden_first=True),
    Command("copy", "y", _("Copy"), _("Copy a URL, an id or a curl command"), "dashboard", "copy",
            in_key_bar=True, hidden_first=True),
    Command("headers", "v", _("Headers"), _("Show or hide the values of the webhook's headers"),
            "dashboard", "headers"),
    Command("history", "H", _("History"), _("Show what changed in the webhook, and put it back"),
            "dashboard", "history"),
    Command("runs", "R", _("Runs"), _("List the runs on this server, of earlier days too"),
            "dashboard", "runs"),
    Command("changes", "C", _("Changes"), _("List what changed on this server in 30 days"),
            "dashboard", "changes"),
    Command("drafts", "D", _("Drafts"), _("List the drafts of all servers"), "dashboard", "drafts"),
    Command("board", "b", _("Board"), _("Show all webhooks in rows, to change many at once"),
            "dashboard", "board", in_key_bar=True),
    Command("pane.left", "h,left", _("Instances"), _("Go to the instances"), "dashboard", "pane(0)",
            in_palette=False, needs=("many",)),
    Command("pane.right", "l,right", _("Webhooks"), _("Go to the webhooks"), "dashboard", "pane(1)",
            in_palette=False, needs=("many",)),
    Command("dashboard.back", "escape", _("Back"),
            _("Leave the filter, or go back to the instances"), "dashboard", "back",
            in_palette=False),
    Command("leave", "q", _("Quit"), _("Quit"), "dashboard", "app.quit", in_palette=False),
    # lists
    Command("row.up", "up,k", _("Up"), _("Go one row up"), "rows", "move(-1)", in_palette=False),
    Command("row.down", "down,j", _("Down"), _("Go one row down"), "rows", "move(1)",
            in_palette=False),
    Command("row.page-up", "pageup", _("Page up"), _("Go one page up"), "rows", "page(-1)",
            in_palette=False),
    Command("row.page-down", "pagedown", _("Page down"), _("Go one page down"), "rows", "page(1)",
            in_palette=False),
    Command("row.first", "home,g", _("First"), _("Go to the first row"), "rows", "jump(0)",
            in_palette=False),
    Command("row.last", "end,G", _("Last"), _("Go to the last row"), "rows", "jump(-1)",
            in_palette=False),
    Command("row.open", "enter", _("Open"), _("Go to an instance's webhooks, or edit a webhook"),
            "rows", "open", in_palette=False),
    # the board of many webhooks
    Command("board.switch", "space", _("Toggle"),
            _("Stage the flag for this row; on the name, mark the row"), "cells",
            "screen.switch", in_key_bar=True),
    Command("board.mark", "m", _("Mark"), _("Mark the row or unmark it, and go down"), "cells",
            "screen.mark", in_key_bar=True),
    Command("board.range", "v", _("Range"), _("Begin to mark a range of rows, or end it"), "cells",
            "screen.range"),
    Command("board.mark-shown", "M", _("All shown"),
            _("Mark all rows that are shown, or unmark them"), "cells", "screen.mark_shown",
            in_key_bar=True, hidden_first=True),
    Command("board.mark-alike", "equals_sign", _("Alike"),
            _("Mark the rows shown with the same flags on as this one"), "cells",
            "screen.mark_alike"),
    Command("board.all", "a", _("On"), _("Stage this flag on in all rows marked and shown"),
            "cells", "screen.stage_marked(True)", needs=("writes",), in_key_bar=True,
            hidden_first=True),
    Command("board.none", "n", _("Off"), _("Stage this flag off in all rows marked and shown"),
            "cells", "screen.stage_marked(False)", needs=("writes",), in_key_bar=True,
            hidden_first=True),
    Command("board.change", "e", _("Change"),
            _("Change host, URL, on/off of the rows marked and shown"), "cells",
            "screen.change", needs=("writes",), in_key_bar=True),
    Command("board.preset", "p", _("Preset"),
            _("Choose a preset for the rows marked and shown"), "cells",
            "screen.preset", needs=("writes",), in_key_bar=True),
    Command("board.undo", "u", _("Undo"), _("Take the last staged change back"), "cells",
            "screen.undo", needs=("writes",), in_key_bar=True),
    Command("board.review", "f3,ctrl+s", _("Review"),
            _("Show what is staged, and apply it"), "cells", "screen.review", needs=("writes",),
            in_key_bar=True),
    Command("board.open", "enter", _("Open"), _("Open the webhook in the editor"), "cells",
            "screen.open_row"),
    Command("board.history", "H", _("History"),
            _("Show what changed in the webhook, and put it back"), "cells", "screen.history",
            follows="history"),
    Command("board.runs", "R", _("Runs"),
            _("List the runs on this server, of earlier days too"), "cells", "screen.runs",
            follows="runs"),
    Command("board.up", "up,k", _("Up"), _("Go one row up"), "cells", "move(-1)", in_palette=False),
    Command("board.down", "down,j", _("Down"), _("Go one row down"), "cells", "move(1)",
            in_palette=False),
    Command("board.left", "left,h", _("Left"), _("Go to the flag on the left, or to the name"),
            "cells", "walk(-1)", in_palette=False),
    Command("board.right", "right,l", _("Right"), _("Go to the flag on the right"), "cells",
            "walk(1)", in_palette=False),
    Command("board.page-up", "pageup", _("Page up"), _("Go one page up"), "cells", "page(-1)",
            in_palette=False),
    Command("board.page-down", "pagedown", _("Page down"), _("Go one page down"), "cells",
            "page(1)", in_palette=False),
    Command("board.first", "g", _("First"), _("Go to the first row"), "cells", "jump(0)",
            in_palette=False),
    Command("board.last", "G", _("Last"), _("Go to the last row"), "cells", "jump(-1)",
            in_palette=False),
    Command("board.first-flag", "home", _("First flag"), _("Go to the first flag"), "cells",
            "cell(0)", in_palette=False),
    Command("board.last-flag", "end", _("Last flag"), _("Go to the last flag"), "cells",
            "cell(-1)", in_palette=False),
    Command("board.filter", "slash", _("Filter"),
            _("Filter: text host:… flag:… on off marked staged failed"), "board", "filter",
            in_key_bar=True, hidden_first=True, priority=True, follows="filter"),
    Command("board.refresh", "r", _("Refresh"), _("Read the list again; marks stay"), "board",
            "refresh", in_key_bar=True, hidden_first=True, follows="refresh"),
    Command("board.back", "escape", _("Back"),
            _("End the range, leave the filter, or leave the board"), "board", "back",
            in_palette=False),
    # editor
    Command("save", "ctrl+s", _("Save"), _("Save the webhook"), "editor", "save", needs=("writes",),
            in_key_bar=True),
    Command("review", "f3", _("Review"), _("Show what will be sent"), "editor", "review",
            in_key_bar=True),
    Command("reread", "ctrl+r", _("Read again"), _("Read the webhook again and keep your changes"),
            "editor", "reread", in_key_bar=True),
    Command("back", "escape", _("Leave"), _("Leave; asks if there are unsaved changes"), "editor",
            "leave", in_key_bar=True, in_palette=False),
    # the grid of flags
    Command("flag.toggle", "space,enter", _("Toggle"), _("Turn the flag on or off"), "grid",
            "switch", in_palette=False),
    Command("flag.all", "a", _("all"), _("Turn all flags on"), "grid", "fill(True)",
            in_palette=False),
    Command("flag.none", "n", _("none"), _("Turn all flags off"), "grid", "fill(False)",
            in_palette=False),
    Command("flag.invert", "i", _("invert"), _("Invert every flag"), "grid", "invert",
            in_palette=False),
    Command("flag.preset", "p", _("preset"), _("Choose a preset of flags"), "grid",
            "screen.preset", in_palette=False),
    Command("flag.undo", "u", _("undo"), _("Undo the last change of flags"), "grid", "undo",
            in_palette=False),
    Command("editor.history", "H", _("history"),
            _("Show what changed in the webhook, and put it back"), "grid", "screen.history",
            follows="history"),
    Command("flag.up", "up,k", _("Up"), _("Go to the flag above"), "grid", "walk(0,-1)",
            in_palette=False),
    Command("flag.down", "down,j", _("Down"), _("Go to the flag below"), "grid", "walk(0,1)",
            in_palette=False),
    Command("flag.left", "left,h", _("Left"), _("Go to the flag on the left"), "grid", "walk(-1,0)",
            in_palette=False),
    Command("flag.right", "right,l", _("Right"), _("Go to the flag on the right"), "grid",
            "walk(1,0)", in_palette=False),
    Command("flag.first", "home", _("First"), _("Go to the first flag"), "grid", "jump(0)",
            in_palette=False),
    Command("flag.last", "end", _("Last"), _("Go to the last flag"), "grid", "jump(-1)",
            in_palette=False),
    Command("toggle", "space,enter", _("Toggle"), _("Turn the switch on or off"), "toggle",
            "switch", in_palette=False),
    Command("choice.next", "right,l,space,enter", _("Next"), _("Choose the next option"), "choice",
            "step(1)", in_palette=False),
    Command("choice.previous", "left,h", _("Previous"), _("Choose the previous option"), "choice",
            "step(-1)", in_palette=False),
    # review
    Command("review.save", "ctrl+s", _("Save"), _("Save these changes"), "review", "save",
            needs=("writes",), in_key_bar=True, follows="save"),
    Command("review.copy", "y", _("Copy as curl"), _("Copy the request as curl, secrets masked"),
            "review", "copy", in_key_bar=True),
    Command("review.copy-all", "Y", _("With the token"),
            _("Copy the request with its secrets; asks first"), "review", "copy_all",
            in_key_bar=True),
    # the review of a plan for many webhooks
    Command("plan.apply", "ctrl+s", _("Apply"), _("Change the webhooks as shown"), "plan", "apply",
            needs=("writes",), in_key_bar=True, follows="save"),
    Command("plan.open", "enter", _("Which webhooks"), _("List the webhooks of a group"), "plan",
            "open", in_key_bar=True, in_palette=False),
    Command("plan.copy", "y", _("Copy"), _("Copy the plan as text"), "plan", "copy",
            in_key_bar=True),
    Command("members.copy", "y", _("Copy"), _("Copy the list as text"), "members", "copy",
            in_key_bar=True),
    # a run
    Command("run.try-again", "r", _("Try again"), _("Try the rows again that may succeed now"),
            "run", "try_again", needs=("writes",), in_key_bar=True),
    Command("run.open", "enter", _("Open"), _("Open the webhook of the row in the editor"), "run",
            "open", in_key_bar=True, in_palette=False),
    Command("run.put-back", "U", _("Put back"), _("Review what undoes the changes of this run"),
            "run", "put_back", needs=("writes",), in_key_bar=True),
    Command("run.report", "w", _("Report"),
            _("Write the report into this directory, as JSON and text"), "run", "report",
            in_key_bar=True),
    Command("run.copy", "y", _("Copy"), _("Copy the report of the run"), "run", "copy",
            in_key_bar=True),
    Command("run.go-on", "c", _("Go on"), _("Go on with a run that paused or was cut off"), "run",
            "go_on", needs=("writes",)),
    Command("run.leave-as-is", "d", _("Leave as it is"),
            _("Change no further webhook of a run that was cut off"), "run", "leave_as_is"),
    Command("run.next", "right,l", _("Next list"), _("Show the next list of rows"), "run",
            "list(1)", in_palette=False),
    Command("run.previous", "left,h", _("Previous list"), _("Show the list of rows before"),
            "run", "list(-1)", in_palette=False),
    Command("run.close", "escape", _("Stop, back"),
            _("Begin no further webhook of the run; after it, go back"), "run", "close",
            in_key_bar=True, in_palette=False),
    Command("run.leave", "q", _("Leave"), _("Go back; the run goes on"), "run", "leave",
            in_key_bar=True, in_palette=False),
    # conflict: changed on the server too
    Command("conflict.theirs", "left,h", _("Server's"), _("Keep the server's value"), "conflict",
            "choose('theirs')", in_key_bar=True),
    Command("conflict.mine", "right,l", _("Yours"), _("Keep your value"), "conflict",
            "choose('mine')", in_key_bar=True),
    Command("conflict.all-theirs", "t", _("All server's"), _("Keep all values of the server"),
            "conflict", "choose_all('theirs')", in_key_bar=True),
    Command("conflict.all-mine", "m", _("All yours"), _("Keep all your values"), "conflict",
            "choose_all('mine')", in_key_bar=True),
    Command("conflict.save", "ctrl+s", _("Accept"), _("Accept the choices and go on"), "conflict",
            "save", in_key_bar=True, follows="save"),
    Command("conflict.close", "escape", _("Go on editing"), _("Go on editing without choosing"),
            "conflict", "close", in_key_bar=True, in_palette=False),
    # the log of requests
    Command("requests.open", "enter", _("Details"), _("Show the details of a request"), "requests",
            "open", in_key_bar=True, in_palette=False),
    Command("requests.copy", "y", _("Copy as curl"), _("Copy the request as curl, secrets masked"),
            "requests", "copy", in_key_bar=True),
    Command("exchange.copy", "y", _("Copy as curl"), _("Copy the request as curl, secrets masked"),
            "exchange", "copy", in_key_bar=True),
    # drafts
    Command("drafts.open", "enter", _("Open"),
            _("Open the draft, merged with the server's webhook"), "drafts", "open",
            in_key_bar=True, in_palette=False),
    Command("drafts.discard", "d", _("Discard"), _("Discard the draft; asks first"), "drafts",
            "discard", in_key_bar=True),
    Command("drafts.copy", "y", _("Copy"), _("Copy the draft's changes as text"), "drafts", "copy",
            in_key_bar=True),
    # history
    Command("history.compare", "enter", _("Compare"), _("Compare the state with the one now"),
            "history", "compare", in_key_bar=True, in_palette=False),
    Command("history.undo", "ctrl+s", _("Undo change"),
            _("Undo the change; what was changed since stays"), "history", "undo",
            needs=("writes",), in_key_bar=True, follows="save"),
    Command("history.whole", "w", _("Put back whole"),
            _("Put the whole state back, whoever changed it since"), "history", "whole",
            needs=("writes",), in_key_bar=True),
    Command("history.refresh", "r", _("Refresh"), _("Read the history and the webhook again"),
            "history", "refresh", in_key_bar=True, hidden_first=True, follows="refresh"),
    Command("history.runs", "R", _("Runs"),
            _("List the runs on this server, of earlier days too"), "history", "runs",
            follows="runs"),
    Command("compare.whole", "w", _("Put back whole"),
            _("Put this state back, whoever changed it since"), "compare", "whole",
            needs=("writes",), in_key_bar=True, follows="history.whole"),
    Command("changes.open", "enter", _("History"), _("Show the history of the webhook"), "changes",
            "open", in_key_bar=True, in_palette=False),
    Command("changes.refresh", "r", _("Refresh"), _("Read the list of changes again"), "changes",
            "refresh", in_key_bar=True, follows="refresh"),
    Command("past-runs.open", "enter", _("Open"), _("Show how each webhook of the run ended"),
            "past-runs", "open", in_key_bar=True, in_palette=False),
    Command("past-runs.refresh", "r", _("Refresh"), _("Read the list of runs again"), "past-runs",
            "refresh", in_key_bar=True, follows="refresh"),
    # servers
    Command("profiles.open", "enter", _("Switch"),
            _("Switch to the server; open screens stay open"), "profiles", "open", in_key_bar=True,
            in_palette=False),
    Command("profiles.connect", "n", _("New"), _("Connect to another server and save it"),
            "profiles", "connect", in_key_bar=True),
    # screens that only show something
    Command("close", "escape,q", _("Back"), _("Close this screen"), "closable", "close",
            in_key_bar=True, in_palette=False),
    # the first start
    Command("connect", "ctrl+s", _("Connect"),
            _("Connect to the server, and save it if that works"), "connect", "connect",
            in_key_bar=True, follows="save"),
    Command("connect.leave", "escape", _("Leave"), _("Leave without connecting"), "connect",
            "close", in_palette=False),
    # dialogs
    Command("dialog.accept", "ctrl+s", _("Accept"), _("Accept what was entered"), "dialog",
            "accept", in_palette=False, follows="save"),
    Command("dialog.close", "escape", _("Cancel"), _("Cancel and close the dialog"), "dialog",
            "close", in_palette=False),
    # everywhere
    Command("focus.next", "tab", _("Next"), _("Go to the next pane or field"), "focus",
            "app.focus_next", in_palette=False, priority=True),
    Command("focus.previous", "shift+tab", _("Previous"), _("Go to the previous pane or field"),
            "focus", "app.focus_previous", in_palette=False, priority=True),
    Command("help", "question_mark,f1", _("Help"),
            _("Show the commands of this screen and their keys"), "everywhere", "help",
            in_key_bar=True),
    Command("commands", "ctrl+p", _("Commands"), _("Find a command by name"), "everywhere",
            "app.command_palette", in_key_bar=True, in_palette=False),
    Command("requests", "ctrl+l", _("Requests"), _("List the requests made in this run"),
            "everywhere", "requests"),
    Command("profiles", "ctrl+o", _("Servers"), _("Switch to another server of the configuration"),
            "everywhere", "profiles"),
    Command("credentials", "ctrl+t", _("Token"), _("Enter another token and go on"), "everywhere",
            "credentials"),
    Command("run", "ctrl+g", _("Run"), _("Show the run on this server, or how the last one ended"),
            "everywhere", "run"),
    Command("suspend", "ctrl+z", _("Suspend"), _("Suspend and go to the shell; fg returns here"),
            "everywhere", "app.suspend_process"),
    Command("quit", "ctrl+q", _("Quit"), _("Quit; asks if there are unsaved changes"), "everywhere",
            "app.quit", in_key_bar=True),
)  # fmt: skip

_BY_ID = {command.id: command for command in COMMANDS}


def bindings(*scopes: Scope) -> list[BindingType]:
    """Return Textual's bindings for the commands of these places."""
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
    """Iterate over the commands of these places, in the table's order."""
    return (command for command in COMMANDS if command.scope in scopes)


def command(command_id: str) -> Command:
    """Return a command by its id. Raises ``KeyError``."""
    return _BY_ID[command_id]


def command_at(scope: Scope, key: str, keymap: Mapping[str, str]) -> Command | None:
    """Return the command that a key runs in a place, as keys are bound now."""
    return next((one for one in commands_in(scope) if key in bound_keys(one, keymap)), None)


def bound_keys(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Return Textual's names of the keys that a command is bound to now."""
    return tuple(name.strip() for name in keymap.get(command.id, command.keys).split(","))


def key_labels(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys that a command is bound to now, as people read them."""
    return tuple(key_label(name) for name in bound_keys(command, keymap))


def key_bar_commands(
    scopes: Iterable[Scope],
    keymap: Mapping[str, str],
    offers: Callable[[Command], bool] = lambda _command: True,
    *,
    typing: bool = False,
) -> list[tuple[Command, str]]:
    """Return the commands for the key bar that are offered, each with the key to show."""
    shown = [
        one for scope in scopes for one in commands_in(scope) if one.in_key_bar and offers(one)
    ]
    return [(one, hint_key(one, keymap, typing=typing)) for one in shown]


def unknown_ids(keymap: Mapping[str, str]) -> list[str]:
    """Return the ids of a keymap that name no command: Textual ignores those silently."""
    return [key for key in keymap if key not in _BY_ID]


def hint_key(command: Command, keymap: Mapping[str, str], *, typing: bool = False) -> str:
    """Return the key to name in a hint: the first one of a command, as people read it.

    On a screen where letters go into a text field (``typing``) it is the first key that types
    no character, if there is one.
    """
    keys = bound_keys(command, keymap)
    usable = [key for key in keys if not (typing and character_of(key))]
    return key_label((usable or keys)[0])

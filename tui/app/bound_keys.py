"""The keys that commands are bound to now, by default or by ``[keys]`` of the configuration.

Each function takes the keymap: Textual's names of keys by the id of a command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tui.app.commands import Command, Scope, commands_in
from tui.app.key_names import character_of, key_label


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


def hint_key(command: Command, keymap: Mapping[str, str], *, typing: bool = False) -> str:
    """Return the key to name in a hint: the first one of a command, as people read it.

    On a screen where letters go into a text field (``typing``) it is the first key that types
    no character, if there is one.
    """
    keys = bound_keys(command, keymap)
    usable = [key for key in keys if not (typing and character_of(key))]
    return key_label((usable or keys)[0])

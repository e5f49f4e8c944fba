"""The ``[keys]`` of the configuration: the keymap they make, and the problems in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from textual.binding import BindingsMap
from textual.widgets import Input

from tui.app.bound_keys import bound_keys
from tui.app.commands import COMMANDS, Command, Scope, command, unknown_ids
from tui.app.key_names import character_of, key_label, parse_key, sent_as
from tui.i18n import _
from tui.model.text import clean

_ACTIVE_TOGETHER: tuple[tuple[Scope, ...], ...] = (
    ("dashboard", "rows", "focus", "everywhere"),
    ("board", "cells", "focus", "everywhere"),
    ("editor", "grid", "focus", "everywhere"),
    ("editor", "toggle", "focus", "everywhere"),
    ("review", "closable", "focus", "everywhere"),
    ("plan", "rows", "closable", "focus", "everywhere"),
    ("members", "rows", "closable", "focus", "everywhere"),
    ("run", "rows", "focus", "everywhere"),
    ("conflict", "rows", "focus", "everywhere"),
    ("requests", "rows", "closable", "focus", "everywhere"),
    ("exchange", "closable", "focus", "everywhere"),
    ("drafts", "rows", "closable", "focus", "everywhere"),
    ("history", "rows", "closable", "focus", "everywhere"),
    ("compare", "closable", "focus", "everywhere"),
    ("changes", "rows", "closable", "focus", "everywhere"),
    ("past-runs", "rows", "closable", "focus", "everywhere"),
    ("profiles", "rows", "closable", "focus", "everywhere"),
    ("connect", "choice", "focus", "everywhere"),
    ("connect", "toggle", "focus", "everywhere"),
    ("dialog", "rows", "focus"),
    ("dialog", "toggle", "focus"),
    ("dialog", "choice", "focus"),
)
"""Places whose keys work at the same time."""

_WHILE_TYPING: frozenset[Scope] = frozenset({"editor", "connect", "dialog", "focus", "everywhere"})
"""Places whose commands must also work while text is typed into a field."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """Textual's names of the keys by command id, and the problems found in the configuration."""

    keys: Mapping[str, str]
    problems: tuple[str, ...] = ()


def read_keymap(configured: Mapping[str, str]) -> Keymap:
    """Read the ``[keys]`` of the configuration; wrong entries become problems and are left out.

    A command that follows another (the save of the review follows the editor's) gets the same
    keys unless it is bound itself.
    """
    unknown = unknown_ids(configured)
    problems = [
        _("[keys] there is no command “{command}”").format(command=clean(one, 30))
        for one in unknown
    ]
    keys: dict[str, str] = {}
    for command_id in configured.keys() - set(unknown):
        names = [(text.strip(), parse_key(text)) for text in configured[command_id].split(",")]
        problems += [
            _("[keys] {command}: there is no key “{key}”").format(
                command=command_id, key=clean(text, 30)
            )
            for text, key in names
            if not key
        ]
        if understood := [key for _text, key in names if key]:
            keys[command_id] = ",".join(understood)
    for one in COMMANDS:
        if one.follows in keys and one.id not in keys:
            keys[one.id] = keys[one.follows]
    lost = (*_rarely_sent(keys), *_lost_while_typing(keys))
    return Keymap(keys, (*sorted(problems), *lost, *_shared_keys(keys)))


def _rarely_sent(keys: Mapping[str, str]) -> Iterator[str]:
    """Name the commands that have only keys which most terminals do not send."""
    for command_id, names in keys.items():
        sent = [(key, sent_as(key)) for key in names.split(",")]
        if command(command_id).follows in keys or not all(other for _key, other in sent):
            continue
        for key, other in sent:
            if other:
                yield _("[keys] {command}: most terminals send {key} as {other}").format(
                    command=command_id, key=key_label(key), other=key_label(other)
                )


def _lost_while_typing(keys: Mapping[str, str]) -> Iterator[str]:
    """Name the commands that would not work while text is typed."""
    for command_id, names in keys.items():
        one = command(command_id)
        if one.scope not in _WHILE_TYPING or one.follows in keys:
            continue
        if all(_is_kept_by_fields(key, one) for key in names.split(",")):
            shown = " ".join(map(key_label, names.split(",")))
            yield _("[keys] {command}: {keys} does not work in text fields").format(
                command=command_id, keys=shown
            )


def _is_kept_by_fields(key: str, one: Command) -> bool:
    """Whether a text field uses a key itself; commands with priority come before its editing."""
    if character_of(key) is not None:
        return True
    return not (one.priority or one.id == "quit") and key in _EDITING_KEYS


_EDITING_KEYS = frozenset(BindingsMap(Input.BINDINGS).key_to_bindings)
"""Keys with which a text field is edited."""


def _shared_keys(keys: Mapping[str, str]) -> Iterator[str]:
    """Name the commands of one place that share a key, except where they do by default."""
    reported = set()
    for place in _ACTIVE_TOGETHER if keys else ():
        for one, other in combinations([one for one in COMMANDS if one.scope in place], 2):
            if one.id not in keys and other.id not in keys:
                continue
            common = _keys_in_common(one, other, keys) - _keys_in_common(one, other, {})
            if common and (one.id, other.id) not in reported:
                reported.add((one.id, other.id))
                shown = " ".join(map(key_label, sorted(common)))
                yield _("[keys] {one} and {other} both use {keys}").format(
                    one=one.id, other=other.id, keys=shown
                )


def _keys_in_common(one: Command, other: Command, keys: Mapping[str, str]) -> set[str]:
    return set(bound_keys(one, keys)) & set(bound_keys(other, keys))

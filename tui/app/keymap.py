"""The keys of the configuration's ``[keys]``: what they mean, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from textual.binding import BindingsMap
from textual.widgets import Input

from tui.app.commands import COMMANDS, Command, Scope, bound_keys, command, unknown_ids
from tui.app.key_names import character_of, key_label, parse_key
from tui.model.text import clean

_PLACES: tuple[tuple[Scope, ...], ...] = (
    ("dashboard", "rows", "focus", "everywhere"),
    ("editor", "grid", "focus", "everywhere"),
    ("editor", "toggle", "focus", "everywhere"),
    ("review", "closable", "focus", "everywhere"),
    ("conflict", "focus", "everywhere"),
    ("requests", "rows", "closable", "focus", "everywhere"),
    ("exchange", "closable", "focus", "everywhere"),
    ("drafts", "rows", "closable", "focus", "everywhere"),
    ("profiles", "rows", "closable", "focus", "everywhere"),
    ("connect", "choice", "focus", "everywhere"),
    ("connect", "toggle", "focus", "everywhere"),
    ("dialog", "rows", "focus"),
    ("dialog", "toggle", "focus"),
)
"""The commands whose keys work at the same time."""

_WITH_TEXT: frozenset[Scope] = frozenset({"editor", "connect", "dialog", "focus", "everywhere"})
"""The places in which commands have to work while a text is typed."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """Keys by command id, by Textual's names, and what to say of what was configured."""

    keys: Mapping[str, str]
    problems: tuple[str, ...] = ()


def read_keymap(configured: Mapping[str, str]) -> Keymap:
    """Understand what ``[keys]`` says. What is wrong in it is left out and said.

    A command that follows another, as the save of the review does the editor's, has its keys
    unless it is bound itself.
    """
    problems = [f"[keys] names no command “{clean(one, 30)}”" for one in unknown_ids(configured)]
    keys: dict[str, str] = {}
    for command_id in configured.keys() - set(unknown_ids(configured)):
        names = [(text.strip(), parse_key(text)) for text in configured[command_id].split(",")]
        problems += [
            f"[keys] {command_id}: there is no key “{clean(text, 30)}”"
            for text, key in names
            if not key
        ]
        if understood := [key for _, key in names if key]:
            keys[command_id] = ",".join(understood)
    for one in COMMANDS:
        if one.follows in keys and one.id not in keys:
            keys[one.id] = keys[one.follows]
    return Keymap(keys, (*sorted(problems), *_lost_in_text(keys), *_crossed(keys)))


def _lost_in_text(keys: Mapping[str, str]) -> Iterator[str]:
    """Say which commands would not work while a text is typed."""
    for command_id, names in keys.items():
        one = command(command_id)
        if one.scope not in _WITH_TEXT or one.follows in keys:
            continue
        if all(_is_for_text(key, one) for key in names.split(",")):
            shown = " ".join(map(key_label, names.split(",")))
            yield f"[keys] {command_id}: {shown} goes into the text where text is typed"


def _is_for_text(key: str, one: Command) -> bool:
    """Whether a text field keeps a key for itself; some commands go before its editing."""
    if character_of(key) is not None:
        return True
    return not (one.priority or one.id == "quit") and key in _EDITING


_EDITING = frozenset(BindingsMap(Input.BINDINGS).key_to_bindings)
"""The keys that edit a text."""


def _crossed(keys: Mapping[str, str]) -> Iterator[str]:
    """Say which commands of one place have a key in common that they do not have by default."""
    said = set()
    for place in _PLACES:
        for one, other in combinations([one for one in COMMANDS if one.scope in place], 2):
            common = _common(one, other, keys) - _common(one, other, {})
            if common and (one.id, other.id) not in said:
                said.add((one.id, other.id))
                shown = " ".join(map(key_label, sorted(common)))
                yield f"[keys] {one.id} and {other.id} are both on {shown}"


def _common(one: Command, other: Command, keys: Mapping[str, str]) -> set[str]:
    return set(bound_keys(one, keys)) & set(bound_keys(other, keys))

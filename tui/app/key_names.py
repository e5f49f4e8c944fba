"""Names of keys: as Textual has them, and as they are written for people."""

from __future__ import annotations

from textual.keys import REPLACED_KEYS, Keys, _character_to_key, format_key, key_to_character

_SHORT = {"escape": "esc", "pageup": "pgup", "pagedown": "pgdn", "enter": "enter"}
"""Names that are written otherwise than Textual writes them."""

_NAMES = frozenset(key.value for key in Keys if not key.value.startswith("<"))
"""The keys that put no character into a text, some with what is held down with them."""

_LONG = {
    **{short: name for name, short in _SHORT.items()},
    **{format_key(key): key for key in ("up", "down", "left", "right", "delete", "backspace")},
    "return": "enter",
}
"""Textual's names by how else keys are written."""

_HELD = ("ctrl", "alt", "shift", "super", "meta", "hyper")
"""What is held down with a key."""


def character_of(key: str) -> str | None:
    """Return the character that a key puts into a text, if it puts one."""
    character = key_to_character(REPLACED_KEYS.get(key, key))
    return character if character and character.isprintable() else None


def key_label(key: str) -> str:
    """Write a key's name short: ``^s``, ``F3``, ``esc``, ``?``."""
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+')}"
    if key[:1] == "f" and key[1:].isdigit():
        return key.upper()
    return _SHORT.get(key) or format_key(key)


def parse_key(text: str) -> str | None:
    """Return Textual's name of a key written ``^s``, ``ctrl+s``, ``F3``, ``esc`` or ``?``.

    ``None``: there is no such key.
    """
    text = text.strip()
    if len(text) == 1:
        return _LONG.get(text) or _character_to_key(text)
    if text.startswith("^"):
        text = f"ctrl+{text[1:]}"
    *held, last = text.split("+")
    if held and last:
        return _held_down([one.lower() for one in held], last)
    name = _LONG.get(text.lower(), text.lower())
    return name if name in _NAMES or character_of(name) else None


def _held_down(held: list[str], last: str) -> str | None:
    """Return the name of a key with others held down, if a terminal can send it."""
    if not set(held) <= set(_HELD) or (key := parse_key(last)) is None:
        return None
    if held == ["shift"] and character_of(key):
        return key.upper() if len(key) == 1 else None
    key = key.lower()
    return "+".join((*sorted(held), key)) if last.isascii() or key in _NAMES else None

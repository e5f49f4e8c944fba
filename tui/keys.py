"""Names of keys: as Textual has them, and as they are written for people."""

from __future__ import annotations

from textual.keys import REPLACED_KEYS, format_key, key_to_character

_SHORT = {"escape": "esc", "pageup": "pgup", "pagedown": "pgdn", "enter": "enter"}
"""Names that are written otherwise than Textual writes them."""


def character_of(key: str) -> str | None:
    """Return the character that a key puts into a text, if it puts one."""
    character = key_to_character(REPLACED_KEYS.get(key, key))
    return character if character and character.isprintable() else None


def written(key: str) -> str:
    """Write a key's name short: ``^s``, ``F3``, ``esc``, ``?``."""
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+')}"
    if key[:1] == "f" and key[1:].isdigit():
        return key.upper()
    return _SHORT.get(key) or format_key(key)

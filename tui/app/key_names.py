"""Names of keys: Textual's, and short labels for people."""

from __future__ import annotations

from textual.keys import REPLACED_KEYS, Keys, format_key, key_to_character

from tui.app.textual_internals import key_of_character

_LABELS = {"escape": "esc", "pageup": "pgup", "pagedown": "pgdn", "enter": "enter"}
"""Labels that differ from Textual's own, by Textual's names."""

_TYPES_NOTHING = frozenset(key.value for key in Keys if not key.value.startswith("<"))
"""Textual's names of the keys that type no character, some with their modifiers."""

_SPELLINGS = {
    **{short: name for name, short in _LABELS.items()},
    **{format_key(key): key for key in ("up", "down", "left", "right", "delete", "backspace")},
    "return": "enter",
}
"""Textual's names by the other ways to write them."""

_SENT_AS = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
}
"""Keys that share a character of ASCII with another one, which is what programs then get."""

_MODIFIERS = ("ctrl", "alt", "shift", "super", "meta", "hyper")
"""The modifiers, which are held down with another key."""


def character_of(key: str) -> str | None:
    """Return the character that a key types; ``None`` if it types none."""
    character = key_to_character(REPLACED_KEYS.get(key, key))
    return character if character and character.isprintable() else None


def key_label(key: str) -> str:
    """Return the short label of a key: ``^s``, ``F3``, ``esc``, ``?``."""
    if key.startswith("ctrl+"):
        return "^" + key_label(key.removeprefix("ctrl+"))
    if key[:1] == "f" and key[1:].isdigit():
        return key.upper()
    return _LABELS.get(key) or format_key(key)


def sent_as(key: str) -> str | None:
    """Return the key that most terminals send instead of this one; ``None`` if they send it.

    Only terminals with the keyboard protocol of kitty tell such keys apart.
    """
    if key.startswith("ctrl+shift+") and key[-2:-1] == "+" and key[-1].isalpha():
        return f"ctrl+{key[-1]}"
    return _SENT_AS.get(key)


def parse_key(text: str) -> str | None:
    """Return Textual's name of a key written ``^s``, ``ctrl+s``, ``F3``, ``esc`` or ``?``.

    ``None`` if there is no such key.
    """
    text = text.strip()
    if len(text) == 1:
        return _SPELLINGS.get(text) or key_of_character(text)
    if text.startswith("^"):
        text = f"ctrl+{text[1:]}"
    *modifiers, last = text.split("+")
    if modifiers and last:
        return _with_modifiers([one.lower() for one in modifiers], last)
    name = _SPELLINGS.get(text.lower(), text.lower())
    return name if name in _TYPES_NOTHING or character_of(name) else None


def _with_modifiers(modifiers: list[str], last: str) -> str | None:
    """Return the name of a key with modifiers; ``None`` if no terminal can send it."""
    if not set(modifiers) <= set(_MODIFIERS) or (key := parse_key(last)) is None:
        return None
    if modifiers == ["shift"] and character_of(key):
        return key.upper() if len(key) == 1 else None
    key = key.lower()
    return "+".join((*sorted(modifiers), key)) if last.isascii() or key in _TYPES_NOTHING else None

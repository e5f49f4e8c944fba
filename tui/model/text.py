"""Making text from outside safe to show.

Servers store and return whatever they were given: escape sequences, bidirectional
controls, NUL, lone surrogates (recorded from a running server). Text is cleaned where it
enters; what was taken out leaves a visible mark, so that nobody is misled by a gap.
"""

from __future__ import annotations

import re

MARK = "\ufffd"
"""Stands for a character that must not reach a terminal."""

_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f"  # soft hyphen, zero-width, marks
    "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and patterns that are only blank
    "\u2028-\u202e\u2060-\u206f"  # separators, bidirectional embeddings and isolates
    "\ufeff\ufff0-\ufffb"  # byte order mark, interlinear annotation
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical formatting
    "\ud800-\udfff"  # lone surrogates
    "\ufdd0-\ufdef\ufffe\uffff"  # not characters
    "\U000e0000-\U000e0fff"  # tags nobody can see
    "]"
)
_LOOK_ONLY = re.compile("[\ufe00-\ufe0f]")  # how an emoji is drawn; terminals differ in its width


def clean(text: str, limit: int | None = None) -> str:
    """Return ``text`` with everything a terminal could obey or hide replaced by :data:`MARK`.

    Line breaks and tabs count: a value is shown on one line. With ``limit`` at most that
    many characters are kept, the last being an ellipsis when something was cut.
    """
    if limit is not None and len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…"
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_visible, _LOOK_ONLY.sub("", text))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    # The control pictures tell the common ones apart: ␛ for escape, ␊ for a line feed.
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else MARK

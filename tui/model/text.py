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


def restored(raw: str, edited: str) -> str:
    """Return ``edited``, made of ``clean(raw)``, with what nobody touched as ``raw`` has it.

    Untouched is what both begin and end with. So a joined emoji stays one when a letter is
    typed behind it, though its joiner is shown as a mark.
    """
    pieces = _pieces(raw)
    if not pieces:  # nothing of it was ever seen
        return raw + edited
    shown = "".join(visible for visible, _ in pieces)
    begin = _alike(shown, edited)
    end = _alike(shown[begin:][::-1], edited[begin:][::-1])
    middle = edited[begin : len(edited) - end]
    own = [text for _, text in pieces]
    return "".join((*own[:begin], middle, *own[len(own) - end :]))


def _pieces(raw: str) -> list[tuple[str, str]]:
    """Return each character that is shown of ``raw``, with what stands there for it."""
    pieces: list[tuple[str, str]] = []
    before = ""
    for char in raw:
        if visible := clean(char):
            pieces.append((visible, before + char))
            before = ""
        elif pieces:  # seen only in the looks of the one before
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + char)
        else:
            before += char
    return pieces


def _alike(one: str, other: str) -> int:
    """Count the characters that two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    # The control pictures tell the common ones apart: ␛ for escape, ␊ for a line feed.
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else MARK

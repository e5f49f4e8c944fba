"""Making text from outside safe to show.

Servers store and return whatever they were given: escape sequences, bidirectional controls,
NUL, lone surrogates (recorded from a running server). Text is cleaned where it enters. Each
removed character leaves a visible mark, so that a gap misleads nobody. Only what joins or colours
emoji goes without one: they are shown side by side and plain, as wide in every terminal.
"""

from __future__ import annotations

import re
from functools import cache

MARK = "\ufffd"
"""Replacement for a character that must not reach a terminal."""

_UNSAFE = (
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f"  # soft hyphen, zero-width, marks
    "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and patterns that are only blank
    "\u2028-\u202e\u2060-\u206f"  # separators, bidirectional embeddings and isolates
    "\ufeff\ufff0-\ufffb"  # byte order mark, interlinear annotation
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical formatting
    "\U0001f3fb-\U0001f3ff"  # skin tones, which are as wide as the terminal likes
    "\ud800-\udfff"  # lone surrogates
    "\ufdd0-\ufdef\ufffe\uffff"  # not characters
    "\U000e0000-\U000e0fff"  # invisible tags
    "]"
)
_EMOJI = "\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"


@cache  # compiled when needed: it takes a twelfth of --help, and ASCII does without
def _unsafe() -> re.Pattern[str]:
    return re.compile(_UNSAFE)


@cache
def _look_only() -> re.Pattern[str]:
    """Return the pattern of how an emoji is drawn; terminals differ in its width."""
    return re.compile(
        rf"""
        [\ufe00-\ufe0f]                                                     # in colours or not
        | (?<=[{_EMOJI}\ufe0f]) [\U0001f3fb-\U0001f3ff]                     # skin tone
        | (?<=[{_EMOJI}\ufe0f]) \u200d (?=[{_EMOJI}]|…\Z)                   # joins two
        | (?<=\U0001f3f4) [\U000e0020-\U000e007e]{{1,6}} \U000e007f         # which flag
        """,
        re.VERBOSE,
    )


def clean(text: str, limit: int | None = None) -> str:
    """Return ``text`` with a visible mark for every character a terminal would obey or hide.

    Line breaks and tabs are replaced too: a value is shown on one line. ``limit`` is the number
    of characters kept at most; the last is an ellipsis where text was cut.
    """
    if limit is not None and len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…"
    if text.isascii() and text.isprintable():
        return text
    return _unsafe().sub(_visible, _look_only().sub("", text))


def restored(raw: str, edited: str) -> str:
    """Return ``edited``, an edit of ``clean(raw)``, with the characters of ``raw`` where unedited.

    The beginning and the end that both texts share count as unedited. So a joined emoji stays
    whole when a letter is typed behind it, though its joiner is not shown.
    """
    pieces = _pieces(raw)
    if not pieces:  # nothing of it is visible
        return raw + edited
    shown = "".join(visible for visible, _ in pieces)
    begin = _alike(shown, edited)
    end = _alike(shown[begin:][::-1], edited[begin:][::-1])
    middle = edited[begin : len(edited) - end]
    own = [text for _, text in pieces]

    def whole() -> str:
        return "".join((*own[:begin], middle, *own[len(own) - end :]))

    if clean(whole()) != clean(edited):  # a joiner at the edit has other neighbours now
        for at in {begin - 1, len(own) - end} & set(range(len(own))):
            own[at] = pieces[at][0]
    return whole()


def _pieces(raw: str) -> list[tuple[str, str]]:
    """Return each character that is shown of ``raw``, with the part of ``raw`` it stands for."""
    look_only = {at for found in _look_only().finditer(raw) for at in range(*found.span())}
    pieces: list[tuple[str, str]] = []
    before = ""
    for at, char in enumerate(raw):
        if at not in look_only:
            pieces.append((_unsafe().sub(_visible, char), before + char))
            before = ""
        elif pieces:  # changes only the look of the character before it
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + char)
        else:
            before += char
    return pieces


def _alike(one: str, other: str) -> int:
    """Count the characters that two texts share at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    # The control pictures tell the common ones apart: ␛ for escape, ␊ for a line feed.
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else MARK

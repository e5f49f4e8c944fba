"""Hostile texts, and the parts that must never be shown, copied or logged as they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

from hypothesis import strategies as st

from tui.model.text import clean

_DATA = Path(__file__).parent / "data"


def _read(name: str) -> list[str]:
    texts: list[str] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return texts


NAUGHTY = _read("naughty-strings.json")
"""The Big List of Naughty Strings, by Max Woolf (MIT licence)."""
RECORDED = _read("recorded.json")
"""Texts that two servers of this family stored and returned, with control characters."""
MADE = [
    "[@click=app.quit]quit[/] [@click='app.exit']x[/]",
    '[/] [/foo] [link="https://evil.example"]x[/link] [red on blue]b[/] \\[b] $name {0} %s',
    "\x1b]52;c;b3duZWQ=\x07\x1b]52;c;b3duZWQ=\x1b\\ \x9d52;c;b3duZWQ=\x9c",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]0;owned\x07\x1b]2;owned\x07\x1bPq#0\x1b\\\x1b_Gx\x1b\\\x1b^x\x1b\\",
    "\x1b[2J\x1b[3J\x1b[H\x1b[6n\x1b[c\x1b[?1049l\x1b[?1003l\x1bc\x1b(0\x1b#8\x1b[58;5;201m",
    "\x9b2J\x9b6n\x90q\x9c\x85\x84\x8d",
    "\u202egnp.exe\u202c \u2066a\u2069 \u2067b\u2069 \u200e\u200f\u061c",
    "pay\u200bpal\u200c\u200d\u2060\ufeff \u3164\u115f\uffa0 \u00ad\U000e0041",
    "a\x00b\x00\x00",
    "\ud800 \udfff \ud83d\ud83d \udc00\ud800",
    "e" + "\u0301\u0300\u0489" * 200,
    "\U0001f469\u200d\U0001f467 \u2764\ufe0f \U0001f1e7\U0001f1f7 \U0001f44d\U0001f3fd \ufdfd",
    "\r\n\r\nSet-Cookie: a=b\r\x0b\x0c\x08\x08\x08\x7f\x7f\u2028\u2029",
    "x" * 100_000,
    "漢\x1b[" * 3_333,
]
"""One text for each way to mislead a terminal, a markup parser or a reader."""

EVERY = list(dict.fromkeys((*MADE, *RECORDED, *NAUGHTY)))
ODD = [text for text in EVERY if clean(text) != text or re.search(r"[\[\]\\$]", text)]
"""The texts with more than words: they are tried in every field, the others in some."""

_PIECES = st.one_of(
    st.sampled_from([text[:80] for text in (*MADE, *RECORDED)]),
    st.sampled_from(
        ["[@click=app.quit]", "[/]", "[link=x]", "\x1b", "\x1b]", "\x9b", "\x07", "\\"]
    ),
    st.text(st.characters(exclude_categories=()), max_size=8),
    st.integers(1, 3_000).map(lambda times: "ab" * times),
)
MIXTURES = st.lists(_PIECES, min_size=1, max_size=6).map("".join)
"""Random texts made of all of these."""

FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
"""Characters that may not be in any shown, copied or logged line."""


def sequences(texts: list[str]) -> set[bytes]:
    """Return the escape sequences in texts, except modes that every program sets."""
    found = {one.encode() for text in texts for one in re.findall("\x1b[ -~]{4,}", text)}
    return {one for one in found if not one.startswith(b"\x1b[?")}


_SENT = re.compile(
    rb"""\x1b\[[\d;:]*m                    # colours
    |\x1b\[\d+;\d+H | \x1b\[H              # cursor position
    |\x1b\[\?(?:25|7|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]
    |\x1b\[\?(?:2026|2048)\$p | \x1b\[[<>=][\d;]*u | \x1b\[>\d*q
    |\x1b\]52;c;[A-Za-z0-9+/=]*\x07        # the clipboard
    |\x1b\]22;[a-z-]*\x07                 # the shape of the pointer
    |\x1b\[\?1049[hl] | \x1b7 | \x1b8 | \r\n | \n | \r""",
    re.VERBOSE,
)


def foreign(output: bytes) -> list[str]:
    """Return the parts of a program's output that are neither text nor its own sequences.

    Raises ``UnicodeDecodeError`` where it is not even UTF-8.
    """
    rest = _SENT.sub(b"", output).decode()
    return [rest[max(one.start() - 20, 0) : one.end() + 20] for one in FORBIDDEN.finditer(rest)]

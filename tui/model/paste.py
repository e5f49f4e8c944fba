"""What a pasted text means for a field of one line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.model.text import MARK

MOST = 20_000
"""Characters; the longest tokens have half as many."""

_AROUND = re.compile(r"^[\s\ufeff\u200b\u200e\u200f\u2060]+|[\s\ufeff\u200b\u200e\u200f\u2060]+$")
"""White space, and marks that nobody sees, at either end of a line."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_JWT = "eyJ"


@dataclass(frozen=True, slots=True)
class Pasted:
    """What to put into a field, and what to say of it; without a text it is refused."""

    text: str = ""
    said: str = ""


def one_line(raw: str, *, joins: bool) -> Pasted:
    """Return what a paste means for one line.

    ``joins``: the field takes a value without blanks, such as a URL or a token. A terminal or a
    mail may have broken it over lines; anything else of several lines is not meant for it.
    """
    lines = [stripped for line in raw.splitlines() if (stripped := _AROUND.sub("", line))]
    if refusal := _refusal(raw, lines, joins=joins):
        return Pasted(said=f"Nothing was pasted: {refusal}.")
    text = "".join(lines)
    if len(lines) > 1:
        return Pasted(text, f"Pasted: {len(lines)} lines were joined into one. Check it.")
    return Pasted(text, "" if text == raw else "Pasted without the white space around it.")


def _refusal(raw: str, lines: list[str], *, joins: bool) -> str:
    """Say why a paste cannot be meant for a line; nothing when it can."""
    urls = sum(bool(_URL.match(word)) for line in lines for word in line.split())
    if not lines:
        return "it is only white space"
    if len(raw) > MOST:
        return f"it has more than {MOST:,} characters"
    if MARK in raw:
        return "it has characters that are not UTF-8"
    if any(_CONTROLS.search(line) for line in lines):
        return "it has control characters or tabs in it"
    if joins and urls > 1:
        return f"it has {urls} URLs, and this takes one"
    if len(lines) == 1:
        return ""
    if not joins or any(len(line.split()) > 1 for line in lines):
        return f"it has {len(lines)} lines, and this takes one"
    if sum(line.startswith(_JWT) for line in lines) > 1:
        return "it has several tokens, and this takes one"
    return ""

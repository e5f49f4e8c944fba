"""Turning a pasted text into the value of a field of one line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.i18n import _, number
from tui.model.text import MARK

MOST = 20_000
"""Characters of a paste, at most; the longest tokens have half as many."""

_AROUND = re.compile(r"^[\s\ufeff\u200b\u200e\u200f\u2060]+|[\s\ufeff\u200b\u200e\u200f\u2060]+$")
"""White space and invisible characters at either end of a line."""
_QUOTED = re.compile(
    r"""(?P<open>["'`<\u201c\u2018])(?P<inside>[^\s"'`<>\u201c\u201d\u2018\u2019]+)"""
    r"""(?P<close>["'`>\u201d\u2019])[,;]?"""
)
"""A value as files, mails and chats have it: in quotation marks or angle brackets."""
_PAIRS = frozenset(('""', "''", "``", "<>", "\u201c\u201d", "\u2018\u2019"))
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_JWT = "eyJ"


@dataclass(frozen=True, slots=True)
class Pasted:
    """The text to put into a field, and a sentence about it; a paste that is refused has none."""

    text: str = ""
    said: str = ""


def one_line(raw: str, *, joins: bool) -> Pasted:
    """Turn a paste into one line, or refuse it.

    ``joins``: the field takes a value without blanks, such as a URL or a token. A terminal or a
    mail may have broken it over several lines; any other text of several lines is refused.
    Quotation marks and angle brackets around such a value are left out.
    """
    lines = [stripped for line in raw.splitlines() if (stripped := _AROUND.sub("", line))]
    if refusal := _refusal(raw, lines, joins=joins):
        return Pasted(said=refusal)
    text, marks = _unquoted("".join(lines)) if joins else ("".join(lines), "")
    said = []
    if len(lines) > 1:
        joined = _("Pasted: {count} lines were joined into one. Check it.")
        said.append(joined.format(count=number(len(lines))))
    if marks:
        said.append(_("Pasted without the {marks} around it.").format(marks=marks))
    elif not said and text != raw:
        said.append(_("Pasted without the white space around it."))
    return Pasted(text, " ".join(said))


def _unquoted(text: str) -> tuple[str, str]:
    """Return a value without the marks around it, and the marks; empty where there are none."""
    found = _QUOTED.fullmatch(text)
    if not found or found["open"] + found["close"] not in _PAIRS:
        return text, ""
    return found["inside"], f"{found['open']} {found['close']}"


def _refusal(raw: str, lines: list[str], *, joins: bool) -> str:
    """Say why a paste is refused; empty when it is not."""
    urls = sum(bool(_URL.match(word)) for line in lines for word in line.split())
    if not lines:
        return _("Nothing was pasted: it is only white space.")
    if len(raw) > MOST:
        said = _("Nothing was pasted: it has more than {most} characters.")
        return said.format(most=number(MOST))
    if MARK in raw:
        return _("Nothing was pasted: it has characters that are not UTF-8.")
    if any(_CONTROLS.search(line) for line in lines):
        return _("Nothing was pasted: it has control characters or tabs in it.")
    if joins and urls > 1:
        said = _("Nothing was pasted: it has {count} URLs, and this field takes one.")
        return said.format(count=number(urls))
    if len(lines) == 1:
        return ""
    if not joins or any(len(line.split()) > 1 for line in lines):
        said = _("Nothing was pasted: it has {count} lines, and this field takes one.")
        return said.format(count=number(len(lines)))
    if sum(line.startswith(_JWT) for line in lines) > 1:
        return _("Nothing was pasted: it has several tokens, and this field takes one.")
    return ""

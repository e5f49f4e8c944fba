"""Checks whether Hookboard can be drawn on this terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from tui.i18n import _
from tui.model.text import clean


def unfit_terminal(env: Mapping[str, str], encoding: str) -> str:
    """Return why nothing can be drawn on this terminal, and what to do; empty where it can.

    ``encoding`` is the encoding of the characters that are sent to it.
    """
    term = env.get("TERM", "")
    if not term:
        return _(
            "TERM is not set: this terminal cannot move the cursor. "
            "Use another, or set TERM=xterm-256color."
        )
    if term == "dumb":
        return _(
            "TERM is dumb: this terminal cannot move the cursor. "
            "Use another, or set TERM=xterm-256color."
        )
    # Where a locale is not installed Python sets another, and LC_CTYPE to it.
    names = ("LC_ALL", "LANG") if sys.flags.utf8_mode else ("LC_ALL", "LC_CTYPE", "LANG")
    variable = next((name for name in names if env.get(name)), "")
    locale = env.get(variable, "")
    codeset = locale.partition(".")[2].partition("@")[0]
    if codeset and not _is_utf8(codeset):
        text = _(
            "{variable} is {locale}, which is not UTF-8. "
            "Set LC_ALL=C.UTF-8, and the terminal to UTF-8."
        )
        return text.format(variable=variable, locale=clean(locale, 40))
    if not _is_utf8(encoding):
        text = _(
            "the encoding of the terminal, {encoding}, is not UTF-8. "
            "Set LC_ALL=C.UTF-8, and the terminal to UTF-8."
        )
        return text.format(encoding=clean(encoding, 40))
    return ""


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"

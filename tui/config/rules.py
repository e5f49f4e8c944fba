"""Rules for the settings that flags and variables can give too, not only the file.

They take the standard library alone: a start without a file pays for nothing more. All other
settings are checked by :mod:`tui.config.file_check`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.i18n import _
from tui.model import address
from tui.model.server_kind import APIS
from tui.model.text import clean


class Mistake(ValueError):
    """A wrong value: the problem, and what to do. It never holds the value."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


def checked_url(url: str) -> str:
    """Return the address of a server, normalised; raises :class:`Mistake`."""
    try:
        return address.normalise(url)
    except address.AddressError as error:
        raise Mistake(error.problem, error.hint) from None


def checked_business(business: str) -> str:
    """Return the id of a business, without white space around it; raises :class:`Mistake`."""
    business = business.strip()
    if clean(business) != business or "/" in business:
        problem = _("must be an id without slashes or control characters")
        raise Mistake(problem, _("Copy it again."))
    return business


def checked_kind(kind: str) -> str:
    """Return the name of a kind of server, or ``auto``; raises :class:`Mistake`."""
    if kind not in APIS:
        problem = _("must be one of {kinds}").format(kinds=", ".join(APIS))
        raise Mistake(problem, _("auto detects the kind by itself."))
    return kind


RULES: Mapping[str, Callable[[str], str]] = {
    "url": checked_url,
    "business": checked_business,
    "api": checked_kind,
}
"""The rules by setting. click checks the numbers, and the rest is set or not."""

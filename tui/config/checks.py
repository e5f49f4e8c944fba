"""Checking the values of the configuration file: table by table, every mistake in words.

By hand: importing pydantic and building its models took a fifth of the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tui.i18n import _
from tui.model.user_error import UserError

Keys = tuple[str, ...]
"""The keys that lead to a setting: ``("profiles", "loja", "url")``."""

NameOf = Callable[[Keys], str]
"""Names a setting for people, by its keys: ``HOOKBOARD_URL`` or ``FILE: profiles.loja.url``."""

Check = Callable[[Any], Any]
"""Returns the value to use; raises :class:`Mistake`."""

MISSING = (_("is missing"), _('Add a line like: url = "https://api.example.com"'))
NO_SECTION = (_("must be a table"), _("Write its settings below a line with its name in brackets."))
NO_TABLE = (_("must be a table"), _("Write its settings below a line like [profiles.NAME]."))


class Mistake(ValueError):
    """A wrong value: the problem, and what to do."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake and where it is."""

    keys: Keys
    problem: str
    hint: str


class Invalid(ValueError):
    """Values with mistakes in them; it never holds the values."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)

    def user_error(self, name_of: NameOf) -> UserError:
        """Return the findings as one error, a problem for each of them."""
        first, *others = (
            UserError(one.problem, one.hint, subject=name_of(one.keys), key=one.keys[-1])
            for one in self.findings
        )
        first.others = tuple(others)
        return first


class Findings(list[Finding]):
    """The mistakes found so far."""

    def add(self, keys: Keys, problem: str, hint: str) -> None:
        """Note a mistake."""
        self.append(Finding(keys, problem, hint))

    def checked(self, check: Check, value: object, keys: Keys) -> Any:
        """Return what a check makes of a value; a mistake is noted, and ``None`` returned."""
        try:
            return check(value)
        except Mistake as mistake:
            self.add(keys, mistake.problem, mistake.hint)
            return None

    def table(
        self,
        table: object,
        checks: Mapping[str, Check],
        unknown: Callable[[Keys], str],
        keys: Keys = (),
        needed: Iterable[str] = (),
    ) -> dict[str, Any]:
        """Check a table with settings; return those that are given and right.

        ``unknown`` returns the hint for a setting that does not exist.
        """
        if not isinstance(table, dict):
            self.add(keys, *NO_TABLE)
            return {}
        for name in needed:
            if name not in table:
                self.add((*keys, name), *MISSING)
        right = {
            name: self.checked(check, table[name], (*keys, name))
            for name, check in checks.items()
            if name in table
        }
        for name in table:
            if name not in checks:
                self.add((*keys, name), _("is not a setting"), unknown((*keys, name)))
        return right

    def raise_any(self) -> None:
        """Raise :class:`Invalid` if there are any."""
        if self:
            raise Invalid(self)


def text(value: object) -> str:
    """Return a text."""
    if isinstance(value, str):
        return value
    raise Mistake(_("must be text"), _('Put it in quotes: "…"'))


def yes_or_no(value: object) -> bool:
    """Return true or false."""
    if isinstance(value, bool):
        return value
    raise Mistake(_("must be true or false"), _("Write one of the two, without quotes."))


def section(value: object) -> dict[str, Any]:
    """Return a table with any names in it."""
    if isinstance(value, dict):
        return value
    raise Mistake(*NO_SECTION)


def whole_number(setting: str, most: int, usual: int) -> Check:
    """Return the check of a whole number from 1 to ``most``; ``usual`` is the example."""

    def check(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
            return value
        hint = _("For example: {setting} = {value}").format(setting=setting, value=usual)
        raise Mistake(_("must be a whole number from 1 to {most}").format(most=most), hint)

    return check

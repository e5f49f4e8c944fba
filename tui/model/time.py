"""Times and durations in a few letters."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from tui.i18n import _, number

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

_MONTHS = (
    _("Jan"),
    _("Feb"),
    _("Mar"),
    _("Apr"),
    _("May"),
    _("Jun"),
    _("Jul"),
    _("Aug"),
    _("Sep"),
    _("Oct"),
    _("Nov"),
    _("Dec"),
)


def age(when: datetime | None, now: datetime) -> str:
    """Say when something was: ``just now``, ``5 min ago``, ``3 h ago``, ``2 d ago``, ``12 Jun``.

    A date of another year has the year: ``12 Jun 2024``. Empty for ``None``.
    """
    if when is None:
        return ""
    seconds = (now - when).total_seconds()
    if -_MINUTE < seconds < _MINUTE:
        return _("just now")
    if 0 < seconds < 14 * _DAY:
        return _("{time} ago").format(time=span(timedelta(seconds=seconds)))
    text = _("{day} {month}") if when.year == now.year else _("{day} {month} {year}")
    return text.format(day=when.day, month=_MONTHS[when.month - 1], year=when.year)


def moment(when: datetime, now: datetime) -> str:
    """Say when something was, by the clock of this machine: ``10:41 today``, ``26 Nov 18:20``.

    A date of another year has the year: ``12 Jun 2024 18:20``.
    """
    here, today = when.astimezone(), now.astimezone()
    clock = f"{here:%H:%M}"
    if here.date() == today.date():
        return _("{clock} today").format(clock=clock)
    same_year = here.year == today.year
    text = _("{day} {month} {clock}") if same_year else _("{day} {month} {year} {clock}")
    month = _MONTHS[here.month - 1]
    return text.format(day=here.day, month=month, year=here.year, clock=clock)


def utc_now() -> datetime:
    """Return the current time in UTC, with its zone."""
    return datetime.now(UTC)


def span(length: timedelta) -> str:
    """Say how long something is: ``20 s``, ``5 min``, ``3 h``, ``2 d``."""
    seconds = int(length.total_seconds())
    units = ((_DAY, _("{count} d")), (_HOUR, _("{count} h")), (_MINUTE, _("{count} min")))
    for unit, text in units:
        if seconds >= unit:
            return text.format(count=number(seconds // unit))
    return _("{count} s").format(count=number(seconds))


def parse_time(text: object) -> datetime | None:
    """Read an ISO 8601 time with a zone; return ``None`` for anything else."""
    if not isinstance(text, str):
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else None


def parse_moment(text: str, now: datetime) -> datetime | None:
    """Read a moment as people write it: ``2026-11-27 10:00``, ``10:00`` of today, ``3d`` ago.

    Without a zone it is local time. Returns ``None`` for anything else.
    """
    units = {"s": 1, "min": _MINUTE, "m": _MINUTE, "h": _HOUR, "d": _DAY}
    if ago := re.fullmatch(r"([0-9]{1,6}) ?(s|min|m|h|d)", text):
        return now - timedelta(seconds=int(ago[1]) * units[ago[2]])
    if re.fullmatch(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?", text):
        text = f"{now.astimezone().date().isoformat()} {text}"
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None

"""How long ago something was, in few letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def age(when: datetime | None, now: datetime) -> str:
    """Say when something was: ``now``, ``5 min ago``, ``3 h ago``, ``2 d ago``, ``12 Jun``.

    Dates of another year carry it: ``12 Jun 2024``. Empty for ``None``.
    """
    if when is None:
        return ""
    seconds = (now - when).total_seconds()
    if -_MINUTE < seconds < _MINUTE:
        return "now"
    if 0 < seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min ago"
    if 0 < seconds < _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    if 0 < seconds < 14 * _DAY:
        return f"{int(seconds // _DAY)} d ago"
    date = f"{when.day} {when:%b}"
    return date if when.year == now.year else f"{date} {when.year}"


def utc_now() -> datetime:
    """Return the time now, with its zone."""
    return datetime.now(UTC)


def span(length: timedelta) -> str:
    """Say how long something is: ``20 s``, ``5 min``, ``3 h``, ``2 d``."""
    seconds = int(length.total_seconds())
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds // unit:,} {name}"
    return f"{seconds} s"


def parse_time(text: object) -> datetime | None:
    """Read an ISO 8601 time with a zone, or return ``None`` for anything else."""
    if not isinstance(text, str):
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else None

"""The size of a plan: its requests, its time, and the confirmations it needs.

The board and the command line share these rules.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from tui.api.http.exchange import Exchange, Purpose
from tui.core.plan.plan import Plan, PlannedRow, Question

SHARE = 30
"""Percent of a server's webhooks above which a plan is large."""

MANY = 50
"""Rows above which a plan is large, however many webhooks the server has."""

FEW = 10
"""The fewest webhooks on a server for which a command line counts percent."""

_LIMIT = re.compile(r"(?P<number>[0-9]{1,9})(?P<percent>%)?")


@dataclass(frozen=True, slots=True)
class ChangeLimit:
    """The most webhooks that a command may change: a number, or percent of all there are."""

    number: int
    is_percent: bool = False

    @classmethod
    def parse(cls, text: str) -> ChangeLimit | None:
        """Read ``50`` or ``50%``; return ``None`` for anything else."""
        found = _LIMIT.fullmatch(text)
        if not found or (found["percent"] and int(found["number"]) > 100):
            return None
        return cls(int(found["number"]), found["percent"] is not None)

    def allows(self, plan: Plan) -> bool:
        """Whether a plan is within the limit."""
        rows = len(plan.rows)
        return rows * 100 <= self.number * plan.total if self.is_percent else rows <= self.number


class Permission(Enum):
    """Changes that a command makes only if they are allowed, by their word for ``--allow``."""

    OFF = "off"
    CREATE = "create"
    DELETE = "delete"


_PERMISSIONS = {
    Question.TURNS_OFF: Permission.OFF,
    Question.CREATES: Permission.CREATE,
    Question.DELETES: Permission.DELETE,
}


def wants_number_typed(plan: Plan) -> bool:
    """Whether a screen has to ask for the number of rows before it applies a plan."""
    rows = len(plan.rows)
    return rows > 1 and (rows > MANY or not ChangeLimit(SHARE, is_percent=True).allows(plan))


def is_within(plan: Plan, limit: ChangeLimit | None) -> bool:
    """Whether a plan is small enough for a command; ``None``: no limit was given."""
    if limit is not None:
        return limit.allows(plan)
    return plan.total < FEW or ChangeLimit(SHARE, is_percent=True).allows(plan)


def permissions_needed(plan: Plan) -> frozenset[Permission]:
    """Return the permissions that a plan needs on a command line."""
    questions = {concern.question for row in plan.rows for concern in row.concerns}
    return frozenset(_PERMISSIONS[one] for one in questions if one in _PERMISSIONS)


def requests_of(row: PlannedRow, *, flags_apart: bool) -> int:
    """Return the fewest requests for a row: to read it, to write it, and to write flags alone.

    ``flags_apart``: the server saves flags by a request of their own. Reading again is not counted:
    after the first rows the answers are trusted.
    """
    kinds = {change.is_flag for change in row.changes}
    return 3 if flags_apart and len(kinds) > 1 else 2


def request_count(plan: Plan, *, flags_apart: bool = False) -> int:
    """Return the approximate number of requests for a plan."""
    return sum(requests_of(row, flags_apart=flags_apart) for row in plan.rows)


def seconds_for(
    plan: Plan, *, at_once: int, seconds_each: float, flags_apart: bool = False
) -> float:
    """Return the approximate seconds that a plan takes.

    The first row goes alone, then ``at_once`` rows, of one instance one at a time. ``seconds_each``
    is the time of one request.
    """
    if not plan.rows:
        return 0.0
    first, *rest = (requests_of(row, flags_apart=flags_apart) for row in plan.rows)
    by_instance: Counter[str] = Counter()
    for row, requests in zip(plan.rows[1:], rest, strict=True):
        by_instance[row.key.instance] += requests
    side_by_side = math.ceil(sum(rest) / at_once)
    return seconds_each * (first + max(side_by_side, *by_instance.values(), 0))


class RequestTime(NamedTuple):
    """The typical time of a request for one webhook."""

    seconds: float
    is_of_lists: bool = False
    """Whether it is the time of the fastest list, since no webhook was read or written by itself
    yet: it takes less."""


def typical_time(exchanges: Iterable[Exchange]) -> RequestTime | None:
    """Return the typical time of a request for one webhook, from those that succeeded.

    Reads and writes count the same, as in a row. ``None`` without any request.
    """
    took: dict[Purpose, list[float]] = {one: [] for one in Purpose}
    for one in exchanges:
        if one.status and one.status < 400:
            took[one.purpose].append(one.seconds)
    lists = took.pop(Purpose.LIST)
    typical = [sorted(seconds)[len(seconds) // 2] for seconds in took.values() if seconds]
    if typical:
        return RequestTime(sum(typical) / len(typical))
    return RequestTime(min(lists), is_of_lists=True) if lists else None

"""How large a plan is: its requests and its time, and what has to be confirmed for it.

The board and the command line ask here, so that both have the same rules.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tui.core.plan import Plan, PlannedRow, Question

SHARE = 30
"""Percent of a server's webhooks above which a plan is large."""

MANY = 50
"""Rows above which a plan is large, however many webhooks the server has."""

FEW = 10
"""Webhooks below which no share counts on a command line: one of three is no fleet."""

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
        """Whether a plan is not larger."""
        rows = len(plan.rows)
        return rows * 100 <= self.number * plan.total if self.is_percent else rows <= self.number


class Permission(Enum):
    """What a command does only where it was allowed, by the word that allows it."""

    OFF = "off"
    CREATE = "create"
    DELETE = "delete"


_PERMISSIONS = {
    Question.TURNS_OFF: Permission.OFF,
    Question.CREATES: Permission.CREATE,
    Question.DELETES: Permission.DELETE,
}


def wants_number_typed(plan: Plan) -> bool:
    """Whether the person who applies a plan on a screen has to type how many rows it has."""
    rows = len(plan.rows)
    return rows > 1 and (rows > MANY or not ChangeLimit(SHARE, is_percent=True).allows(plan))


def is_within(plan: Plan, limit: ChangeLimit | None) -> bool:
    """Whether a command may change as many rows; ``None``: no limit was given."""
    if limit is not None:
        return limit.allows(plan)
    return plan.total < FEW or ChangeLimit(SHARE, is_percent=True).allows(plan)


def permissions_needed(plan: Plan) -> frozenset[Permission]:
    """Return what has to be allowed for a plan on a command line."""
    questions = {concern.question for row in plan.rows for concern in row.concerns}
    return frozenset(_PERMISSIONS[one] for one in questions if one in _PERMISSIONS)


def requests_of(row: PlannedRow, *, flags_apart: bool) -> int:
    """Return how many requests a row takes at least: it is read, written, and flags go apart.

    ``flags_apart`` says that the server saves flags by a request of their own. What an answer
    does not prove is read once more, which is not counted: after the first rows it is proved.
    """
    kinds = {change.is_flag for change in row.changes}
    return 3 if flags_apart and len(kinds) > 1 else 2


def request_count(plan: Plan, *, flags_apart: bool = False) -> int:
    """Return how many requests a plan takes, about."""
    return sum(requests_of(row, flags_apart=flags_apart) for row in plan.rows)


def seconds_for(
    plan: Plan, *, at_once: int, seconds_each: float, flags_apart: bool = False
) -> float:
    """Return how many seconds a plan takes, about.

    The first row goes alone, then ``at_once`` are under way, and of one instance one at a time.
    ``seconds_each`` is what a request takes here.
    """
    if not plan.rows:
        return 0.0
    first, *rest = (requests_of(row, flags_apart=flags_apart) for row in plan.rows)
    by_instance: Counter[str] = Counter()
    for row, requests in zip(plan.rows[1:], rest, strict=True):
        by_instance[row.key.instance] += requests
    side_by_side = math.ceil(sum(rest) / at_once)
    return seconds_each * (first + max(side_by_side, *by_instance.values(), 0))


def typical_seconds(took: Sequence[float]) -> float | None:
    """Return what a request usually takes, by what some took; ``None`` where there are none."""
    return sorted(took)[len(took) // 2] if took else None

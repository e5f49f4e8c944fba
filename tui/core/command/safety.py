"""Safety rules for commands that write: nobody watches them, so they need more permission."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from tui.core.plan.limits import ChangeLimit, Permission, is_within, permissions_needed
from tui.core.plan.plan import Plan

if TYPE_CHECKING:
    from tui.core.session import Session


@dataclass(frozen=True, slots=True)
class Grants:
    """The permissions that the caller of a command gave."""

    limit: ChangeLimit | None = None
    """The most webhooks that may change; ``None``: no limit was given."""
    expected: int | None = None
    """The number of webhooks that must be selected."""
    allowed: frozenset[Permission] = frozenset()
    confirmed: str | None = None
    """The profile that was named for a production server."""
    is_reviewed: bool = False
    """Whether the plan comes from a file, so that somebody could review it."""


class Rule(Enum):
    """A safety rule that holds a command back."""

    READ_ONLY = auto()
    NOT_CONFIRMED = auto()
    """The server is marked as production, and its profile was not named."""
    NOT_ALLOWED = auto()
    """Webhooks would be turned off, created or deleted."""
    TOO_MANY = auto()
    NOT_AS_EXPECTED = auto()
    """Another number of webhooks is selected."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A rule that holds a command back, and its details."""

    rule: Rule
    detail: str = ""
    """The profile, or the word that allows it."""
    amount: int = 0
    of: int = 0


def held_back(plan: Plan, session: Session, grants: Grants) -> tuple[HeldBack, ...]:
    """Return the rules that hold a command back from carrying out a plan."""
    found = list(held_back_on(session, grants))
    selected = len(plan.rows) + len(plan.left_out)
    if grants.expected is not None and selected != grants.expected:
        found.append(HeldBack(Rule.NOT_AS_EXPECTED, amount=selected, of=grants.expected))
    for one in sorted(permissions_needed(plan) - grants.allowed, key=lambda one: one.value):
        found.append(HeldBack(Rule.NOT_ALLOWED, one.value))
    free = grants.is_reviewed and grants.limit is None
    if not (free or is_within(plan, grants.limit)):
        found.append(HeldBack(Rule.TOO_MANY, amount=len(plan.rows), of=plan.total))
    return tuple(found)


def held_back_on(session: Session, grants: Grants) -> tuple[HeldBack, ...]:
    """Return the rules of a server that hold back every command that writes."""
    found: list[HeldBack] = []
    if session.read_only:
        found.append(HeldBack(Rule.READ_ONLY))
    if session.production and grants.confirmed != session.profile:
        found.append(HeldBack(Rule.NOT_CONFIRMED, session.profile))
    return tuple(found)

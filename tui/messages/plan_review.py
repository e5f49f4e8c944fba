"""A plan as the groups of its review: equal changes, questions, webhooks that are left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from tui.core.plan.groups import by_concern, by_reason, equal_changes
from tui.core.plan.plan import LeftOut, Plan, PlannedRow
from tui.i18n import _, ngettext, number
from tui.messages.change_words import change_words
from tui.messages.plan_words import concern_words, group_words, heading, reason_words, row_name
from tui.model.counting import listed


class Part(Enum):
    """The parts of a review, in their order."""

    CHANGES = auto()
    QUESTIONS = auto()
    LEFT_OUT = auto()


@dataclass(frozen=True, slots=True)
class ReviewGroup:
    """Webhooks that a review shows in one line."""

    part: Part
    words: str
    rows: tuple[PlannedRow | LeftOut, ...]


def review_groups(plan: Plan) -> tuple[ReviewGroup, ...]:
    """Return the lines of a review, in their order."""
    return tuple(_groups(plan))


def question_count(groups: tuple[ReviewGroup, ...]) -> str:
    """Say how many questions a plan raises; empty where there are none."""
    questions = sum(group.part is Part.QUESTIONS for group in groups)
    if not questions:
        return ""
    text = ngettext("{count} question", "{count} questions", questions)
    return text.format(count=number(questions))


def member_words(row: PlannedRow | LeftOut) -> tuple[str, str]:
    """Name a webhook of a group, and its changes or the reason why it is left out."""
    if isinstance(row, LeftOut):
        name = row_name(row.instance, row.webhook.name if row.webhook else "")
        return name, listed(row.details)
    target = row.target
    return row_name(target.instance, target.wanted.name), listed(map(change_words, row.changes))


def plan_text(plan: Plan, size: str) -> str:
    """Return a whole plan as lines of text, its groups first and then each webhook."""
    groups = review_groups(plan)
    lines = [heading(plan), size, ""]
    lines += (_line(group) for group in groups)
    lines += ("", *(": ".join(filter(None, member_words(row))) for row in plan.rows), "")
    return "\n".join(lines)


def counted(rows: int) -> str:
    """Write the number of webhooks before a change: ``500 ×``."""
    return f"{number(rows)} ×"


def _line(group: ReviewGroup) -> str:
    if group.part is not Part.CHANGES:
        return group.words
    return _("{count} {change}").format(count=counted(len(group.rows)), change=group.words)


def _groups(plan: Plan) -> Iterator[ReviewGroup]:
    for group in equal_changes(plan):
        yield ReviewGroup(Part.CHANGES, group_words(group), tuple(group.rows))
    for concern, rows in by_concern(plan).items():
        yield ReviewGroup(Part.QUESTIONS, concern_words(concern, rows), tuple(rows))
    for (reason, _details), left_out in by_reason(plan).items():
        yield ReviewGroup(Part.LEFT_OUT, reason_words(reason, left_out), tuple(left_out))

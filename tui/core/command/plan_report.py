"""A plan as JSON: the shape of a run's report, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tui.core.plan.plan import LeftOut, Plan, Reason
from tui.core.run.report import conflicts_json, row_json
from tui.core.run.row import RunRow
from tui.model.row_outcome import RowOutcome

OUTCOMES: Mapping[Reason, RowOutcome] = {
    Reason.ALREADY_SO: RowOutcome.ALREADY_SO,
    Reason.NO_SUCH_FLAG: RowOutcome.INVALID,
    Reason.FLAG_REFUSED: RowOutcome.INVALID,
    Reason.INVALID: RowOutcome.INVALID,
    Reason.CONFLICT: RowOutcome.CONFLICT,
    Reason.NOT_READ: RowOutcome.NOT_REACHED,
    Reason.GONE: RowOutcome.GONE,
}
"""The outcomes of webhooks that a plan leaves out."""


def rows_of(plan: Plan) -> tuple[RunRow, ...]:
    """Return the rows of a plan as rows of a run that has not begun."""
    return tuple(RunRow(position, row.target) for position, row in enumerate(plan.rows))


def plan_rows_json(rows: Iterable[RunRow], left_out: Iterable[LeftOut]) -> list[dict[str, Any]]:
    """Return the rows to write, or written, then the webhooks that are left out."""
    return [*map(row_json, rows), *map(left_out_json, left_out)]


def left_out_json(one: LeftOut) -> dict[str, Any]:
    """Return a webhook that a plan leaves out as a row, with the reason as its outcome."""
    nothing: dict[str, Any] = {key: [] for key in ("changes", "merged", "missing")}
    return {
        "instance": one.instance.name,
        "instance_id": one.instance.id,
        "webhook": one.webhook.name if one.webhook else "",
        "webhook_id": one.webhook.id if one.webhook else "",
        "action": "change",
        "outcome": OUTCOMES[one.reason].value,
        "reason": one.reason.name.lower(),
        **nothing,
        "conflicts": conflicts_json(one.conflicts),
        "said": list(one.details),
        "requests": 0,
        "seconds": 0.0,
    }


def outcomes_of(rows: Iterable[RunRow], left_out: Iterable[LeftOut]) -> list[RowOutcome]:
    """Return the outcomes of all rows, in the same order."""
    return [*(row.outcome for row in rows), *(OUTCOMES[one.reason] for one in left_out)]

"""The report of a run as JSON, the same from the board and from the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tui.api.http.masking import mask
from tui.core.run.journal import change_json, conflict_json
from tui.core.run.row import RunRow
from tui.model.diff import Change, Conflict, Value, changes, summary
from tui.model.report_format import FORMAT
from tui.model.row_outcome import RowOutcome
from tui.model.server_kind import Api


def run_json(
    rows: Sequence[RunRow], *, command: str, run: str, url: str, kind: Api
) -> dict[str, Any]:
    """Return a run with all its rows, whether it has ended or not."""
    return {
        "hookboard": FORMAT,
        "command": command,
        "run": run,
        "server": {"url": url, "kind": kind},
        "totals": totals_json(row.outcome for row in rows),
        "rows": [row_json(row) for row in rows],
    }


def totals_json(outcomes: Iterable[RowOutcome]) -> Mapping[str, int]:
    """Return the number of rows, and of rows with each outcome, zeros included."""
    counts = Counter(outcomes)
    return {"rows": counts.total(), **{one.value: counts[one] for one in RowOutcome}}


def row_json(row: RunRow) -> dict[str, Any]:
    """Return a row: the requested changes and their result."""
    target, result = row.target, row.result
    words = (
        *((result.what,) if result.what else ()),
        *(rule for _field, rule in result.field_errors),
    )
    return {
        "instance": target.instance.name,
        "instance_id": target.instance.id,
        "webhook": target.wanted.name,
        "webhook_id": row.webhook_id or target.base.id,
        "action": row.action.value,
        "outcome": result.outcome.value,
        "changes": [change_json(masked(one)) for one in asked_of(row)],
        "merged": [change_json(masked(one)) for one in result.merged],
        "missing": [change_json(masked(one)) for one in result.missing],
        "conflicts": conflicts_json(result.conflicts),
        "said": [*words, *result.said],
        "requests": result.requests,
        "seconds": round(result.seconds, 3),
    }


def conflicts_json(conflicts: Iterable[Conflict]) -> list[dict[str, Any]]:
    """Return conflicts, with secrets in URLs masked."""
    return [
        conflict_json(
            replace(
                one,
                base=_masked(one.base),
                theirs=_masked(one.theirs),
                mine=_masked(one.mine),
            )
        )
        for one in conflicts
    ]


def masked(change: Change) -> Change:
    """Return a change with secrets in its URLs masked."""
    return replace(change, old=_masked(change.old), new=_masked(change.new))


def _masked(value: Value) -> Value:
    return mask(value) if isinstance(value, str) else value


def asked_of(row: RunRow) -> tuple[Change, ...]:
    """Return the changes that a row requests; none for a deletion."""
    target = row.target
    if target.base.is_new:
        return summary(target.base.values, target.wanted, is_new=True)
    return changes(target.base.values, target.wanted)

"""A plan or the result of its run, as lines of text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tui.api.http.masking import mask
from tui.cli.output import plain_line
from tui.core.plan.groups import by_concern, by_reason
from tui.core.plan.plan import LeftOut, Plan, Reason
from tui.core.run.report import asked_of
from tui.core.run.row import RunRow
from tui.i18n import _
from tui.messages.change_words import change_words
from tui.messages.plan_words import concern_words, heading, reason_words, row_name
from tui.messages.run_report import OUTCOMES, row_words, totals_words
from tui.storage.journal import Action


def plan_lines(plan: Plan, rows: Sequence[RunRow]) -> Iterator[str]:
    """Yield the changes of a plan, its questions, and the webhooks that are left out."""
    if plan.rows:
        yield heading(plan)
    for row in rows:
        yield from _row_lines(row)
    for concern, planned in by_concern(plan).items():
        yield f"! {mask(concern_words(concern, planned))}"
    yield from left_out_lines(plan.left_out)
    if not plan.rows:
        yield _("Nothing differs.") if differs_nowhere(plan) else _("Nothing can be changed.")


def rest_lines(rows: Sequence[RunRow]) -> Iterator[str]:
    """Yield what is left to do of an earlier run."""
    rest = [row for row in rows if not row.ended]
    for row in rest:
        yield from _row_lines(row)
    if not rest:
        yield _("Nothing is left to do.")


def run_lines(rows: Sequence[RunRow], run: str) -> Iterator[str]:
    """Yield the result of each row, then the totals."""
    for row in rows:
        name = row_title(row)
        yield f"{OUTCOMES[row.outcome]}: {name}: {mask(row_words(row))}"
    totals = totals_words(row.outcome for row in rows)
    yield _("Run {run}: {totals}").format(run=run, totals=totals) if run else totals


def left_out_lines(left_out: Sequence[LeftOut]) -> Iterator[str]:
    """Yield the webhooks that are left out and why, but not those that need no change."""
    for (reason, _details), ones in by_reason(Plan((), tuple(left_out))).items():
        if reason is not Reason.ALREADY_SO:
            yield f"! {mask(reason_words(reason, ones))}"


def difference_lines(rows: Sequence[RunRow], left_out: Sequence[LeftOut]) -> Iterator[str]:
    """Yield a line for each difference, with its webhook; none if nothing differs."""
    for row in rows:
        name = row_title(row)
        if row.action is Action.DELETE:
            yield f"{name}: {_('deleted')}"
        for change in asked_of(row):
            yield f"{name}: {mask(change_words(change))}"
    yield from left_out_lines(left_out)


def row_title(row: RunRow) -> str:
    """Name the webhook of a row: ``loja-sul › crm``."""
    return row_name(row.target.instance, row.target.wanted.name)


def differs_nowhere(plan: Plan) -> bool:
    """Tell whether no webhook differs from its wanted state."""
    return not plan.rows and all(one.reason is Reason.ALREADY_SO for one in plan.left_out)


def plain_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the rows of a plan or a run as tab-separated lines."""
    for row in rows:
        names = ",".join(change.get("flag") or change["field"] for change in row["changes"])
        keys = ("instance", "instance_id", "webhook", "webhook_id", "outcome")
        yield plain_line((*(row[key] for key in keys), names, " ".join(row["said"])))


def _row_lines(row: RunRow) -> Iterator[str]:
    yield row_title(row)
    if row.action is Action.DELETE:
        yield f"  {_('deleted')}"
    for change in asked_of(row):
        yield f"  {mask(change_words(change))}"

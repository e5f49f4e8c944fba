"""The journal of one run: noting it, and reading it back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tui.core.plan.target_record import FindInstance, record_of, target_of
from tui.core.run.row import RowResult, RunRow
from tui.core.save_result import Objection
from tui.i18n import _
from tui.model.diff import Change, Conflict
from tui.model.user_error import UserError
from tui.storage.journal import (
    Journal,
    Origin,
    RowEnd,
    RowRecord,
    Written,
)


class RunJournal:
    """Notes one run in the journal. A run of one row works without a journal."""

    def __init__(
        self,
        journal: Journal | None,
        server: str,
        origin: Origin,
        *,
        of_run: str = "",
        run: str = "",
    ) -> None:
        """``of_run`` is the run that is undone or retried, ``run`` the id of a resumed one."""
        self.server = server
        self.origin = origin
        self.run = run
        self._of_run = of_run
        self._journal = journal

    @property
    def lock_folder(self) -> Path | None:
        """The folder of the locks of runs; ``None`` to lock only within this program."""
        return lock_folder(self._journal)

    async def begin(self, rows: Sequence[RunRow]) -> None:
        """Note the run with its rows. Raises :class:`UserError` if it must not begin."""
        if self._journal is None:
            if len(rows) > 1:
                raise UserError(
                    _("A run of several webhooks cannot begin without the journal"),
                    _("Change the webhooks one by one."),
                )
        elif self.run:
            await self._journal.go_on_with(self.run)
        else:
            records = [record_of(row.target, self.server, row.position) for row in rows]
            try:
                self.run = await self._journal.begin_run(
                    self.server, self.origin, records, self._of_run
                )
            except UserError:
                if len(rows) > 1:
                    raise

    async def note_intent(self, row: RunRow) -> None:
        """Note that a row is about to be written. Raises :class:`UserError`."""
        if self._journal and self.run:
            await self._journal.note_intent(self.run, row.position)

    async def end_row(self, row: RunRow, written: Written | None) -> None:
        """Note the result of a row, and the state that it wrote. Raises :class:`UserError`."""
        if self._journal and self.run:
            result = row.result
            end = RowEnd(result.outcome, result.before, result.after, _report(result))
            ref = record_of(row.target, self.server, row.position).ref
            await self._journal.end_row(
                self.run, row.position, end, replace(ref, webhook_id=row.webhook_id), written
            )

    async def end(self) -> None:
        """Note that the run ended; a failure is in the journal's news."""
        if self._journal and self.run:
            await self._journal.end_run(self.run)


def lock_folder(journal: Journal | None) -> Path | None:
    """Return the folder of the locks of runs: beside the journal."""
    return journal.path.parent / "runs" if journal and journal.path else None


def rows_of_records(records: Iterable[RowRecord], find: FindInstance) -> tuple[RunRow, ...]:
    """Return the rows of a run as they were when it ended or was cut off."""
    return tuple(_row_of(record, find) for record in records)


def _row_of(record: RowRecord, find: FindInstance) -> RunRow:
    row = RunRow(record.position, target_of(record, find), had_intent=record.intent is not None)
    if record.end is not None:
        row.result, row.ended = _result_of(record.end), True
        row.webhook_id = record.ref.webhook_id
    return row


def _report(result: RowResult) -> str:
    return json.dumps(
        {
            "merged": [change_json(one) for one in result.merged],
            "missing": [change_json(one) for one in result.missing],
            "conflicts": [conflict_json(one) for one in result.conflicts],
            "what": result.what,
            "said": result.said,
            "objection": result.objection.name if result.objection else None,
            "field_errors": result.field_errors,
            "requests": result.requests,
            "seconds": round(result.seconds, 3),
        }
    )


def _result_of(end: RowEnd) -> RowResult:
    told: Mapping[str, Any] = json.loads(end.report)
    return RowResult(
        end.outcome,
        end.before,
        end.after,
        merged=_changes(told, "merged"),
        missing=_changes(told, "missing"),
        conflicts=tuple(map(_conflict_of, told.get("conflicts", ()))),
        what=told.get("what", ""),
        said=tuple(told.get("said", ())),
        objection=Objection[name] if (name := told.get("objection")) else None,
        field_errors=tuple((field, words) for field, words in told.get("field_errors", ())),
        requests=told.get("requests", 0),
        seconds=told.get("seconds", 0.0),
    )


def _changes(told: Mapping[str, Any], which: str) -> tuple[Change, ...]:
    return tuple(map(_change_of, told.get(which, ())))


def change_json(change: Change) -> dict[str, Any]:
    """Return a change as JSON."""
    kind = "flag" if change.is_flag else "field"
    return {kind: change.key, "old": change.old, "new": change.new}


def _change_of(told: Mapping[str, Any]) -> Change:
    """Return a change from JSON; the inverse of :func:`change_json`."""
    is_flag = "flag" in told
    return Change(told["flag" if is_flag else "field"], told["old"], told["new"], is_flag)


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict as JSON."""
    kind = "flag" if conflict.is_flag else "field"
    sides = {"base": conflict.base, "theirs": conflict.theirs, "mine": conflict.mine}
    return {kind: conflict.key, **sides}


def _conflict_of(told: Mapping[str, Any]) -> Conflict:
    is_flag = "flag" in told
    key = told["flag" if is_flag else "field"]
    return Conflict(key, told["base"], told["theirs"], told["mine"], is_flag)

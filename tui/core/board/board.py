"""The board of one server: a row for each webhook, with marks, a filter and staged changes.

It changes nothing on the server: staged changes become a plan, which is reviewed and applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.core.board.flag_state import FlagCount
from tui.core.board.marks import Marks
from tui.core.board.row import BoardRow, ids_of, instance_part, rows_of
from tui.core.board.row_filter import Marked, RowFilter, RowState
from tui.core.board.staging import Staging
from tui.core.patch.patch import Patch
from tui.core.plan.plan import Plan, Reason, RowKey, Target, plan
from tui.core.store import Store
from tui.model.capabilities import Capabilities
from tui.model.diff import changes
from tui.model.flag_words import FlagGroup, grouped
from tui.model.row_outcome import RowOutcome
from tui.model.webhook import Values, Webhook

if TYPE_CHECKING:
    from tui.core.run.row import RunRow


class Board:
    """The rows of a server, with their marks and staged changes.

    A row stays marked while the filter hides it, but a change of the marked rows is staged only for
    the rows that are shown.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.staging = Staging()
        self.marks = Marks(lambda: self._visible, self._with_webhook)
        self._rows: dict[str, BoardRow] = {}
        self._of_instance: dict[str, tuple[BoardRow, ...]] = {}
        self._visible: list[str] = []
        self.webhook_count = 0
        """The number of webhooks that were read."""
        self.unread_count = 0
        """The number of instances whose webhooks were not read."""
        self.shown_count = 0
        """The number of webhooks that the filter shows."""
        self._filter = RowFilter()
        self.typed = ""
        """The filter as it was typed."""
        self._flags: dict[str, None] = {}
        self._groups: tuple[FlagGroup, ...] | None = None
        self._counts: dict[str, FlagCount] = {}
        self._changes: int | None = None
        self._sizes: dict[RowKey, tuple[Target, int]] = {}
        """Each staged target with its number of changes."""
        self._run: Sequence[RunRow] = ()
        self._run_waits: list[RunRow] = []
        """The rows of the last run that had not ended when it was looked at last."""
        self._failed: dict[RowKey, RunRow] = {}
        """The rows of the last run that were not saved."""
        self.update()

    # rows

    def update(self) -> None:
        """Make the rows anew from the store. Rows that were shown stay shown."""
        of_instance: dict[str, tuple[BoardRow, ...]] = {}
        changed: list[BoardRow] = []
        for instance in self._store.instances:
            known = self._of_instance.get(instance.id)
            if known is None or known[0].instance is not instance:
                known = tuple(rows_of(instance, self._store.texts(instance.id)))
                changed += known
            of_instance[instance.id] = known
        if not changed and [*of_instance] == [*self._of_instance]:
            return
        self._of_instance = of_instance
        self._rows = {row.id: row for rows in of_instance.values() for row in rows}
        self._note_flags(changed)
        self.webhook_count = sum(row.webhook is not None for row in self._rows.values())
        self.unread_count = sum(row.is_unread for row in self._rows.values())
        self.marks.forget_others(self._rows.keys())
        self._drop_done(changed)
        self.recount()
        self._filter_again()

    def row(self, row_id: str) -> BoardRow | None:
        """Return a row by its id; ``None`` where it is gone."""
        return self._rows.get(row_id)

    def successor(self, row_id: str) -> str:
        """Return the first shown row of a row's instance; empty for none.

        Once the webhooks of an instance are read, their rows replace the row of the instance.
        """
        instance = instance_part(row_id)
        return next((one for one in self._visible if instance_part(one) == instance), "")

    @property
    def visible(self) -> Sequence[str]:
        """The ids of the rows that the filter shows, in order. Do not change the list."""
        return self._visible

    @property
    def filter(self) -> RowFilter:
        """The conditions for a row to be shown."""
        return self._filter

    def set_filter(self, typed: str) -> None:
        """Show only the rows that match a filter; marks stay."""
        self.typed = typed
        before, self._filter = self._filter, RowFilter.parse(typed)
        among = self._visible if self._filter.narrows(before) else self._rows
        self._show(self._found(self._rows[row_id] for row_id in among))

    # flags

    def groups(self, capabilities: Capabilities) -> Sequence[FlagGroup]:
        """Return the flags that at least one webhook has, in groups."""
        if self._groups is None:
            self._groups = grouped(self._flags or capabilities.flags)
        return self._groups

    def wanted(self, row: BoardRow) -> Values | None:
        """Return the values that are staged for a row; ``None`` without staged changes."""
        if row.webhook is None:
            return None
        staged = self.staging.current(row.key, row.webhook)
        return staged.wanted if staged else None

    def count(self, flag: str) -> FlagCount:
        """Count the webhooks that have a flag."""
        if (found := self._counts.get(flag)) is None:
            found = self._counts[flag] = self._counted(flag)
        return found

    @property
    def change_count(self) -> int:
        """The number of staged changes to fields and flags."""
        if self._changes is None:
            self._sizes = {one.key: (one, self._size(one)) for one in self.staging.all}
            self._changes = sum(size for _target, size in self._sizes.values())
        return self._changes

    def _size(self, target: Target) -> int:
        """Count the changes of a target, once: during a run all are asked for again and again."""
        known, size = self._sizes.get(target.key, (None, 0))
        return size if known is target else len(changes(target.base.values, target.wanted))

    # the rows that are chosen

    def mark_alike(self, row_id: str) -> int:
        """Mark the shown rows that have the same flags on as this row; return their number."""
        if not ((row := self._rows.get(row_id)) and row.webhook):
            return 0
        flags = row.webhook.flags
        alike = [one for one in self._with_webhook(self._visible) if self._has_flags(one, flags)]
        self.marks.add(alike)
        return len(alike)

    @property
    def chosen(self) -> Sequence[BoardRow]:
        """The rows that are marked and shown."""
        return [self._rows[row_id] for row_id in self._visible if row_id in self.marks]

    # staging

    def stage(self, rows: Iterable[BoardRow], patch: Patch) -> int:
        """Stage a patch for rows as one step; return the number of rows it changed."""
        pairs = ((row.instance, row.webhook) for row in rows if row.webhook)
        changed = self.staging.stage(pairs, patch)
        self.recount()
        return len(changed)

    def undo(self) -> int:
        """Undo the last staging; return the number of rows it had changed."""
        undone = self.staging.undo()
        self.recount()
        return len(undone)

    def take_kept(self) -> None:
        """Take over the changes that an earlier start had staged, but for those that are done."""
        self._drop_done(self._rows.values())
        self.recount()

    def _drop_done(self, rows: Iterable[BoardRow]) -> None:
        """Unstage the changes of rows that the server has already, by a run or by others."""
        if len(self.staging):
            self.staging.drop([row.key for row in rows if self._has_staged(row)])

    def _has_staged(self, row: BoardRow) -> bool:
        return row.webhook is not None and self.wanted(row) == row.webhook.values

    def recount(self) -> None:
        """Count the staged changes again, after one of them changed."""
        self._counts.clear()
        self._changes = None

    def plan(self, capabilities: Capabilities) -> Plan:
        """Return a plan of all staged changes, those of hidden rows included."""
        return plan(self.staging.targets(self._webhook_now), capabilities, total=self.webhook_count)

    # runs

    def take_run(self, rows: Sequence[RunRow], *, is_over: bool) -> bool:
        """Take over what a run came to since this was called last; return whether there was more.

        What was saved is not staged any more. What was staged after the run began stays, and so
        does what was not saved. ``is_over`` says that what has not ended is not reached.
        """
        if rows is not self._run:
            self._run, self._run_waits = rows, [*rows]
            self._failed = {}
        ended = [row for row in self._run_waits if row.ended or is_over]
        if not ended:
            return False
        self._run_waits = [row for row in self._run_waits if not (row.ended or is_over)]
        self._failed |= {row.target.key: row for row in ended if not row.outcome.is_as_asked}
        self.staging.drop(row.target.key for row in ended if self._is_done(row))
        self.recount()
        self.update()
        if self._filter.states:
            self._filter_again()
        return True

    def failure(self, row: BoardRow) -> RunRow | None:
        """Return what became of a webhook that the last run did not save; ``None`` for others."""
        return self._failed.get(row.key)

    def _is_done(self, row: RunRow) -> bool:
        """Whether what is staged of a webhook was saved by a row of a run, or cannot be."""
        if row.outcome is RowOutcome.GONE:
            return True
        staged = self.staging.get(row.target.key)
        is_same = staged is not None and staged.wanted == row.target.wanted
        return is_same and row.outcome.is_as_asked

    def _webhook_now(self, key: RowKey) -> Webhook | Reason:
        instance = self._store.get(key.instance)
        if instance is None:
            return Reason.GONE if self._store.loaded else Reason.NOT_READ
        gone = Reason.NOT_READ if instance.webhooks is None else Reason.GONE
        return instance.webhook(key.webhook) or gone

    def _note_flags(self, rows: Iterable[BoardRow]) -> None:
        for row in rows:
            if row.webhook and not row.webhook.flags.keys() <= self._flags.keys():
                self._flags.update(dict.fromkeys(row.webhook.flags))
                self._groups = None

    # the filter

    def _filter_again(self) -> None:
        """Show also what the filter finds now; rows that were shown stay shown."""
        if self._filter.is_empty:
            self._show(self._rows.values())
            return
        shown = {*self._visible, *ids_of(self._found(self._rows.values()))}
        self._show(row for row_id, row in self._rows.items() if row_id in shown)

    def _show(self, rows: Iterable[BoardRow]) -> None:
        rows = [*rows]
        self._visible = ids_of(rows)
        self.shown_count = sum(row.webhook is not None for row in rows)

    def _found(self, rows: Iterable[BoardRow]) -> Iterable[BoardRow]:
        return self._filter.found(rows, self._flags, self._marked)

    @property
    def _marked(self) -> Marked:
        """What a filter may ask of a row beside its webhook."""
        return {
            RowState.MARKED: lambda row: row.id in self.marks,
            RowState.STAGED: lambda row: self.staging.get(row.key) is not None,
            RowState.FAILED: lambda row: row.key in self._failed,
        }

    def _with_webhook(self, row_ids: Iterable[str]) -> list[str]:
        return [one for one in row_ids if (row := self._rows.get(one)) and row.webhook]

    def _has_flags(self, row_id: str, flags: Mapping[str, bool]) -> bool:
        webhook = self._rows[row_id].webhook
        return webhook is not None and webhook.flags == flags

    def _counted(self, flag: str) -> FlagCount:
        webhooks = [row.webhook for row in self._rows.values() if row.webhook]
        told = [one.flags[flag] for one in webhooks if flag in one.flags]
        turns_on = turns_off = 0
        for key in (target.key for target in self.staging.all):
            webhook = self._webhook_now(key)
            if isinstance(webhook, Reason) or flag not in webhook.flags:
                continue
            if staged := self.staging.current(key, webhook):
                was, wanted = webhook.flags[flag], staged.wanted.flags.get(flag, False)
                turns_on += wanted and not was
                turns_off += was and not wanted
        return FlagCount(sum(told), len(told), turns_on, turns_off)

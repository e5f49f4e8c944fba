"""The board of one server: a row for each webhook, with marks, a filter and staged changes.

It changes nothing on the server: staged changes become a plan, which is reviewed and applied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from tui.core.patch import Patch
from tui.core.plan import Plan, Reason, RowKey, plan
from tui.core.row_filter import RowFilter, RowState, row_text
from tui.core.staging import Staging
from tui.core.store import Store
from tui.model.capabilities import Capabilities
from tui.model.diff import changes
from tui.model.flag_words import FlagGroup, grouped
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.model.webhook import FlagsTold, Values, Webhook

if TYPE_CHECKING:
    from tui.core.run_row import RunRow


class FlagState(Enum):
    """The state of a flag in a row: as the server has it, or as it is staged."""

    ON = auto()
    OFF = auto()
    TURNS_ON = auto()
    TURNS_OFF = auto()
    UNKNOWN = auto()
    """The server does not tell whether it is on."""
    MISSING = auto()
    """The webhook does not have it."""


@dataclass(slots=True, eq=False)
class BoardRow:
    """A webhook; or an instance that has none, or whose webhooks are not read."""

    id: str
    """Unique among the rows of the board."""
    instance: Instance
    webhook: Webhook | None = None
    _text: str | None = None

    @property
    def key(self) -> RowKey:
        """The key of its webhook among all webhooks of the server."""
        return RowKey(self.instance.id, self.webhook.id if self.webhook else "")

    @property
    def is_unread(self) -> bool:
        """Whether the webhooks of the instance are not read."""
        return self.instance.webhooks is None

    @property
    def text(self) -> str:
        """The text in which a filter looks for its words."""
        if self._text is None:
            self._text = row_text(self.instance, self.webhook)
        return self._text


@dataclass(frozen=True, slots=True)
class FlagCount:
    """The number of webhooks that have a flag, and of those in which a change of it is staged."""

    on: int = 0
    """The webhooks in which it is on, on the server."""
    there: int = 0
    """The webhooks that have it."""
    turns_on: int = 0
    turns_off: int = 0


class Board:
    """The rows of a server, with their marks and staged changes.

    A row stays marked while the filter hides it, but a change of the marked rows is staged only for
    the rows that are shown.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.staging = Staging()
        self.failed: Collection[RowKey] = ()
        """The webhooks that the last run did not save."""
        self._rows: dict[str, BoardRow] = {}
        self._of_instance: dict[str, tuple[BoardRow, ...]] = {}
        self._visible: list[str] = []
        self.webhook_count = 0
        """The number of webhooks that were read."""
        self.unread_count = 0
        """The number of instances whose webhooks were not read."""
        self.shown_count = 0
        """The number of webhooks that the filter shows."""
        self._marked: set[str] = set()
        self._before_range: frozenset[str] = frozenset()
        self._range_from: str | None = None
        self._filter = RowFilter()
        self.typed = ""
        """The filter as it was typed."""
        self._flags: dict[str, None] = {}
        self._groups: tuple[FlagGroup, ...] | None = None
        self._counts: dict[str, FlagCount] = {}
        self._changes: int | None = None
        self.update()

    # rows

    def update(self) -> None:
        """Make the rows anew from the store. Rows that were shown stay shown."""
        rows: list[BoardRow] = []
        of_instance: dict[str, tuple[BoardRow, ...]] = {}
        for instance_id in self._store.ids:
            instance = self._store[instance_id]
            known = self._of_instance.get(instance_id)
            if known is None or known[0].instance is not instance:
                known = self._made(instance)
            of_instance[instance_id] = known
            rows += known
        self._of_instance = of_instance
        self._rows = {row.id: row for row in rows}
        self.webhook_count = sum(row.webhook is not None for row in rows)
        self.unread_count = sum(row.is_unread for row in rows)
        self._marked &= self._rows.keys()
        self.recount()
        self._refilter(kept=set(self._visible))

    def row(self, row_id: str) -> BoardRow | None:
        """Return a row by its id; ``None`` where it is gone."""
        return self._rows.get(row_id)

    def successor(self, row_id: str) -> str:
        """Return the first shown row of a row's instance; empty for none.

        Once the webhooks of an instance are read, their rows replace the row of the instance.
        """
        instance = row_id.partition("/")[0]
        return next((one for one in self._visible if one.partition("/")[0] == instance), "")

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
        self._filter = RowFilter.parse(typed)
        self._refilter()

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
            staged = self.staging.all
            self._changes = sum(len(changes(one.base.values, one.wanted)) for one in staged)
        return self._changes

    # marks

    def is_marked(self, row_id: str) -> bool:
        """Whether a row is marked."""
        return row_id in self._marked

    @property
    def marked_count(self) -> int:
        """The number of marked rows, hidden ones included."""
        return len(self._marked)

    @property
    def hidden_marks(self) -> int:
        """The number of marked rows that the filter hides: no change is staged for them."""
        if not self._filter.is_empty:
            return len(self._marked.difference(self._visible))
        return 0

    def mark(self, row_ids: Iterable[str], *, on: bool = True) -> None:
        """Mark rows or unmark them; those without a webhook cannot be marked."""
        if on:
            self._marked.update(self._markable(row_ids))
        else:
            self._marked.difference_update(row_ids)

    def mark_shown(self) -> None:
        """Mark all rows that are shown, or unmark them where all of them are marked."""
        shown = self._markable(self._visible)
        self.mark(shown, on=not self._marked.issuperset(shown))

    def mark_alike(self, row_id: str) -> int:
        """Mark the shown rows that have the same flags on as this row; return their number."""
        if not ((row := self._rows.get(row_id)) and row.webhook):
            return 0
        flags = row.webhook.flags
        alike = [one for one in self._markable(self._visible) if self._has_flags(one, flags)]
        self.mark(alike)
        return len(alike)

    @property
    def marks_range(self) -> bool:
        """Whether a range is being marked."""
        return self._range_from is not None

    def begin_range(self, row_id: str) -> None:
        """Begin to mark a range with this row."""
        self._range_from, self._before_range = row_id, frozenset(self._marked)
        self.extend_range(row_id)

    def extend_range(self, row_id: str) -> None:
        """Mark from the row where the range began to this one, and no other row of the range."""
        if self._range_from in self._visible and row_id in self._visible:
            first, last = sorted(map(self._visible.index, (self._range_from, row_id)))
            self._marked = {*self._before_range, *self._markable(self._visible[first : last + 1])}

    def end_range(self, *, keep: bool) -> None:
        """Stop marking a range, and keep its marks or take them back."""
        if self.marks_range and not keep:
            self._marked = set(self._before_range) & self._rows.keys()
        self._range_from = None

    @property
    def chosen(self) -> Sequence[BoardRow]:
        """The rows that are marked and shown."""
        return [self._rows[row_id] for row_id in self._visible if row_id in self._marked]

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

    def take_run(self, rows: Iterable[RunRow]) -> None:
        """Unstage the changes that a run has saved.

        Changes that were not saved, or were staged after the run began, stay staged.
        """
        failed: set[RowKey] = set()
        done: list[RowKey] = []
        for row in rows:
            key, staged = row.target.key, self.staging.get(row.target.key)
            if not row.outcome.is_as_asked:
                failed.add(key)
            is_done = row.outcome.is_as_asked and staged and staged.wanted == row.target.wanted
            if is_done or row.outcome is RowOutcome.GONE:
                done.append(key)
        self.failed = failed
        self.staging.drop(done)
        self.recount()

    def recount(self) -> None:
        """Count the staged changes again, after one of them changed."""
        self._counts.clear()
        self._changes = None

    def plan(self, capabilities: Capabilities) -> Plan:
        """Return a plan of all staged changes, those of hidden rows included."""
        return plan(self.staging.targets(self._webhook_now), capabilities, total=self.webhook_count)

    def _webhook_now(self, key: RowKey) -> Webhook | Reason:
        instance = self._store.get(key.instance)
        if instance is None:
            return Reason.GONE if self._store.loaded else Reason.NOT_READ
        gone = Reason.NOT_READ if instance.webhooks is None else Reason.GONE
        return instance.webhook(key.webhook) or gone

    def _made(self, instance: Instance) -> tuple[BoardRow, ...]:
        webhooks = instance.webhooks or ()
        for webhook in webhooks:
            if not webhook.flags.keys() <= self._flags.keys():
                self._flags.update(dict.fromkeys(webhook.flags))
                self._groups = None
        if not webhooks:
            return (BoardRow(_row_id(instance.id, ""), instance),)
        return tuple(BoardRow(_row_id(instance.id, one.id), instance, one) for one in webhooks)

    def _refilter(self, kept: Collection[str] = ()) -> None:
        if self._filter.is_empty:
            self._visible, self.shown_count = list(self._rows), self.webhook_count
            return
        self._visible = [
            row_id for row_id, row in self._rows.items() if row_id in kept or self._shows(row)
        ]
        self.shown_count = len(self._markable(self._visible))

    def _shows(self, row: BoardRow) -> bool:
        states = self._states(row) if self._filter.states else ()
        return self._filter.shows(row.text, row.webhook, states)

    def _states(self, row: BoardRow) -> Collection[RowState]:
        """Return the states of a row that a filter can ask for, apart from those of its webhook."""
        states = set()
        if row.id in self._marked:
            states.add(RowState.MARKED)
        if self.staging.get(row.key):
            states.add(RowState.STAGED)
        if row.key in self.failed:
            states.add(RowState.FAILED)
        return states

    def _markable(self, row_ids: Iterable[str]) -> list[str]:
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


def flag_state(webhook: Webhook, wanted: Values | None, flag: str) -> FlagState:
    """Return the state of a flag of a webhook; ``wanted`` are the staged values."""
    on = webhook.flags.get(flag)
    if on is None:
        # It can be staged all the same: the review says that it is not there.
        return FlagState.TURNS_ON if wanted and wanted.flags.get(flag) else FlagState.MISSING
    wants = on if wanted is None else wanted.flags.get(flag, on)
    if wants != on:
        return FlagState.TURNS_ON if wants else FlagState.TURNS_OFF
    if webhook.flags_told is FlagsTold.NOTHING:
        return FlagState.UNKNOWN
    return FlagState.ON if on else FlagState.OFF


def _row_id(instance_id: str, webhook_id: str) -> str:
    """Join two ids, which may have any character, so that no other two give the same text."""
    escaped = instance_id.replace("%", "%25").replace("/", "%2F")
    return f"{escaped}/{webhook_id}"

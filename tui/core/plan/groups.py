"""The rows of a plan in groups, so that hundreds of them can be reviewed.

A group has the rows with an equal change, those that raise the same question, or those that are
left out for the same reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from tui.core.patch.patch import host_move
from tui.core.plan.plan import Concern, LeftOut, Plan, PlannedRow, Reason
from tui.model.diff import Change
from tui.model.url_host import host_of

HOST = "host"
"""The key of a change of URLs that changes only the host; the paths may differ."""

_Key = TypeVar("_Key", bound=Hashable)
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class EqualChanges:
    """The rows of a plan that make the same change."""

    change: Change
    """The change. With the key ``host`` its values are hosts. A ``url`` has no old value if the
    rows have different ones, and no new value if each row gets another."""
    rows: tuple[PlannedRow, ...]
    urls: int = 0
    """The number of different URLs that the rows get; 0 for other changes."""


def equal_changes(plan: Plan) -> tuple[EqualChanges, ...]:
    """Return the changes of a plan, the most frequent first.

    A row is in as many groups as it has changes. New and deleted webhooks are in none.
    """
    pairs = [(change, row) for row in plan.rows for change in _common(row)]
    by_change = _gathered(pairs)
    own_urls = {
        change: rows for change, rows in by_change.items() if _is_url(change) and len(rows) == 1
    }
    if len(own_urls) > 1:
        each = [row for rows in own_urls.values() for row in rows]
        by_change = {key: rows for key, rows in by_change.items() if key not in own_urls}
        by_change[Change("url", None, None)] = each
    groups = [
        EqualChanges(_with_old_url(change, rows), tuple(rows), _different_urls(change, rows))
        for change, rows in by_change.items()
    ]
    return tuple(sorted(groups, key=lambda group: -len(group.rows)))


def by_concern(plan: Plan) -> Mapping[Concern, Sequence[PlannedRow]]:
    """Return the rows that deserve a look, by question."""
    return _gathered((concern, row) for row in plan.rows for concern in row.concerns)


def by_reason(plan: Plan) -> Mapping[tuple[Reason, tuple[str, ...]], Sequence[LeftOut]]:
    """Return the webhooks that are left out, by reason and details."""
    return _gathered(((one.reason, one.details), one) for one in plan.left_out)


def _common(row: PlannedRow) -> Iterator[Change]:
    """Yield the changes of a row in the form in which other rows may share them."""
    if row.target.base.is_new:
        return
    for change in row.changes:
        if _is_url(change):
            yield _url_change(str(change.old), str(change.new))
        else:
            yield change


def _url_change(old: str, new: str) -> Change:
    """Return a change of a URL as a move of its host if it is one, whichever port is kept."""
    move = host_move(old, new)
    if move is None:
        return Change("url", None, new)
    host, new_host = host_of(old), host_of(new)
    if move.old.removeprefix(host) == move.new.removeprefix(new_host):
        return Change(HOST, host, new_host)
    return Change(HOST, move.old, move.new)


def _is_url(change: Change) -> bool:
    return change.key == "url" and not change.is_flag


def _with_old_url(change: Change, rows: Sequence[PlannedRow]) -> Change:
    """Return a change of URLs with the old URL, if all rows have the same one."""
    olds = {row.target.base.url for row in rows}
    if not _is_url(change) or change.new is None or len(olds) > 1:
        return change
    return replace(change, old=olds.pop())


def _different_urls(change: Change, rows: Iterable[PlannedRow]) -> int:
    if change.is_flag or change.key not in ("url", HOST):
        return 0
    return len({row.target.wanted.url for row in rows})


def _gathered(pairs: Iterable[tuple[_Key, _Item]]) -> dict[_Key, list[_Item]]:
    found: dict[_Key, list[_Item]] = defaultdict(list)
    for key, item in pairs:
        found[key].append(item)
    return dict(found)

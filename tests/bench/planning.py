"""Staging and planning for thousands of webhooks, inside this process: no screen, no server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from time import perf_counter
from typing import TypeVar

from tui.api.adapters.evolution_v2 import FLAGS, EvolutionV2
from tui.core.board.board import Board
from tui.core.board.staging import Staging
from tui.core.patch.patch import HostMove, Patch
from tui.core.plan.groups import by_concern, by_reason, equal_changes
from tui.core.plan.plan import RowKey, plan
from tui.core.store import Store
from tui.model.instance import Instance
from tui.model.webhook import Webhook

_T = TypeVar("_T")

FILTER = "flag:presence host:old on loja 9"
COLUMN = Patch(flags={"PRESENCE_UPDATE": False})
MOVE = Patch(HostMove("old-host.example", "new-host.example"))


@dataclass(frozen=True)
class PlanningRun:
    """The seconds that each part took."""

    column: float
    """One flag staged in all rows."""
    planned: float
    """A plan of all rows, in groups as it is reviewed."""
    filtered: float
    """The slowest key of a filter over all rows."""


def run_planning(rows: int) -> PlanningRun:
    """Stage a flag and another host for so many webhooks, and plan that."""
    webhooks = [_row(number) for number in range(rows)]
    now = {RowKey(instance.id, webhook.id): webhook for instance, webhook in webhooks}
    staging = Staging()
    column = _seconds(lambda: staging.stage(webhooks, COLUMN))
    staging.stage(webhooks, MOVE)

    def review() -> None:
        made = plan(staging.targets(now.__getitem__), EvolutionV2.capabilities, total=rows)
        equal_changes(made), by_concern(made), by_reason(made)

    return PlanningRun(column, _seconds(review), max(_filter_keys(webhooks)))


def _filter_keys(webhooks: Iterable[tuple[Instance, Webhook]]) -> Iterator[float]:
    """Yield the seconds of each key of a filter that is typed on a board, and removed again."""
    store = Store()
    store.add(instance.with_webhooks([webhook]) for instance, webhook in webhooks)
    board = Board(store)
    for typed in (*accumulate(FILTER), *reversed([*accumulate(FILTER)])):
        yield _seconds(partial(board.set_filter, typed))
        assert board.visible or typed != FILTER


def _row(number: int) -> tuple[Instance, Webhook]:
    flags = dict.fromkeys(FLAGS, True)
    url = f"https://old-host.example/hooks/{number}"
    return Instance(f"i{number}", f"loja {number}"), Webhook("webhook", "", url, True, flags)


def _seconds(work: Callable[[], _T]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun

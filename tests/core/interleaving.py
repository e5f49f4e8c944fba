"""Several editors of one webhook; their requests pass one by one, in any order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import httpx

from tests.core.stage import Stage, stage_of
from tui.api.port import WebhookServer
from tui.core.edit import Edit
from tui.core.edit_session import EditSession, Owner
from tui.core.plan.plan import Target
from tui.core.run.row import RowResult, RunRow, Tried, try_row
from tui.core.save_result import Outcome, SaveResult
from tui.core.store import Store
from tui.messages.save_report import report
from tui.model.diff import Conflict, Merge, Value, changes, value_at
from tui.model.row_outcome import RowOutcome
from tui.model.webhook import Values
from tui.storage.journal import Origin

Place = tuple[bool, str]


@dataclass(frozen=True)
class Plan:
    """An editor's plan: a few edits, each saved, and the side to choose in a conflict."""

    edits: tuple[tuple[tuple[Place, Value], ...], ...]
    gives_way: bool = False
    by_run: bool = False
    """Whether each edit is a row of a run: nobody decides its conflicts."""
    killed: Kill | None = None
    """Where the program that carries the run out is killed. It then goes on with the run."""


@dataclass(frozen=True)
class Kill:
    """The request at which a program is killed, once."""

    request: int
    """Its number, from 1."""
    arrives: bool
    """Whether the server has carried it out by then."""


class Killed(BaseException):
    """The program ends here: nothing of it runs any more."""


@dataclass
class Tally:
    """The interleavings of a whole run of the tests, and their results."""

    interleavings: set[tuple[str, tuple[Plan, ...], tuple[tuple[int, str], ...]]] = field(
        default_factory=set, init=False
    )  # not of __init__, so that the report of a failure is not full of it
    """Kind of server, plans of the editors, and the order of their requests."""
    writes: int = 0
    unseen: int = 0
    """Changes overwritten in the gap between another editor's read and write."""
    conflicts: int = 0
    """Conflicts decided by an editor who saw both sides."""
    announced: int = 0
    """Changes of others that were reported to an editor and changed the form."""

    def merge(self, other: Tally) -> None:
        """Add the counts of another process."""
        self.interleavings |= other.interleavings
        self.writes += other.writes
        self.unseen += other.unseen
        self.conflicts += other.conflicts
        self.announced += other.announced

    def lines(self) -> Iterator[str]:
        """Yield all counts in one line; nothing where no interleaving was tried."""
        if not self.interleavings:
            return
        editors = Counter(len(plans) for _, plans, _ in self.interleavings)
        of = ", ".join(f"{count:,} of {number}" for number, count in sorted(editors.items()))
        yield (
            f"{len(self.interleavings):,} distinct interleavings of requests ({of} editors): "
            f"{self.writes:,} writes, {self.conflicts:,} conflicts decided, "
            f"{self.announced:,} changes of others announced, none undone unseen; "
            f"{self.unseen:,} overwritten in the gap between read and write"
        )


TALLY = Tally()


@dataclass
class _Gate(httpx.AsyncBaseTransport):
    """An editor's transport: each request waits until it may pass."""

    number: int
    inner: httpx.AsyncBaseTransport
    passed: Callable[[str, httpx.Response], None]
    waits: asyncio.Event
    kill: Kill | None
    waiting: asyncio.Future[None] | None = None
    reads: bool = False
    """Whether the waiting request changes nothing."""
    requests: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.waiting = asyncio.get_running_loop().create_future()
        self.reads = request.method == "GET"
        self.waits.set()
        await self.waiting
        self.requests += 1
        is_killed = self.kill is not None and self.kill.request == self.requests
        if is_killed and self.kill and not self.kill.arrives:
            raise Killed
        answer = await self.inner.handle_async_request(request)
        await answer.aread()
        self.passed(request.method, answer)
        if is_killed:
            raise Killed
        return answer


@dataclass
class Editor(Owner):
    """A user of Hookboard who edits, saves, and decides conflicts as planned."""

    number: int
    plan: Plan
    world: World
    connect: Callable[[], WebhookServer]
    """Makes an adapter that has learned nothing of its server yet."""
    server: WebhookServer
    edit: Edit
    looked: int = 0
    """Time of this editor's last answer from the server, by the world's clock."""
    last: str = ""
    """The method of the last request that passed."""
    wrote: set[Place] = field(default_factory=set)
    """Places that the running save has changed on the server so far."""

    async def work(self) -> None:
        """Make all planned edits."""
        if self.plan.by_run:
            await self._run()
            return
        instance = self.world.stage.instance
        editing = EditSession(self.server, Store(), instance, self.edit, self)
        for edit in self.plan.edits:
            for place, value in edit:
                self._set(place, value)
            await editing.save()

    async def _run(self) -> None:
        """Carry out each edit as a row of a run, planned over what this editor saw last."""
        for edit in self.plan.edits:
            for place, value in edit:
                self._set(place, value)
            self.wrote.clear()
            target = Target(self.world.stage.instance, self.edit.base, self.edit.values)
            row = RunRow(0, target)
            try:
                tried = await self._try_row(row)
            except Killed:
                self.wrote.clear()
                self.server = self.connect()
                row.had_intent = True
                tried = await self._try_row(row)
            self._judge_row(target, tried.result)
            if after := tried.result.after:
                self.edit = Edit.of(target.base.with_values(after.values))

    async def _try_row(self, row: RunRow) -> Tried:
        return await try_row(self.server, Store(), row, Origin.BOARD, "", self.may_put_back)

    def _judge_row(self, target: Target, result: RowResult) -> None:
        """Hold what is said of a row against what the server has, and has had."""
        assert not result.what
        if result.outcome is RowOutcome.SAVED:
            for change in changes(target.base.values, target.wanted):
                assert (self.number, change.place, change.new) in self.world.seen, "never was so"
        elif result.outcome is RowOutcome.CONFLICT:
            assert result.conflicts
            assert not self.wrote, "written in spite of a conflict"
        if result.after is not None:
            told = result.after.values
            if self.last == "PATCH":  # it tells of the flags alone
                told = replace(self.world.values, flags=told.flags)
            assert told == self.world.values, "not what the server has"

    def _set(self, place: Place, value: Value) -> None:
        is_flag, key = place
        if is_flag:
            self.edit.set(flags={**self.edit.values.flags, key: value})
        else:
            self.edit.set(**{key: value})

    def work_changed(self) -> None:
        """Forget the places of the last save."""
        self.wrote.clear()

    async def choose_sides(self, merging: Merge) -> Sequence[Conflict]:
        """Take the planned side."""
        self.world.tally.conflicts += len(merging.conflicts)
        return merging.conflicts if self.plan.gives_way else ()

    def save_ended(self, result: SaveResult, tried: Edit) -> None:
        """Compare the result with the server's state and with the edit."""
        self._judge(tried, result)
        if result.webhook:
            self._judge_what_moved(tried, result)

    def _judge(self, tried: Edit, result: SaveResult) -> None:
        assert report(result, 1) is not None
        assert result.error is None
        if result.outcome is Outcome.NO_CHANGES:
            return
        assert (result.outcome is Outcome.SAVED) == (not result.missing)
        if result.outcome is Outcome.SAVED:
            for change in tried.changes:
                assert (self.number, change.place, change.new) in self.world.seen, "never was so"
        if result.webhook:
            told = result.webhook.values
            if self.last == "PATCH":  # it tells of the flags alone
                told = replace(self.world.values, flags=told.flags)
            assert told == self.world.values, "not what the server has"

    def _judge_what_moved(self, tried: Edit, result: SaveResult) -> None:
        told = {one.place for one in (*result.merged, *result.unrequested, *result.missing)}
        for change in self.edit.changes:
            before = value_at(tried.base.values, change.place)
            assert change.old == before, "moved under an edit unasked"
        for change in changes(tried.values, self.edit.values):
            assert change.place in told, "changed in the form without a word"
            self.world.tally.announced += 1


@dataclass
class World:
    """A sandbox with one webhook and several editors."""

    stage: Stage
    tally: Tally
    editors: list[Editor] = field(default_factory=list)
    clock: int = 0
    history: dict[Place, tuple[int, int]] = field(default_factory=dict)
    """For each place the time and the editor of its last change."""
    seen: set[tuple[int, Place, Value]] = field(default_factory=set)
    """Values on the server right after a request of an editor, in the places of the edit."""
    order: list[tuple[int, str]] = field(default_factory=list)
    values: Values = field(init=False)

    def __post_init__(self) -> None:
        self.values = self.stage.webhook.values

    def passed(self, editor: Editor, method: str, answer: httpx.Response) -> None:
        """Compare the effect of a request with what its sender knew and chose."""
        self.clock += 1
        self.order.append((editor.number, method))
        editor.last = method
        if method != "GET":
            self._judge(editor)
        if answer.is_success:
            editor.looked = self.clock
        for change in changes(editor.edit.base.values, editor.edit.values):
            self.seen.add((editor.number, change.place, value_at(self.values, change.place)))

    def _judge(self, editor: Editor) -> None:
        now = self.stage.stored()
        self.tally.writes += 1
        for change in changes(self.values, now):
            when, who = self.history.get(change.place, (0, editor.number))
            if who != editor.number and when > editor.looked:
                self.tally.unseen += 1
            else:
                base = value_at(editor.edit.base.values, change.place)
                assert change.new == value_at(editor.edit.values, change.place) != base, (
                    "changed by somebody who did not ask for it"
                )
                assert change.old == base, "overwritten by somebody who had not seen it"
                assert who == editor.number or change.place not in editor.wrote, "written twice"
            editor.wrote.add(change.place)
            self.history[change.place] = self.clock, editor.number
        self.values = now


@asynccontextmanager
async def world_of(kind: str, tally: Tally) -> AsyncIterator[World]:
    """Open a sandbox of that kind with a webhook to edit."""
    async with stage_of(kind) as stage:
        yield World(stage, tally)


async def run(
    world: World,
    plans: Sequence[Plan],
    pick: Callable[[int], int],
    *,
    trusted: bool = False,
    sorts_reads: bool = False,
) -> list[int]:
    """Let the editors work; ``pick`` chooses which of the waiting requests passes.

    With ``trusted`` the server's answers to writes have proved true before. With
    ``sorts_reads`` reads in a row pass by the number of their editor, since they see the same
    in any order; a run that can only go on otherwise ends. Returns the number of choices at
    each step.
    """
    stage = world.stage
    stage.reset()
    world = replace(world, editors=[], history={}, seen=set(), order=[], clock=0)
    waits, gates, branches = asyncio.Event(), list[_Gate](), list[int]()
    for number, plan in enumerate(plans):
        gate = _Gate(number, httpx.ASGITransport(stage.app), lambda *_: None, waits, plan.killed)
        connect = partial(stage.server, gate)
        server = connect()
        if trusted:
            values = stage.webhook.values
            nothing = replace(values, url="", flags={})
            server.learn_from_read(changes(nothing, values), stage.webhook)
        editor = Editor(number, plan, world, connect, server, Edit.of(stage.webhook))
        gate.passed = _passing(world, editor)
        world.editors.append(editor)
        gates.append(gate)
    tasks = [asyncio.create_task(editor.work()) for editor in world.editors]
    for task in tasks:
        task.add_done_callback(lambda _: waits.set())
    last_read = 0
    try:
        while ready := await _all_waiting(tasks, gates, waits):
            ready = [gate for gate in ready if not (gate.reads and gate.number < last_read)]
            if not ready:
                return branches
            branches.append(len(ready))
            gate = ready[pick(len(ready))]
            last_read = gate.number if sorts_reads and gate.reads else 0
            waiting, gate.waiting = gate.waiting, None
            assert waiting is not None
            waiting.set_result(None)
        for task in tasks:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    world.tally.interleavings.add((stage.kind, tuple(plans), tuple(world.order)))
    return branches


def _passing(world: World, editor: Editor) -> Callable[[str, httpx.Response], None]:
    return lambda method, answer: world.passed(editor, method, answer)


async def _all_waiting(
    tasks: Iterable[asyncio.Task[None]], gates: Sequence[_Gate], waits: asyncio.Event
) -> list[_Gate]:
    """Wait until every editor has a request waiting or is done; return the waiting ones."""
    while True:
        pairs = list(zip(tasks, gates, strict=True))
        if any(task.done() and task.exception() for task, _ in pairs):
            return []
        if all(task.done() or gate.waiting for task, gate in pairs):
            return [gate for task, gate in pairs if not task.done()]
        waits.clear()
        await waits.wait()


def following(order: Iterable[int]) -> Callable[[int], int]:
    """Return a ``pick`` that follows ``order``, and then always takes the first."""
    steps = iter(order)
    return lambda waiting: next(steps, 0) % waiting


async def run_every_order(world: World, plans: Sequence[Plan], *, trusted: bool = False) -> int:
    """Run in every order that can make a difference, depth first; return the number of orders."""
    prefix: list[int] = []
    for count in range(1, 100_000):
        branches = await run(world, plans, following(prefix), trusted=trusted, sorts_reads=True)
        taken = prefix + [0] * (len(branches) - len(prefix))
        while taken and taken[-1] + 1 == branches[len(taken) - 1]:
            taken.pop()
        if not taken:
            return count
        prefix = [*taken[:-1], taken[-1] + 1]
    raise AssertionError("the orders do not come to an end")

"""The steps after a save: the new base, the unsaved changes, and sending again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace

import httpx
import pytest

from tests.core.odd_desk import odd_desk
from tests.core.odd_server import EVENTS, LOJA, RECORD, resets, takes_flags
from tests.core.save_support import Desk, desk_at
from tui.core.edit import Edit
from tui.core.edit_session import Doing, EditSession, Owner
from tui.core.save_result import Outcome, SaveResult
from tui.core.store import Store
from tui.model.diff import Change, Conflict, Merge

LATE = httpx.ReadTimeout("late")


@dataclass
class Person(Owner):
    """An owner with fixed choices that can edit during a save."""

    gives_way: bool | None = None
    puts_back: bool = False
    meanwhile: list[Callable[[], None]] = field(default_factory=list)
    """Actions during a save, one for each request."""
    seen: list[Doing | None] = field(default_factory=list)
    ended: list[SaveResult] = field(default_factory=list)
    editing: EditSession = field(init=False)

    def work_changed(self) -> None:
        self.seen.append(self.editing.doing)
        if self.editing.doing is Doing.SENDING and self.meanwhile:
            self.meanwhile.pop(0)()

    def save_ended(self, result: SaveResult, tried: Edit) -> None:
        self.ended.append(result)

    async def choose_sides(self, merging: Merge) -> Sequence[Conflict] | None:
        if self.gives_way is None:
            return None
        return merging.conflicts if self.gives_way else ()

    async def may_put_back(self, flags: tuple[Change, ...]) -> bool:
        return self.puts_back


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with desk_at("put") as opened:
        yield opened


@pytest.fixture
def person(desk: Desk) -> Person:
    person = Person()
    store = Store()
    store.add([desk.instance])
    person.editing = EditSession(desk.server, store, desk.instance, Edit.of(desk.base), person)
    return person


async def test_a_save_moves_the_base_and_leaves_nothing_unsaved(desk: Desk, person: Person) -> None:
    editing = person.editing
    editing.edit.set(name="crm 2")
    result = await editing.save()
    assert result is not None
    assert result.outcome is Outcome.SAVED
    assert editing.edit.changes == ()
    assert editing.edit.base == result.webhook
    webhook = editing.instance.webhook(desk.base.id)
    assert webhook == result.webhook


async def test_a_save_waits_for_the_server_and_ends(person: Person) -> None:
    person.editing.edit.set(name="crm 2")
    await person.editing.save()
    assert person.seen == [Doing.DECIDING, Doing.SENDING, Doing.DECIDING, None]
    assert person.editing.work is None


async def test_an_edit_made_during_a_save_stays_unsaved(person: Person) -> None:
    edit = person.editing.edit
    edit.set(name="crm 2")
    person.meanwhile.append(lambda: edit.set(name="crm 3"))
    await person.editing.save()
    assert [(one.old, one.new) for one in edit.changes] == [("crm 2", "crm 3")]


async def test_another_save_requested_meanwhile_follows(desk: Desk, person: Person) -> None:
    editing = person.editing
    editing.edit.set(name="crm 2")

    def edit_and_save() -> None:
        editing.edit.set(name="crm 3")
        assert editing.saving is not None
        editing.saving.save_again = True

    person.meanwhile.append(edit_and_save)
    await editing.save()
    assert [result.outcome for result in person.ended] == [Outcome.SAVED, Outcome.SAVED]
    assert (await desk.there()).name == "crm 3"


@pytest.mark.parametrize("gives_way, name", [(True, "theirs"), (False, "mine")])
async def test_a_decided_conflict_is_sent_again(
    desk: Desk, person: Person, gives_way: bool, name: str
) -> None:
    person.gives_way = gives_way
    person.editing.edit.set(name="mine", url="https://mine.example")
    await desk.others_write(desk.edit(name="theirs"))
    result = await person.editing.save()
    assert result is not None
    assert result.outcome is Outcome.SAVED
    there = await desk.there()
    assert (there.name, there.url) == (name, "https://mine.example")


async def test_a_conflict_that_nobody_decides_writes_nothing(desk: Desk, person: Person) -> None:
    edit = person.editing.edit
    edit.set(name="mine")
    await desk.others_write(desk.edit(name="theirs"))
    result = await person.editing.save()
    assert result is not None
    assert result.outcome is Outcome.CONFLICT
    assert (await desk.there()).name == "theirs"
    assert edit.base is desk.base
    assert edit.values.name == "mine"


@pytest.mark.parametrize("applied", [True, False])
async def test_reading_again_settles_an_unknown_save(
    desk: Desk, person: Person, applied: bool
) -> None:
    editing = person.editing
    editing.edit.set(name="crm 2")
    sent = editing.edit.values
    desk.wire.fail("PUT", LATE, applied=applied)
    desk.wire.fail("GET", None, LATE, LATE)
    result = await editing.save()
    assert result is not None
    assert result.outcome is Outcome.UNKNOWN
    assert editing.unsettled == sent
    desk.wire.mend()
    reading = await editing.take_in(await editing.read())
    assert reading is not None
    assert (reading.sent, reading.done) == (sent, applied)
    assert person.editing.unsettled is None
    assert bool(editing.edit.changes) == (not applied)


async def test_reading_again_takes_the_changes_of_others_and_keeps_the_edit(
    desk: Desk, person: Person
) -> None:
    editing = person.editing
    editing.edit.set(name="mine")
    await desk.others_write(desk.edit(url="https://theirs.example"))
    reading = await editing.take_in(await editing.read())
    assert reading is not None
    assert [one.key for one in reading.merge.from_theirs] == ["url"]
    assert [one.key for one in editing.edit.changes] == ["name"]
    assert editing.edit.base.url == "https://theirs.example"


async def test_a_save_refused_for_its_token_waits_for_another(desk: Desk, person: Person) -> None:
    editing = person.editing
    editing.edit.set(name="crm 2")
    desk.wire.fail("PUT", httpx.Response(401))
    await editing.save()
    assert editing.waits_for_token
    await editing.save()
    assert not person.editing.waits_for_token
    assert editing.edit.changes == ()


async def test_an_older_reading_does_not_end_a_newer_one(person: Person) -> None:
    older = person.editing.begin(Doing.READING)
    newer = person.editing.begin(Doing.READING)
    person.editing.end(older)
    assert person.editing.work is newer
    person.editing.end(newer)
    assert person.editing.work is None


async def test_a_save_that_ends_in_an_unexpected_error_is_over(desk: Desk, person: Person) -> None:
    editing = person.editing
    editing.edit.set(name="crm 2")
    desk.wire.fail("GET", RuntimeError("not foreseen"))
    with pytest.raises(RuntimeError):
        await editing.save()
    assert editing.work is None
    assert editing.unsettled is None


@pytest.mark.parametrize("puts_back", [True, False])
async def test_flags_that_a_save_may_have_reset_are_put_back_where_the_owner_agrees(
    puts_back: bool,
) -> None:
    odd = await odd_desk(resets, takes_flags)
    person = Person(puts_back=puts_back)
    person.editing = EditSession(odd.server, Store(), LOJA, odd.edit, person)
    odd.change(name="crm 2")
    await person.editing.save()
    assert (odd.odd.record[EVENTS] == RECORD[EVENTS]) == puts_back
    assert odd.server.resets_flags == puts_back


async def test_an_edit_without_an_owner_of_its_own_decides_no_conflict(desk: Desk) -> None:
    await desk.others_write(desk.edit(name="theirs"))
    edit = Edit(desk.base, desk.edit(name="mine"))
    kept = replace(edit)
    result = await EditSession(desk.server, Store(), desk.instance, edit).save()
    assert result is not None
    assert result.outcome is Outcome.CONFLICT
    assert edit == kept

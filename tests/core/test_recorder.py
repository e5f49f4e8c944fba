"""Single saves and deletions in the journal: what was written, and what was found changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest

from tests.core.save_support import Desk, desk_at
from tests.storage.journal_support import SERVER, journal_at
from tui.core.delete import delete
from tui.core.edit import Edit
from tui.core.edit_session import EditSession
from tui.core.recorder import Recorder, ref_of
from tui.core.store import Store
from tui.model.row_outcome import RowOutcome
from tui.storage.journal import Entry, Journal, Origin, WebhookState


@dataclass
class Recorded:
    """A webhook on the desk, and an edit session of it that is noted in a journal."""

    desk: Desk
    journal: Journal

    @property
    def recorder(self) -> Recorder:
        return Recorder(self.journal, SERVER, Origin.EDITOR)

    def editing(self) -> EditSession:
        desk = self.desk
        edit = Edit.of(desk.base)
        return EditSession(desk.server, Store(), desk.instance, edit, None, self.recorder)

    async def entries(self) -> tuple[Entry, ...]:
        ref = ref_of(SERVER, self.desk.instance, self.desk.base)
        return await self.journal.history(ref)

    async def newest(self) -> Entry:
        return (await self.entries())[0]


@pytest.fixture
async def recorded() -> AsyncIterator[Recorded]:
    async with desk_at("put") as desk, journal_at(None) as journal:
        yield Recorded(desk, journal)


async def test_a_save_is_noted_with_what_was_and_what_is(recorded: Recorded) -> None:
    editing = recorded.editing()
    editing.edit.set(name="crm 2")
    await editing.save()
    entry = await recorded.newest()
    assert (entry.origin, entry.outcome) == (Origin.EDITOR, RowOutcome.SAVED)
    assert entry.before == WebhookState.of(recorded.desk.base)
    assert entry.after is not None
    assert entry.after.values == await recorded.desk.there()


async def test_what_others_did_meanwhile_is_noted_as_theirs(recorded: Recorded) -> None:
    editing = recorded.editing()
    await editing.read()
    await recorded.desk.others_write(recorded.desk.edit("newJwt"))
    editing.edit.set(name="crm 2")
    await editing.save()
    mine, theirs, first = await recorded.entries()
    assert [one.origin for one in (mine, theirs, first)] == [
        Origin.EDITOR,
        Origin.OTHERS,
        Origin.FIRST_SEEN,
    ]
    assert mine.before is not None
    assert mine.after is not None
    assert [one.key for one in mine.before.changes_to(mine.after)] == ["name"]


async def test_a_save_that_wrote_nothing_is_not_noted(recorded: Recorded) -> None:
    editing = recorded.editing()
    editing.edit.set(name="crm 2")
    await recorded.desk.others_write(replace(recorded.desk.base.values, name="crm 2"))
    await editing.save()
    editing.edit.set(url="nonsense")
    await editing.save()
    recorded.desk.wire.fail("PUT", httpx.Response(400, json={"message": ["no"]}))
    editing.edit.set(url="https://other.example/in")
    await editing.save()
    assert await recorded.entries() == ()


async def test_a_save_that_nobody_waited_for_is_noted_as_not_known(recorded: Recorded) -> None:
    editing = recorded.editing()
    await editing.read()
    editing.edit.set(name="crm 2")
    held = asyncio.Event()

    async def hold(request: httpx.Request) -> None:
        held.set()
        await asyncio.Event().wait()

    wire = recorded.desk.wire
    through = wire.handle_async_request

    async def handle(request: httpx.Request) -> httpx.Response:
        if request.method == "PUT":
            await hold(request)
        return await through(request)

    wire.handle_async_request = handle  # type: ignore[method-assign]
    saving = asyncio.create_task(editing.save())
    await held.wait()
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    entry = await recorded.newest()
    assert (entry.outcome, entry.after) == (RowOutcome.NOT_KNOWN, None)
    assert entry.before == WebhookState.of(recorded.desk.base)


async def test_a_deletion_is_noted(recorded: Recorded) -> None:
    desk = recorded.desk
    result = await delete(desk.server, desk.instance, desk.base.id)
    recorded.recorder.deleted(desk.instance, desk.base, result)
    entry = await recorded.newest()
    assert (entry.outcome, entry.before, entry.after) == (
        RowOutcome.SAVED,
        WebhookState.of(desk.base),
        None,
    )
    again = await delete(desk.server, desk.instance, desk.base.id)
    recorded.recorder.deleted(desk.instance, desk.base, again)
    assert len(await recorded.entries()) == 2

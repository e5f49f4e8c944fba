"""Every fault with every operation of the program is reported and survived; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.robustness.faults.faults import (
    BODIES,
    BREAKS,
    CHALLENGES,
    LINES,
    RETRY_AFTER,
    STALLS,
    STATUSES,
    Fault,
)
from tests.robustness.faults.person import Person, assert_reported, failing, sitting
from tests.robustness.faults.service import Service
from tests.robustness.faults.table import TABLE, Row
from tui.api.http.timeouts import TIMEOUTS

FAMILIES = {
    "line": LINES,
    "stalls": STALLS,
    "breaks": BREAKS,
    "bodies": BODIES,
    "challenges": CHALLENGES,
    **STATUSES,
    "retry-after": RETRY_AFTER,
}


async def lists(person: Person, fault: Fault, row: Row) -> None:
    at = person.at
    async with person.meets(fault, "POST"), person.watched(row, "list"):
        await person.waits("r", "load")
    assert_reported(fault, person.banner.sentences)
    row.says = person.banner.sentences[0].replace(at.app.session.host, "HOST")  # type: ignore[union-attr]
    assert person.banner.severity == "error"
    assert "loja-norte" in at.picture  # the old list stays
    await at.press("r")
    await person.ends("load")
    assert not person.banner.sentences
    assert "12 instances" in at.top


async def reads(person: Person, fault: Fault, row: Row) -> None:
    async with person.meets(fault, "GET"), person.watched(row, "read"):
        await person.waits("ctrl+r", "reread")
    assert_reported(fault, person.banner.sentences)
    assert person.banner.severity == "error"
    assert person.is_whole


async def saves(person: Person, fault: Fault, row: Row) -> None:
    before = person.stored
    async with person.meets(fault, "PUT"), person.watched(row, "save"):
        await person.waits("ctrl+s", "save")
    assert person.banner.severity in ("error", "warning")
    if fault.silent:  # read again; missing flags were sent by PATCH
        assert "The server did not store: name" in person.banner.sentences[0]
        assert person.stored.name == before.name
        assert person.is_typed
        assert "1 change, not saved" in person.at.top
    else:
        assert_reported(fault, person.banner.sentences)
        assert person.stored == before
        assert person.is_whole
    await person.at.until(
        lambda: [one["name"] for one in person.kept()] == [person.name], "the draft is on disk"
    )


async def saves_and_is_carried_out(person: Person, fault: Fault, row: Row) -> None:
    async with (
        person.meets(fault, "PUT", carries_out=True),
        person.watched(row, "carried out"),
    ):
        await person.waits("ctrl+s", "save")
    assert person.banner.severity == "success", person.banner.sentences
    assert person.stored.name == person.name
    if not fault.silent:
        assert fault.says in person.banner.sentences[0]
    assert "no changes" in person.at.top
    await person.at.until(lambda: not person.kept(), "the draft is gone")


async def meet_while_editing(person: Person, fault: Fault) -> None:
    """Read and save with a fault, in an edit that may have met other faults before."""
    row = TABLE.row(fault.name)
    if not person.is_whole:
        await person.edits()
    await reads(person, fault, row)
    await saves(person, fault, row)
    if fault.line:
        row.skipped.add("carried out")
        return
    if not person.is_whole:
        await person.saves()
        await person.edits()
    await saves_and_is_carried_out(person, fault, row)


async def meet_all(person: Person, faults: tuple[Fault, ...]) -> None:
    """List, then read and save, with each fault in turn; then without."""
    for fault in faults:
        row = TABLE.row(fault.name)
        if not fault.waits:
            row.skipped.add("escape")
        with named(fault):
            await lists(person, fault, row)
    await person.at.edit()
    for fault in faults:
        with named(fault):
            await meet_while_editing(person, fault)
    if not person.is_whole:
        await person.edits()
    await person.saves()


@contextmanager
def named(fault: Fault, command: str = "") -> Iterator[None]:
    """Add the fault to a test failure, and the command that met it."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"the fault: {fault.name} {command}".rstrip())
        raise


@pytest.mark.parametrize("family", FAMILIES)
async def test_every_fault_is_reported_and_nothing_is_lost(
    family: str, drafts_folder: Path
) -> None:
    faults = FAMILIES[family]
    async with sitting(Service, drafts_folder, first=faults[0]) as person:
        await meet_all(person, faults)


WAITING = [fault for faults in FAMILIES.values() for fault in faults if fault.waits]


@pytest.mark.parametrize("fault", WAITING, ids=lambda fault: fault.name)
async def test_escape_stops_a_pending_request_and_nothing_is_lost(
    fault: Fault, drafts_folder: Path
) -> None:
    row = TABLE.row(fault.name)
    async with sitting(Service, drafts_folder, TIMEOUTS) as person:
        await escapes_from_the_list(person, fault, row)
        await person.at.edit()
        await person.edits()
        before = person.stored
        await escapes(person, fault, row, "GET", "ctrl+r", "reread", "nothing was read")
        # Without a connection not even the read before the write succeeds.
        says = "nothing was written" if fault.line else "not known whether"
        await escapes(person, fault, row, "PUT", "ctrl+s", "save", says)
        assert person.stored == before
        await person.saves()


async def escapes_from_the_list(person: Person, fault: Fault, row: Row) -> None:
    await escapes(person, fault, row, "POST", "r", "load", "the list was not read whole")
    assert "12 instances" in person.at.top
    assert "loja-norte" in person.at.picture
    await person.at.press("r")
    await person.ends("load")
    assert not person.banner.sentences


async def escapes(
    person: Person, fault: Fault, row: Row, method: str, keys: str, group: str, says: str
) -> None:
    at, service = person.at, person.service
    async with failing(service, fault, method), person.watched(row, "escape"):
        asked = len(service.requests)
        await at.press(keys)
        arrived = partial(_arrived, service, asked, method)
        await at.until(lambda: fault.line or arrived(), "the request is waiting")
        await person.key()
        assert at.working(group)
        await at.press("escape")
        await at.until(lambda: not at.working(group), "nothing waits")
    assert "You stopped waiting" in person.banner.sentences[0]
    assert says in " ".join(person.banner.sentences)
    if person.name:
        assert person.is_whole


def _arrived(service: Service, since: int, method: str) -> bool:
    return any(one.startswith(method.encode()) for one in service.requests[since:])

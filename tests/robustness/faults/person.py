"""A user who lists, reads and saves while the server fails, and checks the result."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    nullcontext,
    suppress,
)
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import thread_time

from tests.app.support import NOW, Cable, Terminal, hook, started
from tests.robustness.faults.faults import Fault
from tests.robustness.faults.service import Service, serving
from tests.robustness.faults.table import Row
from tests.support import user_data
from tui.api.connection import connect
from tui.api.http.client import Http
from tui.api.http.timeouts import LIST_FACTOR, TIMEOUTS, Timeouts
from tui.app.app import HookboardApp
from tui.app.widgets.frame import Banner
from tui.core.session import Session
from tui.model.secret import Secret
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.records import Webhook
from tui.storage.drafts import Drafts
from tui.storage.server_memory import ServerMemory

USUAL = replace(TIMEOUTS, retry_total=0.2, retry_wait=0.1)
QUICK = replace(USUAL, connect=0.4, read=0.4, total=0.8)
"""Timeouts for faults that only a timeout ends, where no other request must be answered."""
SHORT = {
    "POST": replace(QUICK, read=QUICK.read / LIST_FACTOR, total=QUICK.total / LIST_FACTOR),
    "GET": QUICK,
    "PUT": replace(QUICK, read=1.0, total=2.0),
}
"""Timeouts for them by the method that meets the fault. Before a write comes a sound read."""
TOO_LONG = 1.0
"""The most seconds of the processor that a key may wait for; the table has the measured ones.

How long it takes by the clock is up to the machine too.
"""
LONGEST = 30.0
"""Seconds until an operation that does not end fails its test."""
INSIDE = "inside Hookboard"
"""A part of the message for an unexpected error."""


@dataclass
class Person:
    """The user of a program whose server is a :class:`Service`."""

    at: Terminal
    service: Service
    http: Http
    folder: Path
    name: str = ""
    """The name typed last."""
    _count: int = 0
    _slowest: float = field(default=0.0, init=False)

    @property
    def banner(self) -> Banner:
        return self.at.app.screen.query_one(Banner)

    @property
    def stored(self) -> Webhook:
        """The values that the server has."""
        return hook(self.at.sandbox)

    def kept(self) -> list[dict[str, object]]:
        """Return the edits on disk."""
        found = []
        for path in self.folder.glob("[!.]*.json"):
            with suppress(FileNotFoundError):  # it may be deleted just now
                found.append(json.loads(path.read_bytes())["values"])
        return found

    async def key(self) -> None:
        """Press a key, wait for its effect, and note what that took of the processor."""
        before, begun = self.at.focused, thread_time()
        await self.at.press("tab")
        self._slowest = max(self._slowest, thread_time() - begun)
        assert self.at.focused != before
        await self.at.press("shift+tab")

    async def waits(self, keys: str, group: str) -> None:
        """Press a key that sends a request and another one meanwhile; wait for the end."""
        await self.at.press(keys)
        await self.key()
        await self.ends(group)

    async def ends(self, group: str) -> None:
        """Wait until the workers of a group have ended."""
        running = [worker for worker in self.at.app.workers if worker.group == group]
        async with asyncio.timeout(LONGEST):
            await asyncio.gather(*(worker.wait() for worker in running))
        await self.at.settle()

    def meets(
        self, fault: Fault, method: str, *, carries_out: bool = False
    ) -> AbstractAsyncContextManager[None]:
        """Put a fault into the requests of a method, and wait a short time where it stalls."""
        return meeting(self.service, self.http, fault, method, carries_out=carries_out)

    @asynccontextmanager
    async def watched(self, row: Row, operation: str) -> AsyncIterator[None]:
        """Fill in the row, and check that no key had to wait."""
        self._slowest = 0.0
        pulse = asyncio.create_task(self._pulse())
        try:
            yield
        finally:
            pulse.cancel()
            with suppress(asyncio.CancelledError):
                await pulse
        assert self._slowest < TOO_LONG, f"a key waited {self._slowest:.3f} s"
        row.cells[operation] = max(self._slowest, row.cells.get(operation, 0.0))

    async def _pulse(self) -> None:
        """Measure how long the event loop is blocked."""
        while True:
            begun = thread_time()
            await asyncio.sleep(0.005)
            self._slowest = max(self._slowest, thread_time() - begun)

    # the edit

    async def edits(self) -> None:
        """Change the name and a flag of the webhook in the editor."""
        self._count += 1
        self.name = f"crm {self._count}"
        await self.at.retype(self.name)
        await self.at.burst("tab", "tab", "tab")
        await self.at.press("space")
        await self.at.burst("shift+tab", "shift+tab", "shift+tab")
        await self.at.until(lambda: self.is_whole, "both changes are counted")
        await self.at.stands_on("name")

    @property
    def is_whole(self) -> bool:
        """Whether everything typed is still there, and shown as unsaved."""
        return self.is_typed and "2 changes, not saved" in self.at.top

    @property
    def is_typed(self) -> bool:
        """Whether the name field has the typed name."""
        return self.at.field("name").value == self.name

    async def saves(self) -> None:
        """Save, and check that it succeeds and leaves no draft."""
        await self.at.press("ctrl+s")
        await self.at.sees("no changes")
        assert self.banner.severity == "success"
        assert self.stored.name == self.name
        await self.at.until(lambda: not self.kept(), "the draft is gone")


@asynccontextmanager
async def failing(
    service: Service, fault: Fault, method: str, *, carries_out: bool = False
) -> AsyncIterator[None]:
    """Put a fault into the requests of a method, or into all where it is one of the connection."""
    async with fault.line(service) if fault.line else nullcontext():
        if fault.talk:
            service.method, service.talk, service.carries_out = method, fault.talk, carries_out
        try:
            yield
        finally:
            if fault.talk:
                service.heal()


@asynccontextmanager
async def meeting(
    service: Service, http: Http, fault: Fault, method: str, *, carries_out: bool = False
) -> AsyncIterator[None]:
    """Put a fault into the requests of a method; a client waits a short time where it stalls."""
    usual = http.timeouts
    if fault.waits:
        http.timeouts = SHORT[method]
    async with failing(service, fault, method, carries_out=carries_out):
        yield
    http.timeouts = usual


def assert_reported(fault: Fault, sentences: tuple[str, ...]) -> None:
    """Check that the sentences say what happened and what to do."""
    said = " ".join(sentences)
    assert INSIDE not in said
    assert fault.says in sentences[0], said
    for words in fault.also:
        assert words in said, said
    assert len(sentences) > 1, said
    for sentence in sentences[:2]:
        assert sentence[-1] in ".”", sentence


MakeService = Callable[[Cable], Service]


@asynccontextmanager
async def sitting(
    make: MakeService, folder: Path, timeouts: Timeouts = USUAL, first: Fault | None = None
) -> AsyncIterator[Person]:
    """Start the program; with a ``first`` fault, its first list meets that fault."""
    with open_sandbox() as sandbox:
        cable = Cable(sandbox.app)
        async with serving(make(cable)) as service:
            connection = connect(
                service.url,
                business=sandbox.business_id,
                profile="loja",
                token=Secret(sandbox.token),
                token_source="the test",
                timeouts=timeouts,
                memory=ServerMemory(None, service.url),
            )
            drafts = Drafts(folder)
            made = Session(
                connection,
                "loja",
                url=service.url,
                user_data=user_data(drafts=drafts),
                now=lambda: NOW,
            )
            app, beginning = HookboardApp(lambda: made), AsyncExitStack()
            if first:
                met = meeting(service, connection.http, first, "POST")
                await beginning.enter_async_context(met)
            async with beginning, started(app, sandbox, cable) as at:
                person = Person(at, service, connection.http, folder)
                if first:
                    await _is_told(person, first)
                    await beginning.aclose()
                    await at.press("r")
                    await at.sees("12 instances")
                await at.until(lambda: app.session is not None, "it is connected")
                await at.until(lambda: not at.working("load"), "the list was read")
                yield person


async def _is_told(person: Person, fault: Fault) -> None:
    await person.at.until(lambda: person.banner.sentences, "the fault is said")
    assert_reported(fault, person.banner.sentences)
    await person.at.sees("The list could not be read.", "not read")

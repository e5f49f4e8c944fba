"""How the tests sit at the terminal: press keys, look at the screen, disturb the line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar, cast

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from textual import events
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from tests.app.idle import idle, is_to_be_painted
from tests.support import user_data
from tui.api.connection import connect
from tui.app.app import HookboardApp
from tui.app.screens.base import HookboardScreen
from tui.app.terminal_driver import InputDecoder
from tui.app.widgets.field import Field
from tui.app.widgets.frame import Banner
from tui.app.widgets.instance_table import InstanceTable
from tui.app.widgets.row_list import RowList
from tui.core.session import Session
from tui.core.store import Store
from tui.model.secret import Secret
from tui.sandbox.codechat_v2.bodies import Search
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.sandbox.records import Webhook, Wire
from tui.storage.drafts import Drafts
from tui.storage.journal import Journal
from tui.storage.server_memory import ServerMemory
from tui.storage.staged import StagedFolder
from tui.storage.tokens import TokenPlace

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
URL = "http://sandbox.test"
PATIENCE = 30.0
"""Seconds after which a condition that does not come true fails its test."""
_NAMED = {"space": " ", "slash": "/", "question_mark": "?"}
_LONGEST_NAP = 0.02
"""Seconds after which a condition is looked at again: a thread may have made it true."""

Kind = TypeVar("Kind", bound=Widget)
Answering = Callable[[Request], Response | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that reached the cable."""

    method: str
    path: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Cable:
    """Stands between the program and a sandbox: counts requests, holds, cuts, answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._gate = asyncio.Event()
        self._gate.set()
        self.requests: list[Asked] = []
        """Every request, in their order."""
        self.cut = False
        """Whether no connection is made."""
        self.answer: Answering = lambda _: None
        """Answers in the sandbox's place, where it returns a response."""

    def hold(self) -> asyncio.Event:
        """Let requests from now on wait; the event lets those go on that came meanwhile."""
        self._gate = asyncio.Event()
        return self._gate

    def release(self) -> None:
        """Let requests go on."""
        self._gate.set()

    def pass_on(self) -> None:
        """Let new requests through, and those that are held wait on."""
        self._gate = asyncio.Event()
        self._gate.set()

    def sent(self, method: str) -> list[Asked]:
        """Return the requests of this method."""
        return [each for each in self.requests if each.method == method]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        self.requests.append(Asked(request.method, request.url.path, body))
        await self._gate.wait()
        if self.cut:
            raise httpx.ConnectError("Connection refused")

        async def again() -> Message:
            return {"type": "http.request", "body": body}

        await (self.answer(request) or self._app)(scope, again, send)


class Terminal:
    """A person at the program: keys in, the picture out."""

    def __init__(self, pilot: Pilot[int], sandbox: Sandbox, cable: Cable) -> None:
        self.pilot = pilot
        self.sandbox = sandbox
        self.cable = cable

    @property
    def app(self) -> HookboardApp:
        return cast(HookboardApp, self.pilot.app)

    @property
    def store(self) -> Store:
        """The instances that the program has loaded."""
        assert self.app.session is not None
        return self.app.session.store

    @property
    def rows(self) -> list[str]:
        """The screen in front, a string for each row."""
        screen = self.app.screen
        return [strip.text.rstrip() for strip in screen._compositor.render_strips()]

    @property
    def picture(self) -> str:
        return "\n".join(self.rows)

    @property
    def words(self) -> str:
        """The screen as running text: line breaks and frames are spaces."""
        return " ".join(self.picture.translate(str.maketrans("│─╭╮╰╯", "      ")).split())

    @property
    def top(self) -> str:
        """The line at the top."""
        return self.rows[0]

    @property
    def toasts(self) -> list[str]:
        return [each.message for each in self.app._notifications]

    @property
    def banner(self) -> str:
        """The text of the banner of the topmost screen that has one."""
        screens = [each for each in self.app.screen_stack if isinstance(each, HookboardScreen)]
        return "\n".join(screens[-1].query_one(Banner).sentences)

    def row(self, words: str) -> str:
        """Return the first row that holds these words."""
        found = [row for row in self.rows if words in row]
        assert found, f"no row holds {words!r}:\n{self.picture}"
        return found[0]

    def one(self, kind: type[Kind], selector: str = "") -> Kind:
        """Return the widget of this kind on the screen in front."""
        return self.app.screen.query_one(selector or kind.__name__, kind)

    def row_list(self, selector: str = "RowList") -> RowList:
        """Return a list of rows on the screen in front, whichever kind of rows it has."""
        found = self.app.screen.query_one(selector)
        assert isinstance(found, RowList)
        return found

    def field(self, name: str) -> Field:
        return self.one(Field, f"#{name}")

    @property
    def focused(self) -> str:
        """The name of the focused field or widget, or its kind."""
        focused = self.app.focused
        if isinstance(focused, Input) and focused.id is None:
            field = next(each for each in focused.ancestors if isinstance(each, Field))
            return str(field.id)
        return "nothing" if focused is None else focused.id or type(focused).__name__

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the one before is worked off.

        ``Pilot.press`` sleeps until the machine is idle instead: fifteen times as long.
        """
        for key in keys:
            await self.burst(key)

    async def burst(self, *keys: str) -> None:
        """Press keys faster than they are worked off, as a slow line delivers them."""
        for key in keys:
            name = next((name for name, char in _NAMED.items() if char == key), key)
            char = _NAMED.get(name, key if len(key) == 1 else None)
            self.app.post_message(events.Key(name, char))
        await self.settle()

    async def reads(self, *texts: str) -> None:
        """Send texts as a terminal does without paste marks, each in one read."""
        decoder = InputDecoder()
        for text in texts:
            for message in decoder.feed(text.encode()):
                self.app.post_message(message)
        await self.settle()

    async def settle(self) -> None:
        """Wait until messages, and the messages these led to, are worked off and painted."""
        await idle()
        while is_to_be_painted(self.app.screen):
            self.app.screen._on_timer_update()
            await idle()

    async def paste(self, text: str) -> None:
        """Paste a text where the focus is."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def retype(self, text: str) -> None:
        """Paste a text over the text of the field."""
        await self.press("end", "ctrl+u")
        await self.paste(text)

    async def resize(self, width: int, height: int) -> None:
        await self.pilot.resize_terminal(width, height)
        await self.until(lambda: self.app.size == (width, height), f"{width}×{height} is taken")

    async def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something holds; fail with the picture when it never does."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        nap = 0.0
        while not holds():
            if loop.time() > end:
                pytest.fail(f"never came true: {what}\n{self.picture}\n{self.toasts}")
            await asyncio.sleep(nap)  # a timer or a thread needs time
            await self.settle()
            nap = min(_LONGEST_NAP, 2 * nap + 0.001)

    def shows(self, text: str) -> bool:
        """Return whether the screen shows a text, however its lines are wrapped."""
        return text in self.words

    async def sees(self, *texts: str) -> None:
        """Wait until the screen shows all of these texts."""
        for text in texts:
            await self.until(partial(self.shows, text), f"the screen shows {text!r}")

    async def stands_on(self, name: str) -> None:
        """Wait until the focus is on the field or widget of this name."""
        await self.until(lambda: self.focused == name, f"the focus is on {name}")

    async def loses(self, text: str) -> None:
        """Wait until a text is gone from the screen."""
        await self.until(lambda: text not in self.words, f"{text!r} is gone")

    async def hears(self, words: str) -> None:
        """Wait until a message in the corner says this."""
        await self.until(
            lambda: any(words in toast for toast in self.toasts), f"a message says {words!r}"
        )

    async def edit(self, instance: str = "loja-norte", nth: int = 0) -> None:
        """Open a webhook of an instance in the editor, from a dashboard just opened."""
        keys = [key for key in self.store.visible if self.store[key].name == instance]
        self.one(InstanceTable).move_to_key(keys[0])
        await self.sees(f"Webhooks of {instance}")
        await self.press("enter", *["down"] * nth, "enter")
        await self.until(lambda: type(self.app.screen).__name__ == "EditorScreen", "the editor")
        await self.until(lambda: self.cable.sent("GET"), "it is read again")
        await self.until(lambda: not self.working("reread"), "it was read again")

    def is_counted(self) -> bool:
        """Return whether the top line counts a whole list: ``12 instances``, not ``3 of 12``."""
        return "instance" in self.top and " of " not in self.top

    def working(self, group: str) -> bool:
        """Return whether a worker of this group is running."""
        return any(each.group == group and not each.is_finished for each in self.app.workers)


@asynccontextmanager
async def terminal(
    sandbox: Sandbox | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    keys: Mapping[str, str] | None = None,
    loaded: bool = True,
    **options: Any,
) -> AsyncIterator[Terminal]:
    """Start the program on a sandbox; ``options`` are those of :func:`session`.

    Unless ``loaded`` is false it is waited for until the list is there.
    """
    with sandbox or open_sandbox() as server:
        cable = Cable(server.app)
        made = session(server, cable, **options)
        async with started(HookboardApp(lambda: made, keys=keys), server, cable, size) as at:
            if loaded:
                await at.until(lambda: made.store.loaded, "the list is there")
                await at.until(at.is_counted, "the list is counted")
            yield at


@asynccontextmanager
async def started(
    app: HookboardApp, sandbox: Sandbox, cable: Cable, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Terminal]:
    """Start a program that is made already."""
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Terminal(pilot, sandbox, cable)


def session(
    sandbox: Sandbox,
    cable: Cable,
    *,
    token: str | None = None,
    read_only: bool = False,
    keep_token: Callable[[Secret], TokenPlace] | None = None,
    drafts: Drafts | None = None,
    journal: Journal | None = None,
    staged: StagedFolder | None = None,
) -> Session:
    """Make a session with a sandbox, as it is made at the start."""
    connection = connect(
        URL,
        business=sandbox.business_id,
        profile="loja",
        token=Secret(sandbox.token if token is None else token),
        token_source="the test",
        read_only=read_only,
        in_process=cable,
        memory=ServerMemory(None, URL),
    )
    return Session(
        connection,
        "loja",
        url=URL,
        now=lambda: NOW,
        keep_token=keep_token,
        user_data=user_data(drafts=drafts, staged=staged, journal=journal),
    )


def hook(sandbox: Sandbox, instance: str = "loja-norte", nth: int = 0) -> Webhook:
    """Return a webhook as the sandbox has it now."""
    (record, _), *_ = sandbox.store.search(Search(name=instance), 1).records
    return sandbox.store.webhooks(record.id)[nth]


def change(sandbox: Sandbox, of: Webhook | None = None, **values: Any) -> Webhook:
    """Change a webhook as another user would; ``flags`` are added to its own."""
    old = of or hook(sandbox)
    if flags := values.pop("flags", None):
        values["flags"] = {**old.flags, **flags}
    new = replace(old, **values)
    sandbox.store.save(new)
    return new


def record(name: str, *, webhooks: list[Wire] | None = None, **more: Any) -> Wire:
    """Make an instance as servers list it; without ``webhooks`` it says nothing of them."""
    listed = {} if webhooks is None else {"Webhook": webhooks}
    identity = {"instanceId": f"id-{name}", "name": name}
    return {**identity, "state": "active", "connection": "open", **listed, **more}


def listing(*records: Wire, total: int | None = None) -> Answering:
    """Answer the list of instances with these, and leave everything else to the sandbox."""

    def answer(request: Request) -> Response | None:
        if not request.url.path.endswith("/instance/search"):
            return None
        page = {"totalRecords": total or len(records), "totalPages": 1, "records": [*records]}
        return JSONResponse({"BusinessPage": page})

    return answer


def refusing(status: int, *messages: Any, method: str = "PUT") -> Answering:
    """Answer requests of a method with an error, and leave everything else to the sandbox."""
    body = {"statusCode": status, "error": "Error", "message": [*messages]}
    return lambda request: JSONResponse(body, status) if request.method == method else None

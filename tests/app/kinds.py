"""The program on servers of any kind, most of which have one webhook an instance."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.app.support import NOW, URL, Answering, Cable, Terminal, started
from tests.support import user_data
from tui.api.connection import connect
from tui.api.http.timeouts import Timeouts
from tui.app.app import HookboardApp
from tui.app.screens.editor.screen import EditorScreen
from tui.app.widgets.instance_table import InstanceTable
from tui.core.session import Session
from tui.model.secret import Secret
from tui.sandbox.any_sandbox import AnySandbox
from tui.sandbox.codechat_v2.server import Sandbox
from tui.sandbox.evolution_v2.server import EvolutionV2
from tui.storage.drafts import Drafts
from tui.storage.server_memory import ServerMemory

ONE_WEBHOOK = ("codechat-v1", "codechat-go", "evolution-v2")
"""The kinds whose instances have one webhook at most."""


@asynccontextmanager
async def board(
    server: AnySandbox,
    *,
    home: Path | None = None,
    size: tuple[int, int] = (80, 24),
    read_only: bool = False,
    at_once: int = 8,
    answer: Answering = lambda _: None,
    held: bool = False,
    whole: bool = True,
    keys: Mapping[str, str] | None = None,
) -> AsyncIterator[Terminal]:
    """Start the program on a server, which outlives it; ``home`` takes what it keeps.

    ``answer`` may answer in the server's place, as :attr:`Cable.answer`. With ``held`` requests
    for webhooks wait until the cable lets them go. Unless ``whole`` is false it is waited for
    until every row is filled.
    """
    cable = Cable(server.app)

    def list_then_hold(request: Request) -> None:
        if not is_find(request):
            cable.hold()

    cable.answer = list_then_hold if held else answer
    connection = connect(
        URL,
        kind=server.kind,
        business=server.business_id,
        profile="loja",
        token=Secret(server.token),
        token_source="the test",
        read_only=read_only,
        in_process=cable,
        timeouts=Timeouts(retry_wait=0.01),
        memory=ServerMemory(home and home / "flags", URL),
    )
    drafts = Drafts(home / "drafts") if home else None
    made = Session(
        connection,
        "loja",
        url=URL,
        now=lambda: NOW,
        user_data=user_data(drafts=drafts),
        at_once=at_once,
    )
    # The tests of other kinds look into their own sandbox, not into the terminal's.
    async with started(
        HookboardApp(lambda: made, keys=keys), cast(Sandbox, server), cable, size
    ) as at:
        if whole and not held:
            await at.until(lambda: made.store.loaded, "the list is there")
            await at.until(lambda: asked_for(at) == at.store.visible, "every webhook is known")
            reading = ("load", "find", "drafts")
            await at.until(lambda: not any(map(at.working, reading)), "all was read")
            await at.until(at.is_counted, "it is counted")
            await at.settle()
        yield at


def asked_for(at: Terminal) -> list[str]:
    """Return the instances whose webhooks are known."""
    return [key for key in at.store.visible if at.store[key].webhooks is not None]


def go_to(at: Terminal, instance: str) -> None:
    """Put the cursor on an instance."""
    table = at.one(InstanceTable)
    table.move_to_key(next(key for key in at.store.visible if at.store[key].name == instance))


async def open_editor(at: Terminal, instance: str, key: str = "enter") -> None:
    """Open the editor from an instance's row, and wait until it has read again."""
    go_to(at, instance)
    await at.press(key)
    await in_editor(at)


async def in_editor(at: Terminal) -> None:
    """Wait until the editor is in front, and has read the webhook again."""
    await at.until(
        lambda: isinstance(at.app.screen, EditorScreen) and at.app.screen.is_mounted,
        "the editor is there, and filled",
    )
    await at.until(lambda: not at.working("reread"), "it was read again")


def stored(server: EvolutionV2, instance: str) -> dict[str, Any]:
    """Return an instance's webhook as an Evolution server has it now."""
    document = server.documents.get(instance)
    assert document is not None
    return dict(document["webhook"])


def change(server: EvolutionV2, instance: str, **values: object) -> None:
    """Change an instance's webhook as another user would."""
    document = server.documents.get(instance)
    assert document is not None
    server.documents.put(instance, document | {"webhook": document["webhook"] | values})


def is_find(request: Request) -> bool:
    """Return whether a request asks an Evolution server for an instance's webhook."""
    return "/webhook/find/" in request.url.path


def finds_fail(request: Request) -> Response | None:
    """Answer every request for a webhook with an error, and leave the rest to the server."""
    if not is_find(request):
        return None
    body = {"status": 500, "error": "Internal Server Error", "response": {"message": "Down"}}
    return JSONResponse(body, 500)

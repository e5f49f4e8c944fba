"""Late answers: they undo nothing that was saved, read or chosen since."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.app.kinds import board, go_to, in_editor, open_editor
from tests.app.support import Answering, Terminal, hook, listing, record, refusing, terminal
from tui.app.screens.dashboard.screen import Dashboard
from tui.sandbox.any_sandbox import AnySandbox
from tui.sandbox.evolution_v2.server import open_evolution_v2
from tui.sandbox.kinds import open_kind

NEW = "https://new.example/hook"
REFUSED = refusing(403, "not yours", method="GET")
LISTED = {"webhookId": "w1", "name": "listed", "url": "https://listed.example/hook"}


class Late(Response):
    """An answer made now that arrives when its event is set."""

    def __init__(self, app: ASGIApp, arrives: asyncio.Event) -> None:
        super().__init__()
        self._app = app
        self._arrives = arrives

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said: list[Message] = []

        async def keep(message: Message) -> None:
            said.append(message)

        await self._app(scope, receive, keep)
        await self._arrives.wait()
        for message in said:
            await send(message)


def late(
    at: Terminal,
    asked: Callable[[Request], bool],
    answer: Answering = lambda _: None,
    others: Answering = lambda _: None,
) -> asyncio.Event:
    """Have the next answer to such a request arrive when the event is set, later ones at once.

    It is what ``answer`` returns, or else the server's; ``others`` may answer other requests.
    """
    arrives = asyncio.Event()

    def first(request: Request) -> Response | None:
        if not asked(request):
            return others(request)
        at.cable.answer = others
        return Late(answer(request) or at.sandbox.app, arrives)

    at.cable.answer = first
    return arrives


def is_list(request: Request) -> bool:
    return request.url.path.endswith(("/instance/search", "/instance/fetchInstances"))


def is_webhooks(request: Request) -> bool:
    return request.url.path.endswith("/webhook")


def unread(at: Terminal) -> Answering:
    """List an instance of the sandbox without its webhooks, and another one with one."""
    known = record("other", webhooks=[LISTED])
    return listing(record("loja-norte", instanceId=hook(at.sandbox).instance_id), known)


async def refresh(at: Terminal) -> None:
    """Have the list read, and wait until its answer is on the way."""
    before = len(at.cable.requests)
    await at.press("r")
    await at.until(lambda: len(at.cable.requests) > before, "the list is asked for")


async def webhooks_asked_for(at: Terminal) -> None:
    """Wait until the webhooks of the first instance are asked for."""
    await at.sees("2 instances", "Reading the webhooks…")
    await at.until(lambda: at.cable.sent("GET"), "they are asked for")


async def until_it_ends(at: Terminal, group: str) -> None:
    await at.until(lambda: not at.working(group), "nothing is waited for any more")
    await at.settle()


@pytest.fixture
def v1() -> Iterator[AnySandbox]:
    """A CodeChat v1 server; its list has the webhooks."""
    with open_kind("codechat-v1") as sandbox:
        yield sandbox


# a list


async def test_a_list_from_before_a_save_does_not_undo_it_on_the_screen(v1: AnySandbox) -> None:
    async with board(v1) as at:
        arrives = late(at, is_list)
        await refresh(at)
        await open_editor(at, "loja-norte")
        await at.retype(NEW)
        await at.press("ctrl+s")
        await at.sees("✓ Saved 1 change.")
        await at.press("escape")
        await at.sees("reading again…", "Webhook of loja-norte")
        assert NEW in at.row(" ▸")
        arrives.set()
        await at.loses("reading again…")
        assert NEW in at.row(" ▸")
        await refresh(at)
        await until_it_ends(at, "load")
        assert NEW in at.row(" ▸")


async def test_a_list_from_before_a_deletion_does_not_undo_it_on_the_screen() -> None:
    async with terminal() as at:
        arrives = late(at, is_list)
        await refresh(at)
        await at.press("delete")
        await at.sees("Delete the webhook crm")
        await at.press("d")
        await at.sees("✓ Deleted crm of loja-norte.", "1 webhook, on")
        arrives.set()
        await at.loses("reading again…")
        assert "1 webhook, on" in at.row(" ▸")
        assert "https://crm.loja.com.br" not in at.picture


async def test_a_deletion_keeps_the_list_that_arrived_during_its_question() -> None:
    async with terminal() as at:
        now = record("loja-norte", instanceId=hook(at.sandbox).instance_id, connection="close")
        arrives = late(at, is_list, listing(now))
        await refresh(at)
        await at.press("delete")
        await at.sees("Delete the webhook crm")
        arrives.set()
        await until_it_ends(at, "load")
        await at.press("d")
        await at.sees("✓ Deleted crm of loja-norte.", "1 webhook, on")
        assert at.row(" ▸").startswith(" ▸ ○ close ")


# the webhooks of the instance under the cursor


async def test_webhooks_read_before_a_save_do_not_undo_it_on_the_screen() -> None:
    async with terminal(loaded=False) as at:
        arrives = late(at, is_webhooks, others=unread(at))
        await webhooks_asked_for(at)
        await at.press("e")
        await in_editor(at)
        await at.press("x", "ctrl+s")
        await at.sees("✓ Saved 1 change.")
        await at.press("escape")
        await at.sees("2 webhooks, 2 on", " crmx ")
        arrives.set()
        await until_it_ends(at, "webhooks")
        assert " crmx " in at.picture


async def test_the_webhooks_of_an_instance_the_cursor_left_are_not_waited_for() -> None:
    async with terminal(loaded=False) as at:
        late(at, is_webhooks, others=unread(at))
        await webhooks_asked_for(at)
        await at.press("down")
        await at.sees("Webhooks of other", "listed.example")
        await until_it_ends(at, "webhooks")
        assert "listed.example" in at.picture


async def test_an_error_about_another_instance_replaces_no_webhooks() -> None:
    async with terminal(loaded=False) as at:
        arrives = late(at, is_webhooks, REFUSED, others=unread(at))
        await webhooks_asked_for(at)
        await at.press("down")
        await at.sees("Webhooks of other", "listed.example")
        arrives.set()
        await until_it_ends(at, "webhooks")
        assert "answered 403" not in at.picture
        await at.press("e")
        await in_editor(at)
        assert "other › listed" in at.top


async def test_an_error_about_webhooks_known_by_now_replaces_nothing() -> None:
    async with terminal(loaded=False) as at:
        arrives = late(at, is_webhooks, REFUSED, others=unread(at))
        await webhooks_asked_for(at)
        await at.press("e")
        await in_editor(at)
        await at.press("escape")
        await at.sees("Webhooks of loja-norte", " crm ")
        arrives.set()
        await until_it_ends(at, "webhooks")
        assert "answered 403" not in at.picture
        assert " crm " in at.picture


async def test_escape_after_the_cursor_left_stops_nothing() -> None:
    async with terminal(loaded=False) as at:
        late(at, is_webhooks, others=unread(at))
        await webhooks_asked_for(at)
        await at.burst("down", "escape")
        await until_it_ends(at, "webhooks")
        assert "Webhooks of other" in at.picture
        assert "You stopped waiting" not in at.picture
        assert "listed.example" in at.picture


async def test_escape_keeps_webhooks_that_are_known_by_now() -> None:
    async with terminal(loaded=False) as at:
        late(at, is_webhooks, others=unread(at))
        await webhooks_asked_for(at)
        await at.press("e")
        await in_editor(at)
        await at.press("escape")
        await at.sees("Webhooks of loja-norte", " crm ")
        await at.press("escape")
        await until_it_ends(at, "webhooks")
        assert "You stopped waiting" not in at.picture
        assert " crm " in at.picture


# the row that was opened


async def test_e_opens_the_webhook_it_was_pressed_on() -> None:
    with open_evolution_v2() as evolution:
        async with board(evolution, held=True) as at:
            await at.until(lambda: len(at.cable.requests) > 8, "the first are asked for")
            asked, first = len(at.cable.requests), at.store.visible[0]
            await at.press("e")
            await at.until(lambda: len(at.cable.requests) > asked, "it is asked for, too")
            go_to(at, "outlet-br101")
            await at.sees("Webhook of outlet-br101")
            at.cable.release()
            await in_editor(at)
            assert f"{first} › webhook" in at.top


async def test_webhooks_read_to_open_one_are_shown_even_if_none_opens() -> None:
    async with terminal(loaded=False) as at:
        listed = unread(at)

        def none(request: Request) -> Response | None:
            return JSONResponse([]) if is_webhooks(request) else listed(request)

        late(at, is_webhooks, others=none)
        await webhooks_asked_for(at)
        await at.press("e")
        await at.sees("loja-norte has no webhook to edit.", "No webhook.", "n makes one.")
        assert at.row(" ▸").endswith("no webhook")


async def test_e_on_an_instance_without_webhooks_says_so() -> None:
    with open_evolution_v2() as evolution:
        async with board(evolution, held=True) as at:
            await at.until(lambda: len(at.cable.requests) > 8, "the first are asked for")
            asked = len(at.cable.requests)
            go_to(at, "outlet-br101")
            await at.press("e")
            await at.until(lambda: len(at.cable.requests) > asked, "it is asked for")
            go_to(at, "loja-norte")
            at.cable.release()
            await at.sees("outlet-br101 has no webhook to edit. n makes one.")
            assert isinstance(at.app.screen, Dashboard)


async def test_a_deletion_is_not_asked_about_over_another_screen() -> None:
    async with terminal() as at:
        await at.press("enter")
        at.cable.hold()
        await at.press("delete")
        await at.until(lambda: at.cable.sent("GET"), "it is read for the question")
        await at.press("ctrl+l")
        await at.sees("Requests made in this run")
        at.cable.release()
        await at.until(lambda: not at.working("delete"), "nothing more comes of it")
        assert "Requests made in this run" in at.picture
        await at.press("escape")
        await at.sees("crm was not deleted: another screen was opened meanwhile.")
        assert hook(at.sandbox).name == "crm"


async def test_an_editor_that_waited_for_an_answer_does_not_open_over_another_screen() -> None:
    with open_evolution_v2() as evolution:
        async with board(evolution, held=True) as at:
            await at.until(lambda: len(at.cable.requests) > 8, "the first are asked for")
            await at.press("e", "ctrl+l")
            await at.sees("Requests made in this run")
            at.cable.release()
            await at.until(lambda: not at.working("edit"), "nothing more comes of it")
            assert "Requests made in this run" in at.picture
            await at.press("escape")
            await at.until(lambda: isinstance(at.app.screen, Dashboard), "it is as it was left")


async def test_commands_that_read_only_refuses_are_not_at_the_bottom() -> None:
    async with terminal(read_only=True) as at:
        assert "New" not in at.rows[-1]
        assert "Refresh" in at.rows[-1]

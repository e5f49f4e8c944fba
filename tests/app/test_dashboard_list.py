"""The list of instances: filling, moving, refreshing, and its messages when something fails."""

from __future__ import annotations

import threading

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.app.support import (
    PATIENCE,
    Cable,
    listing,
    record,
    refusing,
    session,
    started,
    terminal,
)
from tui.app.app import HookboardApp
from tui.app.widgets.instance_table import InstanceTable
from tui.core.session import Session
from tui.sandbox.codechat_v2.server import open_sandbox


async def test_the_top_line_names_the_server_and_counts_instances() -> None:
    async with terminal() as at:
        assert "loja · codechat-v2 · sandbox.test" in at.top
        assert at.top.endswith("12 instances")
        assert "● open       loja-sul" in at.row("loja-sul")
        assert "2 webhooks, 1 on" in at.row("loja-sul")
        assert "no webhook" in at.row("outlet-br101")


async def test_the_cursor_shows_the_webhooks_of_its_instance_and_one_in_full() -> None:
    async with terminal() as at:
        await at.press("down")
        await at.sees("Webhooks of loja-sul", "18 of 20 flags on", "authorization (hidden)")
        assert "aurora-crm" not in at.picture
        assert at.row("loja-sul").startswith(" ▸")


async def test_arrows_and_letters_move_the_cursor_and_stop_at_the_ends() -> None:
    async with terminal() as at:
        for down, up, last, first in (("down", "up", "end", "home"), ("j", "k", "G", "g")):
            await at.press(up)
            assert at.row("loja-norte").startswith(" ▸")
            await at.press(down, down)
            assert at.row("quiosque").startswith(" ▸")
            await at.press(last, down)
            assert at.row("suporte-ti").startswith(" ▸")
            await at.press(first)
            assert at.row("loja-norte").startswith(" ▸")


async def test_a_page_down_and_up_comes_back() -> None:
    async with terminal(open_sandbox(instances=60)) as at:
        table = at.one(InstanceTable)
        await at.press("pagedown", "pagedown")
        assert table.cursor == 2 * (table.size.height - 1)
        assert at.row(" ▸").split()[3] == at.store[table.key or ""].name
        await at.press("pageup", "pageup")
        assert at.row("loja-norte").startswith(" ▸")


async def test_keys_go_from_pane_to_pane_and_back() -> None:
    async with terminal() as at:
        for right, left in (("l", "h"), ("right", "left"), ("tab", "shift+tab")):
            await at.stands_on("instances")
            await at.press(right)
            await at.stands_on("webhooks")
            await at.press("down")
            await at.sees("20 of 20 flags on")
            await at.press(left)


async def test_enter_goes_to_the_webhooks_then_into_the_editor_and_escape_comes_back() -> None:
    async with terminal() as at:
        await at.press("enter")
        await at.stands_on("webhooks")
        await at.press("enter")
        await at.sees("loja · loja-norte › crm · sandbox.test")
        await at.press("escape")
        await at.sees("12 instances")
        await at.stands_on("webhooks")
        await at.press("escape")
        await at.stands_on("instances")


async def test_a_refresh_keeps_the_cursor_on_its_instance_when_rows_before_it_come_and_go() -> None:
    async with terminal() as at:
        names = [f"shop-{number:02}" for number in range(30)]
        at.cable.answer = listing(*(record(name, webhooks=[]) for name in names))
        await at.press("r")
        await at.sees("30 instances")
        await at.press(*["down"] * 4)
        assert at.row("shop-04").startswith(" ▸")

        added = [f"new-{number:02}" for number in range(20)]
        at.cable.answer = listing(*(record(name, webhooks=[]) for name in (*added, *names)))
        await at.press("r")
        await at.sees("50 instances")
        assert at.row("shop-04").startswith(" ▸")

        at.cable.answer = listing(*(record(name, webhooks=[]) for name in names[3:]))
        await at.press("r")
        await at.sees("27 instances")
        assert at.row("shop-04").startswith(" ▸")


async def test_when_the_instance_under_the_cursor_is_gone_the_next_one_has_it() -> None:
    async with terminal() as at:
        at.cable.answer = listing(*(record(name, webhooks=[]) for name in "abcd"))
        await at.press("r")
        await at.sees("4 instances")
        await at.press("down")
        await at.sees("Webhooks of b")
        at.cable.answer = listing(*(record(name, webhooks=[]) for name in "acd"))
        await at.press("r")
        await at.sees("3 instances", "Webhooks of c")
        assert at.row("▸").split()[3] == "c"


async def test_keys_work_and_rows_can_be_opened_while_pages_arrive() -> None:
    async with terminal(open_sandbox(instances=200, page_size=10), loaded=False) as at:
        pages = 0

        def two_pages_then_wait(_: object) -> None:
            nonlocal pages
            pages += 1
            if pages == 3:
                at.cable.hold()

        at.cable.answer = two_pages_then_wait
        await at.sees("of 200 instances")
        await at.press("j", "j")
        await at.sees("Webhooks of quiosque-aeroporto")
        await at.press("G")
        last = at.row(" ▸")
        await at.press("G", "enter", "enter")
        await at.sees("›")
        assert last.split()[3] in at.top
        await at.press("escape")
        at.cable.release()
        await at.until(lambda: at.top.endswith(" 200 instances"), "all pages arrived")
        assert at.row(last.split()[3]).startswith(" ▸")


async def test_the_last_row_is_in_view_after_rows_arrived() -> None:
    async with terminal(open_sandbox(instances=300, page_size=10), loaded=False) as at:
        await at.sees("Webhooks of loja-norte")
        while at.store.loading:
            await at.press("G")
            assert at.row(" ▸")


async def test_without_a_server_commands_say_so() -> None:
    opened = threading.Event()
    with open_sandbox() as sandbox:
        cable = Cable(sandbox.app)

        def opener() -> Session:
            opened.wait(PATIENCE)
            return session(sandbox, cable)

        async with started(HookboardApp(opener), sandbox, cable) as at:
            for key in ("e", "y", "n", "y", "delete"):
                await at.press(key)
                await at.sees(
                    "nothing here to copy" if key == "y" else "There is no instance here."
                )
            opened.set()
            await at.sees("12 instances")


async def test_an_empty_business_says_so_and_what_to_press() -> None:
    async with terminal(open_sandbox(instances=0)) as at:
        await at.sees("There are no instances here.", "r reads the list again.", "0 instances")
        await at.press("e")
        await at.sees("There is no instance here.")
        await at.press("y")
        await at.sees("There is nothing here to copy.")


async def test_before_the_first_page_it_says_that_the_list_is_being_read() -> None:
    async with terminal(loaded=False) as at:
        at.cable.hold()
        await at.until(lambda: at.cable.requests, "the list was asked for")
        await at.sees("Reading the instances…", "loading…")
        at.cable.release()
        await at.sees("12 instances")


async def test_a_list_that_fails_says_why_and_r_reads_it_again() -> None:
    async with terminal(loaded=False) as at:
        at.cable.answer = refusing(500, "Out of memory", method="POST")
        await at.sees("sandbox.test answered 500", "The server says: “Out of memory”")
        await at.sees("The list could not be read.", "r tries again")
        at.cable.answer = lambda _: None
        await at.press("r")
        await at.sees("12 instances")
        assert at.banner == ""


async def test_a_refresh_that_fails_leaves_the_list_and_the_cursor() -> None:
    async with terminal() as at:
        await at.press("down")
        at.cable.answer = refusing(500, "Out of memory", method="POST")
        await at.press("r")
        await at.sees("sandbox.test answered 500", "12 instances")
        assert at.row("loja-sul").startswith(" ▸")


async def test_a_lost_connection_is_reported_in_a_sentence_with_the_host_unchanged() -> None:
    def lost(request: Request) -> Response | None:
        raise httpx.ReadError("Connection reset by peer")

    async with terminal() as at:
        at.cable.answer = lost
        await at.press("r")
        await at.sees("✗ The connection to sandbox.test was lost before the answer")
        at.cable.cut = True
        await at.press("r")
        await at.sees("✗ sandbox.test could not be reached")


async def test_a_wrong_token_is_named_and_another_one_fills_the_list() -> None:
    async with terminal(token="wrong-token", loaded=False) as at:
        await at.sees("answered 401 to the business token (from the test), profile loja")
        await at.press("ctrl+t")
        await at.sees("Another token for profile loja", "So far: the business token")
        await at.paste(at.sandbox.token)
        assert at.sandbox.token not in at.picture
        await at.press("enter")
        await at.sees("12 instances")
        assert at.banner == ""


async def test_escape_from_the_token_dialog_changes_nothing() -> None:
    async with terminal() as at:
        before = len(at.cable.requests)
        await at.press("ctrl+t", *"abc", "escape")
        await at.sees("12 instances")
        assert len(at.cable.requests) == before


async def test_invalid_rows_of_a_page_are_reported_and_the_others_shown() -> None:
    async with terminal() as at:
        broken = {"instanceId": 7, "name": ["no", "name"]}
        at.cable.answer = listing(record("good", webhooks=[]), broken)
        await at.press("r")
        await at.sees("The server's list has errors.", "1 instance")
        assert "good" in at.row("▸")


async def test_webhooks_missing_from_the_list_are_read_when_the_cursor_rests() -> None:
    async with terminal() as at:
        listed = [{"instanceId": "x", "webhookId": "w1", "name": "later", "url": "https://a.b/c"}]

        def answer(request: Request) -> Response | None:
            if request.url.path.endswith("/webhook"):
                return JSONResponse(listed)
            return listing(record("a", webhooks=[]), record("b"))(request)

        at.cable.answer = answer
        await at.press("r")
        await at.sees("2 instances")
        assert at.cable.sent("GET") == []
        assert at.row(" b ").rstrip("▁▂▃▄▅▆▇█ ").endswith("…")
        await at.press("down")
        await at.sees("Reading the webhooks…")
        await at.sees("later", "1 webhook, off")
        assert len(at.cable.sent("GET")) == 1


async def test_webhooks_that_cannot_be_read_say_why_in_their_pane() -> None:
    async with terminal() as at:
        answers = listing(record("a"))
        refuses = refusing(403, "not yours", method="GET")
        at.cable.answer = lambda request: answers(request) or refuses(request)
        await at.press("r")
        await at.sees("sandbox.test answered 403", "^t: enter another token")

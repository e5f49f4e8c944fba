"""Saving: the requests, the answers, and the messages about them."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.app.support import Terminal, change, hook, refusing, terminal
from tui.app.widgets.flag_grid import FlagGrid
from tui.sandbox.codechat_v2.server import open_sandbox


async def test_a_save_is_reported_and_shown_in_the_list() -> None:
    async with terminal() as at:
        await at.edit("loja-sul")
        await at.retype("crm-2")
        await at.press("tab")
        await at.retype("https://crm.loja.com.br/hooks/v2")
        await at.press("tab", "space", "tab", "space", "ctrl+s")
        await at.sees("✓ Saved 4 changes.", "no changes")
        assert " * " not in at.picture
        saved = hook(at.sandbox, "loja-sul")
        assert (saved.name, saved.enabled) == ("crm-2", False)
        assert saved.url == "https://crm.loja.com.br/hooks/v2"
        assert saved.flags["messagesSet"] is False
        assert saved.headers == {"authorization": "Bearer aurora-crm-7c1d40", "x-team": "vendas"}
        await at.press("escape")
        await at.sees("12 instances")
        row = at.row("crm-2")
        assert "off" in row
        assert "17/20" in row
        assert "https://crm.loja.com.br/hooks/v2" in row
        assert "2 webhooks, 0 on" in at.row("loja-sul")


async def test_a_save_is_one_put_with_all_values_of_the_server() -> None:
    async with terminal() as at:
        before = hook(at.sandbox)
        await at.edit()
        await at.press("x", "ctrl+s")
        await at.sees("Saved 1 change.")
        (put,) = at.cable.sent("PUT")
        assert put.json == {
            "name": "crmx",
            "url": before.url,
            "enabled": before.enabled,
            "headers": before.headers,
            "WebhookEvents": before.flags,
        }
        assert at.cable.sent("PATCH") == []


async def test_keys_that_arrive_all_at_once_are_all_in_the_save() -> None:
    async with terminal() as at:
        await at.edit()
        await at.burst("x", "y", "z", "ctrl+s")
        await at.sees("Saved 1 change.", "no changes")
        assert hook(at.sandbox).name == "crmxyz"
        await at.press("tab", "tab", "tab")
        await at.burst("space", "down", "space", "ctrl+s")
        await at.sees("Saved 2 changes.")
        assert hook(at.sandbox).flags["messagesUpsert"] is False


async def test_nothing_changed_sends_nothing_and_says_so() -> None:
    async with terminal() as at:
        await at.edit()
        before = len(at.cable.requests)
        await at.press("ctrl+s")
        await at.sees("No changes: nothing was sent.")
        assert len(at.cable.requests) == before


async def test_a_refused_value_is_reported_beside_its_focused_field() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = refusing(400, "url must be a URL address", "url is not allowed here")
        await at.press("x", "tab", "x", "tab", "tab", "ctrl+s")
        await at.until(lambda: at.field("url").message, "the message")
        assert at.field("url").message == "✗ url must be a URL address; url is not allowed here"
        await at.stands_on("url")
        assert "2 changes, not saved" in at.top
        assert at.field("name").value == "crmx"
        at.cable.answer = lambda _: None
        await at.press("ctrl+s")
        await at.sees("Saved 2 changes.")
        assert at.field("url").message == ""


async def test_two_refused_fields_have_messages_and_the_first_the_focus() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = refusing(400, "url must be a URL address", "name is taken")
        await at.press("x", "tab", "x", "ctrl+s")
        await at.until(lambda: at.field("url").message, "the message")
        assert at.field("name").message == "✗ name is taken"
        await at.stands_on("name")


async def test_another_refusal_is_reported_in_the_banner() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = refusing(400, "The plan allows no more webhooks")
        await at.press("x", "ctrl+s")
        await at.sees("Not saved. sandbox.test answered 400: refused.")
        await at.sees("The server says: “The plan allows no more webhooks”")
        assert at.field("name").value == "crmx"


async def test_enabled_refused_is_in_the_banner_with_the_focus_on_the_switch() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = refusing(400, "enabled must be false while the instance is closed")
        await at.press("tab", "tab", "space", "ctrl+s")
        await at.sees("enabled must be false while the instance is closed")
        await at.stands_on("enabled")


async def test_a_401_names_the_token_and_another_token_finishes_the_save() -> None:
    async with terminal() as at:
        good = at.sandbox.instance_jwt(hook(at.sandbox).instance_id)
        await at.edit()
        at.cable.answer = refusing(401, "jwt expired")
        await at.retype("crm-new")
        await at.press("tab", "tab", "tab", "space", "ctrl+s")
        await at.sees("answered 401 to the instance token of loja-norte (from the server's own")
        await at.sees("^t: enter another token; then the save goes on. Your 2 changes are kept.")
        await at.sees("The server says: “jwt expired”")
        at.cable.answer = lambda _: None
        await at.press("ctrl+t")
        await at.sees("Another token for the instance loja-norte")
        await at.paste(good)
        assert good not in at.picture
        assert good[-8:] not in at.picture
        await at.press("enter")
        await at.sees("Saved 2 changes.")
        assert hook(at.sandbox).name == "crm-new"
        assert hook(at.sandbox).flags["messagesSet"] is False


async def test_a_second_wrong_token_is_reported_and_the_edit_kept() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = refusing(403, "Forbidden")
        await at.press("x", "ctrl+s")
        await at.sees("answered 403")
        await at.press("ctrl+t")
        await at.paste("still-wrong")
        at.cable.answer = lambda _: None
        await at.press("enter")
        await at.sees("answered 401 to the token you typed")
        assert "still-wrong" not in at.picture
        assert at.field("name").value == "crmx"
        await at.press("ctrl+t")
        await at.paste(at.sandbox.instance_jwt(hook(at.sandbox).instance_id))
        await at.press("enter")
        await at.sees("Saved 1 change.")


async def test_without_a_waiting_save_another_token_is_tried_by_reading() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = refusing(401, "jwt expired", method="GET")
        await at.press("x", "ctrl+r")
        await at.sees("answered 401 to the instance token of loja-norte")
        at.cable.answer = lambda _: None
        await at.press("ctrl+t")
        await at.paste("no-token-at-all")
        await at.press("enter")
        await at.sees("answered 401 to the token you typed")
        await at.press("ctrl+t")
        await at.paste(at.sandbox.instance_jwt(hook(at.sandbox).instance_id))
        await at.press("enter")
        await at.sees("Read again: nothing else has changed", "1 change, not saved")
        assert at.cable.sent("PUT") == []


async def test_an_empty_token_is_reported_in_the_dialog_and_escape_goes_back() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "ctrl+t", "enter")
        await at.sees("it is empty")
        await at.press("escape")
        await at.sees("1 change, not saved")
        assert at.field("name").value == "crmx"


async def test_with_the_server_down_the_edit_is_kept_and_saved_later() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.cut = True
        await at.press("x", "ctrl+s")
        await at.sees("Not saved. sandbox.test could not be reached", "Your changes are kept")
        assert at.field("name").value == "crmx"
        at.cable.cut = False
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.")


async def test_a_failed_save_that_was_stored_is_reported_as_saved() -> None:
    async with terminal() as at:
        await at.edit()

        def take_it_and_fail(request: Request) -> Response | None:
            if request.method == "PUT":
                change(at.sandbox, name="crmx")
                return JSONResponse({"message": "proxy gave up"}, 504)
            return None

        at.cable.answer = take_it_and_fail
        await at.press("x", "ctrl+s")
        await at.sees("Saved after all", "no changes")


async def test_a_failed_save_that_was_not_stored_says_so() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = refusing(500, "database is locked")
        await at.press("x", "ctrl+s")
        await at.sees("Not saved. sandbox.test answered 500", "database is locked")
        await at.sees("1 change, not saved")


async def test_flags_that_need_a_request_of_their_own_are_saved_too() -> None:
    for mode in ("patch", "reject"):
        async with terminal(open_sandbox(flags=mode)) as at:
            await at.edit()
            await at.press("x", "tab", "tab", "tab", "space", "ctrl+s")
            await at.sees("Saved 2 changes.")
            assert hook(at.sandbox).flags["messagesSet"] is False


async def test_flags_that_were_not_stored_are_reported_and_stay_unsaved() -> None:
    async with terminal(open_sandbox(flags="patch")) as at:
        await at.edit()
        at.cable.answer = refusing(500, "no", method="PATCH")
        await at.press("x", "tab", "tab", "tab", "space", "ctrl+s")
        await at.sees("Details saved; 1 flag not: messagesSet.", "1 change, not saved")
        at.cable.answer = lambda _: None
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.")
        assert hook(at.sandbox).flags["messagesSet"] is False


async def held_save(at: Terminal) -> None:
    """Begin a save that waits for its answer."""
    await at.edit()
    at.cable.hold()
    await at.press("x", "ctrl+s")
    await at.sees("saving…")


async def test_saving_during_a_save_sends_no_second_request() -> None:
    async with terminal() as at:
        await held_save(at)
        await at.press(*["ctrl+s"] * 4)
        await at.sees("Still saving: waiting for the server.")
        at.cable.release()
        await at.sees("Saved 1 change.")
        assert len(at.cable.sent("PUT")) == 1


async def test_changes_typed_during_a_save_stay_unsaved() -> None:
    async with terminal() as at:
        await held_save(at)
        await at.press("y", "tab", "tab", "tab", "space")
        at.cable.release()
        await at.until(lambda: at.cable.sent("PUT") and not at.working("save"), "saved")
        assert at.field("name").value == "crmxy"
        assert "messagesSet" not in [f for f, on in at.one(FlagGrid).flags.items() if on]
        await at.sees("2 changes, not saved")
        assert hook(at.sandbox).name == "crmx"
        await at.press("ctrl+s")
        await at.sees("no changes")
        assert hook(at.sandbox).name == "crmxy"
        assert hook(at.sandbox).flags["messagesSet"] is False


async def test_a_save_asked_for_during_another_follows_it() -> None:
    async with terminal() as at:
        await held_save(at)
        await at.press("y", "ctrl+s", "z")
        await at.sees("Still saving: waiting for the server.")
        at.cable.release()
        await at.until(lambda: hook(at.sandbox).name == "crmxyz", "what was typed since is saved")
        await at.sees("Saved 1 change.", "no changes")
        assert [put.json["name"] for put in at.cable.sent("PUT")] == ["crmx", "crmxyz"]


async def test_a_save_asked_for_during_a_failing_one_is_not_sent() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = refusing(500, "database is locked")
        at.cable.hold()
        await at.press("x", "ctrl+s")
        await at.sees("saving…")
        await at.press("y", "ctrl+s")
        at.cable.release()
        await at.sees("Not saved. sandbox.test answered 500", "1 change, not saved")
        await at.until(lambda: not at.working("save"), "it has ended")
        assert len(at.cable.sent("PUT")) == 1
        at.cable.answer = lambda _: None
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.", "no changes")
        assert hook(at.sandbox).name == "crmxy"


async def test_a_following_save_with_an_invalid_edit_is_not_sent() -> None:
    async with terminal() as at:
        await held_save(at)
        await at.retype("")
        await at.press("ctrl+s")
        at.cable.release()
        await at.sees("✗ the name must not be empty")
        await at.until(lambda: not at.working("save"), "it has ended")
        assert len(at.cable.sent("PUT")) == 1


async def test_escape_before_anything_is_written_says_that_nothing_was() -> None:
    async with terminal() as at:
        await held_save(at)
        await at.press("escape")
        await at.sees("You stopped waiting: nothing was written.", "1 change, not saved")
        at.cable.release()
        await at.press("ctrl+r")
        await at.sees("Read again: nothing else has changed on the server.")
        assert at.field("name").value == "crmx"
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.")


@pytest.mark.parametrize(
    "applied, said",
    [
        (True, "It was saved after all: the server has everything that was sent."),
        (False, "The server did not store: name. ^s saves it again."),
    ],
)
async def test_after_escape_in_a_write_reading_again_says_how_it_ended(
    applied: bool, said: str
) -> None:
    async with terminal() as at:
        await at.edit()

        def hold_the_write(request: Request) -> None:
            if request.method == "GET":
                at.cable.hold()

        at.cable.answer = hold_the_write
        await at.press("x", "ctrl+s")
        await at.until(lambda: at.cable.sent("PUT"), "it is being written")
        await at.press("escape")
        await at.sees("You stopped waiting: it is not known whether this was saved.")
        await at.sees("1 change, not saved")
        at.cable.answer = lambda _: None
        at.cable.pass_on()
        if applied:
            change(at.sandbox, name="crmx")
        await at.press("ctrl+r")
        await at.sees(said)
        assert at.field("name").value == "crmx"
        assert ("no changes" in at.top) is applied


async def test_reading_again_during_a_save_is_refused() -> None:
    async with terminal() as at:
        await held_save(at)
        await at.press("ctrl+r")
        await at.sees("Still saving: waiting for the server.")
        at.cable.release()
        await at.sees("Saved 1 change.")


async def test_read_only_says_so_on_every_screen_and_sends_nothing() -> None:
    async with terminal(read_only=True) as at:
        assert "READ ONLY" in at.top
        await at.edit()
        assert "READ ONLY" in at.top
        before = len(at.cable.requests)
        await at.press("x", "ctrl+s")
        await at.sees("READ ONLY: nothing can be saved here.")
        await at.press("f3")
        await at.sees("The request")
        assert "READ ONLY" in at.top
        await at.press("ctrl+s")
        await at.sees("READ ONLY: nothing can be saved here.")
        assert len(at.cable.requests) == before
        assert at.field("name").value == "crm"

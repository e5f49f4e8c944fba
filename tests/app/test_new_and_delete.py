"""Making and deleting webhooks where an instance has many of them."""

from __future__ import annotations

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.app.desk import Desk
from tests.app.kinds import in_editor
from tests.app.support import Asked, Terminal, change, hook, refusing, terminal
from tui.app.screens.dashboard.screen import Dashboard
from tui.sandbox.codechat_v2.bodies import Search
from tui.sandbox.codechat_v2.server import Sandbox
from tui.sandbox.records import Webhook
from tui.storage.drafts import Drafts

URL = "https://new.example/hook"


def hooks(sandbox: Sandbox, instance: str = "loja-norte") -> dict[str, Webhook]:
    """Return an instance's webhooks by name."""
    (found, _), *_ = sandbox.store.search(Search(name=instance), 1).records
    return {each.name: each for each in sandbox.store.webhooks(found.id)}


def made(at: Terminal) -> list[Asked]:
    """Return the requests that make a webhook."""
    return [each for each in at.cable.sent("POST") if each.path.endswith("/webhook")]


async def new(at: Terminal, name: str = "novo", url: str = URL) -> None:
    """Open the form of a new webhook, and fill it."""
    await at.press("n")
    await in_editor(at)
    await at.paste(name)
    await at.press("tab")
    await at.paste(url)


async def ask_to_delete(at: Terminal) -> None:
    await at.press("delete")
    await at.sees("Delete the webhook")


# making one


async def test_n_opens_an_empty_form_that_is_titled_as_new() -> None:
    async with terminal() as at:
        await at.press("n")
        await in_editor(at)
        assert "loja-norte › new webhook" in at.top
        assert at.top.endswith("new, 20 of 20 on")
        await at.stands_on("name")
        assert (at.field("name").value, at.field("url").value) == ("", "")
        assert "Enabled  [x] on" in at.picture
        await at.press("escape")
        await at.sees("12 instances")
        assert made(at) == []


async def test_errors_of_a_new_webhook_are_reported_beside_the_fields() -> None:
    async with terminal() as at:
        await at.press("n")
        await in_editor(at)
        await at.press("ctrl+s")
        await at.sees("✗ the name must not be empty", "✗ the URL must not be empty")
        await at.stands_on("name")
        await at.press(*"novo", "ctrl+s")
        await at.loses("the name must not be empty")
        await at.stands_on("url")
        assert made(at) == []
        at.cable.answer = refusing(400, "url: must be a URL address", method="POST")
        await at.paste(URL)
        await at.press("ctrl+s")
        await at.sees("must be a URL address", "new, 20 of 20 on, not saved")
        assert "novo" not in hooks(at.sandbox)


async def test_a_new_webhook_is_created_once_and_then_edited() -> None:
    async with terminal() as at:
        await new(at)
        await at.press("ctrl+s")
        await at.sees("✓ Saved 2 changes.", "loja-norte › novo", "no changes")
        (made_so,) = made(at)
        assert (made_so.json["name"], made_so.json["url"]) == ("novo", URL)
        await at.press("2", "ctrl+s")
        await at.sees("✓ Saved 1 change.")
        (put,) = at.cable.sent("PUT")
        assert put.path.endswith(hooks(at.sandbox)["novo"].id)
        assert put.json["url"] == f"{URL}2"
        assert len(made(at)) == 1


async def test_a_new_webhook_has_the_chosen_flags() -> None:
    async with terminal() as at:
        await new(at)
        await at.press("tab", "tab", "n", "space", "ctrl+s")
        await at.sees("✓ Saved", "no changes")
        flags = hooks(at.sandbox)["novo"].flags
        assert [flag for flag, on in flags.items() if on] == ["messagesSet"]


async def test_a_new_webhook_is_in_the_list_under_the_cursor() -> None:
    async with terminal() as at:
        await new(at)
        await at.press("ctrl+s")
        await at.sees("✓ Saved 2 changes.")
        await at.press("escape")
        await at.sees("12 instances", "3 webhooks, 3 on")
        assert at.row(" novo ").startswith(" ▸ on  novo")
        await at.press("e")
        await in_editor(at)
        assert "loja-norte › novo" in at.top


async def test_a_webhook_for_an_instance_without_one() -> None:
    async with terminal() as at:
        await at.press("/", *"outlet")
        await at.sees("1 of 12 instances")
        await at.press("enter", "e")
        await at.sees("outlet-br101 has no webhook to edit. n makes one.")
        await new(at)
        await at.press("ctrl+s")
        await at.sees("✓ Saved 2 changes.")
        await at.press("escape")
        await at.sees("1 webhook, on")
        assert list(hooks(at.sandbox, "outlet-br101")) == ["novo"]


@pytest.mark.parametrize("applied", [True, False])
async def test_a_lost_answer_creates_no_second_webhook(applied: bool) -> None:
    async with terminal() as at:

        def drops(request: Request) -> Response | None:
            if request.method != "POST":
                return None
            if applied:
                blank = hook(at.sandbox)
                change(at.sandbox, blank, id="made-meanwhile", name="novo", url=URL)
            raise httpx.ReadError("Connection reset by peer")

        await new(at)
        at.cable.answer = drops
        await at.press("ctrl+s")
        if applied:
            await at.sees("Saved after all", "loja-norte › novo")
        else:
            await at.sees("Not saved", "new, 20 of 20 on, not saved", "loja-norte › new webhook")
        assert len(made(at)) == 1
        at.cable.answer = lambda _: None
        await at.press("x", "ctrl+s")
        await at.sees("✓ Saved")
        await at.until(lambda: len(made(at)) == (1 if applied else 2), "it is made once")
        assert [*hooks(at.sandbox)].count("novo") == 1
        assert hooks(at.sandbox)["novo"].url == f"{URL}x"


async def test_the_draft_of_a_new_webhook_is_offered_at_the_next_n(desk: Desk) -> None:
    async with desk.start() as at:
        await new(at)
        await at.press("escape")
        await at.sees("The new webhook of loja-norte has 2 unsaved changes.")
        await at.press("p")
        await at.until(lambda: " 1 draft " in at.top, "the draft is counted")
    async with desk.start() as at:
        await at.press("e")
        await in_editor(at)
        await at.press("escape")
        await at.sees("12 instances")
        await at.press("n")
        await at.sees("The new webhook of loja-norte has a draft with 2 changes", "an empty form")
        await at.press("o")
        await in_editor(at)
        assert "loja-norte › new webhook" in at.top
        assert (at.field("name").value, at.field("url").value) == ("novo", URL)
        await at.press("ctrl+s")
        await at.sees("✓ Saved 2 changes.")
        await at.until(lambda: not desk.files, "the draft is gone")


async def test_the_draft_of_a_new_webhook_is_in_the_list_of_drafts(desk: Desk) -> None:
    async with desk.start() as at:
        await new(at)
        await at.press("escape", "p")
        await at.until(lambda: " 1 draft " in at.top, "the draft is counted")
        await at.press("D")
        await at.sees("loja-norte › novo", "2 changes")
        assert "gone from the server" not in at.picture
        await at.press("enter")
        await in_editor(at)
        await at.until(lambda: "loja-norte › new webhook" in at.top, "the new webhook")
        await at.press("ctrl+s")
        await at.sees("✓ Saved 2 changes.")
        await at.press("escape")
        await at.sees("3 webhooks, 3 on")


# deleting one


async def test_the_question_names_webhook_instance_server_and_profile() -> None:
    async with terminal() as at:
        await ask_to_delete(at)
        await at.sees(
            "Delete the webhook crm of loja-norte on sandbox.test (profile loja)?",
            "https://crm.loja.com.br/hooks/whatsapp/entrada",
            "It is on, with 18 flags on.",
        )
        # A second enter, or the key once more, is not enough.
        await at.press("delete", "enter")
        await at.sees("crm was not deleted.")
        assert at.cable.sent("DELETE") == []
        assert "crm" in hooks(at.sandbox)


async def test_d_deletes_it_and_the_cursor_goes_to_the_next() -> None:
    async with terminal() as at:
        await ask_to_delete(at)
        await at.press("d")
        await at.sees("✓ Deleted crm of loja-norte.", "1 webhook, on")
        assert list(hooks(at.sandbox)) == ["auditoria"]
        await at.sees("▸ on auditoria")
        await ask_to_delete(at)
        await at.press("d")
        await at.sees("✓ Deleted auditoria of loja-norte.", "No webhook.")
        await at.press("delete")
        await at.sees("There is no webhook here to delete.")


async def test_changes_of_others_are_in_the_question() -> None:
    async with terminal() as at:
        change(at.sandbox, url="https://theirs.example/in")
        await ask_to_delete(at)
        await at.sees(
            "https://theirs.example/in", "Changed on the server since the list was read: URL"
        )
        await at.press("escape")
        await at.sees("crm was not deleted.")


async def test_a_refused_deletion_is_reported_with_the_servers_words() -> None:
    async with terminal() as at:
        at.cable.answer = refusing(403, "Not yours to delete", method="DELETE")
        await ask_to_delete(at)
        await at.press("d")
        await at.sees("Not deleted. ", "answered 403", "The server says: “Not yours to delete”")
        assert "crm" in hooks(at.sandbox)
        assert "2 webhooks, 2 on" in at.picture


async def test_a_webhook_gone_before_the_question_is_reported() -> None:
    async with terminal() as at:
        at.sandbox.store.delete(hook(at.sandbox))
        await at.press("delete")
        await at.sees("answered 404")
        assert isinstance(at.app.screen, Dashboard)


async def test_a_webhook_deleted_by_others_during_the_question_is_reported() -> None:
    async with terminal() as at:
        await ask_to_delete(at)
        at.sandbox.store.delete(hook(at.sandbox))
        await at.press("d")
        await at.sees(
            "crm is gone: somebody else may have deleted it just before.", "1 webhook, on"
        )


@pytest.mark.parametrize("applied", [True, False])
async def test_a_deletion_with_a_lost_answer_is_checked(applied: bool) -> None:
    async with terminal() as at:

        def lost(request: Request) -> Response | None:
            if request.method != "DELETE":
                return None
            if applied:
                at.sandbox.store.delete(hook(at.sandbox))
            raise httpx.ReadError("Connection reset by peer")

        await ask_to_delete(at)
        at.cable.answer = lost
        await at.press("d")
        await at.sees("Deleted crm after all" if applied else "Not deleted. ")
        assert ("crm" in hooks(at.sandbox)) is not applied
        assert ("1 webhook, on" in at.row("loja-norte")) is applied


async def test_a_deletion_that_cannot_be_checked_is_reported_as_unknown() -> None:
    async with terminal() as at:
        await ask_to_delete(at)

        def down(request: Request) -> Response | None:
            if request.method == "DELETE":
                raise httpx.ReadError("Connection reset by peer")
            return refusing(500, "Down", method="GET")(request)

        at.cable.answer = down
        await at.press("d")
        await at.sees("It is not known whether crm was deleted.", "r reads the list.")


async def test_the_key_pressed_twice_on_a_slow_line_asks_once() -> None:
    async with terminal() as at:
        at.cable.hold()
        await at.press("delete", "delete")
        await at.sees("Still deleting: waiting for the server.")
        at.cable.release()
        await at.sees("Delete the webhook crm")
        await at.press("d")
        await at.sees("✓ Deleted crm of loja-norte.", "1 webhook, on")
        await at.until(lambda: not at.working("delete"), "nothing more is asked")
        assert isinstance(at.app.screen, Dashboard)
        await ask_to_delete(at)
        await at.press("escape")
        await at.sees("auditoria was not deleted.")


async def test_the_key_pressed_twice_says_once_why_it_could_not_be_read() -> None:
    async with terminal() as at:
        at.cable.answer = refusing(403, "Not yours to read", method="GET")
        at.cable.hold()
        await at.press("delete", "delete")
        at.cable.release()
        await at.sees("answered 403", "The server says: “Not yours to read”")
        await at.until(lambda: not at.working("delete"), "nothing more is read")
        assert len(at.cable.sent("GET")) == 1
        at.cable.answer = lambda _: None
        await ask_to_delete(at)


async def test_read_only_refuses_both_before_asking() -> None:
    async with terminal(read_only=True) as at:
        before = len(at.cable.requests)
        await at.press("delete")
        await at.sees("READ ONLY: nothing can be deleted here.")
        await at.press("n")
        await at.sees("READ ONLY: no webhook can be made here.")
        assert isinstance(at.app.screen, Dashboard)
        assert len(at.cable.requests) == before


async def test_the_draft_of_a_deleted_webhook_is_kept(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start() as at:
        await ask_to_delete(at)
        await at.press("d")
        await at.sees("✓ Deleted crm of loja-norte.")
        await at.press("D")
        await at.sees("loja-norte › crm", "gone from the server")
        await at.press("enter")
        await at.sees("gone from the server: its draft cannot be opened.")
    assert len(Drafts(desk.folder).free("http://sandbox.test").records) == 1

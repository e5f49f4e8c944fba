"""The history of a webhook: what is listed, compared, undone and put back, and what is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from threading import Event

import pytest

from tests.app.support import Terminal, change, hook, terminal
from tui.storage.journal import Journal

CRM = "https://crm.loja.com.br/hooks/whatsapp/entrada"


@pytest.fixture
async def at() -> AsyncIterator[Terminal]:
    """The list of a server whose first webhook was read once."""
    async with terminal(journal=Journal(None)) as opened:
        await look(opened)
        await opened.press("escape")
        yield opened


async def look(at: Terminal) -> None:
    """Open the history of the selected webhook, and wait until it was read again."""
    await at.press("H")
    await at.sees("History")
    await at.until(lambda: not at.working("history"), "the history was read")


async def test_it_lists_who_changed_what_and_shows_the_values_now(at: Terminal) -> None:
    change(at.sandbox, flags={"presenceUpdate": True})
    await look(at)
    await at.sees("2 states kept", "by others, ", "first seen")
    assert "presenceUpdate off → on" in at.row("by others, ")
    await at.sees("presenceUpdate off → on now on")
    change(at.sandbox, flags={"presenceUpdate": False})
    await at.press("r")
    await at.sees("3 states kept")
    await at.press("g", "down")
    await at.sees("presenceUpdate off → on now off")


async def test_a_save_is_listed_with_its_outcome_when_the_editor_is_left(at: Terminal) -> None:
    await at.edit()
    await at.retype("crm-2")
    await at.press("ctrl+s")
    await at.sees("Saved 1 change")
    await at.press("escape")
    await look(at)
    assert "saved" in at.row("you, editor")
    await at.sees("was crm became crm-2 now the same")


async def test_enter_compares_with_now_and_shows_the_whole_state(at: Terminal) -> None:
    change(at.sandbox, url="https://elsewhere.example/", flags={"newJwt": True})
    await look(at)
    await at.press("enter")
    await at.sees("Nothing: the server has this state now.", "x-team")
    await at.press("escape", "down", "enter")
    await at.sees("2 differences", f"URL {CRM} → https://elsewhere.example/", "newJwt off → on")
    assert "vendas" not in at.words, "a header's value"


async def test_from_the_editor_it_opens_outside_the_text_fields_only(at: Terminal) -> None:
    await at.edit()
    await at.press("H")
    assert at.field("name").value == "crmH"
    await at.press("backspace", "tab", "tab", "tab")
    await look(at)
    change(at.sandbox, name="theirs")
    await at.press("escape")
    await at.until(lambda: at.field("name").value == "theirs", "the webhook was read again")


async def test_on_the_board_it_is_that_of_the_row_under_the_cursor(at: Terminal) -> None:
    change(at.sandbox, hook(at.sandbox, nth=1), name="theirs")
    await at.press("b")
    await at.sees("auditoria")
    await at.press("down")
    await look(at)
    await at.sees("auditoria", "name", "now the same")
    await at.press("escape")
    await at.sees("theirs")


async def test_a_new_webhook_has_no_history(at: Terminal) -> None:
    await at.press("n")
    await at.until(lambda: type(at.app.screen).__name__ == "EditorScreen", "the editor")
    await at.press("tab", "tab", "tab", "H")
    await at.sees("A new webhook has no history yet.")


async def test_an_instance_without_a_webhook_says_so(at: Terminal) -> None:
    await at.press("slash", *"outlet", "enter")
    await at.sees("no webhook")
    await at.press("H")
    await at.sees("There is no webhook here to show the history of.")


async def test_what_the_journal_knows_stays_when_the_server_does_not_answer(at: Terminal) -> None:
    at.cable.cut = True
    await look(at)
    await at.sees("1 state kept", "The webhook could not be read again")


async def test_without_a_journal_it_says_so() -> None:
    async with terminal() as at:
        await look(at)
        await at.sees("There is no history: no journal is kept.")
        await at.press("ctrl+s", "w", "enter")
        assert type(at.app.screen).__name__ == "HistoryScreen"


async def test_a_journal_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with terminal(journal=Journal(tmp_path / "file" / "journal.sqlite")) as at:
        await look(at)
        await at.sees("The history cannot be read:", "journal.sqlite")


async def test_keys_work_while_the_journal_is_slow() -> None:
    journal, goes_on = Journal(None), Event()
    journal._worker.submit(lambda _connection: goes_on.wait(60))
    try:
        async with terminal(journal=journal) as at:
            await at.press("H")
            await at.sees("reading the journal…")
            await at.press("escape")
            await at.sees("12 instances")
    finally:
        goes_on.set()


# putting back


async def apply(at: Terminal) -> None:
    """Apply the plan that is reviewed, look at its end, and go back to the history."""
    await at.sees("1 ×", "Apply")
    await at.press("ctrl+s")
    await at.sees("1 of 1 in")
    await at.press("escape")
    await at.until(lambda: type(at.app.screen).__name__ == "HistoryScreen", "the history")


async def test_one_change_is_undone_and_what_was_changed_since_stays(at: Terminal) -> None:
    change(at.sandbox, flags={"presenceUpdate": True}, url="https://first.example/")
    await look(at)
    change(at.sandbox, name="later", url="https://second.example/")
    await at.press("r")
    await at.sees("3 states kept")
    await at.press("g", "down", "ctrl+s")
    await at.sees("presenceUpdate on → off")
    assert "second.example" not in at.words
    await apply(at)
    now = hook(at.sandbox)
    assert (now.name, now.url, now.flags["presenceUpdate"]) == (
        "later",
        "https://second.example/",
        False,
    )
    await at.sees("4 states kept", "put back")


async def test_a_whole_state_is_put_back_whoever_changed_it_since(at: Terminal) -> None:
    before = hook(at.sandbox)
    change(at.sandbox, name="theirs", url="https://theirs.example/", flags={"newJwt": True})
    await look(at)
    await at.press("G", "enter")
    await at.sees("3 differences")
    await at.press("w")
    await apply(at)
    assert hook(at.sandbox).flags == before.flags
    assert (hook(at.sandbox).name, hook(at.sandbox).url) == (before.name, before.url)


async def test_leaving_the_review_changes_nothing_and_it_opens_again(at: Terminal) -> None:
    change(at.sandbox, name="theirs")
    await look(at)
    for _round in range(2):
        await at.press("ctrl+s")
        await at.sees("name theirs → crm")
        await at.press("escape")
        await at.sees("2 states kept")
    assert at.cable.sent("PUT") == []


async def test_what_cannot_be_undone_is_said(at: Terminal) -> None:
    change(at.sandbox, name="theirs")
    await look(at)
    change(at.sandbox, name="again")
    await at.press("r")
    await at.sees("3 states kept")
    await at.press("g", "down", "ctrl+s")
    await at.sees("Nothing to put back: the same values were changed again later, and that stays.")
    await at.press("G", "ctrl+s")
    await at.sees("it is the first state seen. w puts it back.")


async def test_nothing_is_put_back_on_a_read_only_server() -> None:
    async with terminal(journal=Journal(None), read_only=True) as at:
        await look(at)
        await at.sees("1 state kept")
        for key in ("ctrl+s", "w"):
            await at.press(key)
            await at.sees("READ ONLY: nothing can be put back here.")


async def test_the_history_of_a_webhook_that_was_deleted_meanwhile(at: Terminal) -> None:
    await look(at)
    at.sandbox.store.delete(hook(at.sandbox))
    await at.press("r")
    await at.until(lambda: not at.working("history"), "the history was read")
    await at.press("enter")
    await at.sees("The webhook is not on the server now.")
    await at.press("w")
    await at.sees("would be created")
